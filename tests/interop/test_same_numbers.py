"""One recording through every format and a reader by other people: the same numbers."""

import numpy as np
import pytest

import gripforce as gf
from tests.interop import readers
from tests.interop.conftest import MARKERS

ROWS = [
    ("csv", readers.read_csv),
    ("parquet", readers.read_arrow),
    ("parquet", readers.read_duckdb),
    ("xdf", readers.read_pyxdf),
    ("bdf", readers.read_mne),
    ("bdf", readers.read_pyedflib),
    ("nwb", readers.read_pynwb),
    ("mat", readers.read_scipy),
    ("mat", readers.read_pymatreader),
    ("mat73", readers.read_pymatreader),
]
FROM_FIRST = {"bdf", "nwb"}
"""Formats whose times count from their first sample."""


def label(row):
    return f"{row[0]}-{row[1].__name__.removeprefix('read_')}"


MARKED = pytest.mark.parametrize("read", [r for r in ROWS if r[0] not in {"csv", "parquet"}],
                                 indirect=True, ids=label)  # fmt: skip
NAMING_GAPS = pytest.mark.parametrize("read", [r for r in ROWS if r[0] in {"bdf", "nwb"}],
                                      indirect=True, ids=label)  # fmt: skip


def counter_axis(recording):
    """Return the rows of a file at which the device's samples lie."""
    force = recording.streams["force"]
    return force, np.rint((force.t - force.t[0]) * force.stream.rate_hz).astype(int)


@pytest.fixture(params=ROWS, ids=label)
def read(request, lossy, exported):
    name, reader = request.param
    return name, reader(exported(lossy, name))


def test_forces_are_the_samples_of_the_file(lossy, read):
    name, found = read
    force, rows = counter_axis(lossy)
    counts_n = np.abs(np.diag(force.scaling.matrix))
    for k, column in enumerate(force.columns):
        within = max(0.5e-6, counts_n[k] if name == "bdf" else 0.0) + 1e-12
        np.testing.assert_allclose(found.columns[column][rows], force.values[:, k], atol=within)


def test_grip_and_load_are_those_of_the_digits(lossy, read):
    _, found = read
    force, rows = counter_axis(lossy)
    thumb, index, load_thumb, load_index = force.values.T
    np.testing.assert_allclose(found.columns["grip_n"][rows], (thumb + index) / 2, atol=1e-5)
    np.testing.assert_allclose(found.columns["load_n"][rows], load_thumb + load_index, atol=1e-5)


def test_lost_samples_are_gaps(lossy, read):
    _, found = read
    _force, rows = counter_axis(lossy)
    assert lossy.integrity.lost > 50
    inside = np.arange(rows[0], rows[-1] + 1)
    lost = np.setdiff1d(inside, rows)
    values = found.columns["grip_n"]
    assert np.isnan(values[lost]).all()
    assert np.isfinite(values[rows]).all()
    tally = next(one for one in lossy.integrity.streams if one.name == "force")
    assert abs(len(lost) - tally.lost) <= 16  # the last block may be lost beyond the last sample


def test_time_is_when_the_force_acted(lossy, read):
    name, found = read
    force, rows = counter_axis(lossy)
    delay_s = force.stream.latency_us * 1e-6
    acted = force.counter / 1000 - delay_s
    begin = acted[0] if name in FROM_FIRST else 0.0
    np.testing.assert_allclose(found.t[rows], acted - begin, atol=2e-6)


@MARKED
def test_events_and_markers_stand_on_the_same_axis(lossy, read):
    name, found = read
    table = gf.analyze(lossy)
    begin = -0.00075 if name in FROM_FIRST else 0.0
    liftoffs = [t for t, label in found.events if label.split("/")[0] == "lift-off"]
    np.testing.assert_allclose(liftoffs, table.t_liftoff_s - begin, atol=2e-6)
    assert [text.split()[0] for _, text in found.markers] == [mark.kind for mark in MARKERS]
    np.testing.assert_allclose(
        [t for t, _ in found.markers], [mark.t - begin for mark in MARKERS], atol=2e-6
    )


@NAMING_GAPS
def test_gaps_are_named_where_the_format_can(lossy, read):
    _, found = read
    _force, rows = counter_axis(lossy)
    jumps = np.flatnonzero(np.diff(rows) > 1)
    inner = [(t, length) for t, length in found.gaps if t < found.t[rows[-1]]]
    np.testing.assert_allclose(
        inner,
        [(found.t[rows[k] + 1], (rows[k + 1] - rows[k] - 1) / 1000) for k in jumps],
        atol=2e-6,
    )
