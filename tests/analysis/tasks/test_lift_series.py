"""Figures of all lifts together, of trials whose figures are planted."""

import numpy as np
import pytest

from gripforce.analysis.results import MeasuredTrial
from gripforce.analysis.tasks.lift import series_of
from gripforce.model.recording import Trial


def trials(**columns):
    """Return lifts with one value a lift in each column; columns that are not given are empty."""
    empty = dict.fromkeys(
        ("preload_ms", "xcorr_lag_ms", "coupling_delay_ms", "coupling_delay_half_width_ms",
         "coupling_gain", "gf_static_n", "lf_static_n", "lifted_surface")
    )  # fmt: skip
    rows = zip(*columns.values(), strict=True)
    return [
        MeasuredTrial(
            Trial(k, "lift", 0.0, 1.0), {}, empty | dict(zip(columns, row, strict=True)), 0, ()
        )
        for k, row in enumerate(rows, 1)
    ]


def power(exponent, masses, noise=0.0):
    load = np.repeat(masses, 4) * 9.81
    scatter = np.exp(noise * np.random.default_rng(3).normal(size=len(load)))
    return trials(gf_static_n=(1.4 * load**exponent * scatter).tolist(), lf_static_n=load.tolist())


@pytest.mark.parametrize("exponent", [0.5, 0.8, 1.0, 1.3])
def test_exponent_is_the_planted_one(exponent):
    found = series_of(power(exponent, [0.2, 0.4, 0.8]))["grip_scaling_exponent"]
    assert found.value == pytest.approx(exponent)
    noisy = series_of(power(exponent, [0.2, 0.4, 0.8], 0.05))["grip_scaling_exponent"]
    assert noisy.ci_low < exponent < noisy.ci_high
    assert noisy.ci_high - noisy.ci_low < 0.4


def test_one_mass_has_no_exponent():
    assert "grip_scaling_exponent" not in series_of(power(0.8, [0.4, 0.41, 0.42]))


def test_gains_are_compared_on_one_surface_and_in_one_recording():
    """Friction changes the gain: half of it on the rough surface is no inconsistency."""
    rng = np.random.default_rng(4)
    smooth, rough = 2 * np.exp(0.05 * rng.normal(size=8)), np.exp(0.05 * rng.normal(size=8))
    gains = [float(gain) for pair in zip(smooth, rough, strict=True) for gain in pair]
    one = trials(coupling_gain=gains, lifted_surface=["smooth", "rough"] * 8)
    assert series_of(one)["gain_spread_pct"].value < 10
    named = [trials(coupling_gain=part.tolist()) for part in (smooth, rough)]
    assert series_of(*named)["gain_spread_pct"].value < 10


def test_three_late_lifts_of_ten_are_seen():
    """A robust spread is small although a third of lifts is reactive; its upper limit is not."""
    delays = [0.0, 5, 10, 3, 8, 1, 6, 90, 95, 100]
    found = series_of(trials(coupling_delay_ms=delays, coupling_delay_half_width_ms=[9.0] * 10))
    assert found["delay_spread_ms"].value < 15
    assert found["delay_spread_ms"].ci_high > 45
    assert found["ahead_share"].value == 0.7
    assert found["ahead_share"].ci_low < 0.5
