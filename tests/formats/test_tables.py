import gzip

import numpy as np
import pytest

from gripforce.errors import UsageError
from gripforce.formats.tables.table import read_table
from gripforce.formats.tables.table_map import CANONICAL, parse_table_map, read_table_map
from gripforce.formats.tables.table_recording import table_recording
from gripforce.model import Kind, Unit

MAP = """
[table]
separator = "\\t"
header_rows = 1
time_column = 1
[channels]
grip_n = { mean = [2, 3] }
load_n = { sum = [4, 5] }
"""
ROW = "{:.4f}\t{}\t{}\t{}\t{}\n"
HEADER = "\tTime\t\t\tG1\t\tG2\tL1\t\tL2\t\n"


def table(count=10, rate_hz=2000.0):
    lines = [ROW.format(k / rate_hz, k, k + 2, 10 * k, -k) for k in range(count)]
    return HEADER + "".join(lines)


def imported(tmp_path, text, map_text=MAP):
    path = tmp_path / "table.txt"
    path.write_text(text)
    return read_table(path, parse_table_map(map_text))


def test_columns_are_combined(tmp_path):
    found = imported(tmp_path, table())
    assert found.rate_hz == 2000
    assert np.allclose(found.t, np.arange(10) / 2000)
    assert np.allclose(found.columns["grip_n"], np.arange(10) + 1)
    assert np.allclose(found.columns["load_n"], 9 * np.arange(10))
    assert found.notes == ()


def test_gzip_and_plain_are_the_same(tmp_path):
    packed = tmp_path / "table.gz"
    packed.write_bytes(gzip.compress(table().encode()))
    found = read_table(packed, parse_table_map(MAP))
    assert np.array_equal(found.columns["load_n"], imported(tmp_path, table()).columns["load_n"])


@pytest.mark.parametrize("left", range(1, len("0.0050\t10\t12\t100\t-10") + 1))
def test_a_last_line_cut_anywhere_is_dropped_and_noted(tmp_path, left):
    """A number cut short still looks like a number: -10 like -1."""
    full = table(11)
    last = full.splitlines()[-1]
    cut = full[: -(len(last) + 1)] + last[:left]
    found = imported(tmp_path, cut)
    assert len(found.t) == 10
    assert len(found.notes) == 1
    assert "cut short" in found.notes[0]


def test_a_last_line_cut_in_an_unused_column_stays(tmp_path):
    wider = "".join(line + "\t0.5\n" for line in table(11).splitlines())
    assert len(imported(tmp_path, wider[:-2]).t) == 11
    assert len(imported(tmp_path, wider[:-4]).t) == 10


@pytest.mark.parametrize(
    ("separator", "name"), [(",", "comma"), (";", "semicolon"), (" ", "blank")]
)
def test_separator_is_sniffed(tmp_path, separator, name):
    text = table().replace("\t", separator)
    map_text = MAP.replace('separator = "\\t"\n', "")
    assert np.allclose(imported(tmp_path, text, map_text).columns["load_n"], 9 * np.arange(10))


def test_windows_line_ends(tmp_path):
    path = tmp_path / "table.txt"
    path.write_bytes(table().replace("\n", "\r\n").encode())
    assert np.allclose(read_table(path, parse_table_map(MAP)).columns["load_n"], 9 * np.arange(10))


def test_a_rate_stands_in_for_a_time_column(tmp_path):
    map_text = "[table]\nrate_hz = 80\n[channels]\ngrip_n = { mean = [1] }\n"
    found = imported(tmp_path, "1\n2\n3\n", map_text)
    assert np.allclose(found.t, [0, 1 / 80, 2 / 80])
    assert found.rate_hz == 80


def test_zero_is_the_median_of_its_span_and_for_forces_only(tmp_path):
    text = "".join(f"{k / 10},{5 if k != 3 else 500},{9.8}\n" for k in range(20))
    map_text = """
[table]
time_column = 1
[channels]
grip_n = { mean = [2] }
accel_z_m_s2 = { mean = [3] }
[zero]
from_s = 0.0
to_s = 1.0
"""
    found = imported(tmp_path, text, map_text)
    assert np.allclose(np.delete(found.columns["grip_n"], 3), 0)
    assert np.allclose(found.columns["accel_z_m_s2"], 9.8)


def test_trial_becomes_metadata(tmp_path):
    found = imported(tmp_path, table(), MAP + '[trial]\nmass_g = 700\nsurface = "suede"\n')
    assert found.metadata == {"mass_g": 700, "surface": "suede"}
    assert table_recording(found, "x").metadata["mass_g"] == 700


def test_as_a_recording(tmp_path):
    found = imported(tmp_path, table())
    made = table_recording(found, "x.txt")
    (samples,) = made.streams.values()
    assert samples.stream.name == "force"
    assert samples.columns == ("grip_n", "load_n")
    assert np.abs(samples.values[:, 0] - found.columns["grip_n"]).max() <= 0.5e-6
    assert np.array_equal(samples.t, found.t)
    assert made.integrity.reconciled
    assert made.gaps == ()


