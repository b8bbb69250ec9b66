"""Lifts of changing surfaces on formulas."""

import pytest

from gripforce.analysis.tasks.surfaces import analyze_surfaces
from tests.analysis.analytic_lifts import (
    G,
    lifts_recording,
)
from tests.analysis.recordings import (
    lift_series,
)


def test_grip_by_surface_and_the_first_lift_after_a_change():
    names = ["sand"] * 4 + ["silk"] * 4
    gains = [1.0] * 4 + [1.5] + [2.0] * 3
    made = lifts_recording(lift_series([400] * 8, gains), task="surfaces", surfaces=names)
    result = analyze_surfaces(made)
    weight = 0.4 * G
    assert result.summary["gf_static_n_sand"].value == pytest.approx(0.4 + weight, rel=0.01)
    assert result.summary["gf_static_n_silk"].value == pytest.approx(0.4 + 2 * weight, rel=0.01)
    assert [t.values["surface_changed"] for t in result.trials] == [None, *[False] * 3, True] + [
        False
    ] * 3
