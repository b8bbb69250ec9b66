"""Axes, ticks and lines against their definitions."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gripforce.report import svg
from gripforce.report.markup import number

FINITE = st.floats(-1e6, 1e6, allow_nan=False)


def points(drawn):
    return [(float(a), float(b)) for a, b in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", drawn)]


def test_an_axis_is_a_straight_line():
    axis = svg.Axis(low=2.0, high=4.0, start=100.0, stop=0.0)
    assert [axis.at(v) for v in (2.0, 3.0, 4.0)] == [100.0, 50.0, 0.0]
    assert axis.along(np.array([2.5])) == pytest.approx([75.0])


@given(FINITE, st.floats(1e-3, 1e6))
def test_ticks_are_round_even_and_inside(low, span):
    found = svg.ticks(low, low + span)
    assert 1 <= len(found) <= 8
    steps = [b - a for a, b in pairwise(found)]
    assert steps == pytest.approx([steps[0]] * len(steps)) if steps else True
    slack = 1e-6 * max(span, abs(low))
    assert all(low - slack <= tick <= low + span + slack for tick in found)
    if steps:
        mantissa = steps[0] / 10 ** np.floor(np.log10(steps[0]) + 1e-9)
        assert min(abs(mantissa - m) for m in (1, 2, 5, 10)) < 1e-3


@given(FINITE, FINITE)
def test_roomy_limits_hold_both_values(a, b):
    low, high = svg.roomy(min(a, b), max(a, b))
    assert low <= min(a, b) <= max(a, b) <= high
    assert low < high


def test_a_line_is_broken_where_nothing_is_known():
    drawn = svg.path(np.arange(5.0), np.array([0, 1, np.nan, 3, 4]), "grip")
    assert drawn.count("M") == 2
    assert points(drawn) == [(0, 0), (1, 1), (3, 3), (4, 4)]


def test_thinning_keeps_every_peak():
    rng = np.random.default_rng(5)
    values = rng.normal(size=10_000)
    values[4321], values[8765] = 50.0, -60.0
    t, kept = svg.thinned(np.arange(10_000.0), values, 300)
    assert len(t) == len(kept) == 600
    assert kept.max() == 50.0
    assert kept.min() == -60.0
    assert set(kept) <= set(values)
    assert (np.diff(t) >= 0).all()


def test_thinning_keeps_gaps_and_short_traces():
    values = np.ones(10_000)
    values[5000:5100] = np.nan
    _, kept = svg.thinned(np.arange(10_000.0), values, 300)
    assert np.isnan(kept).any()
    t = np.arange(10.0)
    assert svg.thinned(t, t, 300)[1] is t


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(1, 80)), max_size=8))
def test_no_label_covers_another(places):
    places.sort()
    rows = svg.rows_of(places)
    for i, (a, width_a) in enumerate(places):
        for j, (b, width_b) in enumerate(places[:i]):
            if rows[i] == rows[j]:
                assert abs(a - b) >= (width_a + width_b) / 2 - 1e-9


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (-0.5, "−0.5"), (20.0, "20"), (0.25, "0.25"), (1e-9, "0")]
)
def test_tick_text(value, text):
    assert svg.plain(value) == text


def test_limits_pass_over_what_is_not_known():
    assert svg.limits([np.array([np.nan, 2.0]), np.array([5.0])], 0.0) == (0.0, 5.0)
    assert svg.limits([np.array([np.nan])]) == (0.0, 1.0)


@given(st.lists(st.tuples(FINITE, FINITE), min_size=1))
@example([(0.05, 0.15), (0.25, 0.35), (-0.05, 2.675e6 + 0.05)])  # halves, or nearly so
def test_a_line_writes_its_points_as_any_number_is_written(points):
    x, y = np.array(points).T
    drawn = svg.path(x, y, "grip")
    expected = "L".join(f"{number(a)} {number(b)}" for a, b in points)
    assert f'd="M{expected}"' in drawn
