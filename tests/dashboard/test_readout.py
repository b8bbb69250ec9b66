"""The figures on the screen are the reading, and say it when there is none."""

import pytest

from gripforce.dashboard.widgets.readout import Readout, large
from gripforce.online import LinkStatus, LiveValues, Snapshot


@pytest.mark.parametrize(
    ("value", "reading", "status", "text"),
    [
        ("gf", LiveValues(gf=7.04), LinkStatus(), "7.0 N"),
        ("lf", LiveValues(lf=-0.04), LinkStatus(), "0.0 N"),
        ("lf", LiveValues(lf=-1.26), LinkStatus(), "-1.3 N"),
        ("gf", LiveValues(), LinkStatus(), "--"),
        ("ratio", LiveValues(ratio=1.784), LinkStatus(), "1.78"),
        ("ratio", LiveValues(gf=1.0, lf=0.1), LinkStatus(), "--"),
        ("gf", LiveValues(gf=2_931_600), LinkStatus(uncalibrated=True), "2.932M counts"),
    ],
)
def test_one_line(value, reading, status, text):
    frame = Snapshot(reading=reading, status=status)
    (line,) = Readout(value, "name", id="x").draw(frame, 26, 1)
    assert "".join(part for part, _ in line).split(maxsplit=1) == ["name", text]


def test_large_figures_are_three_lines_of_one_width():
    rows = large("-0123456789.5")
    assert len(rows) == 3
    assert len({len(row) for row in rows}) == 1
    assert len({tuple(row[k : k + 3] for row in rows) for k in range(3, 33, 3)}) == 10
