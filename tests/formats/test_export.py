"""What an export holds is what the recording holds, in a file that nothing overwrites."""

import csv
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gripforce.calibration import default_scaling
from gripforce.errors import UsageError
from gripforce.formats.export import FORMATS, export, format_of
from gripforce.formats.frame import force_table
from gripforce.model import Kind
from gripforce.recording import Recorder, read_recording
from reliability.known_samples import ORIGIN_US, session, stream_items, true_counts


@pytest.fixture
def recorded(tmp_path):
    def make(*, imu, drop=()):
        said = stream_items(session(2.0, imu=imu))
        for i in sorted(drop, reverse=True):
            del said[i]
        path = tmp_path / "a.grip"
        with Recorder(path, least_free_bytes=0) as recorder:
            for item in said:
                recorder.write(item)
        return read_recording(path)

    return make


def test_csv_has_a_row_a_sample_and_empty_cells_in_a_gap(recorded, tmp_path):
    recording = recorded(imu=False, drop=[20])
    path = tmp_path / "a.csv"
    export(recording, path, "csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    force = recording.streams["force"]
    digits = ["grip_thumb_n", "grip_index_n", "load_thumb_n", "load_index_n"]
    assert rows[0] == ["t_s", "grip_n", "load_n", *digits]
    empty = [k for k, row in enumerate(rows[1:]) if row[1:] == [""] * 6]
    assert empty == sorted(set(range(2000)) - set(force.counter.tolist()))
    table = np.array([row for row in rows[1:] if row[1]], float)
    assert len(table) == len(force) == 2000 - 16
    np.testing.assert_allclose(table[:, 0], force.counter / 1000, atol=2e-6)
    np.testing.assert_allclose(table[:, 3:], force.values, atol=1e-6)


def test_several_streams_share_one_grid(recorded, tmp_path):
    recording = recorded(imu=True)
    path = tmp_path / "a.csv"
    export(recording, path, "csv")
    table = pd.read_csv(path)
    assert list(table) == ["t_s", "grip_n", "load_n", "grip_thumb_n", "grip_index_n",
                           "load_thumb_n", "load_index_n", "accel_z_m_s2"]  # fmt: skip
    np.testing.assert_allclose(np.diff(table.t_s), 0.001, atol=2e-6)
    values = recording.streams["force"].values[:, 0]
    np.testing.assert_allclose(table.grip_thumb_n, values, atol=1e-5)
    assert table.accel_z_m_s2.isna().sum() < 100  # it ended before the force did


def test_raw_is_what_the_device_said(recorded, tmp_path):
    recording = recorded(imu=True, drop=[20])
    path = tmp_path / "raw.csv"
    export(recording, path, "csv", raw=True)
    table = pd.read_csv(path)
    assert list(table)[:5] == ["stream", "segment", "counter", "tick_us", "flags"]
    force = table[table.stream == "force"]
    np.testing.assert_array_equal(force.counter, recording.streams["force"].counter)
    np.testing.assert_array_equal(force.tick_us, ORIGIN_US + force.counter * 1000)
    names = ["grip_thumb_counts", "grip_index_counts", "load_thumb_counts", "load_index_counts"]
    np.testing.assert_array_equal(force[names], true_counts(force.counter))
    assert force.accel_z_counts.isna().all()
    assert len(table[table.stream == "accel_z"]) == len(recording.streams["accel_z"])


@pytest.mark.parametrize("raw", [False, True])
def test_parquet_says_the_same(recorded, tmp_path, raw):
    recording = recorded(imu=True)
    export(recording, tmp_path / "a.parquet", "parquet", raw=raw)
    export(recording, tmp_path / "a.csv", "csv", raw=raw)
    parquet, text = pd.read_parquet(tmp_path / "a.parquet"), pd.read_csv(tmp_path / "a.csv")
    assert list(parquet) == list(text)
    for name in text:
        if name == "stream":
            assert list(parquet[name]) == list(text[name])
        else:
            left, right = (f[name].to_numpy(float, na_value=np.nan) for f in (parquet, text))
            np.testing.assert_allclose(left, right, atol=1e-9)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_overwritten(recorded, tmp_path, name):
    path = tmp_path / "a.dat"
    path.write_text("precious")
    with pytest.raises(UsageError, match="exists already"):
        export(recorded(imu=False), path, name)
    assert path.read_text() == "precious"


@pytest.mark.parametrize(("name", "library"), [(f.name, f.library) for f in FORMATS.values()
                                               if f.library])  # fmt: skip
def test_a_missing_library_is_named_and_leaves_no_file(
    recorded, tmp_path, monkeypatch, name, library
):
    recording = recorded(imu=False)
    monkeypatch.setitem(sys.modules, library, None)  # as if it were not installed
    with pytest.raises(UsageError, match=r"pip install 'gripforce\[formats\]'"):
        export(recording, tmp_path / "b.dat", name)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.grip"]


def test_what_cannot_be_exported_leaves_no_file(recorded, tmp_path):
    recording = recorded(imu=False)
    with pytest.raises(UsageError, match="Try csv, parquet"):
        export(recording, tmp_path / "b.xls", "xls")
    with pytest.raises(UsageError, match="there is no folder"):
        export(recording, tmp_path / "none" / "b.csv", "csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.grip"]


@pytest.mark.parametrize("name", FORMATS)
def test_forces_that_are_not_calibrated_are_refused_but_not_their_counts(recorded, tmp_path, name):
    recording = recorded(imu=False)
    plain = {
        key: replace(samples, scaling=default_scaling(samples.stream))
        for key, samples in recording.streams.items()
    }
    volts = replace(recording, streams=plain)
    with pytest.raises(UsageError, match=r"is not in newtons.*--raw"):
        export(volts, tmp_path / "forces", name)
    export(volts, tmp_path / "counts", name, raw=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.grip", "counts"]


def test_the_ending_of_the_name_chooses_the_format():
    assert format_of("a/b.XDF") == "xdf"
    assert format_of("b.mat") == "mat"
    with pytest.raises(UsageError, match="Give --format"):
        format_of("b.txt")


def test_other_channels_are_on_the_grid_too(recorded):
    """Temperature and contact have no spline: the nearest sample, nothing in a gap."""
    recording = recorded(imu=True)
    slow = recording.streams["accel_z"]
    channel = replace(slow.stream.channels[0], kind=Kind.TEMPERATURE)
    warm = replace(slow, stream=replace(slow.stream, channels=(channel,)))
    table = force_table(replace(recording, streams={**recording.streams, "temperature": warm}))
    values = table.columns["temperature_m_s2"]
    at = np.searchsorted(table.t, slow.t[5:50] + 1e-9)
    np.testing.assert_allclose(values[at], slow.values[5:50, 0], atol=1e-6)
    assert np.isnan(values[table.t > slow.t[-1] + 0.02]).all()
