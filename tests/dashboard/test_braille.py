"""Dots in cells, by the Unicode chart; curves that hold what they are given."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gripforce.dashboard.braille import braille_rows, cloud, curve
from gripforce.dashboard.scale import fit_scale, format_force, round_up

NUMBER = {(0, 0): 1, (1, 0): 2, (2, 0): 3, (0, 1): 4, (1, 1): 5, (2, 1): 6, (3, 0): 7, (3, 1): 8}
"""How Unicode counts the dots of a braille cell, by row and column."""


@given(arrays(np.bool_, (4, 2)))
def test_a_cell_has_the_name_that_unicode_gives_it(dots):
    numbers = sorted(NUMBER[place] for place in NUMBER if dots[place])
    (row,) = braille_rows(dots)
    if not numbers:
        assert row == " "
    else:
        name = "BRAILLE PATTERN DOTS-" + "".join(map(str, numbers))
        assert unicodedata.name(row) == name


def test_rows_and_columns_keep_their_places():
    dots = np.zeros((8, 6), np.bool_)
    dots[0, 0] = dots[7, 5] = True
    assert braille_rows(dots) == ["⠁  ", "  ⢀"]


def test_a_curve_is_highest_where_the_value_is():
    values = np.array([0.0, 5.0, 10.0, np.nan])
    dots = curve(values, values, 0.0, 10.0, 20)
    assert [int(np.argmax(dots[:, k])) for k in range(3)] == [19, 10, 0]
    assert not dots[:, 3].any()


@given(st.lists(st.one_of(st.floats(-30, 30), st.just(float("nan"))), min_size=2, max_size=60))
def test_a_curve_has_no_holes_between_known_neighbours(values):
    y = np.array(values)
    dots = curve(y, y, -10.0, 20.0, 40, base=-10.0)
    for k in range(1, len(y)):
        if np.isnan(y[k]) or np.isnan(y[k - 1]):
            continue
        tops = sorted((int(np.argmax(dots[:, k - 1])), int(np.argmax(dots[:, k]))))
        lit = dots[:, k - 1] | dots[:, k]
        assert lit[tops[0] : tops[1] + 1].all()


def test_a_cloud_puts_load_along_and_grip_up():
    dots = cloud(np.array([9.9]), np.array([0.1]), 10.0, 10.0, (4, 8))
    assert np.argwhere(dots).tolist() == [[7, 3]]


@given(st.floats(1e-3, 1e7))
def test_a_scale_holds_its_values_and_wastes_less_than_half(value):
    top = round_up(value)
    assert value <= top * (1 + 1e-9)
    assert top <= 2 * value * (1 + 1e-9)


def test_a_dip_below_zero_widens_the_scale_only_when_it_is_one():
    assert fit_scale(np.array([0.0, 3.0]), 4.0).bottom == 0.0
    assert fit_scale(np.array([-0.01, 3.0]), 4.0).bottom == 0.0
    assert fit_scale(np.array([-1.2, 3.0]), 4.0).bottom == -1.5
    assert fit_scale(np.array([np.nan]), 4.0).top == 4.0


@pytest.mark.parametrize(
    ("value", "text"), [(12, "12"), (2.5, "2.5"), (0, "0"), (-3, "-3"), (2e6, "2M"), (15e3, "15k")]
)
def test_labels_are_short(value, text):
    assert format_force(value) == text
