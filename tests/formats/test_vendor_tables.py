"""The worked maps of docs/import.md, on tables in the formats that vendors document."""

import re
from pathlib import Path

import numpy as np
import pytest

from gripforce.formats.tables.table import read_table
from gripforce.formats.tables.table_map import parse_table_map

RATE_HZ = 200
GRIP, LOAD = np.random.default_rng(8).uniform(0, 9, (2, 300))
T = np.arange(300) / RATE_HZ
PAGE = Path("docs/import.md").read_text(encoding="utf-8")
GRAM_N = 9.80665e-3


def the_map(word):
    (found,) = [part for part in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if word in part]
    return parse_table_map(found)


def rows(*columns, separator="\t"):
    return "".join(
        separator.join(f"{v:.6f}" for v in row) + "\n" for row in zip(*columns, strict=True)
    )


def labview():
    """A LabVIEW measurement file: two headers, a column for comments that rows do not have."""
    return (
        "LabVIEW Measurement\t\nWriter_Version\t2\nReader_Version\t2\nSeparator\tTab\n"
        "Decimal_Separator\t.\nMulti_Headings\tNo\nX_Columns\tOne\nTime_Pref\tRelative\n"
        "Date\t2015/02/09\nTime\t10:00:00.1234567890123456789\n***End_of_Header***\t\n\t\n"
        "Channels\t4\t\t\t\t\nSamples\t300\t300\t300\t300\t\n"
        "Date\t2015/02/09\t2015/02/09\t2015/02/09\t2015/02/09\t\n"
        "Time\t10:00:00.12\t10:00:00.12\t10:00:00.12\t10:00:00.12\t\n"
        "Y_Unit_Label\tNewtons\tNewtons\tNewtons\tNewtons\t\n"
        "X0\t0.0E+0\t0.0E+0\t0.0E+0\t0.0E+0\t\nDelta_X\t0.005\t0.005\t0.005\t0.005\t\n"
        "***End_of_Header***\t\t\t\t\t\nX_Value\tFz thumb\tFz index\tFy thumb\tFy index\tComment\n"
    ) + rows(T, -GRIP, -GRIP, LOAD / 2, LOAD / 2)


def labchart():
    """A LabChart text export of two blocks, each with its header."""
    head = (
        "Interval=\t0.005 s\nExcelDateTime=\t4.2044416666666E+4\t2/9/2015 10:00:00.000\n"
        "TimeFormat=\tStartOfBlock\nDateFormat=\t\nChannelTitle=\tGrip\tLoad\n"
        "Range=\t10.000 V\t10.000 V\nUnitName=\tV\tV\nTopValue=\t10.0\t10.0\n"
        "BottomValue=\t-10.0\t-10.0\n"
    )
    first = rows(T, GRIP / 12.4, LOAD / 5.1)
    return head + first + head + rows(T, 0 * GRIP, 0 * LOAD)


def spike2():
    """A Spike2 spreadsheet export: quoted titles, tabs."""
    titles = '"Time"\t"thumb"\t"index"\t"loadT"\t"loadI"\n'
    return titles + rows(T, GRIP, GRIP, LOAD / 2, LOAD / 2)


def grams():
    """A logger of grams and milliseconds with decimal commas."""
    table = rows(1e3 * T, *(f / GRAM_N for f in (GRIP, GRIP, LOAD)), separator=";")
    return "ms;thumb;index;load\n" + table.replace(".", ",")


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (labview, "X_Value"),
        (labchart, 'time_column = "Time"'),
        (spike2, "from_s"),
        (grams, 'separator = ";"'),
    ],
)
def test_the_worked_map_reads_the_vendor_s_table(tmp_path, make, word):
    path = tmp_path / "table.txt"
    path.write_text(make(), encoding="utf-8")
    found = read_table(path, the_map(word))
    assert found.rate_hz == pytest.approx(RATE_HZ)
    for name, force in (("grip_n", GRIP), ("load_n", LOAD)):
        # the map of Spike2 subtracts the median of its [zero] span
        zero = np.median(force[(T >= 0.2) & (T <= 1.0)]) if make is spike2 else 0.0
        assert np.allclose(found.columns[name], force - zero, atol=1e-3)
