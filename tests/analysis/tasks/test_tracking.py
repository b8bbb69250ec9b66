"""Tracking of a target force on formulas."""

from dataclasses import replace

import numpy as np
import pytest

from gripforce.analysis.tasks.tracking import analyze_tracking
from gripforce.errors import UsageError
from gripforce.model import Kind
from tests.analysis.analytic_lifts import (
    min_jerk,
    noise,
    recording,
    stream,
)
from tests.analysis.analytic_tasks import Held, held_recording
from tests.analysis.recordings import (
    only,
    tracking_recording,
)


def test_generation_and_release_are_scored_apart():
    made = tracking_recording(lambda t: np.where(t < 10, 0.2, -0.5))
    v = only(analyze_tracking(made)).values
    assert v["rmse_generation_n"] == pytest.approx(0.2, rel=0.05)
    assert v["rmse_release_n"] == pytest.approx(0.5, rel=0.05)
    assert v["bias_release_n"] == pytest.approx(-0.5, rel=0.05)
    assert v["release_generation_ratio"] == pytest.approx(2.5, rel=0.08)


def test_a_sine_is_tracked_with_a_lag():
    t = np.arange(24_000) / 1000
    target = {
        "mean_n": 5.0,
        "amplitude_n": 2.0,
        "frequency_hz": 0.5,
        "start_s": 2.0,
        "stop_s": 22.0,
    }
    grip = np.where(t > 1, 5 + 2 * np.sin(np.pi * (t - 2.15)), 0) * min_jerk((t - 1) / 0.5)
    made = recording(stream([Kind.GRIP], t, [grip + noise(t, 1)]), task="tracking", target=target)
    v = only(analyze_tracking(made)).values
    assert v["xcorr_lag_ms"] == pytest.approx(150, abs=1)
    assert v["xcorr_r"] > 0.99


def test_no_target_no_error():
    result = analyze_tracking(held_recording(Held(), task="tracking"))
    assert only(result).flags == ("no_target",)
    assert only(result).values["rmse_n"] is None
    assert "names no target force" in result.remarks[0]


@pytest.mark.parametrize("target", ["up", {"knots": "x"}, {"mean_n": 1}, {"knots": [], "force": 1}])
def test_a_nonsense_target_is_refused(target):
    with pytest.raises(UsageError):
        analyze_tracking(held_recording(Held(), task="tracking", target=target))


@pytest.mark.parametrize(("mean_n", "swing_n"), [(3.0, 2.0), (3.0, 2.3), (2.0, 1.5), (1.0, 0.5)])
@pytest.mark.parametrize("free_s", [0.0, 0.5])
def test_a_target_that_never_returns_to_zero_is_not_taken_for_zero(mean_n, swing_n, free_s):
    """The lowest force of the target was subtracted: 3 ± 2 N came out 1 N too low, unflagged."""
    t = np.arange(40_000) / 1000
    sine = {"mean_n": mean_n, "amplitude_n": swing_n, "frequency_hz": 0.2}
    held = (t >= free_s) & (t < 40 - free_s)
    grip = (mean_n + swing_n * np.sin(2 * np.pi * 0.2 * (t - 0.15 - 1))) * held
    target = sine | {"start_s": 1.0, "stop_s": 39.0}
    made = recording(stream([Kind.GRIP], t, [grip + noise(t, 1)]), task="tracking", target=target)
    trial = only(analyze_tracking(made))
    assert trial.values["bias_n"] == pytest.approx(0.0, abs=0.05)
    assert trial.values["xcorr_lag_ms"] == pytest.approx(150, abs=2)
    assert ("no_baseline" in trial.flags) is (free_s == 0)


def test_a_hand_that_rests_at_half_a_newton_is_no_offset():
    t = np.arange(20_000) / 1000
    knots = [[2.0, 0.5], [5.0, 0.5], [8.0, 4.0], [12.0, 4.0], [15.0, 0.5], [18.0, 0.5]]
    grip = np.interp(t, *np.transpose(knots)) + 0.02
    made = recording(stream([Kind.GRIP], t, [grip + noise(t, 1)]), task="tracking",
                     target={"force": "gf", "knots": knots})  # fmt: skip
    trial = only(analyze_tracking(made))
    assert trial.values["bias_n"] == pytest.approx(0.02, abs=0.02)
    assert "no_baseline" in trial.flags


def test_a_target_of_each_trial_begins_with_the_trial():
    """Two trials, each 1 N for a second, up by 1 N/s and down; the hand is 0.15 s late."""
    t, starts_s = np.arange(30_000) / 1000, (4.0, 17.0)
    knots = [[1, 1], [2, 1], [5, 4], [8, 1], [9, 1]]
    grip = np.zeros(len(t))
    for start_s in starts_s:
        since = t - start_s
        held = min_jerk(since / 0.2) * (1 - min_jerk((since - 9.5) / 0.3))
        grip += np.interp(since - 0.15, *np.transpose(knots)) * held
    spans = [
        {"event": "trial", "number": k, "start_s": at_s, "stop_s": at_s + 9.0, "good": True}
        for k, at_s in enumerate(starts_s, 1)
    ]
    target = {"force": "gf", "since": "trial", "knots": knots}
    made = recording(stream([Kind.GRIP], t, [grip + noise(t, 1)]), task="tracking", target=target)
    result = analyze_tracking(replace(made, notes=tuple(spans)))
    assert [trial.events["t_start_s"] for trial in result.used] == pytest.approx(
        [5.0, 18.0], abs=0.01
    )
    for trial in result.used:
        assert trial.values["rmse_generation_n"] == pytest.approx(0.15, rel=0.05)
        assert trial.values["rmse_release_n"] == pytest.approx(0.15, rel=0.05)
        assert trial.values["xcorr_lag_ms"] == pytest.approx(150, abs=3)
    assert not analyze_tracking(made).trials, "no trial was asked for"


def test_a_knot_without_a_force_asks_for_nothing():
    t = np.arange(20_000) / 1000
    knots = [[2, 1], [5, 3], [5.1, None], [8.9, None], [9, 2], [13, 4]]
    grip = np.interp(t, [2, 5, 9, 13], [1, 3, 2, 4]) * ((t > 1) & (t < 14))
    made = recording(stream([Kind.GRIP], t, [grip + noise(t, 1)]), task="tracking",
                     target={"force": "gf", "knots": knots})  # fmt: skip
    spans = [(x.events["t_start_s"], x.events["t_end_s"]) for x in analyze_tracking(made).trials]
    assert np.allclose(spans, [(2, 5), (9, 13)], atol=0.01)
