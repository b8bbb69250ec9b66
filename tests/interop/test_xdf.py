"""XDF as pyxdf reads it: clocks, damage, counts."""

import io
import json
import warnings

import numpy as np
import pytest
import pyxdf

from tests.interop import readers


def load(data, **options):
    """Return the streams of a file's bytes by their names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of damage pyxdf warns
        streams, _ = pyxdf.load_xdf(io.BytesIO(data), verbose=False, **options)
    return {one["info"]["name"][0]: one for one in streams}


def test_synchronized_times_are_those_of_the_computer(lossy, exported):
    found = readers.read_pyxdf(exported(lossy, "xdf"), synchronize=True)
    plain = readers.read_pyxdf(exported(lossy, "xdf"))
    np.testing.assert_allclose(found.t, lossy.clock.to_host_s(plain.t), atol=1e-3)
    moved = [t for t, _ in found.markers]
    expected = lossy.clock.to_host_s(np.array([t for t, _ in plain.markers]))
    np.testing.assert_allclose(moved, expected, atol=1e-3)


def test_what_pyxdf_does_by_default_keeps_gaps_in_their_place(lossy, exported):
    """It draws regular streams onto a line: with rows left out it would close each short gap."""
    data = exported(lossy, "xdf").read_bytes()
    straight = load(data, synchronize_clocks=False)["gripforce forces"]["time_stamps"]
    own = readers.read_pyxdf(exported(lossy, "xdf")).t
    np.testing.assert_allclose(straight, own, atol=2e-6)


def test_raw_counts_are_exact_with_their_counters(lossy, exported):
    streams = load(exported(lossy, "xdf", raw=True).read_bytes(), synchronize_clocks=False,
                   dejitter_timestamps=False)  # fmt: skip
    for name, samples in lossy.streams.items():
        one = streams[f"gripforce {name}"]
        labels = [c["label"][0] for c in one["info"]["desc"][0]["channels"][0]["channel"]]
        values = dict(zip(labels, one["time_series"].T, strict=True))
        np.testing.assert_array_equal(values["counter"], samples.counter)
        for k, channel in enumerate(samples.stream.channels):
            np.testing.assert_array_equal(values[f"{channel.label}_counts"], samples.counts[:, k])


def test_the_description_says_what_was_recorded(lossy, exported):
    force = load(exported(lossy, "xdf").read_bytes())["gripforce forces"]
    about = json.loads(force["info"]["desc"][0]["gripforce"][0])
    assert about["subject"]["subject"] == "p01"
    assert about["calibration"]["content"]["date"].startswith("2025-01-01")
    assert about["losses"]["lost"] == lossy.integrity.lost
    assert about["tables"]["forces"]["columns"]["grip_thumb_n"]["delay_taken_out_s"] == 0.00075
    assert force["info"]["desc"][0]["subject"][0]["id"] == ["p01"]
    assert force["info"]["effective_srate"] == pytest.approx(1000.0, rel=1e-4)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.77, 0.99])
def test_a_cut_file_opens_and_says_nothing_wrong(lossy, exported, share):
    data = exported(lossy, "xdf").read_bytes()
    whole = load(data, synchronize_clocks=False)["gripforce forces"]["time_series"]
    cut = load(data[: int(share * len(data))], synchronize_clocks=False)["gripforce forces"]
    found = cut["time_series"]
    assert len(found) > 0.8 * share * len(whole)
    np.testing.assert_array_equal(found, whole[: len(found)])


def test_after_damage_pyxdf_goes_on_at_the_next_boundary(lossy, exported):
    data = bytearray(exported(lossy, "xdf").read_bytes())
    whole = load(bytes(data), synchronize_clocks=False)["gripforce forces"]["time_series"]
    first = data.index(bytes.fromhex("43a546dccbf5410fb30ed5467383cbe4")) + 16
    chunk = data.index(bytes.fromhex("43a546dccbf5410fb30ed5467383cbe4"), first) + 16
    data[chunk : chunk + 8] = b"\xff" * 8
    found = load(bytes(data), synchronize_clocks=False)["gripforce forces"]["time_series"]
    assert 0.5 * len(whole) < len(found) < len(whole)
    np.testing.assert_array_equal(found[-5000:], whole[-5000:])
