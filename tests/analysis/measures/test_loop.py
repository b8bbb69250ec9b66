"""Grip against load: loops and slopes whose area and slope follow from geometry."""

import numpy as np
import pytest

from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.analysis.measures.loop import fit_branch, force_loop
from gripforce.analysis.tasks.cyclic import analyze_cyclic
from gripforce.analysis.tasks.registry import analyze_task
from tests.analysis.analytic_lifts import AnalyticLift, lifts_recording
from tests.analysis.recordings import cyclic_recording, only

TURN = np.linspace(0, 2 * np.pi, 4001)


@pytest.mark.parametrize("phase", [-1.2, -0.3, 0.0, 0.2, 1.5])
def test_area_of_an_ellipse(phase):
    """``∮ GF dLF = -π b A² sin φ`` for GF = c + b A sin(θ - φ), LF = A sin θ."""
    loop = force_loop(3 + 0.8 * 2.5 * np.sin(TURN - phase), 2.5 * np.sin(TURN))
    assert loop.area_n2 == pytest.approx(-np.pi * 0.8 * 2.5**2 * np.sin(phase), abs=1e-4)
    assert loop.share == pytest.approx(-np.pi / 4 * np.sin(phase), abs=1e-4)


def test_direction_of_a_rectangle():
    """Grip 2 N while load rises from 0 to 4 N, 1 N while it falls: 4 N² and the whole rectangle."""
    load = np.array([0.0, 4, 4, 0])
    grip = np.array([2.0, 2, 1, 1])
    assert force_loop(grip, load).area_n2 == pytest.approx(4)
    assert force_loop(grip, load).share == pytest.approx(1)
    assert force_loop(grip[::-1], load[::-1]).area_n2 == pytest.approx(-4)


def test_constant_forces_have_neither_loop_nor_slope():
    assert force_loop(np.ones(9), np.arange(9.0)) is None
    assert force_loop(np.zeros(0), np.zeros(0)) is None
    assert fit_branch(np.arange(9.0), np.ones(9)) is None


@pytest.mark.parametrize("lag_s", [-0.04, 0.0, 0.06])
def test_cycles_of_a_late_grip(lag_s):
    values = only(analyze_cyclic(cyclic_recording(lag_s))).values
    phase = 2 * np.pi * 1.2 * lag_s
    assert values["loop_share"] == pytest.approx(-np.pi / 4 * np.sin(phase), abs=0.01)
    assert values["loop_area_n2"] == pytest.approx(-np.pi * 0.8 * 2.5**2 * np.sin(phase), abs=0.15)
    assert values["wavelet_coherence"] > 0.99


def test_slopes_of_either_branch_of_a_cycle():
    """A lag ℓ gives both branches of sines the slope b cos φ: each is half of the ellipse."""
    values = only(analyze_cyclic(cyclic_recording(0.03))).values
    slope = 0.8 * np.cos(2 * np.pi * 1.2 * 0.03)
    assert values["gain_rising"] == pytest.approx(slope, abs=0.01)
    assert values["gain_falling"] == pytest.approx(slope, abs=0.01)


def test_a_lift_whose_grip_is_a_line_of_its_load():
    made = lifts_recording([AnalyticLift(contact_s=1.0 + 5.0 * k) for k in range(2)], task="lift")
    for trial in analyze_task(made).trials:
        values = trial.values
        assert values["gf_lf_peak_ratio"] == values["gf_peak_n"] / values["lf_peak_n"]
        assert values["gf_lf_min_ratio"] <= values["gf_lf_mean_ratio"]
        assert values["min_ratio_after_ms"] >= 0
        assert values["r_rising"] > 0.9
    signals = analyze_lifts(made).signals
    inside = slice(signals.aligned.index(2.5), signals.aligned.index(3.5))
    ratio = float(np.mean(signals.gf[inside] / signals.lf[inside]))
    assert values["gf_lf_mean_ratio"] == pytest.approx(ratio, rel=0.05)
