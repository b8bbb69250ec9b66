"""The figures on the screen are the reading, and say it when there is none."""

import pytest

from gripforce.dashboard.widgets.readout import Readout, large
from gripforce.live import Frame, Reading, Status


@pytest.mark.parametrize(
    ("value", "reading", "status", "text"),
    [
        ("gf", Reading(gf=7.04), Status(), "7.0 N"),
        ("lf", Reading(lf=-0.04), Status(), "0.0 N"),
        ("lf", Reading(lf=-1.26), Status(), "-1.3 N"),
        ("gf", Reading(), Status(), "--"),
        ("ratio", Reading(ratio=1.784), Status(), "1.78"),
        ("ratio", Reading(gf=1.0, lf=0.1), Status(), "--"),
        ("gf", Reading(gf=2_931_600), Status(uncalibrated=True), "2.932M counts"),
    ],
)
def test_one_line(value, reading, status, text):
    frame = Frame(reading=reading, status=status)
    (line,) = Readout(value, "name", id="x").draw(frame, 26, 1)
    assert "".join(part for part, _ in line).split(maxsplit=1) == ["name", text]


def test_large_figures_are_three_lines_of_one_width():
    rows = large("-0123456789.5")
    assert len(rows) == 3
    assert len({len(row) for row in rows}) == 1
    assert len({tuple(row[k : k + 3] for row in rows) for k in range(3, 33, 3)}) == 10
