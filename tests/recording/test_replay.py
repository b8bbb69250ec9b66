"""A replayed file yields the items that were recorded, and can be recorded again."""

import math

import numpy as np

from gripforce.model import (
    Corrupt,
    Ended,
    EndReason,
    Gap,
    Health,
    Marker,
    Received,
    Samples,
    Segment,
    Started,
)
from gripforce.recording import items, read_recording, replay
from reliability.known_samples import FORCE, blocks, received, resent, session, stream_items


def of(kind, sequence):
    return [item for item in sequence if isinstance(item, kind)]


def lively():
    """A session with something of everything."""
    said = stream_items(session(2.0))
    said[30:30] = [Marker(0.3, "key", "bad trial"), Corrupt(1000.5, 2)]
    said[-1:-1] = [Segment(1, 5, 9.5), *received(blocks(64, origin_us=5), 1, begin_s=1009.5)]
    said[60:60] = [Health(0.9, {"force": 900}, {"force": 0}, 1, 2, 3, 3.7, 4, 1000.9, 12.5, 1e-4)]
    return said


def test_the_same_sentence_comes_again(record):
    said = lively()
    heard = list(items(record(said)))
    assert isinstance(heard[0], Started)
    assert heard[0].metadata["task"] == "lift"
    assert heard[-1] == Ended(EndReason.STOPPED, reconciled=True)
    without = [item for item in heard if not isinstance(item, Samples | Started | Gap)]
    assert without == said[1:]
    # Two seconds were recorded, and the next segment begins at 9.5 s: the reader tells the outage.
    assert [(gap.first, gap.lost) for gap in of(Gap, heard)] == [(2000, 9500 - 2000)]


def test_a_replay_recorded_again_reads_the_same(record):
    said = lively()
    del said[100:110]
    first = read_recording(record(said))
    second = read_recording(record(items(first.path), name="b.grip"))
    assert second.integrity == first.integrity
    assert second.gaps == first.gaps
    assert second.markers == first.markers
    for name, samples in first.streams.items():
        np.testing.assert_array_equal(second.streams[name].counts, samples.counts)
        np.testing.assert_array_equal(second.streams[name].t, samples.t)


def test_samples_follow_what_was_received(record):
    messages = blocks(320)
    late = resent(messages.pop(5))
    heard = list(items(record(stream_items([*messages[:10], late, *messages[12:]]))))
    samples = of(Samples, heard)
    assert [s.counter[0] for s in samples] == [
        *range(0, 80, 16),
        *range(96, 176, 16),
        80,
        *range(208, 320, 16),
    ]
    assert [s.backfilled for s in samples] == [False] * 10 + [True] + [False] * 7
    assert of(Gap, heard) == [Gap("force", 0.176, 176, 32)]
    for i, item in enumerate(heard):
        if isinstance(item, Samples):
            before = of(Received, heard[:i])[-1]
            assert int.from_bytes(before.payload[2:6], "little") == item.counter[0]
    assert heard.index(of(Segment, heard)[0]) < heard.index(samples[0])


async def test_it_keeps_the_pace(record):
    path = record(stream_items(blocks(640)))
    clock, naps = [50.0], []

    async def sleep(seconds):
        naps.append(seconds)
        clock[0] += seconds

    async for item in replay(path, 2.0, now=lambda: clock[0], sleep=sleep):
        if isinstance(item, Samples):
            assert abs((clock[0] - 50.0) - item.t[-1] / 2.0) < 1e-9
    assert len(naps) == 640 // FORCE.block_samples
    naps.clear()
    heard = [item async for item in replay(path, math.inf, now=lambda: clock[0], sleep=sleep)]
    assert not naps
    assert len(of(Samples, heard)) == 40
