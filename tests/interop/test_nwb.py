"""NWB as PyNWB reads it and as its inspector judges it."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import h5py
import numpy as np
import pynwb
import pytest
from nwbinspector import Importance, inspect_nwbfile

import gripforce as gf
from gripforce.formats.export import export


def complaints(path):
    found = inspect_nwbfile(
        nwbfile_path=path, importance_threshold=Importance.BEST_PRACTICE_VIOLATION
    )
    return [f"{one.check_function_name}: {one.message}" for one in found]


@pytest.mark.parametrize("raw", [False, True], ids=["forces", "raw"])
@pytest.mark.parametrize("which", ["lossy", "apart"])
def test_the_inspector_finds_nothing_at_best_practice(which, raw, exported, request):
    assert complaints(exported(request.getfixturevalue(which), "nwb", raw=raw)) == []


def test_the_inspector_would_have_found_it(lossy, exported, tmp_path):
    path = tmp_path / "bad.nwb"
    path.write_bytes(exported(lossy, "nwb").read_bytes())
    with h5py.File(path, "r+") as file:
        file["intervals/trials/stop_time"][...] = 0.0
        del file["general/subject/species"]
    assert {one.split(":")[0] for one in complaints(path)} == {
        "check_time_intervals_stop_after_start", "check_subject_species_exists",
    }  # fmt: skip


def test_trials_are_those_of_the_analysis(lossy, exported):
    table = gf.analyze(lossy)
    with pynwb.NWBHDF5IO(str(exported(lossy, "nwb")), "r") as io:
        nwb = io.read()
        trials = nwb.trials.to_dataframe()
        about = json.loads(nwb.notes)
        assert nwb.subject.subject_id == "p01"
    assert len(trials) == len(table) == 2
    for column in ("gf_peak_n", "gf_static_n", "xcorr_lag_ms"):
        np.testing.assert_allclose(trials[column], table[column], atol=1e-6)
    np.testing.assert_allclose(trials.liftoff_time, table.t_liftoff_s + 0.00075, atol=2e-6)
    assert about["analysis"]["filter_of_metrics"] == table["filter"].iloc[0]
    assert about["condition"]["mass_g"] == 400.0


def test_counts_keep_their_device_times(apart, exported):
    with pynwb.NWBHDF5IO(str(exported(apart, "nwb", raw=True)), "r") as io:
        nwb = io.read()
        first = min(float(s.t[0]) for s in apart.streams.values())
        for name, samples in apart.streams.items():
            series = nwb.acquisition[f"{name}_{name}_counts"]
            np.testing.assert_array_equal(series.data[:], samples.counts[:, 0])
            shift_s = max(0.0, -first)
            np.testing.assert_allclose(series.timestamps[:], samples.t + shift_s, atol=2e-6)


def test_a_recording_without_a_date_says_so(lossy, tmp_path):
    metadata = {k: v for k, v in lossy.metadata.items() if k not in {"utc", "subject"}}
    export(replace(lossy, metadata=metadata), tmp_path / "a.nwb", "nwb")
    with pynwb.NWBHDF5IO(str(tmp_path / "a.nwb"), "r") as io:
        nwb = io.read()
        assert nwb.session_start_time == datetime(1970, 1, 1, tzinfo=UTC)
        assert "When it was made is not known" in nwb.session_description
        assert nwb.subject is None
