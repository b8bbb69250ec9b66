"""Every task's scene against formulas, Newton, and what its truth promises."""

import json
from dataclasses import replace

import numpy as np
import pytest

from gripforce.constants import STANDARD_GRAVITY
from gripforce.errors import UsageError
from gripforce.sim.device.cells import Converter, TrueCalibration
from gripforce.sim.device.frontend import frontend, with_flaws
from gripforce.sim.person.profiles import PROFILES, profile
from gripforce.sim.physics.hold import SimObject
from gripforce.sim.physics.object import Surface, surface
from gripforce.sim.physics.sliding import Motion, simulate_sliding
from gripforce.sim.physics.slip import KINETIC
from gripforce.sim.scene import Scene
from gripforce.sim.tasks import p2p, step
from gripforce.sim.tasks.cyclic import AMPLITUDE_M, perform_cyclic
from gripforce.sim.tasks.drop import BALL_SHARE, HEIGHT_M, perform_drop
from gripforce.sim.tasks.p2p import DISTANCE_M, directed, perform_p2p
from gripforce.sim.tasks.pinch import perform_pinch
from gripforce.sim.tasks.registry import TASKS, make_scene
from gripforce.sim.tasks.series import surface_series, weight_series
from gripforce.sim.tasks.slip import perform_slip
from gripforce.sim.tasks.step import perform_step
from gripforce.sim.tasks.tracking import RAMP_S, perform_tracking

RATE_HZ = 2000.0
MASS_KG = 0.4
WEIGHT_N = MASS_KG * STANDARD_GRAVITY
OBJECT = SimObject(MASS_KG, surface("sandpaper"))
COULOMB = SimObject(MASS_KG, Surface("constant", 0.8, 1.0))
CARRIED = ("slip", "p2p", "cyclic", "drop", "step")
PERFORMED = [task for task in TASKS if task != "calibrate"]
FEW = {"cyclic": 1}


def steady(name="healthy", **changes):
    """Return a hand without noise, spread or overshoot."""
    quiet = {"slow_cv": 0.0, "tremor": 0.0, "decorrelation": 0.0, "trial_sd": 0.0}
    exact = {"lag_ms": 0.0, "lag_sd_ms": 0.0, "overshoot": 0.0}
    return replace(profile(name), **(quiet | exact | changes))


def rng(seed=5):
    return np.random.default_rng(seed)


def scene(task, name="healthy", **options):
    return make_scene(task, profile=name, **({"seed": 3, "trials": FEW.get(task, 3)} | options))


def forces(made):
    return made.forces[:, :2].mean(axis=1), made.forces[:, 2:].sum(axis=1)


# All tasks


@pytest.mark.parametrize("task", PERFORMED)
def test_the_same_seed_gives_the_same_scene(task):
    once, again, other = scene(task), scene(task), scene(task, seed=4)
    assert once.forces.tobytes() == again.forces.tobytes()
    assert once.accel.tobytes() == again.accel.tobytes()
    assert (once.trials, once.facts) == (again.trials, again.facts)
    assert other.forces.tobytes() != once.forces.tobytes()


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("task", PERFORMED)
def test_truth_is_ordered_within_the_scene_and_plain(task, name):
    made = scene(task, name)
    json.dumps([made.facts, *made.trials], allow_nan=False)
    assert [trial["trial"] for trial in made.trials] == list(range(1, len(made.trials) + 1))
    ends = [trial["t_end_s"] for trial in made.trials]
    assert ends == sorted(ends)
    assert ends[-1] <= made.duration_s
    for trial in made.trials:
        times = [v for k, v in trial.items() if k.startswith("t_") and v is not None]
        assert all(1.5 <= at <= trial["t_end_s"] for at in times)
    grip, load = forces(made)
    assert grip.min() > -1e-9
    assert load.min() > -0.5
    assert np.abs(grip[: int(1.4 * RATE_HZ)]).max() == 0
    assert grip.max() <= profile(name).mvc_n + 1e-9


