"""Each task on formulas whose answer is known (science 4.6 and plain arithmetic)."""

import numpy as np
import pytest
from gripforce.analysis.lift.table import COLUMNS

from gripforce.analysis.assessment.person import summarize_person
from gripforce.analysis.tasks.cyclic import analyze_cyclic
from gripforce.analysis.tasks.drop import analyze_drop
from gripforce.analysis.tasks.p2p import analyze_p2p, direction_selectivity
from gripforce.analysis.tasks.pinch import analyze_pinch
from gripforce.analysis.tasks.registry import TASKS, analyze, analyze_task
from gripforce.analysis.tasks.slip import analyze_slip
from gripforce.analysis.tasks.step import analyze_step
from gripforce.analysis.tasks.surfaces import analyze_surfaces
from gripforce.analysis.tasks.tracking import analyze_tracking
from gripforce.analysis.tasks.weights import analyze_weights, carry_over, scaling
from gripforce.errors import UsageError
from gripforce.model import Kind, Marker
from gripforce.sim.person.noise import band, slow
from tests.analysis.analytic_lifts import (
    AnalyticLift,
    G,
    lifts_recording,
    min_jerk,
    noise,
    recording,
    stream,
)
from tests.analysis.analytic_tasks import Held, held_recording, movements


def only(result):
    assert len(result.trials) == 1, [t.trial for t in result.trials]
    return result.trials[0]


# slip ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mu", "rate"), [(0.9, 0.5), (0.6, 1.0), (0.35, 1.5)])
def test_slip_comes_where_grip_meets_the_friction(mu, rate):
    """t_slip = (GF0 - m g / 2 µ) / r: science 4.6, oracle 3."""
    weight = 0.4 * G
    start_n, release_s = 8.0, 3.0
    slip_s = release_s + (start_n - weight / (2 * mu)) / rate
    held = Held(
        duration_s=slip_s + 1.0,
        grip_n=lambda t: start_n - rate * np.clip(t - release_s, 0, None),
        slips_s=slip_s,
    )
    trial = only(analyze_slip(held_recording(held, task="slip")))
    assert trial.events["t_slip_s"] == pytest.approx(slip_s, abs=0.015)
    assert trial.values["slip_force_n"] == pytest.approx(weight / (2 * mu), rel=0.02)
    assert trial.values["mu"] == pytest.approx(mu, rel=0.02)
    assert trial.values["slip_ratio"] == pytest.approx(1 / mu, rel=0.02)
    assert trial.values["release_rate_n_per_s"] == pytest.approx(rate, rel=0.03)
    assert trial.values["load_n"] == pytest.approx(weight, rel=0.005)
    assert trial.flags == ()


def test_a_sliding_object_is_a_slip_though_it_does_not_fall():
    """Sliding friction of 0.85: the load drops at once by 15 % and more, then goes with grip."""
    weight, mu, rate = 0.4 * G, 0.6, 1.0
    slip_s = 3.0 + (8.0 - weight / (2 * mu)) / rate

    def grip(t):
        return 8.0 - rate * np.clip(t - 3.0, 0, None)

    def sliding(t):
        return np.where(t >= slip_s, 2 * 0.8 * mu * np.maximum(grip(t), 0) - weight, 0.0)

    held = Held(duration_s=slip_s + 2.0, grip_n=grip, extra_load_n=sliding)
    trial = only(analyze_slip(held_recording(held, task="slip")))
    assert trial.values["slip_force_n"] == pytest.approx(weight / (2 * mu), rel=0.02)


@pytest.mark.parametrize(("falls", "flags"), [(True, ()), (False, ("no_slip",))])
def test_an_accelerometer_tells_a_fall_from_setting_down(falls, flags):
    """The load goes as fast either way; a support pushes the object up while it stops it."""
    held = Held(duration_s=7.0, grip_n=lambda t: 8.0 - 0.8 * np.clip(t - 3.0, 0, None), slips_s=7.0)
    t = np.arange(9000) / 1000
    after = (t >= 7.0) & (t < 7.1)
    up = np.where(after, -0.5 * G if falls else 0.5 * G, 0.0) + G + noise(t, 5, 0.02)
    forces = [held.grip(t) + noise(t, 1, 0.002), held.load(t) + noise(t, 2, 0.002)]
    made = recording(
        stream([Kind.GRIP, Kind.LOAD], t, forces),
        stream([Kind.ACCEL_X, Kind.ACCEL_Y, Kind.ACCEL_Z], t, [0 * t, 0 * t, up], stream_id=1),
        task="slip",
        mass_g=400,
    )
    assert only(analyze_slip(made)).flags == flags


