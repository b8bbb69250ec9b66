"""The hand against formulas, and against published figures as orders of magnitude."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import signal
from scipy.integrate import solve_ivp

from gripforce.constants import STANDARD_GRAVITY
from gripforce.errors import UsageError
from gripforce.sim.person import noise
from gripforce.sim.person.hand import correction, reaction
from gripforce.sim.person.profiles import PROFILES, profile
from gripforce.sim.physics.object import (
    ARM_DAMPING_NS_PER_M,
    ARM_MASS_KG,
    ARM_STIFFNESS_N_PER_M,
    lift_object,
    minimum_jerk,
    surface,
)
from gripforce.sim.physics.surfaces import SURFACES
from gripforce.sim.tasks.lift import PlannedLift, perform_lift
from gripforce.sim.tasks.registry import make_scene
from tests.sim.observer import lift_lags_ms, net_lag_s

RATE_HZ = 2000.0
SEEDS = (11, 12, 13)


# The object


def test_minimum_jerk_has_its_peak_speed_at_the_middle():
    t = np.linspace(0.0, 1.0, 2001)
    speed = np.gradient(minimum_jerk(t), t)
    assert speed.max() == pytest.approx(1.875, abs=1e-4)
    assert t[speed.argmax()] == pytest.approx(0.5, abs=1e-3)
    assert minimum_jerk(np.array([-1.0, 0.0, 1.0, 2.0])).tolist() == [0.0, 0.0, 1.0, 1.0]


def test_slip_force_is_where_friction_ends():
    for name in SURFACES:
        plates = surface(name)
        grip = float(plates.slip_force_n(3.9))
        assert 2 * plates.k * grip**plates.n == pytest.approx(3.9)
        assert 2 * plates.friction(3.9) * grip == pytest.approx(3.9)
    # 400 g on sandpaper: 2.38 N
    assert float(surface("sandpaper").slip_force_n(0.4 * STANDARD_GRAVITY)) == pytest.approx(
        2.38, abs=0.01
    )


def test_an_airborne_object_obeys_newton():
    mass_kg, weight = 0.4, 0.4 * STANDARD_GRAVITY
    t = np.arange(6000) / RATE_HZ
    held = weight / ARM_STIFFNESS_N_PER_M

    def hand(at):
        return (0.05 + held) * minimum_jerk((at - 0.2) / 0.6)

    trace = lift_object(t, hand(t), mass_kg, 99.0)
    up = trace.t_liftoff_s

    def move(at, state):
        z, v = state
        speed = (hand(np.array([at + 1e-5])) - hand(np.array([at - 1e-5])))[0] / 2e-5
        pull = ARM_STIFFNESS_N_PER_M * (hand(np.array([at]))[0] - z)
        pull += ARM_DAMPING_NS_PER_M * (speed - v) - weight
        return [v, pull / (mass_kg + ARM_MASS_KG)]

    solved = solve_ivp(move, (up, t[-1]), [0.0, 0.0], t_eval=t[t > up], rtol=1e-8, atol=1e-10)
    accel = np.array([move(at, state)[1] for at, state in zip(solved.t, solved.y.T, strict=True)])
    # A filter at 2 kHz instead of an integration: within a hundredth of a newton.
    assert np.allclose(trace.load_n[t > up], mass_kg * (STANDARD_GRAVITY + accel), atol=0.01)
    assert trace.load_n[-1] == pytest.approx(weight, rel=1e-4)
    assert trace.load_n[t >= up][0] == pytest.approx(weight, rel=0.01)


def test_what_the_arm_cannot_lift_stays():
    t = np.arange(2000) / RATE_HZ
    trace = lift_object(t, 0.01 * minimum_jerk(t / 0.5), 1.0, 99.0)
    assert trace.t_liftoff_s is None
    assert trace.t_replace_s is None
    assert trace.load_n[-1] == pytest.approx(4.0, abs=1e-3)


# Noise, reactions, lag


def test_noise_has_unit_rms_and_its_band():
    rng = np.random.default_rng(1)
    x = noise.band(400_000, RATE_HZ, rng, 8.0, 11.0)
    f, power = signal.welch(x, RATE_HZ, nperseg=16384)
    assert np.std(x) == pytest.approx(1.0, abs=0.1)
    assert power[(f > 7) & (f < 12)].sum() / power.sum() > 0.85
    slow = noise.slow(400_000, RATE_HZ, rng)
    assert np.std(slow) == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize(("rate_n_per_s", "latency_ms"), [(32.0, 72.0), (8.0, 94.0), (2.0, 180.0)])
def test_a_faster_load_is_answered_sooner(rate_n_per_s, latency_ms):
    t = np.arange(4000) / RATE_HZ
    load = np.clip(rate_n_per_s * (t - 0.5), 0.0, 2.0)
    answer = reaction(t, load, np.zeros_like(t), profile("healthy"), 1.0)
    surprised_s = 0.5 + 0.15 / rate_n_per_s
    begun_ms = (t[np.argmax(answer > 1e-6)] - surprised_s) * 1000
    # The pulse begins as the cube of time: some milliseconds until it can be told from nothing.
    assert latency_ms <= begun_ms <= latency_ms + 8
    assert not answer[t < 0.5 + latency_ms / 1000].any()


def test_a_hand_without_feeling_does_not_react():
    t = np.arange(4000) / RATE_HZ
    assert not reaction(t, 3.0 * (t > 1), np.zeros_like(t), profile("deafferented"), 1.0).any()


def test_a_correction_comes_100_ms_after_and_stays():
    t = np.arange(4000) / RATE_HZ
    change = correction(t, 0.5, -2.0)
    assert not change[t <= 0.6].any()
    assert change[np.searchsorted(t, 0.85)] == pytest.approx(-2.0 * (1 - np.exp(-1)), abs=1e-6)


@pytest.mark.parametrize("lag_ms", [-40.0, -0.3, 0.0, 12.25, 90.0])
def test_the_lag_of_a_delayed_copy_is_its_delay(lag_ms):
    t = np.arange(8000) / RATE_HZ

    def load(at):
        return 4.0 * minimum_jerk((at - 1.5) / 0.4) + 0.2 * np.sin(2 * np.pi * 2.3 * at)

    lag_s, r = net_lag_s(t, 1.0 + 0.7 * load(t - lag_ms / 1000), load(t), 1.2, 2.4)
    assert lag_s * 1000 == pytest.approx(lag_ms, abs=0.02)
    assert r == pytest.approx(1.0, abs=1e-3)


# Lifts


@cache
def lifts(name, **options):
    return [make_scene("lift", profile=name, seed=seed, **options) for seed in SEEDS]


def of(scenes, key):
    return np.array([trial[key] for scene in scenes for trial in scene.trials])


def grip_and_load(scene):
    return scene.forces[:, :2].mean(axis=1), scene.forces[:, 2:].sum(axis=1)


PROTOTYPE = {
    # Design figures: preload ms, loading ms, static grip N, CV of the hold %
    "healthy": (46, 111, 3.4, 2.0),
    "elderly": (74, 145, 5.5, 2.5),
    "als": (101, 168, 7.0, 4.4),
    "cerebellar": (149, 168, 5.8, 4.8),
    "deafferented": (228, 191, 9.1, 4.8),
    "parkinson": (164, 214, 3.7, 4.2),
}
ORDER_OF_MAGNITUDE = 0.45
"""Another model of the same hand: within this share of the prototype's figure."""


