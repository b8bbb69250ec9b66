"""Other instances of each kind of table: spellings, stamps, signs, and what stands between rows."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gripforce.errors import UsageError
from gripforce.formats.tables.oddities import oddities
from gripforce.formats.tables.table import read_table
from gripforce.formats.tables.table_map import parse_table_map
from gripforce.formats.tables.table_recording import table_recording
from tests.analysis.test_doubts import RATE_HZ, lifts
from tests.formats.test_table_kinds import FEW, SEEDS, a_map, folder, forces, read, text

__all__ = ["folder"]

SPELLINGS = {
    "Newton": 1, "kp": 9.80665, "KG": 9.80665, "Kilogramm": 9.80665, "kilograms": 9.80665,
    "kg-f": 9.80665, "gr": 9.80665e-3, "gram-force": 9.80665e-3, "grammes": 9.80665e-3,
    "Pounds": 4.4482216152605, "lbs": 4.4482216152605, "ounces": 0.27801385095378125,
    "cN": 1e-2, "daN": 10, "µN": 1e-6, "dyn": 1e-5,
}  # fmt: skip


@FEW
@given(seed=SEEDS, word=st.sampled_from(sorted(SPELLINGS)), row=st.booleans())
def test_units_by_their_spellings(folder, seed, word, row):
    newtons = forces(np.random.default_rng(seed), 40)
    in_units = newtons / SPELLINGS[word]
    head = f"time,grip,load\ns,{word},{word}" if row else f"time,grip [{word}],load ({word})"
    rows = [f"{k / 100},{a:.7f},{b:.7f}" for k, (a, b) in enumerate(in_units)]
    found = read(folder, "\n".join([head, *rows]) + "\n")
    assert np.allclose(found.columns["grip_n"], newtons[:, 0], atol=1e-5)
    assert np.allclose(found.columns["load_n"], newtons[:, 1], atol=1e-5)


@pytest.mark.parametrize("word", ["kPa", "%MVC", "%", "a.u.", "Nm", "mmHg", "mV/V", "bits", "mA"])
def test_a_heading_that_names_no_force_is_refused(folder, word):
    values = forces(np.random.default_rng(1), 40)
    raw = text(np.arange(40) / 100, values, header=f"t,g ({word}),l")
    with pytest.raises(UsageError, match="is no force"):
        read(folder, raw)
    found = read(folder, raw, a_map(channel=', unit = "N", scale = 2'))
    assert np.allclose(found.columns["grip_n"], 2 * values[:, 0])


@FEW
@given(
    seed=SEEDS,
    mark=st.sampled_from(["\xa0", "\u202f", "'", ".", ",", " "]),
    decimals=st.sampled_from([0, 1]),
)
def test_thousands_are_read_or_asked_about(folder, seed, mark, decimals):
    values = np.round(np.random.default_rng(seed).uniform(1, 5000, (60, 2)), decimals)
    values[0] = 1234  # in both columns at least one number has a mark
    point = "," if mark == "." else "."
    swap = str.maketrans({",": mark, ".": point})
    cells = [[f"{v:,.{decimals}f}".translate(swap) for v in row] for row in values]
    separator = '";"' if mark != "," else '","'
    rows = [f'"{k * 10}{separator}{a}{separator}{b}"' for k, (a, b) in enumerate(cells)]
    raw = "\n".join([separator.join(["time", "grip", "load"]).replace('"', ""), *rows]) + "\n"
    given_ = f'time_unit = "ms"\nunit = "mN"\nthousands = "{mark}"'
    found = read(folder, raw, a_map(given_))
    assert np.allclose(found.columns["grip_n"], values[:, 0] / 1e3)
    assert np.allclose(found.columns["load_n"], values[:, 1] / 1e3)
    unasked = a_map('time_unit = "ms"\nunit = "mN"')
    if mark in {"\xa0", "\u202f", "'"}:
        assert np.allclose(read(folder, raw, unasked).columns["grip_n"], values[:, 0] / 1e3)
        return
    with pytest.raises(UsageError, match="thousands"):
        read(folder, raw, unasked)


def doubled(lines):
    return "\n\n".join(lines)


BETWEEN = {
    "comments": lambda head, rows: "\n".join([head, *rows[:20], "# paused, 3", "% x", *rows[20:]]),
    "headings again": lambda head, rows: "\n".join([head, *rows[:20], head, *rows[20:]]),
    "blank lines": lambda head, rows: doubled([head, *rows]) + "\n",
    "CR CR LF": lambda head, rows: "\r\r\n".join([head, *rows, ""]),
    "whole lines quoted": lambda head, rows: "\n".join(f'"{x}"' for x in [head, *rows]) + "\n",
    "a blank column": lambda head, rows: "\n".join([head, *(f"{x}," for x in rows)]) + "\n",
    "Excel's own line": lambda head, rows: "\n".join(["sep=,", head, *rows]) + "\n",
    "numbered rows": lambda head, rows: "\n".join(
        [head, *(f'"{k + 1}",{x}' for k, x in enumerate(rows))]
    ),
    "a summary below": lambda head, rows: "\n".join([head, *rows, "", "Mean,1.0,2.0", "end", ""]),
}


@pytest.mark.parametrize("kind", sorted(BETWEEN))
def test_what_stands_between_rows_is_passed_over(folder, kind):
    values = forces(np.random.default_rng(3), 60)
    head, *rows = text(np.arange(60) / 100, values).splitlines()
    wanted = parse_table_map(
        '[table]\ntime_column = "time"\n[channels]\n'
        'grip_n = { mean = ["grip"] }\nload_n = { sum = ["load"] }\n'
    )
    found = read(folder, BETWEEN[kind](head, rows), wanted)
    count = len(found.t)
    assert count >= 59  # the last line may be cut short where it does not end
    assert np.allclose(found.columns["grip_n"], values[:count, 0])
    assert np.allclose(found.columns["load_n"], values[:count, 1])


def test_rows_keep_their_numbers_below_comments(folder):
    head, *rows = text(np.arange(60) / 100, forces(np.random.default_rng(3), 60)).splitlines()
    rows[40] = "0.40,abc,1.0"
    with pytest.raises(UsageError, match="row 44, column 2 holds 'abc'"):
        read(folder, "\n".join([head, *rows[:20], "# a", "# b", *rows[20:]]))


@FEW
@given(
    row=st.integers(2, 50),
    word=st.sampled_from(["--", "OL", "#DIV/0!", "Inf", "-Infinity", "1.#QNAN", "missing", "?"]),
)
def test_words_for_nothing_measured_are_lost_samples(folder, row, word):
    lines = text(np.arange(60) / 100, forces(np.random.default_rng(4), 60)).splitlines()
    time, _, load = lines[row].split(",")
    for cell, table in (
        (word, 'missing = "gap"'),
        ("-9999", 'missing = "gap"\nmissing_value = -9999'),
    ):
        lines[row] = f"{time},{cell},{load}"
        made = table_recording(read(folder, "\n".join(lines) + "\n", a_map(table)), "x")
        assert [(gap.first, gap.lost) for gap in made.gaps] == [(row - 1, 1)]
    with pytest.raises(UsageError, match="grip_n is -9999 at"):
        table_recording(read(folder, "\n".join(lines) + "\n"), "x")


BEGIN = dt.datetime(2026, 11, 28, 11, 59, 58, tzinfo=dt.UTC)
UNIX = BEGIN.timestamp()
NUMBERS = {
    "ns": lambda s: f"{int((UNIX + s) * 1e6)}000",
    "us": lambda s: f"{int((UNIX + s) * 1e6)}",
    "labview": lambda s: f"{UNIX + s + 2_082_844_800:.4f}",
    "filetime": lambda s: f"{int((UNIX + s + 11_644_473_600) * 1e6)}0",
    "ticks of .NET": lambda s: f"{int((UNIX + s + 62_135_596_800) * 1e6)}0",
    "excel": lambda s: f"{(UNIX + s) / 86_400 + 25_569:.10f}",
    "datenum": lambda s: f"{(UNIX + s) / 86_400 + 719_529:.10f}",
}
CLOCKS = {
    "12 hours": "%I:%M:%S.%f %p",
    "colon before the fraction": "%H:%M:%S:%f",
    "matlab": "%d-%b-%Y %H:%M:%S.%f",
    "compact": "%Y%m%dT%H%M%S.%f",
    "american": "%m/%d/%Y %I:%M:%S.%f %p",
    "minutes": "%M:%S.%f",
}


@pytest.mark.parametrize("how", [*NUMBERS, *CLOCKS])
def test_moments_as_numbers_and_as_words(folder, how):
    """Across noon and a full hour."""
    values = forces(np.random.default_rng(6), 300)
    seconds = np.arange(300) / 50

    def stamp(s):
        if how in NUMBERS:
            return NUMBERS[how](s)
        return (BEGIN + dt.timedelta(seconds=s)).strftime(CLOCKS[how])

    rows = [f"{stamp(float(s))};{a};{b}" for s, (a, b) in zip(seconds, values, strict=True)]
    found = read(folder, "\n".join(["time;grip;load", *rows, ""]))
    assert found.rate_hz == pytest.approx(50)
    assert np.allclose(found.t, seconds, atol=1e-3)
    if "utc" in found.metadata:
        said = dt.datetime.fromisoformat(str(found.metadata["utc"]))
        assert said.timestamp() == pytest.approx(UNIX, abs=1e-3)
    dated = how in NUMBERS or how in {"matlab", "compact", "american"}
    assert not dated or any("2026-11-28" in note for note in found.notes)


@FEW
@given(bits=st.sampled_from([16, 32]), unit=st.sampled_from(["ms", "us"]), seed=SEEDS)
def test_a_counter_that_begins_again_is_continued(folder, bits, unit, seed):
    step = 4 if unit == "ms" else 4000
    begin = 2**bits - step * int(np.random.default_rng(seed).integers(5, 90))
    values = forces(np.random.default_rng(seed), 100)
    rows = [f"{(begin + step * k) % 2**bits},{a},{b}" for k, (a, b) in enumerate(values)]
    raw = "\n".join(["time,grip,load", *rows, ""])
    found = read(folder, raw, a_map(f'time_unit = "{unit}"'))
    assert found.rate_hz == pytest.approx(250)
    assert table_recording(found, "x").gaps == ()
    assert any("began again" in note for note in found.notes)


def digits(seed, *, clip_n=np.inf):
    """Return a table of two digits that press against each other, as a transducer each has it."""
    grip, load = lifts(np.random.default_rng(seed), 3)
    noise = np.random.default_rng(seed).normal(0, 0.01, len(grip))
    columns = [np.minimum(grip + noise, clip_n), noise - grip, load / 2, load / 2]
    rows = [
        ",".join([f"{k / RATE_HZ:.4f}", *(f"{c[k]:.4f}" for c in columns)])
        for k in range(len(grip))
    ]
    return grip, "\n".join(["t,Fz1,Fz2,Fy1,Fy2", *rows, ""])


DIGITS = (
    '[table]\ntime_column = "t"\n[channels]\ngrip_n = {{ mean = ["Fz1", "Fz2"]{} }}\n'
    'load_n = {{ sum = ["Fy1", "Fy2"] }}\n'
)


def test_digits_of_opposite_signs_do_not_cancel(folder):
    grip, raw = digits(5)
    with pytest.raises(UsageError, match=r"opposite signs and cancel.*scale = \[1, -1\]"):
        read(folder, raw, parse_table_map(DIGITS.format("")))
    found = read(folder, raw, parse_table_map(DIGITS.format(", scale = [1, -1]")))
    assert np.allclose(found.columns["grip_n"], grip, atol=0.05)
    with pytest.raises(UsageError, match="for 2 columns"):
        parse_table_map(DIGITS.format(", scale = [1]"))


def test_a_digit_that_is_clipped_counts_as_saturated_in_the_mean(folder):
    grip, raw = digits(6, clip_n=4.0)
    found = read(folder, raw, parse_table_map(DIGITS.format(", scale = [1, -1]")))
    at = table_recording(found, "x").streams["force"].flags != 0
    assert np.mean(at[grip > 4.1]) > 0.99
    assert not at[grip < 3.9].any()


@FEW
@given(seed=st.integers(0, 99), held=st.integers(2, 12))
def test_values_that_are_printed_again_are_imported_once(folder, seed, held):
    grip, load = lifts(np.random.default_rng(seed), 2)
    rng = np.random.default_rng(seed)
    grip, load = (
        np.repeat(f[::held] + rng.normal(0, 0.01, len(f[::held])), held) for f in (grip, load)
    )
    raw = text(np.arange(len(grip)) / 1000, np.column_stack([grip, load]))
    found = read(folder, raw)
    assert found.rate_hz == pytest.approx(1000 / held, rel=1e-3)
    assert np.allclose(found.columns["grip_n"], grip[::held][: len(found.t)], atol=1e-4)
    assert any(f"printed {held} times" in note for note in found.notes)


def test_a_time_in_minutes_is_doubted(folder):
    grip, load = lifts(np.random.default_rng(2), 3)
    raw = text(np.arange(len(grip)) / RATE_HZ / 60, np.column_stack([grip, load]), digits=9)
    found = read_table(_written(folder, raw), a_map())
    assert any("is the time in another unit?" in sentence for sentence in oddities(found))


def _written(folder, raw):
    path = folder / "t.csv"
    path.write_text(raw)
    return path
