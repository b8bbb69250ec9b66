"""What was seen live is what the file says afterwards, with a device that misbehaves."""

import numpy as np
import pytest

from gripforce.device import open_source
from gripforce.model import Corrupt, Counted, Ended, Gap, Samples, Started
from gripforce.recording import Recorder, items, read_recording

ROUNDING_S = 1e-5  # live, the period after the newest block is not known yet


def spans(gaps):
    return sorted((gap.stream, gap.segment, gap.first, gap.lost) for gap in gaps)


FAULTS = (
    "drop=0.02,no_resend",
    "drop=0.03,corrupt=0.02,duplicate=0.02",
    "drop=0.02,corrupt=0.02,reset_at_s=5,skew_ppm=100,no_resend",
)


@pytest.mark.parametrize("faults", FAULTS)
async def test_the_file_agrees_with_the_stream(tmp_path, faults):
    path = tmp_path / "a.grip"
    heard = []
    with Recorder(path, least_free_bytes=0) as recorder:
        async with open_source(f"sim:lift?seed=1&trials=1&speed=max&faults={faults}") as device:
            async for item in recorder.through(device.stream()):
                heard.append(item)  # noqa: PERF401 - a comprehension would outlive the device
    recording = read_recording(path)
    for name, samples in recording.streams.items():
        live = [i for i in heard if isinstance(i, Samples) and i.stream.name == name]
        place = np.concatenate([i.segment * 10**9 + i.counter for i in live])
        order = np.argsort(place)
        assert len(np.unique(place)) == len(place)
        np.testing.assert_array_equal(
            np.concatenate([i.counts for i in live])[order], samples.counts
        )
        t = np.concatenate([i.t for i in live])[order]
        assert np.abs(t - samples.t).max() < ROUNDING_S
    assert spans(recording.gaps) == spans(i for i in heard if isinstance(i, Gap))
    assert recording.integrity.reconciled is bool(heard[-1].reconciled)
    corrupt = sum(i.frames for i in heard if isinstance(i, Corrupt))
    assert recording.integrity.corrupt == corrupt
    assert isinstance(heard[-1], Ended)

    def verbatim(said):
        return [i for i in said if not isinstance(i, Samples | Gap | Started)]

    assert verbatim(items(path)) == verbatim(heard)


@pytest.mark.parametrize("faults", FAULTS)
async def test_a_recorder_that_only_counts_writes_the_same_file(tmp_path, faults):
    files = []
    for live in (True, False):
        path = tmp_path / f"{live}.grip"
        url = f"sim:lift?seed=1&trials=1&speed=max&faults={faults}"
        with Recorder(path, least_free_bytes=0) as recorder:
            async with open_source(url, live=live) as device:
                kinds = {type(item) async for item in recorder.through(device.stream())}
        assert (Samples in kinds, Counted in kinds) == (live, not live)
        files.append(read_recording(path))
    decoded, counted = files
    assert counted.integrity == decoded.integrity
    assert spans(counted.gaps) == spans(decoded.gaps)
    for name, samples in decoded.streams.items():
        np.testing.assert_array_equal(counted.streams[name].counter, samples.counter)
        np.testing.assert_array_equal(counted.streams[name].counts, samples.counts)
        np.testing.assert_allclose(counted.streams[name].t, samples.t, atol=1e-6, rtol=0)
