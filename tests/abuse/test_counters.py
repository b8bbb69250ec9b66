"""Counters that jump: ticks say where the samples were, nothing is lost, and the doubt is said."""

from dataclasses import replace

import numpy as np
import pytest

from gripforce.device.run import MOST_SEGMENTS
from gripforce.model import Ended, EndReason, Samples, Segment
from gripforce.recording import Recorder, read_recording, summary
from gripforce.recording.reader import MOST_SEGMENTS as READABLE_SEGMENTS
from gripforce.wire.framing import encode_frame
from reliability.known_samples import assert_true
from reliability.wire_twin import WireTwin
from tests.abuse.twins import device_of, heard, lost, only, samples, texts

AT = 1600
WRAP = 1 << 32


class Jumping(WireTwin):
    """Its counter of forces jumps once, or at each second, and never comes back."""

    def __init__(self, by, *, every=1 << 40, status_too=False):
        super().__init__()
        self.by, self.every, self.status_too = by, every, status_too

    def shift(self, first):
        return 0 if first < AT else self.by * (1 + (first - AT) // self.every)

    def block(self, first, n, stream, origin_us):
        payload = super().block(first, n, stream, origin_us)
        if stream.id:
            return payload
        counter = (first + self.shift(first)) % WRAP
        return payload[:2] + counter.to_bytes(4, "little") + payload[6:]

    def status(self, *, streaming=True):
        if not self.status_too:
            return super().status(streaming=streaming)
        taken = dict(self.taken)
        self.taken[0] += self.shift(self.taken[0])
        payload = super().status(streaming=streaming)
        self.taken = taken
        return payload


async def recorded(twin, path, **options):
    with Recorder(path, least_free_bytes=0) as recorder:
        async with device_of(twin) as device:
            items = [item async for item in recorder.through(device.stream(**options))]
    return items, read_recording(path)


@pytest.mark.parametrize(
    ("by", "status_too"),
    [(80, False), (400, False), (1000, True), (27_000, False), (1_000_000, True),
     (-5, True), (-40, False), (-500, False), (-1600, True)],
)  # fmt: skip
async def test_a_jump_of_the_counter_costs_no_sample(tmp_path, by, status_too):
    twin = Jumping(by, status_too=status_too)
    items, recording = await recorded(twin, tmp_path / "a.grip", duration_s=3.0)
    force = recording.streams["force"]
    assert_true(force)
    np.testing.assert_array_equal(force.counter, np.arange(len(force)))
    assert len(force) >= 3000
    assert recording.integrity.lost == 0
    assert not recording.integrity.reconciled
    # Live, the first block after the jump is not believed before the second one.
    assert lost(items) <= 16
    live = [s for s in only(items, Samples) if s.stream.id == 0]
    assert sum(map(len, live)) >= 3000 - 16
    assert sum("they jumped" in text for text in texts(items)) == 1
    assert any("they jumped" in doubt for doubt in summary(recording)["doubts"])


async def test_a_counter_that_jumps_each_second_costs_no_sample(tmp_path):
    twin = Jumping(50_000, every=1000)
    _, recording = await recorded(twin, tmp_path / "a.grip", duration_s=4.0)
    assert_true(recording.streams["force"])
    assert recording.integrity.lost == 0


async def test_a_device_that_begins_anew_by_itself_is_started_again():
    """Neither its counter nor its tick goes on, and it says nothing of it."""

    class Anew(WireTwin):
        begun_again = False

        def advance(self, until_s):
            if not self.begun_again and until_s >= 5.0:
                self.begun_again = True
                self.booted_s = self.started_s = until_s
                self.taken = dict.fromkeys(self.taken, 0)
            return super().advance(until_s)

    items = await heard(device_of(Anew()), duration_s=12.0)
    assert items[-1].reason is EndReason.FINISHED
    assert [segment.index for segment in only(items, Segment)] == [0, 1]
    assert sum("started again" in text for text in texts(items)) == 1
    assert samples(items) > (12 - 2.5) * 1100


async def test_blocks_of_a_wrong_length_end_in_words():
    class WrongLength(WireTwin):
        def block(self, first, n, stream, origin_us):
            return super().block(first, n, stream, origin_us) + b"x"

    items = await heard(device_of(WrongLength()), duration_s=3.0)
    assert isinstance(items[-1], Ended)
    assert samples(items) == 0
    assert any("started again" in text for text in texts(items))


async def test_a_device_that_restarts_for_ever_ends_in_words(monkeypatch):
    """A reader takes no more segments than that, and must be able to read what there is."""

    class Restarting(WireTwin):
        def advance(self, until_s):
            if self.started_s is not None and until_s > self.started_s + 1.0:
                self.device = replace(self.device, boot=self.device.boot + 1)
                self.started_s, self.booted_s = None, until_s
                self.replies += encode_frame(self.hello())
            return super().advance(until_s)

    monkeypatch.setattr("gripforce.device.run.MOST_SEGMENTS", 4)
    items = await heard(device_of(Restarting()), duration_s=60.0)
    assert items[-1].reason is EndReason.DEVICE_LOST
    assert "restarted 4 times" in items[-1].text
    assert MOST_SEGMENTS < READABLE_SEGMENTS