@pytest.mark.parametrize("task", CARRIED)
def test_the_object_obeys_newton_while_it_is_held(task):
    """What no ball and no motor pulls at weighs m (g + a), sliding or not."""
    made = scene(task)
    _, load = forces(made)
    away = 0.0
    for trial in made.trials:
        begin_s = trial.get("t_liftoff_s") or trial["t_onset_s"]
        stop_s = trial.get("t_impact_s") or trial.get("t_step_s") or trial.get("t_drop_s")
        inside = (made.t > begin_s + 0.01) & (made.t < (stop_s or trial["t_end_s"] - 3) - 0.01)
        newton = MASS_KG * made.accel[inside, 2]
        away = max([away, *np.abs(load[inside] - newton)])
    assert away < 0.02


@pytest.mark.parametrize("task", CARRIED)
def test_a_weak_hand_cannot_pick_up_what_slips(task):
    made = scene(task, "als", mass_g=2000, surface="silk")  # 33 N needed, 20 N there
    assert not any(trial["lifted"] for trial in made.trials)
    assert all(trial["gf_static_n"] is None for trial in made.trials if "gf_static_n" in trial)
    grip, load = forces(made)
    assert grip.max() <= 20
    assert load.max() < 2 * STANDARD_GRAVITY
    assert not np.any(made.accel[:, 2] - STANDARD_GRAVITY)


def test_a_weak_hand_drops_what_it_moves():
    weak = steady(mvc_n=OBJECT.slip_force_n * 1.15)
    episode = perform_p2p(OBJECT, weak, range(1, 7), rng(), RATE_HZ)
    last = episode.truths[-1]
    assert last["t_drop_s"] is not None
    assert len(episode.truths) < 6
    gone = episode.t > last["t_drop_s"] + 0.05
    assert episode.load_n[gone].max() < 0.01
    assert episode.grip_n[gone].max() < 0.01
    # It falls freely, lands, and lies still: its speed is nothing in the end.
    falling = (episode.t > last["t_drop_s"] + 0.001) & (episode.t < last["t_drop_s"] + 0.05)
    assert np.allclose(episode.accel_m_s2[falling], -STANDARD_GRAVITY, atol=1e-6)
    assert abs(episode.accel_m_s2[-1]) < 1e-3


def test_unknown_twitches_and_flaws_are_refused():
    with pytest.raises(UsageError, match="fasciculations"):
        make_scene("lift", fasciculations_hz=11)
    with pytest.raises(UsageError, match="rust"):
        with_flaws(frontend(), "drift,rust")


# Sliding


def test_an_object_slides_with_what_friction_leaves():
    """Constant grip, load beyond it: v' = (LF - 0.85 · 2 µ GF) / m over 20 mm."""
    t = np.arange(2000) / RATE_HZ
    grip = np.full_like(t, 3.0)
    load = np.where(t < 0.2, WEIGHT_N, 5.5)
    motion = Motion(t, grip, load, np.zeros_like(t))
    slide = simulate_sliding(motion, MASS_KG, COULOMB.surface, (0.0, 1.0), np.full_like(t, 0.1))
    missing = (5.5 - KINETIC * 2 * 0.8 * 3.0) / MASS_KG
    ((begin, end),) = slide.slips
    assert begin == pytest.approx(0.2, abs=1e-3)
    assert end - begin == pytest.approx(np.sqrt(2 * 0.020 / missing), rel=0.02)
    assert slide.t_lost_s == pytest.approx(end, abs=1e-3)


def test_an_object_is_caught_when_grip_comes_back():
    """Friction beyond the load takes the speed away: as long as it took, in inverse ratio."""
    t = np.arange(2000) / RATE_HZ
    grip = np.where((t >= 0.2) & (t < 0.22), 2.0, 4.0)
    load = np.full_like(t, WEIGHT_N)
    motion = Motion(t, grip, load, np.zeros_like(t))
    slide = simulate_sliding(motion, MASS_KG, COULOMB.surface, (0.0, 1.0), np.full_like(t, 0.1))
    gained = (WEIGHT_N - KINETIC * 1.6 * 2.0) * 0.020
    lost = KINETIC * 1.6 * 4.0 - WEIGHT_N
    ((begin, end),) = slide.slips
    assert slide.t_lost_s is None
    assert end - begin == pytest.approx(0.020 + gained / lost, abs=0.002)
    assert slide.slip_ms(0.0, 1.0) == pytest.approx(1000 * (end - begin))


