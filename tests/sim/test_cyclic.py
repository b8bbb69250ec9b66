"""Cyclic movements against a sine."""

import numpy as np
import pytest

from gripforce.sim.tasks.cyclic import AMPLITUDE_M, perform_cyclic
from tests.sim.participants import MASS_KG, OBJECT, RATE_HZ, WEIGHT_N, rng, scene, steady


@pytest.mark.parametrize("lag_ms", [0.0, 40.0])
def test_rhythm_has_the_gain_and_lag_of_its_hand(lag_ms):
    """OLS gain of a delayed sine is b cos(2 π f ℓ), r at the best lag is 1."""
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


def test_rhythm_of_the_prototypes_order():
    """Simulated beforehand in a prototype: r 1.00, .98, .93, .59; orders of magnitude."""
    r = {n: scene("cyclic", n).trials[0]["xcorr_r"] for n in ("healthy", "als", "cerebellar")}
    assert r["healthy"] > 0.99 > r["als"] > 0.95 > r["cerebellar"] > 0.88
    assert scene("cyclic", "deafferented").trials[0]["xcorr_r"] < 0.85