def test_a_hole_in_the_time_is_a_gap(tmp_path):
    lines = table(100).splitlines(keepends=True)
    del lines[41:51]
    made = table_recording(imported(tmp_path, "".join(lines)), "x")
    (gap,) = made.gaps
    assert (gap.first, gap.lost) == (40, 10)
    assert gap.t == pytest.approx(40 / 2000)
    assert made.streams["force"].counter[-1] == 99
    assert made.integrity.streams[0].lost == 10


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (table().replace("0.0020", "0.0005"), "time does not rise at row 6 "),
        (table().replace("\t40\t", "\tabc\t"), r"row 6, column 4 holds 'abc'"),
        (table().replace("\t40\t", "\t\t"), r"row 6, column 4 holds ''"),
        (table().replace("\t40\t", "\tnan\t"), r"row 6, column 4 holds 'nan'"),
        (table().replace("\t4\t6\t", "\t4\n"), "row 6 has 2 cells where the others have 5"),
        (HEADER, "fewer than two rows"),
        ("", "fewer than two rows"),
        (
            HEADER + "0.0\t1\t2\n0.1\t2\t3\n",
            "names column 4, but .* has 3 columns",
        ),
        ("\0\1\2binary", "is not text"),
        (
            table().replace("\t40\t", "\t4e9\t"),
            "load_n is 4e.09 at 0.002 s, more than",
        ),
    ],
)
def test_bad_tables_are_refused_with_the_place(tmp_path, text, what):
    with pytest.raises(UsageError, match=what):
        table_recording(imported(tmp_path, text), "x")


def test_a_missing_or_damaged_file(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        read_table(tmp_path / "none.txt", parse_table_map(MAP))
    damaged = tmp_path / "damaged.gz"
    damaged.write_bytes(gzip.compress(table(500).encode())[:-40])
    with pytest.raises(UsageError, match="damaged gzip"):
        read_table(damaged, parse_table_map(MAP))


def changed(old, new):
    return MAP.replace(old, new)


@pytest.mark.parametrize(
    ("map_text", "what"),
    [
        ("not toml [", "not valid TOML"),
        ("[table]\ntime_column = 1\n", "maps no channel"),
        (changed("grip_n", "gripp_n"), "gripp_n, which is not a channel name.*grip_thumb_n"),
        (changed("mean = [2, 3]", "median = [2]"), "grip_n is neither a mean nor a sum"),
        (changed("{ mean = [2, 3] }", "3"), "grip_n is neither"),
        (changed("[2, 3]", "[]"), "grip_n lists no columns"),
        (changed("[2, 3]", "[0]"), "grip_n names 0 as a column"),
        (changed("[2, 3]", "[true]"), "grip_n names True as a column"),
        (changed("[2, 3]", '[""]'), "grip_n names '' as a column"),
        (changed("[2, 3]", '["G9"]'), "no column with the heading 'G9': Time, G1"),
        (changed("[2, 3]", "[2, 30]"), "names column 30"),
        (changed("time_column = 1", ""), "one of time_column and rate_hz"),
        (changed("time_column = 1", "time_column = 1\nrate_hz = 3"), "one of time_column and"),
        (changed("time_column = 1", "time_column = 0"), "time_column = 0"),
        (changed("time_column = 1", "rate_hz = -2"), "rate_hz = -2"),
        (changed("time_column = 1", "rate_hz = inf"), "rate_hz = inf"),
        (changed("header_rows = 1", "header_rows = 1.5"), "header_rows = 1.5"),
        (changed("header_rows", "headers"), r"key headers in \[table\]"),
        (changed('"\\t"', '"tab"'), "separator = 'tab'"),
        (MAP + "[zero]\nfrom_s = 1.0\n", "needs to_s"),
        (MAP + "[zero]\nfrom_s = 1.0\nto_s = 0.5\n", "not after it begins"),
        (MAP + "[zero]\nfrom_s = 8\nto_s = 9\n", "no sample in the .zero. span"),
        (MAP + "[trial]\nmass_g = -5\n", "mass_g = -5"),
        (MAP + "[trials]\nmass_g = 5\n", r"section \[trials\]"),
        ("table = 3\n", "table must be a section"),
    ],
)
def test_bad_maps_are_refused_by_key(tmp_path, map_text, what):
    with pytest.raises(UsageError, match=what):
        imported(tmp_path, table(), map_text)


def test_a_map_from_a_file(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text(MAP)
    assert read_table_map(path) == parse_table_map(MAP)
    with pytest.raises(UsageError, match="No such file"):
        read_table_map(tmp_path / "none.toml")
    path.write_bytes(b"\1\0\2\0\0")
    with pytest.raises(UsageError, match="is not text"):
        read_table_map(path)
    path.write_text(MAP, encoding="utf-8-sig")
    assert read_table_map(path) == parse_table_map(MAP)


def test_canonical_names_follow_the_model():
    assert CANONICAL["grip_thumb_n"] == (Kind.GRIP_THUMB, Unit.NEWTON)
    assert CANONICAL["accel_z_m_s2"] == (Kind.ACCEL_Z, Unit.METRE_PER_S2)
    assert "unknown_counts" not in CANONICAL