def test_setting_down_is_no_slip():
    result = analyze_slip(held_recording(Held(), task="slip"))
    assert only(result).flags == ("no_slip",)
    assert only(result).values["slip_force_n"] is None
    assert "slip force is not known" in result.remarks[0]


def test_repeats_have_a_spread():
    forces = [3.0, 3.3, 3.6]
    helds = [
        Held(
            duration_s=8.0 - force + 1.0,
            begin_s=1.0 + 12.0 * k,
            grip_n=lambda t, k=k: 8.0 - np.clip(t - 12.0 * k - 3.0, 0, None),
            slips_s=12.0 * k + 3.0 + 8.0 - force,
        )
        for k, force in enumerate(forces)
    ]
    for held in helds:
        object.__setattr__(held, "duration_s", held.slips_s - held.begin_s + 0.5)
    made = _sum_of(helds)
    result = analyze_slip(made)
    assert result.summary["slip_force_n"].median == pytest.approx(3.3, rel=0.02)
    assert result.summary["slip_force_n"].n == 3
    assert result.summary["slip_force_cv_pct"].median == pytest.approx(100 * 0.3 / 3.3, rel=0.1)


def _sum_of(helds):
    """Return several holds whose grips are only there while each lasts."""
    t = np.arange(round((helds[-1].end_s + 1.0) * 1000)) / 1000
    grip = sum(np.where((t > h.begin_s - 0.2) & (t < h.end_s + 0.3), h.grip(t), 0.0) for h in helds)
    load = sum(h.load(t) for h in helds)
    values = [grip + noise(t, 1, 0.002), load + noise(t, 2, 0.002)]
    return recording(stream([Kind.GRIP, Kind.LOAD], t, values), task="slip", mass_g=400)


# point to point ------------------------------------------------------------------------------


def p2p_recording(up_gain=0.5, down_gain=0.5, lag_s=0.0, **metadata):
    """Eight movements; ``down_gain`` below 0 raises grip when load falls."""
    starts = [3.0 + 2.0 * k for k in range(8)]
    signs = [1, -1] * 4
    extra = movements(starts, signs)

    def grip(t):
        total = np.full_like(t, 6.0)
        for start, sign in zip(starts, signs, strict=True):
            one = movements([start], [sign])(t - lag_s)
            total += (up_gain if sign > 0 else down_gain) * one
        return total

    held = Held(duration_s=19.0, grip_n=grip, extra_load_n=extra)
    return held_recording(held, task="p2p", **metadata)


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
        assert v["lf_max_n"] == pytest.approx(0.4 * G + peak, rel=0.02)
        assert v["gf_static_n"] == pytest.approx(6.0, abs=0.01)
        assert v["gf_lf_ratio"] == pytest.approx(6.0 / (0.4 * G), rel=0.005)
        assert v["peak_lag_ms"] == pytest.approx(20, abs=3)
        assert v["xcorr_lag_ms"] == pytest.approx(20, abs=1)
        assert v["xcorr_r"] > 0.999
    assert result.summary["direction_selectivity"].median == pytest.approx(1.0, abs=0.01)
    assert result.summary["early_rise_down_share"].median == 0.0
    assert result.summary["early_rise_up_share"].median == 1.0


def test_grip_that_rises_both_ways_has_no_selectivity():
    result = analyze_p2p(p2p_recording(up_gain=0.5, down_gain=-0.5))
    selectivity = result.summary["direction_selectivity"]
    assert selectivity.median == pytest.approx(0.0, abs=0.03)
    assert selectivity.ci_high < 0.1
    assert result.summary["early_rise_down_share"].median == 1.0


def test_direction_selectivity_by_hand():
    assert direction_selectivity(2.85, 1.44) == pytest.approx(0.33, abs=0.005)  # science 2.5
    assert direction_selectivity(1.72, -1.71) == 1.0
    assert np.isnan(direction_selectivity(0.0, 0.0))


# cyclic --------------------------------------------------------------------------------------


