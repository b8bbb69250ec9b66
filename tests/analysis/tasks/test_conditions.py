"""Lifts after watching or imagining against lifts after nothing: formulas, simulator."""

from dataclasses import replace

import pytest

from gripforce.analysis.tasks.weights import analyze_weights
from gripforce.model import Kind
from gripforce.protocol.counterbalance import counterbalanced
from gripforce.protocol.library import find_protocol
from gripforce.sim.person.profiles import profile
from gripforce.sim.tasks.registry import make_scene
from tests.analysis.analytic_lifts import noise, recording, stream
from tests.analysis.planted_series import RATE_N_PER_S_PER_KG, planted_weights

BLOCK = find_protocol("observation").blocks[-1]
FORCES = [Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.LOAD_THUMB, Kind.LOAD_INDEX]
GAINED = "lf_rate_peak_gained_n_per_s_per_kg_{}"


def test_a_planted_effect_of_watching_comes_back_and_none_where_none_is():
    memory = {"nothing": 0.8, "watch": 0.0, "imagine": 0.8, "pantomime": 0.8}
    made = planted_weights(memory, 31, masses=BLOCK.masses_g, prepared=BLOCK.prepared)
    result = analyze_weights(made)
    watched = result.summary[GAINED.format("watch")]
    assert watched.ci_low > 0
    assert watched.ci_low < 0.8 * RATE_N_PER_S_PER_KG < watched.ci_high
    for name in ("imagine", "pantomime"):
        none = result.summary[GAINED.format(name)]
        assert none.ci_low < 0 < none.ci_high
        assert any(f"After '{name}'" in r and "lifts of each" in r for r in result.remarks)
    assert [trial.values["prepared"] for trial in result.trials] == list(BLOCK.prepared)


@pytest.mark.parametrize("observation", [0.0, 1.0])
def test_a_simulated_hand_gives_its_planted_effect_back(observation):
    hand = replace(profile("healthy"), observation=observation)
    scene = make_scene(
        "weights", rate_hz=500.0, profile=hand, seed=611, trials=BLOCK.trials,
        order=",".join(f"{g:g}" for g in BLOCK.masses_g), prepared=",".join(BLOCK.prepared),
    )  # fmt: skip
    values = [scene.forces[:, k] + noise(scene.t, k) for k in range(4)]
    forces = stream(FORCES, scene.t, values, rate_hz=500.0)
    made = recording(forces, task="weights", prepared=list(BLOCK.prepared))
    summary = analyze_weights(made).summary
    for name in ("watch", "imagine"):
        assert (summary[GAINED.format(name)].ci_low > 0) == (observation > 0)
    none = summary[GAINED.format("pantomime")]
    assert none.ci_low < 0 < none.ci_high


def test_too_few_lifts_of_a_condition_are_said():
    memory = {"nothing": 0.8, "watch": 0.0}
    made = planted_weights(memory, 3, masses=BLOCK.masses_g[:8], prepared=["nothing", "watch"] * 4)
    result = analyze_weights(made)
    assert GAINED.format("watch") not in result.summary
    assert any("Too few lifts after 'watch'" in remark for remark in result.remarks)


def test_conditions_change_places_from_subject_to_subject():
    protocol = find_protocol("observation")
    orders = {counterbalanced(protocol, f"p{k:02}").blocks[-1].prepared for k in range(40)}
    assert len(orders) == 4
    for place in range(BLOCK.trials):
        assert len({order[place] for order in orders}) == 4
    assert counterbalanced(protocol, "p07") == counterbalanced(protocol, "p07")
    weights = find_protocol("weight-series")
    assert counterbalanced(weights, "p07").blocks == weights.blocks
