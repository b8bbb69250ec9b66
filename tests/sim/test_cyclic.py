"""Cyclic movements against a sine."""

import numpy as np
import pytest

from gripforce.sim.tasks.cyclic import AMPLITUDE_M, perform_cyclic
from tests.sim.observer import best_lag_s
from tests.sim.participants import MASS_KG, OBJECT, RATE_HZ, WEIGHT_N, forces, rng, scene, steady


def inner(truth):
    """Return the span of full cycles, seconds."""
    return truth["t_start_s"] + 3.0, truth["t_stop_s"] - 2.0


@pytest.mark.parametrize("lag_ms", [0.0, 40.0])
def test_rhythm_has_the_gain_and_lag_of_its_hand(lag_ms):
    """OLS gain of a delayed sine is b cos(2 π f ℓ), r at the best lag is 1."""
    hand = steady(lag_ms=lag_ms, bandwidth_hz=50.0, safety_margin=1.0)
    episode = perform_cyclic(OBJECT, hand, 1, rng(), RATE_HZ)
    (truth,) = episode.truths
    assert truth["lag_ms"] == lag_ms
    seen_s, r = best_lag_s(episode.t, episode.grip_n, episode.load_n, inner(truth), 0.4)
    assert 1e3 * seen_s == pytest.approx(lag_ms, abs=0.3)
    assert r > 0.999
    b = hand.coupled * OBJECT.slip_force_n * (1 + hand.safety_margin) / WEIGHT_N
    turned = np.cos(2 * np.pi * truth["frequency_hz"] * lag_ms / 1000)
    assert truth["gain"] == pytest.approx(b * turned, rel=0.01)
    swing = MASS_KG * AMPLITUDE_M * (2 * np.pi * truth["frequency_hz"]) ** 2
    assert truth["modulation_n"] == pytest.approx(2 * swing, rel=0.15)


def test_rhythm_of_the_prototypes_order():
    """Simulated beforehand in a prototype: r 1.00, .98, .93, .59; orders of magnitude."""
    r = {}
    for name in ("healthy", "als", "cerebellar", "deafferented"):
        made = scene("cyclic", name)
        _, r[name] = best_lag_s(made.t, *forces(made), inner(made.trials[0]), 0.4)
    assert r["healthy"] > 0.99 > r["als"] > 0.95 > r["cerebellar"] > 0.88
    assert r["deafferented"] < 0.85