def cyclic_recording(
    lag_s=0.0, *, amplitude_n=2.5, f=1.2, gain=0.8, rate_hz=1000.0, span_s=34.0, mass_g=400.0
):
    def extra(t):
        inside = (t > 3.0) & (t < 3.0 + span_s)
        return np.where(inside, amplitude_n * np.sin(2 * np.pi * f * (t - 3.0)), 0.0)

    def grip(t):
        return 4.0 + gain * extra(t - lag_s)

    held = Held(duration_s=span_s + 4.0, mass_g=mass_g, grip_n=grip, extra_load_n=extra)
    return held_recording(held, task="cyclic", rate_hz=rate_hz, noise_n=0.001)


@pytest.mark.parametrize("lag_s", [-0.03, 0.0, 0.0123, 0.05])
@pytest.mark.parametrize("rate_hz", [1000.0, 80.0])
def test_cyclic_lag_gain_phase_and_coherence(lag_s, rate_hz):
    """Science 4.6, oracles 1 and 5: the least-squares gain shrinks by cos(2πfℓ)."""
    v = only(analyze_cyclic(cyclic_recording(lag_s, rate_hz=rate_hz))).values
    turn = 2 * np.pi * 1.2 * lag_s
    assert v["frequency_hz"] == pytest.approx(1.2, rel=0.002)
    assert v["xcorr_lag_ms"] == pytest.approx(1e3 * lag_s, abs=0.3)
    assert v["xcorr_r"] == pytest.approx(1.0, abs=1e-3)
    assert v["r_zero_lag"] == pytest.approx(np.cos(turn), abs=2e-3)
    assert v["gain_ols"] == pytest.approx(0.8 * np.cos(turn), abs=4e-3)
    assert v["coherence"] == pytest.approx(1.0, abs=1e-3)
    assert v["coherence_lag_ms"] == pytest.approx(1e3 * lag_s, abs=0.5)
    assert v["relative_phase_deg"] == pytest.approx(-np.degrees(turn), abs=0.5)
    assert v["phase_locking"] == pytest.approx(1.0, abs=1e-3)
    assert v["modulation_depth"] == pytest.approx(0.8, rel=0.01)
    assert v["modulation_relative"] == pytest.approx(2 * 0.8 * 2.5 / 4.0, rel=0.01)


def test_total_least_squares_has_the_true_gain_in_phase():
    v = only(analyze_cyclic(cyclic_recording())).values
    assert v["gain_tls"] == pytest.approx(0.8, rel=2e-3)
    assert v["offset_tls_n"] == pytest.approx(4.0 - 0.8 * 0.4 * G, abs=0.02)


