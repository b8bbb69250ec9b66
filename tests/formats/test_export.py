"""What an export holds is what the recording holds, in a file that nothing overwrites."""

import csv
import sys

import numpy as np
import pandas as pd
import pytest

from gripforce.errors import RecordingError, UsageError
from gripforce.formats.export import export
from gripforce.recording import Recorder, read_recording
from tests.recording.recorded import ORIGIN_US, session, stream_items, true_counts


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


def test_csv_of_one_stream_keeps_its_samples(recorded, tmp_path):
    recording = recorded(imu=False, drop=[20])
    path = tmp_path / "a.csv"
    export(recording, path, "csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    force = recording.streams["force"]
    assert rows[0] == ["t_s", "grip_thumb_n", "grip_index_n", "load_thumb_n", "load_index_n"]
    table = np.array(rows[1:], float)
    assert len(table) == len(force) == 2000 - 16
    np.testing.assert_allclose(table[:, 0], force.counter / 1000, atol=2e-6)
    np.testing.assert_allclose(table[:, 1:], force.values, atol=1e-6)


def test_several_streams_share_one_grid(recorded, tmp_path):
    recording = recorded(imu=True)
    path = tmp_path / "a.csv"
    export(recording, path, "csv")
    table = pd.read_csv(path)
    assert list(table) == ["t_s", "grip_thumb_n", "grip_index_n", "load_thumb_n", "load_index_n",
                           "accel_z_m_s2"]  # fmt: skip
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


def test_nothing_is_overwritten(recorded, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("precious")
    with pytest.raises(RecordingError, match="exists already"):
        export(recorded(imu=False), path, "csv")
    assert path.read_text() == "precious"


def test_what_cannot_be_exported_leaves_no_file(recorded, tmp_path, monkeypatch):
    recording = recorded(imu=False)
    with pytest.raises(UsageError, match="Try csv, parquet"):
        export(recording, tmp_path / "b.xls", "xls")
    with pytest.raises(RecordingError, match="cannot be written"):
        export(recording, tmp_path / "none" / "b.csv", "csv")
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as if it were not installed
    with pytest.raises(UsageError, match=r"pip install 'gripforce\[parquet\]'"):
        export(recording, tmp_path / "b.parquet", "parquet")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.grip"]