# Slip test


def test_slip_comes_where_the_ramp_meets_friction():
    """t = (GF0 - m g / (2 µ)) / r for constant friction (science 4.6)."""
    episode = perform_slip(COULOMB, steady(), 1, rng(), RATE_HZ)
    (truth,) = episode.truths
    needed = WEIGHT_N / (2 * truth["mu"])
    assert truth["slip_force_n"] == pytest.approx(needed, rel=1e-4)
    wait = (truth["gf_static_n"] - needed) / truth["release_rate_n_per_s"]
    assert truth["t_slip_s"] - truth["t_release_begin_s"] == pytest.approx(wait, abs=0.003)
    assert 0 < truth["t_drop_s"] - truth["t_slip_s"] < 0.4
    at = np.searchsorted(episode.t, truth["t_slip_s"])
    assert episode.grip_n[at] == pytest.approx(needed, rel=0.003)


def test_friction_varies_a_little_from_release_to_release():
    slips = [trial["slip_force_n"] for trial in scene("slip", trials=12).trials]
    assert 0.008 < np.std(slips) / np.mean(slips) < 0.04
    assert np.mean(slips) == pytest.approx(OBJECT.slip_force_n, rel=0.02)


# Point to point


def test_a_movements_load_is_that_of_a_minimum_jerk():
    episode = perform_p2p(OBJECT, steady(), range(1, 3), rng(), RATE_HZ)
    up, down = episode.truths
    peak = 5.774 * DISTANCE_M / 0.5**2  # |a| max = 5.774 D / T² (science 4.1)
    assert up["lf_max_n"] == pytest.approx(MASS_KG * (STANDARD_GRAVITY + peak), rel=1e-3)
    moving = (episode.t > up["t_onset_s"]) & (episode.t < up["t_end_s"])
    top = episode.t[moving][episode.load_n[moving].argmax()]
    assert top == pytest.approx(up["t_first_extremum_s"], abs=1e-3)
    assert (up["direction"], down["direction"]) == ("up", "down")
    assert down["gf_max_n"] == pytest.approx(up["gf_max_n"], rel=0.01)


@pytest.mark.parametrize(("delta", "sign"), [(1.0, -1.0), (0.5, 0.0), (0.0, 1.0)])
def test_grip_goes_where_its_selectivity_says(delta, sign):
    """On the way down δ ΔL + (1 - δ) |ΔL| is (1 - 2 δ) |ΔL| at first."""
    assert directed(np.array([2.0, -2.0]), delta).tolist() == [2.0, 2.0 * sign]
    hand = steady(direction=delta, bandwidth_hz=50.0, safety_margin=1.0)
    episode = perform_p2p(OBJECT, hand, range(1, 3), rng(), RATE_HZ)
    up, down = (trial["early_gf_change_n"] for trial in episode.truths)
    change = MASS_KG * 5.774 * DISTANCE_M / 0.5**2
    gain = hand.coupled * OBJECT.slip_force_n * (1 + hand.safety_margin) / WEIGHT_N
    assert up == pytest.approx(gain * change, rel=0.03)
    assert down == pytest.approx(sign * gain * change, abs=0.03 * gain * change)


def test_lags_of_movements_are_those_that_were_drawn():
    trials = scene("p2p", trials=12).trials
    off = [trial["lag_ms"] - trial["delay_ms"] for trial in trials]
    assert np.median(np.abs(off)) < 0.1


@pytest.mark.parametrize("name", PROFILES)
def test_nobody_drops_what_they_meant_to_move(name):
    for seed in range(5):
        assert not any(trial["t_drop_s"] for trial in scene("p2p", name, seed=seed).trials)


def test_many_movements_take_several_holds():
    assert [len(numbers) for numbers in p2p.holds(45)] == [20, 20, 5]
    assert [number for numbers in p2p.holds(45) for number in numbers] == list(range(1, 46))


# Rhythm