def test_coherence_significance_is_that_of_its_segments():
    """32.5 s kept of 4 s segments, half overlapping: 15 of them; 1 - 0.05^(1/14)."""
    v = only(analyze_cyclic(cyclic_recording())).values
    kept = v["cycles"] / 1.2
    segments = int((kept - 4.0) // 2.0) + 1
    assert v["coherence_significance"] == pytest.approx(1 - 0.05 ** (1 / (segments - 1)))


@pytest.mark.parametrize(
    ("amplitude_n", "mass_g", "refused"),
    [
        (0.45, 200, True),  # 0.9 N peak to peak is under 1 N
        (0.55, 200, False),
        (1.3, 800, True),  # 2.6 N is under 0.4 m g = 3.1 N
        (1.8, 800, False),
    ],
)
def test_coupling_is_refused_when_the_load_hardly_varies(amplitude_n, mass_g, refused):
    made = cyclic_recording(amplitude_n=amplitude_n, mass_g=mass_g)
    trial = only(analyze_cyclic(made))
    assert ("low_modulation" in trial.flags) is refused
    assert (trial.values["xcorr_r"] is None) is refused
    assert (trial.values["gain_ols"] is None) is refused
    assert trial.values["lf_modulation_n"] == pytest.approx(2 * amplitude_n, rel=0.02)


@pytest.mark.parametrize("lag_s", [0.0, 0.04])
def test_one_bout_has_the_interval_that_its_cycles_give(lag_s):
    """Lag and r of a sine are the same in each stretch, so an interval about them is narrow."""
    result = analyze_cyclic(cyclic_recording(lag_s))
    lag, r = result.summary["xcorr_lag_ms"], result.summary["xcorr_r"]
    assert lag.median == only(result).values["xcorr_lag_ms"]
    assert 1e3 * lag_s - 1 < lag.ci_low <= lag.ci_high < 1e3 * lag_s + 1
    assert 0.999 < r.ci_low <= r.ci_high <= 1.0
    assert lag.n == r.n == 1
    few = analyze_cyclic(cyclic_recording(lag_s, span_s=8.5)).summary["xcorr_lag_ms"]
    assert few.ci_low is None, "two stretches are no interval"


def test_a_short_bout_has_too_few_cycles():
    assert only(analyze_cyclic(cyclic_recording(span_s=4.0))).flags == ("few_cycles",)


# drop and catch ------------------------------------------------------------------------------


def drop_recording(onset_s, *, impact_n=5.0, rise_n=3.0):
    """Three impacts of a 30 ms half sine at 4, 7 and 10 s; grip rises ``onset_s`` from them."""
    impacts = [4.0, 7.0, 10.0]

    def extra(t):
        return sum(
            np.where((t > s) & (t < s + 0.03), impact_n * np.sin(np.pi * (t - s) / 0.03), 0.0)
            for s in impacts
        )

    def grip(t):
        total = np.full_like(t, 4.0)
        for s in impacts:
            total += (
                rise_n * min_jerk((t - s - onset_s) / 0.12) * (1 - min_jerk((t - s - 0.4) / 0.4))
            )
        return total

    held = Held(duration_s=12.0, grip_n=grip, extra_load_n=extra)
    return held_recording(held, task="drop", dropped_by="self")


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
        assert v["gf_before_n"] == pytest.approx(4.0, abs=0.01)
        assert v["gf_peak_n"] == pytest.approx(7.0, abs=0.05)
        share = float(min_jerk(np.array(-onset_s / 0.12)))
        assert v["preparation_pct"] == pytest.approx(100 * share, abs=6)
    assert result.summary["predictive_share"].median == float(mode == "predictive")


def test_a_grip_that_does_not_answer():
    trials = analyze_drop(drop_recording(0.1, rise_n=0.0)).trials
    assert [t.flags for t in trials] == [("no_response",)] * 3


# load step -----------------------------------------------------------------------------------


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
    assert v["gain"] == pytest.approx(1.0, abs=0.05)
    assert v["load_rate_n_per_s"] == pytest.approx(ramp_n_per_s, rel=0.15)


# pinch ---------------------------------------------------------------------------------------


def pinch_recording(efforts, **metadata):
    t = np.arange(round((6.0 * len(efforts) + 2.0) * 1000)) / 1000
    grip = sum(
        force * np.minimum(min_jerk((t - 1 - 6 * k) / 0.3), min_jerk((5 + 6 * k - t) / 0.3))
        for k, force in enumerate(efforts)
    )
    return recording(stream([Kind.GRIP], t, [grip + noise(t, 3)]), **({"task": "pinch"} | metadata))


def test_maximal_pinch_without_a_load_cell():
    result = analyze_pinch(pinch_recording([40.0, 50.0, 48.0]))
    assert [t.values["mvc_n"] for t in result.trials] == pytest.approx([40, 50, 48], rel=0.001)
    assert result.summary["mvc_mean_n"].median == pytest.approx(46, rel=0.001)
    assert result.summary["mvc_best_n"].median == pytest.approx(50, rel=0.001)
    assert [t.flags for t in result.trials] == [("weaker_repeat",), (), ()]
    assert result.traces.lf is None
    assert result.trials[0].values["duration_s"] == pytest.approx(3.6, abs=0.02)


def test_split_hand_ratio_is_marked_exploratory():
    made = pinch_recording([30.0, 20.0])
    marks = (Marker(0.5, "note", "digits=index"), Marker(6.5, "note", "digits=little"))
    object.__setattr__(made, "markers", marks)
    result = analyze_pinch(made)
    assert [t.values["digits"] for t in result.trials] == ["index", "little"]
    found = result.details["split_hand"]
    assert found.ratio == pytest.approx(1.5, rel=0.001)
    assert found.asymmetry == pytest.approx(0.2, rel=0.005)
    assert "no norms" in found.note


# tracking ------------------------------------------------------------------------------------

KNOTS = [[2.0, 0.0], [5.0, 0.0], [8.0, 6.0], [12.0, 6.0], [15.0, 0.0], [18.0, 0.0]]


def tracking_recording(error_n):
    t = np.arange(20_000) / 1000
    knots = np.array(KNOTS)
    wanted = np.interp(t, knots[:, 0], knots[:, 1])
    grip = np.maximum(wanted + error_n(t) * (wanted > 0), 0)
    target = {"force": "gf", "knots": KNOTS}
    made = stream([Kind.GRIP], t, [grip + noise(t, 1, 0.001)])
    return recording(made, task="tracking", target=target)


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
    assert v["tracking_lag_ms"] == pytest.approx(150, abs=1)
    assert v["tracking_r"] > 0.99


def test_no_target_no_error():
    result = analyze_tracking(held_recording(Held(), task="tracking"))
    assert only(result).flags == ("no_target",)
    assert only(result).values["rmse_n"] is None
    assert "what force was asked for" in result.remarks[0]


@pytest.mark.parametrize("target", ["up", {"knots": "x"}, {"mean_n": 1}, {"knots": [], "force": 1}])
def test_a_nonsense_target_is_refused(target):
    with pytest.raises(UsageError):
        analyze_tracking(held_recording(Held(), task="tracking", target=target))


# weights and surfaces ------------------------------------------------------------------------


def lift_series(masses_g, gains=None):
    lifts, at = [], 1.0
    for mass, gain in zip(masses_g, gains or [1.2] * len(masses_g), strict=True):
        lifts.append(AnalyticLift(contact_s=at, mass_g=mass, gain=gain, hold_s=3.0))
        at = lifts[-1].release_s + 1.0
    return lifts


def test_weights_are_read_off_the_load():
    masses = [400, 400, 200, 800, 200, 800, 800, 200, 200, 400]
    result = analyze_weights(lifts_recording(lift_series(masses), task="weights", mass_g=400))
    found = [t.values["lifted_mass_g"] for t in result.trials]
    assert found == pytest.approx(masses, rel=0.02)
    assert [t.values["previous_mass_g"] for t in result.trials][1:] == pytest.approx(
        masses[:-1], rel=0.02
    )
    assert result.trials[2].values["weight_changed"] is True
    assert result.trials[1].values["weight_changed"] is False
    # Rates of these formulas follow the weight that is lifted, not the one before.
    assert result.summary["plfr_carry_over"].median == pytest.approx(0.0, abs=0.1)
    assert not [e for e in result.excluded if e.trial != 1]


def test_carry_over_and_scaling_by_hand():
    """Healthy prototype of science 4.5: PGFR .2 kg after .2/.8: 19/63; .8 kg: 32/64 N/s."""
    rows = np.array([[200, 200, 19], [800, 200, 63], [200, 800, 32], [800, 800, 64]], dtype=float)
    assert carry_over(rows) == pytest.approx(0.5 * ((64 - 32) + (63 - 19)) / (64 - 19))
    line = np.array([[m, 300, 10 + 0.05 * m] for m in (200, 400, 800)], dtype=float)
    assert scaling(line) == pytest.approx(50.0)


def test_grip_by_surface_and_the_first_lift_after_a_change():
    names = ["sand"] * 4 + ["silk"] * 4
    gains = [1.0] * 4 + [1.5] + [2.0] * 3
    made = lifts_recording(lift_series([400] * 8, gains), task="surfaces", surfaces=names)
    result = analyze_surfaces(made)
    weight = 0.4 * G
    assert result.summary["gf_static_n_sand"].median == pytest.approx(0.4 + weight, rel=0.01)
    assert result.summary["gf_static_n_silk"].median == pytest.approx(0.4 + 2 * weight, rel=0.01)
    assert [t.values["surface_changed"] for t in result.trials] == [None, *[False] * 3, True] + [
        False
    ] * 3


# all -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("count", [2, 30, 700])
def test_hardly_any_samples(task, count):
    t = np.arange(count) / 1000
    for level in (0.0, 5.0):
        made = recording(stream([Kind.GRIP, Kind.LOAD], t, [0 * t + level] * 2), task=task)
        assert len(analyze(made)) <= 1


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("seed", range(4))
def test_noise_of_any_kind_never_raises(task, seed):
    rng = np.random.default_rng([seed, 7])
    t = np.arange(12_000) / 1000
    walk = np.cumsum(rng.normal(0, 0.02, (2, len(t))), axis=1)
    bursts = 5 * np.repeat(rng.random((2, 24)) < 0.4, 500, axis=1)
    made = recording(stream([Kind.GRIP, Kind.LOAD], t, list(walk + bursts)), task=task)
    table = analyze(made)
    assert list(table["trial"]) == list(range(1, len(table) + 1))


@pytest.mark.parametrize("task", ["p2p", "cyclic", "drop", "step"])
def test_twenty_samples_a_second_have_no_times(task):
    made = {
        "p2p": p2p_recording,
        "cyclic": cyclic_recording,
        "drop": lambda: drop_recording(-0.15),
        "step": lambda: held_recording(
            Held(extra_load_n=lambda t: np.clip(8 * (t - 5), 0, 2)), task="step"
        ),
    }[task]()
    samples = made.streams["force"]
    t = samples.t[::50]
    values = [samples.values[::50, k] for k in (0, 1)]
    slow = recording(stream([Kind.GRIP, Kind.LOAD], t, values, rate_hz=20.0), task=task, mass_g=400)
    result = analyze_task(slow)
    assert result.timing.lag_ms is None
    for trial in result.trials:
        assert "low_rate" in trial.flags
        for column in ("xcorr_lag_ms", "xcorr_r", "peak_lag_ms", "gf_onset_ms", "latency_ms"):
            assert trial.values.get(column) is None


def test_an_unknown_task_is_refused():
    with pytest.raises(UsageError, match="juggling"):
        analyze(lifts_recording([AnalyticLift()], task="juggling"))


def test_lifts_keep_their_promised_table():
    assert list(analyze(lifts_recording([AnalyticLift()])).columns) == list(COLUMNS)


# hands that are not formulas ------------------------------------------------------------------


def shaky(t, seed, *, slow_cv=0.02, tremor=0.006):
    """Return what a healthy hand's grip is multiplied with: slow wander and tremor."""
    rng = np.random.default_rng(seed)
    return 1 + slow_cv * slow(len(t), 1000.0, rng) + tremor * band(len(t), 1000.0, rng, 8.3, 10.7)


@pytest.mark.parametrize("mu", [0.9, 0.6, 0.35])
def test_slip_force_of_shaky_hands_is_within_4_percent(mu):
    """Planted: the object slides from the first moment at which grip is below m g / 2 µ."""
    weight, start_n = 0.4 * G, 0.4 * G / (2 * mu) + 3.0
    found = []
    for seed in range(6):
        t = np.arange(14_000) / 1000

        def grip(at, seed=seed):
            release = start_n - np.clip(at - 3.0, 0, None)
            return np.maximum(release, 0) * shaky(at, seed)

        slip_s = t[np.argmax((grip(t) < weight / (2 * mu)) & (t > 2.5))]
        held = Held(
            duration_s=slip_s + 1.5,
            grip_n=grip,
            extra_load_n=lambda at, s=slip_s: np.where(
                at > s, 2 * 0.85 * mu * grip(at) - weight, 0.0
            ),
        )
        trial = only(analyze_slip(held_recording(held, task="slip", seed=seed)))
        found.append(trial.values["slip_force_n"])
    assert np.abs(np.array(found) / (weight / (2 * mu)) - 1).max() < 0.04


@pytest.mark.parametrize(
    ("delta", "dsi", "answer"),
    [(1.0, 1.0, "yes"), (0.25, 0.33, "no")],  # healthy, ALS-like: science 4.5, 2.5
)
def test_direction_selectivity_of_shaky_hands(delta, dsi, answer):
    """Modulation is δ·ΔL + (1 - δ)·|ΔL| (science 4.3); the hand shakes by 2 %, ALS-like 4.5 %."""
    starts, signs = [3.0 + 2.0 * k for k in range(16)], [1, -1] * 8
    extra = movements(starts, signs)

    def grip(t):
        change = extra(t - 0.01)
        planned = 6.0 + 0.9 * (delta * change + (1 - delta) * np.abs(change))
        return planned * shaky(t, 3, slow_cv=0.02 if delta == 1 else 0.045)

    held = Held(duration_s=35.0, grip_n=grip, extra_load_n=extra)
    result = analyze_p2p(held_recording(held, task="p2p"))
    assert len(result.trials) == 16
    assert result.summary["direction_selectivity"].median == pytest.approx(dsi, abs=0.12)
    verdict = summarize_person([result]).verdicts["anticipatory_coupling"]
    assert verdict.evidence["p2p"][0]["criteria"]["direction (p2p)"]["answer"] == answer
