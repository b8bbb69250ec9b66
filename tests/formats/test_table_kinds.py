"""Each kind of table that people bring: a generated instance of it, and the right numbers."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gripforce.analysis.tasks.tracking import target_force
from gripforce.errors import UsageError
from gripforce.formats.tables.sample_times import fit_sample_times
from gripforce.formats.tables.table import read_table
from gripforce.formats.tables.table_map import parse_table_map
from gripforce.formats.tables.table_recording import table_recording

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "cases" / "import"
MAP = """
[table]
time_column = 1
{table}
[channels]
grip_n = {{ mean = [2]{channel} }}
load_n = {{ sum = [3]{channel} }}
[trial]
mass_g = 400
{target}
"""
SEEDS = st.integers(0, 2**31)
FEW = settings(max_examples=25, deadline=None)


def forces(rng, count):
    return np.round(rng.uniform(-1, 30, (count, 2)), 4)


def a_map(table="", channel="", target=""):
    return parse_table_map(MAP.format(table=table, channel=channel, target=target))


def read(folder, raw, table_map=None):
    path = folder / "table.csv"
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return read_table(path, table_map or a_map())


def text(t, values, separator=",", decimal=".", *, header="time,grip,load", digits=6):
    rows = [
        [f"{x:.{digits}f}", *(f"{v:.4f}" for v in row)] for x, row in zip(t, values, strict=True)
    ]
    lines = [separator.join(cell.replace(".", decimal) for cell in row) for row in rows]
    return "\n".join([*([header.replace(",", separator)] if header else []), *lines]) + "\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tables")


@FEW
@given(
    seed=SEEDS,
    separator=st.sampled_from(["\t", ";", ",", "|", " "]),
    decimal=st.sampled_from([".", ","]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoted=st.booleans(),
    header=st.booleans(),
)
def test_any_dialect_gives_the_same_numbers(  # noqa: PLR0917 - a property has many sides
    folder, seed, separator, decimal, encoding, end, quoted, header
):
    if separator == decimal or (quoted and separator == " "):
        return
    rng = np.random.default_rng(seed)
    t, values = np.arange(40) / 200, forces(rng, 40)
    raw = text(t, values, separator, decimal, header="Zeit,Größe,Last" if header else "")
    if quoted:
        lines = [separator.join(f'"{c}"' for c in x.split(separator)) for x in raw.split("\n")[:-1]]
        raw = "\n".join(lines) + "\n"
    found = read(folder, raw.replace("\n", end).encode(encoding))
    assert np.allclose(found.columns["grip_n"], values[:, 0])
    assert np.allclose(found.columns["load_n"], values[:, 1])
    assert found.rate_hz == 200
    assert any("decimal sign" in note for note in found.notes) == (decimal == ",")


@FEW
@given(seed=SEEDS, header=st.sampled_from(["Kraft (N)\n", "F\n", ""]))
def test_one_column_of_decimal_commas_is_never_cut_to_whole_newtons(folder, seed, header):
    values = np.round(np.random.default_rng(seed).uniform(0, 9, 60), 3)
    raw = header + "".join(f"{v:.3f}\n".replace(".", ",") for v in values)
    wanted = parse_table_map("[table]\nrate_hz = 100\n[channels]\ngrip_n = { mean = [1] }\n")
    if not header:
        with pytest.raises(UsageError, match="decimal commas"):
            read(folder, raw, wanted)
        return
    assert np.allclose(read(folder, raw, wanted).columns["grip_n"], values)


@FEW
@given(seed=SEEDS, row=st.integers(2, 38), cells=st.sampled_from([1, 2, 4, 5]))
def test_a_row_of_another_width_is_named(folder, seed, row, cells):
    rng = np.random.default_rng(seed)
    lines = text(np.arange(40) / 100, forces(rng, 40)).splitlines()
    lines[row - 1] = ",".join(["1.25"] * cells)
    with pytest.raises(UsageError, match=f"row {row} has {cells} cell"):
        read(folder, "\n".join(lines) + "\n")


@FEW
@given(seed=SEEDS, blank=st.integers(3, 90), word=st.sampled_from(["", "NaN", "NA", "-"]))
def test_blank_cells_are_named_or_lost_samples(folder, seed, blank, word):
    values = forces(np.random.default_rng(seed), 100)
    lines = text(np.arange(100) / 100, values).splitlines()
    time, _, load = lines[blank].split(",")
    lines[blank] = f'"{time}","{word}","{load}"'
    raw = "\n".join(lines) + "\n"
    with pytest.raises(UsageError, match=f"row {blank + 1}, column 2 holds"):
        read(folder, raw)
    made = table_recording(read(folder, raw, a_map('missing = "gap"')), "x")
    (gap,) = made.gaps
    assert (gap.first, gap.lost) == (blank - 1, 1)
    assert np.allclose(made.streams["force"].values[:, 1], np.delete(values[:, 1], blank - 1))


@FEW
@given(
    seed=SEEDS,
    unit=st.sampled_from(
        [("N", 1), ("mN", 1e-3), ("gf", 9.80665e-3), ("kgf", 9.80665), ("lbf", 4.4482216152605)]
    ),
    sign=st.sampled_from([1, -1]),
    by=st.sampled_from(["map", "heading"]),
    time=st.sampled_from([("s", 1), ("ms", 1e-3), ("us", 1e-6), ("min", 60)]),
)
def test_units_signs_and_times_become_si(  # noqa: PLR0917 - a property has many sides
    folder, seed, unit, sign, by, time
):
    newtons = forces(np.random.default_rng(seed), 80)
    in_units = newtons * sign / unit[1]
    t = np.arange(80) / 250 / time[1]
    rows = [f"{x:.9f},{a:.7f},{b:.7f}" for x, (a, b) in zip(t, in_units, strict=True)]
    heading = f"t [{time[0]}],grip ({unit[0]}),load_{unit[0]}" if by == "heading" else "t,g,l"
    table = f'time_unit = "{time[0]}"\nunit = "{unit[0]}"' if by == "map" else ""
    raw = "\n".join([heading, *rows]) + "\n"
    found = read(folder, raw, a_map(table, f", scale = {sign}"))
    assert np.allclose(found.columns["grip_n"], newtons[:, 0], atol=1e-5)
    assert np.allclose(found.columns["load_n"], newtons[:, 1], atol=1e-5)
    assert found.rate_hz == pytest.approx(250)


@FEW
@given(seed=SEEDS, scale=st.floats(0.1, 100), full=st.floats(5, 25))
def test_volts_need_a_scale_and_full_scale_is_saturation(folder, seed, scale, full):
    newtons = forces(np.random.default_rng(seed), 60)
    raw = text(np.arange(60) / 100, newtons / scale, header="time,grip (V),load (V)")
    with pytest.raises(UsageError, match="is no force"):
        read(folder, raw)
    table = f'unit = "V"\nfull_scale_n = {full}'
    made = table_recording(read(folder, raw, a_map(table, f", scale = {scale}")), "x")
    stream = made.streams["force"]
    assert np.allclose(stream.values, newtons, atol=1e-4 * max(1, scale))
    clear = np.abs(newtons.max(1) - full) > 1e-4 * max(1, scale)
    assert np.array_equal((stream.flags != 0)[clear], (newtons.max(1) >= full)[clear])


def test_a_time_that_is_not_in_seconds_is_asked_for(folder):
    values = forces(np.random.default_rng(1), 50)
    with pytest.raises(UsageError, match=r"0\.5 Hz; in milliseconds it is 500 Hz"):
        read(folder, text(np.arange(50) * 2.0, values, digits=0))
    with pytest.raises(UsageError, match="numbers the samples"):
        read(folder, text(np.arange(50) * 1.0, values, digits=0))


@FEW
@given(seed=SEEDS, names=st.permutations(["Fz1", "Fz2", "Last", "t"]))
def test_columns_by_their_headings(folder, seed, names):
    drawn = np.random.default_rng(seed).uniform(0, 9, (3, 30))
    values = dict(zip(["Fz1", "Fz2", "Last"], drawn, strict=True))
    values["t"] = np.arange(30) / 50
    rows = [",".join(f"{values[n][k]:.6f}" for n in names) for k in range(30)]
    wanted = parse_table_map(
        '[table]\ntime_column = "t"\n[channels]\n'
        'grip_n = { mean = ["Fz1", "Fz2"] }\nload_n = { sum = ["Last"] }\n'
    )
    found = read(folder, "\n".join([",".join(names), *rows]) + "\n", wanted)
    mean = 0.5 * (values["Fz1"] + values["Fz2"])
    assert np.allclose(found.columns["grip_n"], mean, atol=1e-6)
    assert np.allclose(found.columns["load_n"], values["Last"], atol=1e-6)


@FEW
@given(
    seed=SEEDS,
    how=st.sampled_from(["epoch s", "epoch ms", "iso", "iso utc", "clock", "german"]),
    start=st.integers(1_500_000_000, 1_900_000_000),
)
def test_epochs_dates_and_times_of_day(folder, seed, how, start):
    values = forces(np.random.default_rng(seed), 60)
    times = [start + k * 0.02 for k in range(60)]
    zone = dt.UTC

    def stamp(s):
        moment = dt.datetime.fromtimestamp(start, zone) + dt.timedelta(seconds=s - start)
        ms = f"{round(moment.microsecond / 1000):03d}"
        clock = f"{moment:%H:%M:%S}.{ms}"
        return {
            "epoch s": f"{s:.3f}",
            "epoch ms": f"{s * 1000:.0f}",
            "iso": f"{moment:%Y-%m-%d} {clock}",
            "iso utc": f"{moment:%Y-%m-%d}T{clock}+00:00",
            "clock": clock,
            "german": f"{moment:%d.%m.%Y} {clock}",
        }[how]

    rows = [f"{stamp(s)};{a};{b}" for s, (a, b) in zip(times, values, strict=True)]
    found = read(folder, "\n".join(["time;grip;load", *rows]) + "\n")
    assert found.rate_hz == pytest.approx(50)
    assert np.allclose(np.diff(found.t), 0.02, atol=1e-6)
    if how in {"epoch s", "epoch ms", "iso utc"}:
        said = dt.datetime.fromisoformat(str(found.metadata["utc"]))
        assert said.timestamp() == pytest.approx(start)


@FEW
@given(seed=SEEDS, end=st.sampled_from(["", "\n"]), cells=st.integers(1, 2))
def test_a_last_row_without_its_last_cells_is_left_out(folder, seed, end, cells):
    values = forces(np.random.default_rng(seed), 40)
    blank = ",".join(["0.400000", *["1.5"] * (cells - 1), *[""] * (3 - cells)])
    found = read(folder, text(np.arange(40) / 100, values) + blank + end)
    assert np.allclose(found.columns["load_n"], values[:, 1])
    assert "cut short" in found.notes[0]


def test_several_tables_in_one_are_chosen_by_the_map(folder):
    one, two = (forces(np.random.default_rng(k), 30) for k in (1, 2))
    raw = text(np.arange(30) / 100, one) + "\n" + text(np.arange(30) / 100, two)
    with pytest.raises(UsageError, match="holds 2 tables; their rows begin at rows 2, 34"):
        read(folder, raw)
    for k, values in ((1, one), (2, two)):
        found = read(folder, raw, a_map(f"table = {k}"))
        assert np.allclose(found.columns["grip_n"], values[:, 0])
    with pytest.raises(UsageError, match="has no table 3"):
        read(folder, raw, a_map("table = 3"))


LABCHART = (
    "Interval=\t0.001 s\nExcelDateTime=\t4.2e+04\t2/9/2015 10:00\nTimeFormat=\tStartOfBlock\n"
    "ChannelTitle=\tGrip\tLoad\nRange=\t10.000 V\t10.000 V\n"
)


def test_labchart_text_has_headings_by_its_channel_titles(folder):
    values = forces(np.random.default_rng(3), 50)
    wanted = parse_table_map(
        '[table]\ntime_column = "Time"\n[channels]\n'
        'grip_n = { mean = ["Grip"] }\nload_n = { sum = ["Load"] }\n'
    )
    raw = LABCHART + text(np.arange(50) / 1000, values, "\t", header="")
    found = read(folder, raw, wanted)
    assert found.rate_hz == 1000
    assert np.allclose(found.columns["load_n"], values[:, 1])


@FEW
@given(seed=SEEDS, sine=st.booleans())
def test_a_target_column_is_the_target_that_the_analysis_reads(folder, seed, sine):
    rng = np.random.default_rng(seed)
    t = np.arange(3000) / 100
    wanted = 5 + 2 * np.sin(2 * np.pi * 0.3 * t)
    if not sine:
        wanted = np.interp(t, [0, 5, 10, 20, 30], rng.uniform(0, 10, 5))
    rows = [f"{x:.2f},1,2,{w:.5f}" for x, w in zip(t, wanted, strict=True)]
    found = read(
        folder, "\n".join(["t,g,l,w", *rows]) + "\n", a_map(target='[target]\ncolumn = "w"')
    )
    target = found.metadata["target"]
    assert np.abs(target_force(target, t) - wanted).max() < 2e-3 * np.ptp(wanted)
    assert len(target["knots"]) <= (500 if sine else 8)


def stamps_of(rng, kind, rate):
    """Return stamps, how many samples are missing between them, and repeated rows."""
    n = int(rng.integers(500, 5000))
    t = np.arange(n) / rate + rng.uniform(0, 100)
    keep = np.ones(n, dtype=bool)
    match kind:
        case "rounded":
            t = np.round(t, 3)
        case "truncated":
            t = np.floor(t * 1e3) / 1e3
        case "jittered":
            t = np.sort(t + rng.uniform(-0.2, 0.2, n) / rate)
        case "lossy":
            keep = rng.random(n) > rng.uniform(0, 0.3)
        case "a hole":
            begin = n // 3
            keep[begin : begin + int(rng.integers(5, 200))] = False
        case "bursts" | "arrival":
            burst = max(5 / rate, rng.uniform(0.01, 0.1))
            arrived = np.ceil(t / burst) * burst
            begins = np.maximum.accumulate(
                np.where(np.diff(arrived, prepend=-1) > 1e-9, np.arange(n), 0)
            )
            t = arrived + (np.arange(n) - begins) * (1e-4 if kind == "bursts" else 0)
        case "repeated":
            t = np.repeat(t, np.where(rng.random(n) < 0.05, 2, 1))
            keep = np.ones(len(t), dtype=bool)
    keep[[0, -1]] = True
    return t[keep], int((~keep).sum())


@settings(max_examples=40, deadline=None)
@given(
    seed=SEEDS,
    rate=st.floats(60, 900),
    kind=st.sampled_from(
        ["exact", "rounded", "truncated", "jittered", "lossy", "a hole", "bursts", "arrival",
         "repeated"]
    ),
)  # fmt: skip
def test_the_true_rate_and_no_invented_loss(seed, rate, kind):
    stamps, lost = stamps_of(np.random.default_rng(seed), kind, rate)
    if kind == "bursts" and rate > 500:
        return  # steps of 0.1 ms in bursts of 100 ms overtake the next burst
    found = fit_sample_times(stamps, "x", lambda row: f"row {row + 1}")
    assert found.rate_hz == pytest.approx(rate, rel=3e-3)
    assert int(found.counter[-1]) + 1 - len(found.t) == lost
    assert (np.diff(found.t) > 0).all()


def test_stamps_that_begin_again_or_fit_no_rate_are_refused_with_their_look():
    once = np.arange(500) / 100
    with pytest.raises(UsageError, match="begins again at row 501"):
        fit_sample_times(np.concatenate([once, once]), "x", lambda row: f"row {row + 1}")
    wild = np.cumsum(np.random.default_rng(0).exponential(0.01, 2000))
    with pytest.raises(UsageError, match="fit no rate: steps are"):
        fit_sample_times(wild, "x", lambda row: f"row {row + 1}")


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases lie beside the repository")
@pytest.mark.parametrize(
    ("name", "rate_hz", "what"),
    [
        ("european_semicolon.csv", 200, ""),
        ("burst_small.csv", 500, "times are those of arrival"),
        ("ms800_small.csv", 800, "printed in steps of 1 ms"),
        ("utf16_labview.txt", 200, ""),
        ("extra_cells_small.csv", None, "row 61 has 5 cells where the others have 3"),
        ("quoted_one_blank.csv", None, "row 61, column 2 holds ''"),
    ],
)
def test_the_cases(name, rate_hz, what):
    if rate_hz is None:
        with pytest.raises(UsageError, match=what):
            read_table(CASES / name, a_map())
        return
    found = read_table(CASES / name, a_map())
    assert found.rate_hz == rate_hz
    assert table_recording(found, "x").gaps == ()
    assert what in " ".join(found.notes)
