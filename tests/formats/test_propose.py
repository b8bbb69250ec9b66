"""A proposed map is valid, and reads the table rightly once the mass is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gripforce.formats.tables.oddities import oddities
from gripforce.formats.tables.propose import propose_map
from gripforce.formats.tables.table import open_table, read_table
from gripforce.formats.tables.table_map import parse_table_map
from tests.analysis.test_doubts import RATE_HZ, lifts


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    headings=st.sampled_from(
        ["time,grip,load", "t [ms],Griff (g),Last (g)", "Zeit,Fz,Fy", "a,b,c", "x,load,force"]
    ),
    sign=st.sampled_from([1, -1]),
)
def test_a_proposed_map_reads_the_table(tmp_path_factory, seed, headings, sign):
    grip, load = lifts(np.random.default_rng(seed), 3)
    grams = "(g)" in headings
    ms = "ms" in headings
    factor = sign * (1e3 / 9.80665 if grams else 1)
    t = np.arange(len(grip)) / RATE_HZ * (1e3 if ms else 1)
    columns = (t, load, grip) if headings.startswith("x") else (t, grip, load)
    rows = [
        f"{a:.4f};{b * factor:.5f};{c * factor:.5f}".replace(".", ",")
        for a, b, c in zip(*columns, strict=True)
    ]
    path = tmp_path_factory.mktemp("p") / "table.csv"
    path.write_text("\n".join([headings.replace(",", ";"), *rows]) + "\n", encoding="utf-8")
    proposed = propose_map(open_table(path))
    found = read_table(path, parse_table_map(proposed))
    assert found.rate_hz == pytest.approx(RATE_HZ)
    assert np.allclose(found.columns["grip_n"], grip, atol=1e-3)
    assert np.allclose(found.columns["load_n"], load, atol=1e-3)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda g, w: (-g, w), "grip_n is below zero"),
        (lambda g, w: (g, w / 9.80665), "0.102 times the 3.92 N of 400 g: is it in kilograms"),
        (lambda g, w: (w, g), "grip and load exchanged"),
        (lambda g, w: (np.minimum(g, 4.0), w), "grip_n stays at exactly 4 N"),
        (lambda g, w: (g + 2, w), "grip_n is never near zero"),
        (lambda g, w: (g + 0.1 * np.sin(100 * np.pi * np.arange(len(g)) / RATE_HZ), w), "of 50 Hz"),
    ],
)
def test_what_looks_odd_is_said(tmp_path, change, what):
    grip, load = change(*lifts(np.random.default_rng(4)))
    path = tmp_path / "table.csv"
    rows = [
        f"{k / RATE_HZ:.3f},{a:.5f},{b:.5f}"
        for k, (a, b) in enumerate(zip(grip, load, strict=True))
    ]
    path.write_text("\n".join(["time,grip,load", *rows]) + "\n")
    wanted = parse_table_map(propose_map(open_table(path)).replace(", scale = -1", ""))
    table = read_table(path, wanted)
    table.metadata["mass_g"] = 400
    assert any(what in sentence for sentence in oddities(table))