@pytest.mark.parametrize("lag_ms", [0.0, 40.0])
def test_rhythm_has_the_gain_and_lag_of_its_hand(lag_ms):
    """OLS gain of a delayed sine is b cos(2 π f ℓ), r at the best lag is 1 (science 4.6)."""
    hand = steady(lag_ms=lag_ms, bandwidth_hz=50.0, safety_margin=1.0)
    episode = perform_cyclic(OBJECT, hand, 1, rng(), RATE_HZ)
    (truth,) = episode.truths
    assert truth["lag_ms"] == pytest.approx(lag_ms, abs=0.3)
    assert truth["xcorr_r"] > 0.999
    b = hand.coupled * OBJECT.slip_force_n * (1 + hand.safety_margin) / WEIGHT_N
    turned = np.cos(2 * np.pi * truth["frequency_hz"] * lag_ms / 1000)
    assert truth["gain"] == pytest.approx(b * turned, rel=0.01)
    swing = MASS_KG * AMPLITUDE_M * (2 * np.pi * truth["frequency_hz"]) ** 2
    assert truth["modulation_n"] == pytest.approx(2 * swing, rel=0.15)


@pytest.mark.parametrize("beat_s", [0.8, 1.5])
def test_cyclic_movements_follow_a_metronome(beat_s):
    made = make_scene("cyclic", trials=2, beat_s=beat_s)
    for trial in made.trials:
        assert trial["frequency_hz"] * beat_s == pytest.approx(1.0, abs=0.15)


def test_a_hand_rests_for_as_long_as_it_is_told_to():
    made = make_scene("pinch", trials=3, rest_s=24.0)
    ends = [trial["t_end_s"] for trial in made.trials]
    comes = [trial["t_contact_s"] for trial in made.trials]
    assert all(24.0 < later - end < 26.0 for later, end in zip(comes[1:], ends, strict=False))


@pytest.mark.parametrize("wrong", [{"rest_s": -1.0}, {"rest_s": 601.0}, {"beat_s": 0.1}])
def test_rests_and_beats_that_cannot_be_are_refused(wrong):
    with pytest.raises(UsageError, match="cannot be"):
        make_scene("cyclic", trials=1, **wrong)


def test_rhythm_of_the_prototypes_order():
    """Science 4.5: r 1.00, .98, .93, .59; orders of magnitude."""
    r = {n: scene("cyclic", n).trials[0]["xcorr_r"] for n in ("healthy", "als", "cerebellar")}
    assert r["healthy"] > 0.99 > r["als"] > 0.95 > r["cerebellar"] > 0.88
    assert scene("cyclic", "deafferented").trials[0]["xcorr_r"] < 0.85


# Drop and step


def test_an_impact_brings_the_balls_momentum():
    """∫ (LF - m (g + a)) dt over the impact is m √(2 g h), and a little of the ball's weight."""
    episode = perform_drop(OBJECT, steady(safety_margin=2.0), 2, rng(), RATE_HZ)
    (truth,) = episode.truths
    hit = truth["t_impact_s"]
    during = (episode.t >= hit) & (episode.t < hit + 0.040)
    outside = episode.load_n - MASS_KG * (STANDARD_GRAVITY + episode.accel_m_s2)
    ball = BALL_SHARE * MASS_KG
    momentum = ball * np.sqrt(2 * STANDARD_GRAVITY * HEIGHT_M)
    found = outside[during].sum() / RATE_HZ
    assert momentum < found + 1e-3 < momentum + ball * STANDARD_GRAVITY * 0.040 + 2e-3
    later = (episode.t > hit + 0.8) & (episode.t < hit + 1.0)
    assert episode.load_n[later].mean() == pytest.approx(WEIGHT_N * (1 + BALL_SHARE), rel=0.02)


@pytest.mark.parametrize(("number", "onset_ms"), [(1, -150.0), (2, 65.0)])
def test_grip_rises_before_an_own_drop_and_after_another_ones(number, onset_ms):
    episode = perform_drop(OBJECT, steady(), number, rng(), RATE_HZ)
    (truth,) = episode.truths
    assert truth["gf_onset_ms"] == pytest.approx(onset_ms)
    onset = truth["t_gf_onset_s"]
    still = (episode.t > onset - 0.3) & (episode.t < onset)
    assert np.ptp(episode.grip_n[still]) < 0.01
    assert np.interp(onset + 0.06, episode.t, episode.grip_n) > truth["gf_static_n"] + 0.3


