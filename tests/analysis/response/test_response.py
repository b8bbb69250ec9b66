"""A grip's onset against formulas: other shapes than the one it is fitted with, and none at all."""

import numpy as np
import pytest

from gripforce.analysis.response.ar_model import BAND, fit_background
from gripforce.analysis.response.onset_posterior import onset_evidence, resolve_onsets
from gripforce.analysis.tasks.drop import analyze_drop
from gripforce.analysis.tasks.step import analyze_step
from tests.analysis.analytic_lifts import min_jerk
from tests.analysis.analytic_tasks import Held, held_recording
from tests.analysis.recordings import only, shaky
from validation.formula_hands import COURSES, dropped_weights

RATE_HZ, EVENT_S = 1000.0, 6.0
T = np.arange(0, 8, 1 / RATE_HZ)


def twitches(since_s):
    """Force of a motor unit pool that is switched on: a critically damped second-order step."""
    x = np.maximum(since_s, 0) / 0.03
    return 1 - (1 + x) * np.exp(-x)


def half_sine(since_s):
    """Return half a cosine: begins as time squared."""
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(since_s / 0.15, 0, 1))


SHAPES = {
    "min jerk 0.12 s": lambda s: min_jerk(s / 0.12),
    "min jerk 0.25 s": lambda s: min_jerk(s / 0.25),
    "twitches": twitches,
    "half sine": half_sine,
}


def onset_of(course, latency_s, *, seed=1, rise=0.3, slow_cv=0.02):
    grip = 4.0 * (1 + rise * course(T - EVENT_S - latency_s)) * shaky(T, seed, slow_cv=slow_cv)
    grip += np.random.default_rng(seed).normal(0, 0.002, len(T))
    smooth = BAND.apply(grip, RATE_HZ)
    background = fit_background(smooth, [(1000, 3500), (3600, 5700)], 10)
    found = onset_evidence(
        smooth, background, event=6000, search_s=(-0.25, 0.45), stop=len(T), rate_hz=RATE_HZ
    )
    return None if found is None else resolve_onsets([found]).onsets[0]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("latency_s", [-0.13, 0.07, 0.18])
def test_onsets_of_any_smooth_shape(shape, latency_s):
    """A single small rise leaves its course open, and with it some 20 ms: the interval says so."""
    found = [onset_of(SHAPES[shape], latency_s, seed=seed) for seed in (3, 5, 7)]
    true = 6000 + RATE_HZ * latency_s
    assert np.abs(np.median([one.at for one in found]) - true) < 35
    assert sum(one.low <= true <= one.high for one in found) >= 2


@pytest.mark.parametrize("rate_hz", [500.0, 2000.0])
@pytest.mark.parametrize("kind", COURSES)
def test_the_course_of_a_rise_does_not_shift_its_onset(kind, rate_hz):
    """Fitted with minimum-jerk rises alone, linear ones came 16 ms early, half cosines 14."""
    rng = np.random.default_rng(5)
    latencies_s = 0.08 + rng.normal(0, 0.004, 6)
    made = dropped_weights(latencies_s, kind=kind, duration_s=0.2, rate_hz=rate_hz, seed=31)
    result = analyze_drop(made)
    errors = [
        trial.values["gf_onset_ms"] - 1e3 * latency
        for trial, latency in zip(result.trials, latencies_s, strict=True)
    ]
    assert np.abs(np.median(errors)) < 8
    assert [trial.values["mode"] for trial in result.trials] == ["reactive"] * 6
    own = result.summary["gf_onset_self_ms"]
    assert own.ci_low <= 1e3 * np.median(latencies_s) <= own.ci_high


@pytest.mark.parametrize("seed", range(10, 20))
def test_a_hand_that_only_wanders_does_nothing(seed):
    assert onset_of(np.zeros_like, 0.0, seed=seed, slow_cv=0.045) is None


def test_a_fall_is_no_rise():
    assert onset_of(lambda s: -min_jerk(s / 0.15), 0.07) is None


def step_with(latency_s, rise_n=2.0, **held):
    return held_recording(
        Held(
            duration_s=9.0,
            extra_load_n=lambda t: np.clip(16.0 * (t - 5.0), 0, 2.0),
            grip_n=lambda t: (
                (4.0 + rise_n * min_jerk((t - 5.0 - latency_s) / 0.2))
                * shaky(t, 8)
                * (t < held.get("slips_s", np.inf) + 0.02)
            ),
            **held,
        ),
        task="step",
    )


def test_grip_that_rises_before_the_load_has_no_latency():
    trial = only(analyze_step(step_with(-0.1)))
    assert trial.flags == ("anticipated",)
    assert trial.values["latency_ms"] is None
    assert trial.events["t_gf_onset_s"] == pytest.approx(4.9, abs=0.015)


def test_an_answer_that_drowns_in_the_hands_own_unrest_is_refused():
    """A tenth of the wandering's own size cannot be seen, let alone timed."""
    trial = only(analyze_step(step_with(0.08, rise_n=0.02)))
    assert trial.flags in {("no_response",), ("unclear_onset",)}
    assert trial.values["latency_ms"] is None


def test_a_step_under_which_the_object_is_dropped_has_a_row():
    trial = only(analyze_step(step_with(0.08, slips_s=5.4)))
    assert trial.flags == ("dropped",)
    values = trial.values
    assert values["latency_ms"] == pytest.approx(80, abs=0.5 * values["onset_width_ms"])
    assert values["onset_width_ms"] < 80
    assert trial.values["load_step_n"] is None
