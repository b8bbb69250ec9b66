"""Load steps on formulas."""

import numpy as np
import pytest

from gripforce.analysis.tasks.step import analyze_step
from tests.analysis.analytic_lifts import (
    min_jerk,
)
from tests.analysis.analytic_tasks import Held, held_recording
from tests.analysis.recordings import (
    only,
)


@pytest.mark.parametrize(("ramp_n_per_s", "latency_s"), [(32.0, 0.072), (8.0, 0.095), (4.0, 0.12)])
def test_step_latency(ramp_n_per_s, latency_s):
    def extra(t):
        return np.clip(ramp_n_per_s * (t - 5.0), 0, 2.0)

    def grip(t):
        return 4.0 + 2.0 * min_jerk((t - 5.0 - latency_s) / 0.2)

    held = Held(duration_s=9.0, grip_n=grip, extra_load_n=extra)
    trial = only(analyze_step(held_recording(held, task="step")))
    v = trial.values
    assert trial.events["t_step_s"] == pytest.approx(5.0, abs=0.005)
    assert v["latency_ms"] == pytest.approx(1e3 * latency_s, abs=20)
    assert v["load_step_n"] == pytest.approx(2.0, abs=0.03)
    assert v["gf_lf_rise_ratio"] == pytest.approx(1.0, abs=0.05)
    assert v["load_rate_n_per_s"] == pytest.approx(ramp_n_per_s, rel=0.15)