def test_a_hand_without_anticipation_only_reacts():
    trials = scene("drop", "cerebellar", trials=4).trials
    assert [trial["gf_onset_ms"] for trial in trials] == [100.0] * 4
    unfeeling = scene("drop", "deafferented", trials=4).trials
    assert [trial["gf_onset_ms"] is None for trial in unfeeling] == [False, True, False, True]


def test_steps_have_their_rate_and_latency():
    """Latency 65 + 230 / rate ms: 72 ms at 32 N/s, 180 ms at 2 N/s (science 4.3)."""
    latencies = {rate: [] for rate in step.RATES_N_PER_S}
    for trial in scene("step", trials=80).trials:
        latencies[trial["load_rate_n_per_s"]].append(trial["latency_ms"])
    for rate, found in latencies.items():
        assert np.median(found) == pytest.approx(65 + 230 / rate, rel=0.08)


def test_grip_does_nothing_before_its_latency():
    episode = perform_step(OBJECT, steady(), 1, rng(), RATE_HZ)
    (truth,) = episode.truths
    at, onset = truth["t_step_s"], truth["t_gf_onset_s"]
    before = (episode.t > at - 0.3) & (episode.t < onset)
    assert np.ptp(episode.grip_n[before]) < 0.01
    ramp = np.interp([at, at + 0.05], episode.t, episode.load_n)
    assert ramp[1] - ramp[0] == pytest.approx(0.05 * truth["load_rate_n_per_s"], rel=0.01)
    assert truth["gf_rise_n"] > truth["load_step_n"] * 0.5
    numb = perform_step(OBJECT, steady(reactive_ms=None, safety_margin=3.0), 1, rng(), RATE_HZ)
    assert numb.truths[0]["latency_ms"] is None
    assert numb.truths[0]["gf_rise_n"] < 0.05


# Pinch and tracking


@pytest.mark.parametrize("name", PROFILES)
def test_nobody_pinches_harder_than_they_can(name):
    made = scene("pinch", name)
    assert made.facts["mvc_n"] == profile(name).mvc_n
    for trial in made.trials:
        assert 0.8 * made.facts["mvc_n"] < trial["mvc_n"] <= trial["gf_peak_n"]
        assert trial["gf_peak_n"] <= made.facts["mvc_n"]


def test_a_steady_pinch_is_its_effort_less_half_a_second_of_fading():
    (truth,) = perform_pinch(steady(), 1, rng(), RATE_HZ).truths
    assert truth["mvc_n"] == pytest.approx(truth["effort"] * 60 * (1 - 0.005 * 0.25), rel=1e-3)


def test_tracking_is_late_by_its_delay():
    """On a ramp an exact copy that is late by d is off by slope · d."""
    (truth,) = perform_tracking(steady(release_delay=1.5), 1, rng(), RATE_HZ).truths
    slope = truth["target_n"] / RAMP_S
    assert truth["rmse_generation_n"] == pytest.approx(slope * 0.120, rel=0.06)
    assert truth["rmse_release_n"] == pytest.approx(slope * 0.180, rel=0.06)
    assert truth["rmse_hold_n"] < 0.01


def test_the_target_of_a_run_is_told_as_a_recording_tells_it():
    made = scene("tracking")
    knots = np.array(made.facts["target"]["knots"])
    assert len(knots) == 4 * 3
    assert (np.diff(knots[:, 0]) > 0).all()
    assert knots[1, 0] == made.trials[0]["t_hold_start_s"]


# Series


def test_weights_follow_the_pattern_and_the_memory():
    masses = [mass for mass, _ in weight_series(0.33, OBJECT.surface, 19)]
    told = [330] * 4 + [660] * 3 + [165] * 3 + [660] * 3 + [330] * 3 + [165] * 3
    assert np.round(1000 * np.array(masses)).tolist() == told
    made = make_scene("weights", trials=6, seed=3)
    lifted, expected = (
        np.array([trial[key] for trial in made.trials]) for key in ("mass_g", "expected_mass_g")
    )
    assert np.allclose(np.diff(expected), 0.8 * (lifted - expected)[:-1])


