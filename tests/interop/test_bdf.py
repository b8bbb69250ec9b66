"""BDF+ as MNE and EDFlib read it: header, counts, gaps, what it cannot hold."""

from dataclasses import replace
from datetime import datetime, timedelta

import mne
import numpy as np
import pyedflib
import pytest

from gripforce.errors import UsageError
from gripforce.formats.export import export
from gripforce.model import Kind
from tests.analysis.analytic_lifts import recording, stream


def test_header_names_the_person_by_pseudonym_and_the_device(lossy, exported):
    with pyedflib.EdfReader(str(exported(lossy, "bdf"))) as file:
        assert file.getPatientCode() == "p01"
        assert (file.getPatientName(), file.getBirthdate()) == ("X", "")
        assert lossy.device.uid[:8] in file.getEquipment()
        assert file.getPhysicalDimension(0) == "N"
        assert "calibrated 2025-01-01" in file.getTransducer(2)
        assert file.getPrefilter(0) == "none"


def test_it_begins_when_the_first_force_acted(lossy, exported):
    raw = mne.io.read_raw_bdf(exported(lossy, "bdf"), verbose="error")
    begun = datetime.fromisoformat(lossy.metadata["utc"]) + timedelta(seconds=-0.00075)
    assert raw.info["meas_date"] == begun.replace(microsecond=0)
    words = f"begin {begun.isoformat(timespec='microseconds')}, t_s -0.000750"
    assert raw.annotations[0]["description"] == words


def test_counts_are_exact(lossy, exported):
    force = lossy.streams["force"]
    rows = force.counter - force.counter[0]
    with pyedflib.EdfReader(str(exported(lossy, "bdf", raw=True))) as file:
        labels = file.getSignalLabels()
        for k, channel in enumerate(force.stream.channels):
            place = labels.index(f"{channel.label}_counts"[:16])
            found = file.readSignal(place, digital=True)
            np.testing.assert_array_equal(found[rows], force.counts[:, k])
        left_out = [text for text in file.readAnnotations()[2] if "not in this file" in text]
    assert left_out == ["not in this file: imu, which keeps no whole rate"]


def test_mne_leaves_out_what_is_not_known(lossy, exported):
    raw = mne.io.read_raw_bdf(exported(lossy, "bdf"), preload=True, verbose="error")
    (grip,) = raw.get_data(picks=["grip_n"], reject_by_annotation="omit", verbose="error")
    expected = lossy.streams["force"].values[:, :2].mean(axis=1)
    np.testing.assert_allclose(grip, expected, atol=1e-5)


def test_converters_without_a_whole_rate_have_forces_but_no_counts(apart, exported, tmp_path):
    raw = mne.io.read_raw_bdf(exported(apart, "bdf"), verbose="error")
    assert raw.info["sfreq"] == 80
    with pytest.raises(UsageError, match="no whole number of samples a second"):
        export(apart, tmp_path / "a.bdf", "bdf", raw=True)
    assert not list(tmp_path.iterdir())


def test_counts_of_32_bits_are_refused(tmp_path):
    t = np.arange(2000) / 1000
    made = recording(stream([Kind.GRIP, Kind.LOAD], t, [t * 50, t]), task="lift")
    wide = {n: replace(s, counts=s.counts + (1 << 24)) for n, s in made.streams.items()}
    with pytest.raises(UsageError, match="more than 24 bits"):
        export(replace(made, streams=wide), tmp_path / "a.bdf", "bdf", raw=True)