@pytest.mark.parametrize("name", PROTOTYPE)
def test_profiles_are_of_the_prototypes_order(name):
    scenes = lifts(name)
    preload_ms = (of(scenes, "t_load_onset_s") - of(scenes, "t_contact_s")) * 1000
    loading_ms = (of(scenes, "t_liftoff_s") - of(scenes, "t_load_onset_s")) * 1000
    cv = []
    for scene in scenes:
        grip, _ = grip_and_load(scene)
        for trial in scene.trials:
            held = (scene.t >= trial["t_hold_start_s"]) & (scene.t < trial["t_hold_end_s"])
            cv.append(100 * grip[held].std() / grip[held].mean())
    got = [np.median(x) for x in (preload_ms, loading_ms, of(scenes, "gf_static_n"), cv)]
    assert got == pytest.approx(PROTOTYPE[name], rel=ORDER_OF_MAGNITUDE)


def test_healthy_lifts_are_like_real_ones():
    """[RajKumar2019], 400 g, 15 Hz: mean ± SD of 16 people; ours within two SD of the mean."""
    sos = signal.butter(2, 15 / 0.802, fs=RATE_HZ, output="sos")
    figures = []
    for scene in lifts("healthy"):
        grip, load = (signal.sosfiltfilt(sos, x) for x in grip_and_load(scene))
        grip_rate, load_rate = np.gradient(grip, scene.t), np.gradient(load, scene.t)
        for trial in scene.trials:
            span = (scene.t >= trial["t_contact_s"]) & (scene.t < trial["t_liftoff_s"] + 0.8)
            begin, end = trial["t_contact_s"] - 0.05, trial["t_liftoff_s"] + 0.25
            _, r = net_lag_s(scene.t, grip, load, begin, end)
            figures.append(
                [
                    grip_rate[span].max(),
                    load_rate[span].max(),
                    load[span].max() / 0.4 / STANDARD_GRAVITY,
                    r,
                ]
            )
    pgfr, plfr, load_peak, r = np.median(figures, axis=0)
    assert pgfr == pytest.approx(42, abs=2 * 20)
    assert plfr == pytest.approx(44, abs=2 * 12)
    assert load_peak == pytest.approx(1.11, abs=0.1)
    assert 0.8 <= r <= 0.95


