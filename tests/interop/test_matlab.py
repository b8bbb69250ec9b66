"""MATLAB files: Octave reads version 5, HDF5 shows what MATLAB looks for in version 7.3."""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from unittest.mock import patch

import h5py
import numpy as np
import pymatreader
import pytest

import gripforce as gf
from gripforce.errors import UsageError
from gripforce.formats.export import export
from gripforce.formats.writers import matlab

SCRIPT = """
x = load('{path}'); r = x.recording; f = r.forces;
printf('%d\\n', numel(f.t_s)); printf('%.6f\\n', f.t_s(1), max(f.grip_n), sum(isnan(f.load_n)));
lift = strcmp(r.events.name, 'lift-off'); printf('%.6f\\n', r.events.t_s(lift));
printf('%s\\n', f.units.grip_n, r.markers.text{{2}}, jsondecode(r.metadata).subject.subject);
printf('%.6f\\n', r.trials.gf_peak_n);
"""


@pytest.mark.skipif(
    shutil.which("octave-cli") is None and not os.environ.get("CI"), reason="needs Octave"
)
def test_octave_reads_version_5(lossy, exported):
    script = SCRIPT.format(path=exported(lossy, "mat"))
    done = subprocess.run(
        ["octave-cli", "--no-history", "--norc", "--eval", script],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    lines = done.stdout.split("\n")
    table, grip = gf.analyze(lossy), lossy.streams["force"].values[:, :2].mean(axis=1)
    assert float(lines[1]) == -0.00075
    assert float(lines[2]) == pytest.approx(grip.max(), abs=1e-5)
    assert int(lines[0]) - float(lines[3]) == len(lossy.streams["force"])
    np.testing.assert_allclose([float(x) for x in lines[4:6]], table.t_liftoff_s, atol=2e-6)
    assert lines[6:9] == ["N", "TTL <1> & u", "p01"]
    np.testing.assert_allclose([float(x) for x in lines[9:11]], table.gf_peak_n, atol=1e-6)


def test_version_73_is_what_matlab_looks_for(lossy, exported):
    path = exported(lossy, "mat73")
    head = path.read_bytes()[:128]
    assert head.startswith(b"MATLAB 7.3 MAT-file")
    assert head[124:] == b"\x00\x02IM"
    with h5py.File(path) as file:
        forces = file["recording/forces"]
        assert forces.attrs["MATLAB_class"] == b"struct"
        assert forces["grip_n"].attrs["MATLAB_class"] == b"double"
        assert forces["grip_n"].shape == (1, len(forces["t_s"][0]))  # a column: MATLAB's order
        assert file["recording/markers/text"].attrs["MATLAB_class"] == b"cell"


@pytest.mark.parametrize("name", ["mat", "mat73"])
def test_counts_are_exact(lossy, exported, name):
    found = pymatreader.read_mat(exported(lossy, name, raw=True))["recording"]
    for stream, samples in lossy.streams.items():
        one = found["raw"][stream]
        np.testing.assert_array_equal(one["counter"], samples.counter)
        for k, channel in enumerate(samples.stream.channels):
            np.testing.assert_array_equal(one[f"{channel.label}_counts"], samples.counts[:, k])
    assert json.loads(found["metadata"])["losses"]["lost"] == lossy.integrity.lost


def test_a_recording_without_trials_and_marks_has_empty_fields(lossy, tmp_path):
    resting = replace(lossy, metadata={"task": "rest"}, markers=())
    for name in ("mat", "mat73"):
        path = tmp_path / f"{name}.mat"
        export(resting, path, name)
        found = pymatreader.read_mat(path)["recording"]
        assert np.size(found["events"]["t_s"]) == np.size(found["markers"]["t_s"]) == 0
        assert json.loads(found["metadata"])["analysis"]["remarks"] == [
            "Task rest has no trials to be measured."
        ]


def test_what_version_5_cannot_hold_is_sent_to_version_73(lossy, tmp_path):
    with patch.object(matlab, "_MOST_BYTES", 1000), pytest.raises(UsageError, match="mat73"):
        export(lossy, tmp_path / "a.mat", "mat")
    assert not list(tmp_path.iterdir())
