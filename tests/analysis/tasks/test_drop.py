"""Drop and catch on formulas."""

import numpy as np
import pytest

from gripforce.analysis.tasks.drop import analyze_drop
from tests.analysis.analytic_lifts import (
    min_jerk,
)
from tests.analysis.recordings import (
    drop_recording,
)


@pytest.mark.parametrize(
    ("onset_s", "mode"), [(-0.15, "predictive"), (-0.05, "predictive"), (0.08, "reactive")]
)
def test_catch_tells_prediction_from_reaction(onset_s, mode):
    result = analyze_drop(drop_recording(onset_s))
    assert len(result.trials) == 3
    for trial, impact_s in zip(result.trials, [4.0, 7.0, 10.0], strict=True):
        v = trial.values
        assert trial.events["t_impact_s"] == pytest.approx(impact_s, abs=0.006)
        assert v["mode"] == mode
        assert v["gf_onset_ms"] == pytest.approx(1e3 * onset_s, abs=15)
        assert v["gf_static_n"] == pytest.approx(4.0, abs=0.01)
        assert v["gf_peak_n"] == pytest.approx(7.0, abs=0.05)
        share = float(min_jerk(np.array(-onset_s / 0.12)))
        assert v["preparation_pct"] == pytest.approx(100 * share, abs=6)
    assert result.summary["predictive_share"].value == float(mode == "predictive")


def test_a_grip_that_does_not_answer():
    trials = analyze_drop(drop_recording(0.1, rise_n=0.0)).trials
    assert [t.flags for t in trials] == [("no_response",)] * 3
