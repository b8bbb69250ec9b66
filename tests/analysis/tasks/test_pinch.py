"""Maximal pinches on formulas."""

from dataclasses import replace

import pytest

from gripforce.analysis.tasks.pinch import analyze_pinch
from gripforce.model import Marker
from tests.analysis.recordings import (
    pinch_recording,
)


def test_maximal_pinch_without_a_load_cell():
    result = analyze_pinch(pinch_recording([40.0, 50.0, 48.0]))
    assert [t.values["mvc_n"] for t in result.trials] == pytest.approx([40, 50, 48], rel=0.001)
    assert result.summary["mvc_mean_n"].value == pytest.approx(46, rel=0.001)
    assert result.summary["mvc_best_n"].value == pytest.approx(50, rel=0.001)
    assert [t.flags for t in result.trials] == [("weaker_repeat",), (), ()]
    assert result.traces.lf is None
    assert result.trials[0].values["duration_s"] == pytest.approx(3.6, abs=0.02)


def test_split_hand_ratio_is_marked_exploratory():
    made = pinch_recording([30.0, 20.0])
    marks = (Marker(0.5, "note", "digits=index"), Marker(6.5, "note", "digits=little"))
    result = analyze_pinch(replace(made, markers=marks))
    assert [t.values["digits"] for t in result.trials] == ["index", "little"]
    found = result.details["split_hand"]
    assert found.ratio.value == pytest.approx(1.5, rel=0.001)
    assert found.asymmetry.value == pytest.approx(0.2, rel=0.005)
    assert "no norms" in found.note
    assert "mvc_n" not in result.summary
    assert result.summary["mvc_n_index"].value == pytest.approx(30, rel=0.001)
    assert result.summary["mvc_n_little"].value == pytest.approx(20, rel=0.001)
