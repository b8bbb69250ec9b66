"""Frames that vanish on the way: asked for again, put back in order, or made a counted gap."""

import asyncio

import numpy as np
import pytest

from gripforce.device import Device
from gripforce.model import Gap
from gripforce.recording import Recorder, read_recording
from gripforce.transport import make_transport
from gripforce.wire import commands
from gripforce.wire.messages import Ack, Nak, NakReason, SampleBlock
from tests.firmware.bench import (  # fmt: skip
    Wire,
    busy_waveform,
    counts_of,
    emulated,
    place_of,
    presented,
)

pytestmark = pytest.mark.usefixtures("images")
RESENT = 8


def test_the_ring_gives_its_blocks_again_and_says_what_is_gone(tmp_path):
    waveform = busy_waveform(tmp_path / "waveform.csv", 3)
    with emulated(tmp_path, "hx711", waveform) as board, Wire(board.port) as wire:
        wire.hello()
        wire.start()
        heard = wire.until(lambda m: isinstance(m, SampleBlock) and m.first >= 100)
        heard += wire.stop()
        blocks = [m for m in heard if isinstance(m, SampleBlock) and m.stream == 1]
        newest = blocks[-1]
        *again, ack = wire.ask(commands.Resend(1, newest.first, newest.n))
        assert isinstance(ack, Ack)
        assert ack.detail == newest.n
        assert again == [newest._replace(flags=newest.flags | RESENT)]
        *again, nak = wire.ask(commands.Resend(1, 0, newest.first + newest.n))
        assert isinstance(nak, Nak)
        assert nak.reason == NakReason.GONE
        assert nak.detail == sum(block.n for block in again) > newest.n
        firsts = [block.first for block in again]
        assert firsts == sorted(firsts)
        assert [b._replace(flags=b.flags & ~RESENT) for b in again] == blocks[-len(again) :]


class Lossy:
    """A transport that swallows the n-th frames that a device sends."""

    def __init__(self, url, swallow):
        self._inner = make_transport(url)
        self._swallow = swallow
        self._tail, self._blocks = b"", 0
        self.swallowed = 0

    def __getattr__(self, name):
        return getattr(self._inner, name)

    async def read(self):
        chunk = await self._inner.read()
        *frames, self._tail = (self._tail + chunk.data).split(b"\0")
        kept = b"".join(frame + b"\0" for frame in frames if not self._lost(frame))
        return chunk._replace(data=kept)

    def _lost(self, frame):
        if len(frame) < 30:  # answers get through
            return False
        self._blocks += 1
        lost = self._swallow(self._blocks)
        self.swallowed += lost
        return lost


async def record_lossy(transport, path, seconds):
    gaps = []
    with Recorder(path, {}) as recorder:
        async with Device(transport) as device:
            async for item in recorder.through(device.stream(duration_s=seconds)):
                if isinstance(item, Gap):
                    gaps.append(item)
                ended = item
    return read_recording(path), gaps, ended


def lossy_run(folder, frontend, swallow, seconds):
    waveform = busy_waveform(folder / "waveform.csv", seconds)
    with emulated(folder, frontend, waveform, "--paced") as board:
        transport = Lossy(f"serial:{board.port}", swallow)
        recording, gaps, ended = asyncio.run(record_lossy(transport, folder / "r.grip", seconds))
        return recording, gaps, ended, transport.swallowed, board.truth()


def test_single_losses_are_had_back_in_order(tmp_path):
    """Every 23rd block vanishes; the ring of 0.3 s is asked in time, and nothing is missing."""
    recording, gaps, ended, swallowed, truth = lossy_run(
        tmp_path, "hx711", lambda n: n > 3 and n % 23 == 0, 3.0
    )
    assert swallowed >= 4
    assert gaps == []
    assert ended.reconciled
    for number, samples in enumerate(recording.streams.values()):
        _, shown = presented(truth, number)
        begin = place_of(samples.counts, shown)
        assert np.array_equal(samples.counter, np.arange(len(samples)))
        assert np.array_equal(samples.counts, shown[begin : begin + len(samples)])


def test_what_the_ring_no_longer_holds_is_a_counted_gap(tmp_path):
    """A second without anything: four blocks of 16 ms cannot bridge that."""
    recording, gaps, ended, swallowed, truth = lossy_run(
        tmp_path, "ads131m04", lambda n: 60 < n <= 120, 3.0
    )
    assert swallowed == 60
    (samples,) = recording.streams.values()
    missing = np.setdiff1d(np.arange(samples.counter[-1]), samples.counter)
    assert len(missing) == sum(gap.lost for gap in gaps) > 800
    assert ended.reconciled
    _, shown = presented(truth, 0)
    begin = place_of(samples.counts, shown)
    assert np.array_equal(samples.counts, shown[begin + samples.counter])


def test_frames_of_the_test_are_what_it_thinks():
    """The swallowing above goes by size: blocks are longer than any answer but hello and status."""
    block = SampleBlock(0, 0, 0, 0, 8, bytes(24))
    assert len(block.encode()) + 3 > 30 > len(Ack(1, 2).encode()) + 3
    assert counts_of(block, 1).shape == (8, 1)