def test_the_observed_lag_is_what_another_observer_measures():
    """A Bessel filter both ways, shifted copies, numpy's corrcoef: nothing of ours."""
    sos = signal.bessel(4, 24, fs=RATE_HZ, norm="mag", output="sos")
    lag_ms, seen = [], []
    for scene in lifts("healthy", trials=4):
        grip, load = (signal.sosfiltfilt(sos, x) for x in grip_and_load(scene))
        grip_rate, load_rate = np.gradient(grip, scene.t), np.gradient(load, scene.t)
        lag_ms += list(lift_lags_ms(scene))
        for trial in scene.trials:
            begin, end = trial["t_contact_s"] - 0.05, trial["t_liftoff_s"] + 0.25
            span = (scene.t >= begin) & (scene.t < end)
            lags = np.arange(-0.06, 0.06, 0.00025)
            r = [
                np.corrcoef(np.interp(scene.t[span] + lag, scene.t, grip_rate), load_rate[span])
                for lag in lags
            ]
            seen.append(1000 * lags[np.argmax([one[0, 1] for one in r])])
    differ = np.abs(np.subtract(lag_ms, seen))
    assert np.median(differ) < 0.5  # another filter, lags to a quarter of a millisecond
    assert np.max(differ) < 2.0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_grip_is_the_load_at_the_planted_lag(seed):
    """Without squeeze, overshoot and noise, grip is the load of some time before: by shifted copies
    and numpy's corrcoef. The arm moves a little unevenly, which the expected load does not."""
    lift = PlannedLift(0.4, 0.4, surface("sandpaper"), 5)
    lags, best = np.arange(-0.15, 0.15, 0.0005), {}
    for lag_ms in (-40.0, 0.0, 45.0):
        plain = replace(
            profile("healthy"), lag_ms=lag_ms, lag_sd_ms=0.0, coupled=1.0, overshoot=0.0,
            slow_cv=0.0, tremor=0.0, decorrelation=0.0, bandwidth_hz=50.0, preload_ms=200.0,
            safety_margin=3.0,
        )  # fmt: skip
        done = perform_lift(lift, plain, np.random.default_rng(seed), RATE_HZ)
        truth = done.truths[0]
        assert truth["lag_ms"] == lag_ms
        span = (done.t > truth["t_load_onset_s"] - 0.05) & (done.t < truth["t_hold_start_s"])
        grip, t = done.grip_n[span], done.t[span]
        r = [np.corrcoef(grip, np.interp(t - lag, done.t, done.load_n))[0, 1] for lag in lags]
        best[lag_ms] = 1000 * lags[np.argmax(r)]
    assert abs(best[0.0]) < 10.0
    for lag_ms, found in best.items():
        assert found - best[0.0] == pytest.approx(lag_ms, abs=3.0)


