"""Every task's scene against Newton, and what its ground truth promises."""

import json

import numpy as np
import pytest

from gripforce.constants import STANDARD_GRAVITY
from gripforce.sim.person.profiles import PROFILES, profile
from gripforce.sim.tasks.registry import PERSON_TASKS, make_scene
from tests.sim.participants import (
    MASS_KG,
    RATE_HZ,
    forces,
    scene,
)

CARRIED = ("slip", "p2p", "cyclic", "drop", "step")


@pytest.mark.parametrize("task", PERSON_TASKS)
def test_the_same_seed_gives_the_same_scene(task):
    once, again, other = scene(task), scene(task), scene(task, seed=4)
    assert once.forces.tobytes() == again.forces.tobytes()
    assert once.accel.tobytes() == again.accel.tobytes()
    assert (once.trials, once.facts) == (again.trials, again.facts)
    assert other.forces.tobytes() != once.forces.tobytes()


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("task", PERSON_TASKS)
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


def test_a_hand_rests_for_as_long_as_it_is_told_to():
    made = make_scene("pinch", trials=3, rest_s=24.0)
    ends = [trial["t_end_s"] for trial in made.trials]
    comes = [trial["t_contact_s"] for trial in made.trials]
    assert all(24.0 < later - end < 26.0 for later, end in zip(comes[1:], ends, strict=False))


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
