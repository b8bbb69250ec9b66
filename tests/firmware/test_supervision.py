"""A processor that hangs, a supply that dips: the board starts anew, says why, and the recording
goes on."""

import asyncio
from itertools import pairwise

import numpy as np
import pytest

from gripforce.wire import commands
from gripforce.wire.messages import DeviceFlag
from tests.firmware.bench import (  # fmt: skip
    Wire,
    busy_waveform,
    counts_of,
    emulated,
    place_of,
    presented,
    record,
)

pytestmark = pytest.mark.usefixtures("images")


@pytest.mark.parametrize("frontend", ["ads131m04", "hx711"])
@pytest.mark.parametrize("interrupts_on", [0, 1])
@pytest.mark.parametrize("boot_loader", [(), ("--old-boot-loader",)], ids=["new", "old"])
def test_the_watchdog_ends_a_hang(tmp_path, frontend, interrupts_on, boot_loader):
    """A discharge, or a coil beside the cable, throws the processor into an endless loop."""
    waveform, events = busy_waveform(tmp_path / "w.csv", 3), f"1.0 upset {interrupts_on}\n"
    with (
        emulated(tmp_path, frontend, waveform, *boot_loader, events=events) as board,
        Wire(board.port) as wire,
    ):
        first = wire.hello()
        wire.start()
        second = wire.hello()
        assert (second.boot, second.uid) == (first.boot + 1, first.uid)
        status = wire.ask(commands.AskStatus())[-2]
        # Neither MCUSR, which old boot loaders clear, nor an interrupt: nobody can tell.
        told = interrupts_on or not boot_loader
        assert bool(status.flags & DeviceFlag.WATCHDOG_RESET) == bool(told)
        assert not status.flags & DeviceFlag.BROWN_OUT_RESET
        assert not status.flags & DeviceFlag.STREAMING
        wire.start()
        assert wire.blocks(lambda b: b.first > 16)
        assert board.truth()["faults"] == {"upset": 1, "watchdog": 1}


@pytest.mark.parametrize(
    ("build", "fault"),
    [("ads131m04-lsm6ds", "brown-out"), ("hx711", "brown-out"), ("hx711", "upset 0")],
)
def test_a_recording_goes_on_behind_a_reset(tmp_path, build, fault):
    """What comes behind it is what is presented then; what is between is a gap in time.

    In real time, for the host places the second segment by its own clock.
    """
    waveform = busy_waveform(tmp_path / "w.csv", 8.0)
    with emulated(tmp_path, build, waveform, "--paced") as board:
        run = record(board.port, tmp_path / "a.grip", 4.0, then=lambda: board.tell(fault))
        recording, blocks, ended = asyncio.run(run)
        truth = board.truth()
    assert truth["resets"] == 1
    assert ended.reason.value == "finished"
    first, second = segments(blocks, 0)
    force = next(iter(recording.streams.values()))
    assert np.all(np.diff(force.t) > 0)
    assert force.t[-1] == pytest.approx(4.0, abs=0.5)
    assert len(force) == sum(b.n for b in first + second)
    counts = np.concatenate([counts_of(b, len(force.stream.channels)) for b in second])
    _, shown = presented(truth, 0)
    begin = place_of(counts, shown)
    assert np.array_equal(counts, shown[begin : begin + len(counts)])


def segments(blocks, stream):
    """Return a stream's blocks before and behind the reset, at which its counter begins anew."""
    ours = [b for b in blocks if b.stream == stream]
    (at,) = [i for i, (a, b) in enumerate(pairwise(ours), 1) if b.first < a.first]
    return ours[:at], ours[at:]