def test_the_planted_delay_is_the_area_between_load_and_grip():
    """Steps make parts of the grip sooner and others later. The area is that of the final forces;
    the arm moves a little unevenly, which the expected load does not, alike in all three."""
    planted_ms, area_ms = [], []
    for steps in (0, 1, 2):
        plain = replace(
            profile("healthy"), lag_ms=30.0, lag_sd_ms=0.0, coupled=1.0, overshoot=0.0,
            slow_cv=0.0, tremor=0.0, decorrelation=0.0, bandwidth_hz=50.0, preload_ms=200.0,
            safety_margin=3.0, force_steps=steps,
        )  # fmt: skip
        lift = PlannedLift(0.4, 0.4, surface("sandpaper"), 5)
        done = perform_lift(lift, plain, np.random.default_rng(1), RATE_HZ)
        truth = done.truths[0]
        held = done.t < truth["t_hold_end_s"]
        hold = held & (done.t > truth["t_hold_start_s"])
        load, grip = (force / force[hold].mean() for force in (done.load_n, done.grip_n))
        area_ms.append(1e3 * np.trapezoid((load - grip)[held], done.t[held]))
        planted_ms.append(truth["coupling_delay_ms"])
    assert planted_ms[0] == pytest.approx(30, abs=0.1)
    assert np.ptp(planted_ms) > 15
    assert np.diff(planted_ms) == pytest.approx(np.diff(area_ms), abs=2)


def test_lags_are_those_of_the_profile():
    drawn = of(lifts("als"), "lag_ms")
    assert np.mean(drawn) == pytest.approx(20, abs=3 * 35 / np.sqrt(len(drawn)))
    assert np.std(drawn) == pytest.approx(35, rel=3 / np.sqrt(2 * len(drawn)))


@pytest.mark.parametrize("name", PROFILES)
def test_events_are_where_the_truth_says(name):
    scene = make_scene("lift", profile=name, seed=5, trials=4)
    grip, load = grip_and_load(scene)
    weight = 0.4 * STANDARD_GRAVITY
    for trial in scene.trials:
        at = {
            key: np.searchsorted(scene.t, value) for key, value in trial.items() if key[:2] == "t_"
        }
        order = ["t_contact_s", "t_load_onset_s", "t_liftoff_s", "t_hold_start_s", "t_hold_end_s",
                 "t_replace_s", "t_release_s", "t_end_s"]  # fmt: skip
        assert [trial[key] for key in order] == sorted(trial[key] for key in order)
        assert not grip[at["t_contact_s"] - 800 : at["t_contact_s"]].any()
        assert grip[at["t_contact_s"] + 20] > 0.01
        assert load[at["t_contact_s"] : at["t_load_onset_s"]].max(initial=0.0) < 1e-5
        assert load[at["t_load_onset_s"] + 60] > 0.01
        support = 0.4 * scene.accel[:, 2] - load
        assert support[at["t_liftoff_s"] - 10] > 0
        assert np.abs(support[at["t_liftoff_s"] + 1 : at["t_replace_s"] - 1]).max() < 1e-9
        assert support[at["t_replace_s"] + 40] > 0.1 * weight
        assert not grip[at["t_release_s"] + 1 : at["t_end_s"]].any()
        held = slice(at["t_hold_start_s"], at["t_hold_end_s"])
        assert load[held].mean() == pytest.approx(weight, rel=0.01)
        assert grip[held].mean() == pytest.approx(trial["gf_static_n"], rel=1e-3)


def test_it_begins_quiet_and_rests_between_lifts():
    scene = make_scene("lift", trials=3)
    grip, load = grip_and_load(scene)
    quiet = scene.t < scene.trials[0]["t_contact_s"]
    assert scene.trials[0]["t_contact_s"] >= 1.0
    assert not grip[quiet].any()
    for before, after in zip(scene.trials, scene.trials[1:], strict=False):
        rest = (scene.t > before["t_release_s"]) & (scene.t < after["t_contact_s"])
        assert rest.sum() >= RATE_HZ
        assert not grip[rest].any()
        assert load[rest].max() < 1e-9
    holds = of([scene], "t_hold_end_s") - of([scene], "t_liftoff_s")
    assert np.all(holds >= 3.0)


