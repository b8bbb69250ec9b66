"""Point-to-point movements on formulas."""

import numpy as np
import pytest

from gripforce.analysis.assessment.person import summarize_person
from gripforce.analysis.measures.direction import direction_selectivity
from gripforce.analysis.tasks.p2p import analyze_p2p
from tests.analysis.analytic_lifts import (
    G,
)
from tests.analysis.analytic_tasks import Held, held_recording, movements
from tests.analysis.recordings import (
    p2p_recording,
    shaky,
)


def test_movements_are_found_and_told_apart():
    result = analyze_p2p(p2p_recording())
    assert [t.values["direction"] for t in result.trials] == ["up", "down"] * 4
    starts = [t.events["t_onset_s"] for t in result.trials]
    assert starts == pytest.approx([3.0 + 2.0 * k for k in range(8)], abs=0.06)


def test_point_to_point_figures():
    """Peaks of a minimum-jerk movement: 5.774 D / T² at 0.211 and 0.789 of its time."""
    peak = 0.4 * 5.7735 * 0.3 / 0.25
    result = analyze_p2p(p2p_recording(lag_s=0.020))
    for trial in result.trials:
        v = trial.values
        first_s = trial.events["t_first_extremum_s"]
        assert first_s == pytest.approx(3.0 + 2.0 * (trial.trial.number - 1) + 0.1057, abs=0.004)
        assert v["lf_peak_n"] == pytest.approx(0.4 * G + peak, rel=0.02)
        assert v["gf_static_n"] == pytest.approx(6.0, abs=0.01)
        assert v["gf_lf_ratio"] == pytest.approx(6.0 / (0.4 * G), rel=0.005)
        assert v["peak_lag_ms"] == pytest.approx(20, abs=3)
        assert v["xcorr_lag_ms"] == pytest.approx(20, abs=1)
        assert v["xcorr_r"] > 0.999
    assert result.summary["direction_selectivity"].value == pytest.approx(1.0, abs=0.01)
    assert result.summary["early_rise_down_share"].value == 0.0
    assert result.summary["early_rise_up_share"].value == 1.0


def test_grip_that_rises_both_ways_has_no_selectivity():
    result = analyze_p2p(p2p_recording(up_gain=0.5, down_gain=-0.5))
    selectivity = result.summary["direction_selectivity"]
    assert selectivity.value == pytest.approx(0.0, abs=0.03)
    assert selectivity.ci_high < 0.1
    assert result.summary["early_rise_down_share"].value == 1.0


def test_direction_selectivity_by_hand():
    assert direction_selectivity(2.85, 1.44) == pytest.approx(0.33, abs=0.005)  # [Nowak2003]
    assert direction_selectivity(1.72, -1.71) == 1.0
    assert np.isnan(direction_selectivity(0.0, 0.0))


@pytest.mark.parametrize(
    ("delta", "dsi", "answer"),
    [(1.0, 1.0, "yes"), (0.25, 0.33, "no")],  # healthy, ALS-like
)
def test_direction_selectivity_of_shaky_hands(delta, dsi, answer):
    """Modulation is δ·ΔL + (1 - δ)·|ΔL|; the hand shakes by 2 %, ALS-like 4.5 %."""
    starts, signs = [3.0 + 2.0 * k for k in range(16)], [1, -1] * 8
    extra = movements(starts, signs)

    def grip(t):
        change = extra(t - 0.01)
        planned = 6.0 + 0.9 * (delta * change + (1 - delta) * np.abs(change))
        return planned * shaky(t, 3, slow_cv=0.02 if delta == 1 else 0.045)

    held = Held(duration_s=35.0, grip_n=grip, extra_load_n=extra)
    result = analyze_p2p(held_recording(held, task="p2p"))
    assert len(result.trials) == 16
    assert result.summary["direction_selectivity"].value == pytest.approx(dsi, abs=0.12)
    verdict = summarize_person([result]).verdicts["anticipatory_coupling"]
    assert verdict.evidence.as_json()["p2p"][0]["criteria"]["direction (p2p)"]["answer"] == answer
