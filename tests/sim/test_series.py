"""Series of weights and of surfaces."""

import itertools
from collections import Counter

import numpy as np
import pytest

from gripforce.errors import UsageError
from gripforce.sim.tasks.registry import make_scene
from gripforce.sim.tasks.series import surface_series, weight_series
from tests.sim.participants import (
    OBJECT,
    forces,
)


def test_weights_follow_the_pattern_and_the_memory():
    masses = [mass for mass, _ in weight_series(0.33, OBJECT.surface, 19)]
    pairs = Counter(itertools.pairwise(np.round(1000 * np.array(masses)).tolist()))
    assert pairs == dict.fromkeys(itertools.product((165, 330, 660), repeat=2), 2)
    made = make_scene("weights", trials=6, seed=3)
    lifted, expected = (
        np.array([trial[key] for trial in made.trials]) for key in ("mass_g", "expected_mass_g")
    )
    assert np.allclose(expected[1:], 0.8 * lifted[:-1] + 0.2 * lifted[1:])


def test_weights_and_surfaces_come_in_the_order_that_is_asked_for():
    made = make_scene("weights", trials=4, seed=3, order="165,330")
    assert [trial["mass_g"] for trial in made.trials] == [165, 330, 165, 330]
    made = make_scene("surfaces", trials=3, seed=3, order="silk,suede,silk")
    assert [trial["surface"] for trial in made.trials] == ["silk", "suede", "silk"]
    for task, order in (("weights", "330,heavy"), ("weights", "0.1"), ("surfaces", "silk,glass")):
        with pytest.raises(UsageError):
            make_scene(task, order=order)


def test_loading_is_programmed_for_the_expected_weight():
    made = make_scene("weights", trials=2, seed=3, order="330,165")
    rates = []
    for trial in made.trials:
        first = np.searchsorted(made.t, trial["t_load_onset_s"])
        last = np.searchsorted(made.t, trial["t_liftoff_s"])
        load = made.forces[first:last, 2:].sum(axis=1)
        rates.append(np.gradient(load, made.t[1] - made.t[0]).max() / trial["expected_mass_g"])
    assert rates[1] == pytest.approx(rates[0], rel=0.2)


def test_what_is_lighter_than_expected_is_held_until_it_stands():
    made = make_scene("weights", trials=8, seed=21, order="660,660,660,660,660,660,660,165")
    light = made.trials[-1]
    assert light["expected_mass_g"] > 3 * light["mass_g"]
    grip, _ = forces(made)
    held = (made.t > light["t_contact_s"] + 0.05) & (made.t < light["t_replace_s"])
    assert grip[held].min() > 0.9 * light["slip_force_n"]


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