def test_what_is_lighter_than_expected_is_held_until_it_stands():
    made = make_scene("weights", trials=8, seed=21)
    light = made.trials[-1]
    assert light["expected_mass_g"] > 3 * light["mass_g"]
    grip, _ = forces(made)
    held = (made.t > light["t_contact_s"] + 0.05) & (made.t < light["t_replace_s"])
    assert grip[held].min() > 1.0


def test_another_surface_shows_in_the_grip_a_tenth_of_a_second_after_contact():
    known, felt = [], []
    for name in ("sandpaper", "silk"):
        made = make_scene("surfaces", trials=5, seed=3, surface=name)
        fifth = made.trials[4]
        assert fifth["surface"] != made.trials[3]["surface"]
        assert fifth["expected_slip_force_n"] != pytest.approx(fifth["slip_force_n"], rel=0.1)
        grip, _ = forces(made)
        known.append(np.interp(fifth["t_contact_s"] + 0.09, made.t, grip))
        felt.append(fifth["gf_static_n"] / fifth["slip_force_n"])
    assert known[1] > 1.3 * known[0]  # planned for silk before, for sandpaper before
    assert felt[1] == pytest.approx(felt[0], rel=0.5)


def test_surfaces_begin_with_the_one_asked_for():
    names = [plates.name for _, plates in surface_series(0.3, "suede", 1.0, 14)]
    assert names[:4] == ["suede"] * 4
    assert set(names) == {"suede", "sandpaper", "silk"}


# Options


def test_fasciculations_come_on_top_of_the_grip_only():
    plain, twitching = scene("lift", "als"), scene("lift", "als", fasciculations_hz=1.0)
    added = twitching.forces - plain.forces
    assert np.abs(added[:, 2:]).max() == 0
    assert added.min() > -1e-12
    assert plain.trials == twitching.trials
    # Two of at most 0.3 N seldom fall together.
    assert 0.05 < added[:, 0].max() < 0.6
    gripping = np.count_nonzero(forces(plain)[0] > 0.3) / RATE_HZ
    assert abs(twitching.facts["fasciculations"] - gripping) < 4 * np.sqrt(gripping)


def test_hysteresis_is_the_width_between_up_and_down():
    device = with_flaws(frontend(), "hysteresis")
    (plan, *_) = device.streams
    plan = replace(plan, sensor=replace(plan.sensor, noise=0.0))
    cal = TrueCalibration.draw(device, rng(), None)
    t = np.arange(4001) / RATE_HZ
    up_down = np.column_stack([20 * (1 - np.abs(t - 1))] * 4)
    accel = np.zeros((len(t), 3))
    converter = Converter(Scene(t, up_down, accel, ()), plan, cal, seed=1)
    counts = converter.counts(np.array([0.5, 1.5]), 0.001, 0)
    newtons = (counts - cal.zero_counts) @ cal.matrix.T
    width = newtons[1] - newtons[0]
    assert width == pytest.approx([0.0005 * 78] * 2 + [0.0005 * 31] * 2, rel=0.05)


def test_drift_and_warm_up_add_to_a_resting_cell():
    device = with_flaws(frontend(), "drift,creep")
    (plan, *_) = device.streams
    plan = replace(plan, sensor=replace(plan.sensor, noise=0.0))
    cal = TrueCalibration.draw(device, rng(), None)
    t = np.array([0.0, 1.0])
    resting = Scene(t, np.zeros((2, 4)), np.zeros((2, 3)), ())
    counts = Converter(resting, plan, cal, seed=1).counts(np.array([0.0, 600.0]), 0.001, 0)
    gained = np.diff((counts - cal.zero_counts) @ cal.matrix.T, axis=0)[0]
    # 10 mN a minute for ten minutes, and 1 - 1/e of 50 mN.
    assert gained == pytest.approx([0.1 + 0.05 * (1 - np.exp(-1))] * 4, abs=1e-4)
