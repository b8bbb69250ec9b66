"""A table written as a recording keeps its values, its times and its gaps."""

import math

import numpy as np
import pytest

from gripforce.formats.tables.table import ImportedTable
from gripforce.formats.tables.table_recording import table_recording
from gripforce.model import EndReason
from gripforce.recording import read_recording, write_recording


def converted(tmp_path, t, rate_hz, columns=None):
    columns = columns or {"grip_n": 5 + np.sin(7 * t), "load_n": -np.cos(3 * t)}
    table = ImportedTable(t, columns, rate_hz, {"mass_g": 700.0}, ("A note.",))
    before = table_recording(table, "table.csv")
    path = tmp_path / "t.grip"
    write_recording(before, path, {"source": "table.csv"}, least_free_bytes=0)
    return before, read_recording(path), path


def same(before, after):
    (old,), (new,) = before.streams.values(), after.streams.values()
    np.testing.assert_array_equal(new.counts, old.counts)
    np.testing.assert_array_equal(new.counter, old.counter)
    assert np.abs(new.t - old.t).max() < 1e-6
    np.testing.assert_allclose(new.values, old.values, rtol=0, atol=1e-12)
    assert new.columns == old.columns
    assert [(g.first, g.lost) for g in after.gaps] == [(g.first, g.lost) for g in before.gaps]
    assert after.integrity.ended is EndReason.FINISHED
    assert after.integrity.reconciled


@pytest.mark.parametrize("rate_hz", [2000.0, 400.0, 1000 / 3, 12.5])
@pytest.mark.parametrize("begin_s", [0.0, -3.5, 7200.25])
def test_regular_times(tmp_path, rate_hz, begin_s):
    before, after, path = converted(tmp_path, begin_s + np.arange(3000) / rate_hz, rate_hz)
    same(before, after)
    headers = 8000 + 3000 / rate_hz / 60 * 3000  # one each minute
    assert path.stat().st_size < 3000 * 8 * 1.5 + headers  # in full blocks
    assert after.metadata["mass_g"] == 700.0
    assert after.metadata["source"] == "table.csv"
    assert after.clock is None
    assert after.notes[0]["text"] == "A note."


@pytest.mark.parametrize("seed", range(4))
def test_irregular_times_and_gaps(tmp_path, seed):
    rng = np.random.default_rng(seed)
    steps = rng.uniform(0.2, 1.5, 2000) / 500.0
    steps[rng.integers(0, 2000, 20)] += rng.uniform(0.01, 3.0, 20)
    t = np.cumsum(steps)
    same(*converted(tmp_path, t, 500.0)[:2])


def test_gaps_in_regular_times_leave_full_blocks(tmp_path):
    t = np.arange(20_000) / 2000.0
    t = np.delete(t, slice(500, 777))
    before, after, path = converted(tmp_path, t, 2000.0)
    same(before, after)
    assert after.integrity.streams[0].lost == 277
    assert path.stat().st_size < 20_000 * 8 * 1.5


def test_times_rounded_as_tables_round_them(tmp_path):
    t = np.round(np.arange(4000) / 300.0, 4)
    same(*converted(tmp_path, t, 300.0)[:2])


def test_a_long_silence(tmp_path):
    t = np.append(np.arange(100) / 100.0, 20_000.0 + np.arange(100) / 100.0)
    same(*converted(tmp_path, t, 100.0)[:2])


def test_extreme_values(tmp_path):
    values = np.array([2147.483647, -2147.483647, 0.0, 1e-6, -1e-6, math.pi])
    before, after, _ = converted(tmp_path, np.arange(6) / 10.0, 10.0, {"grip_n": values})
    same(before, after)
    np.testing.assert_allclose(after.streams["grip"].values[:, 0], values, atol=0.5e-6)