def test_the_first_lifts_are_gripped_harder():
    static = {number: [] for number in (1, 5)}
    for seed in range(30):
        for number, values in static.items():
            values.append(one_lift(seed=seed, number=number).truths[0]["gf_static_n"])
    # First-lift excess [RajKumar2019]; the spread of 10 % between trials is the same on both sides
    assert np.mean(static[1]) / np.mean(static[5]) == pytest.approx(1.29, abs=0.02)


def test_digits_share_unequally_but_sum_up():
    scene = make_scene("lift", trials=2)
    grip, load = grip_and_load(scene)
    differ = np.abs(scene.forces[:, 0] - scene.forces[:, 1])
    assert differ.max() > 0.01
    assert differ.max() < 0.2 * grip.max()
    assert load.max() > 0.4 * STANDARD_GRAVITY


def one_lift(name="healthy", *, mass_kg=0.4, expected_kg=0.4, plates="sandpaper", seed=3, number=5):
    lift = PlannedLift(mass_kg, expected_kg, surface(plates), number)
    return perform_lift(lift, profile(name), np.random.default_rng(seed), RATE_HZ)


def test_a_weak_hand_cannot_lift_a_heavy_slippery_object():
    trace = one_lift("als", mass_kg=1.5, expected_kg=1.5, plates="silk")
    assert trace.truths[0]["t_liftoff_s"] is None
    assert trace.truths[0]["gf_static_n"] is None
    assert not trace.truths[0]["lifted"]
    assert trace.load_n.max() < 1.5 * STANDARD_GRAVITY
    assert trace.grip_n.max() <= profile("als").mvc_n
    json.dumps(trace.truths[0], allow_nan=False)


def test_expecting_more_lifts_early_and_with_more_force():
    right, heavy = one_lift(), one_lift(expected_kg=0.8)
    light = one_lift(mass_kg=0.8, expected_kg=0.4)
    assert heavy.truths[0]["t_liftoff_s"] < right.truths[0]["t_liftoff_s"]
    assert heavy.grip_n.max() > 1.3 * right.grip_n.max()
    assert heavy.truths[0]["gf_static_n"] == pytest.approx(right.truths[0]["gf_static_n"], rel=0.3)
    assert light.truths[0]["lifted"]
    assert (
        light.truths[0]["t_liftoff_s"]
        > one_lift(mass_kg=0.8, expected_kg=0.8).truths[0]["t_liftoff_s"]
    )
    assert light.truths[0]["gf_static_n"] > light.truths[0]["slip_force_n"]


@pytest.mark.parametrize("plates", SURFACES)
def test_a_healthy_hand_keeps_its_margin_on_every_surface(plates):
    scene = make_scene("lift", surface=plates, trials=12, seed=2)
    margin = np.median(of([scene], "static_margin_n") / of([scene], "slip_force_n"))
    assert margin == pytest.approx(0.4, abs=0.15)
    assert np.median(of([scene], "slip_ms")) == 0


def test_the_same_seed_gives_the_same_scene():
    first, again = make_scene("lift", trials=2, seed=8), make_scene("lift", trials=2, seed=8)
    assert first.forces.tobytes() == again.forces.tobytes()
    assert first.trials == again.trials
    other = make_scene("lift", trials=2, seed=9)
    assert other.forces.tobytes() != first.forces.tobytes()


def test_one_more_trial_does_not_change_the_others():
    short, long = make_scene("lift", trials=2, seed=8), make_scene("lift", trials=3, seed=8)
    assert short.trials[0]["gf_static_n"] == long.trials[0]["gf_static_n"]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"task": "juggle"}, "lift"),
        ({"profile": "robot"}, "healthy"),
        ({"surface": "ice"}, "sandpaper"),
        ({"mass_g": -5}, "20"),
        ({"mass_g": 1e6}, "2000"),
        ({"trials": 0}, "1"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(options, named):
    with pytest.raises(UsageError) as refusal:
        make_scene(**options)
    assert named in refusal.value.hint
