"""Series of weights and of surfaces."""

import numpy as np
import pytest

from gripforce.sim.tasks.registry import make_scene
from gripforce.sim.tasks.series import surface_series, weight_series
from tests.sim.participants import (
    OBJECT,
    forces,
)


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
