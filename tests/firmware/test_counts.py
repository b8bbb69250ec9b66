"""A while of each image through the emulator: every count, every tick, every cycle."""

import asyncio
import os

import numpy as np
import pytest

from gripforce.model import Ended, EndReason, Flag
from tests.firmware.bench import (  # fmt: skip
    CPU_HZ,
    busy_waveform,
    emulated,
    place_of,
    presented,
    record,
)

pytestmark = pytest.mark.usefixtures("images")
SOAK = bool(os.environ.get("SOAK"))
LONG_S = 600.0 if SOAK else 68.0
"""Counters of 16 bits wrap after 66 s at 1 kHz; ten minutes are left to ``make soak``."""
SECONDS = {
    "ads131m04": LONG_S,
    "hx711": 60.0 if SOAK else 20.0,
    "ads131m04-lsm6ds": 20.0 if SOAK else 10.0,
    "hx711-lsm6ds": 20.0 if SOAK else 10.0,
    "ads131m04-500000baud": 20.0 if SOAK else 10.0,
    "hx711-10hz": 20.0,
}
"""Four cells are in every phase to each other within two seconds, a converter and its processor
within one; an 8-bit counter of a cell wraps after four."""
JITTER_US = {"imu": 40.0}
"""A motion sensor's pulse waits for everything else's interrupts: 1/120 of its period."""
BITS = 10
"""Of a byte on the line."""


class Streamed:
    """What a while of one image left behind."""

    def __init__(self, recording, blocks, ended, truth):
        self.recording, self.blocks, self.ended, self.truth = recording, blocks, ended, truth

    def streams(self):
        """Yield each stream with its blocks in order and the truth from its first sample on."""
        for number, samples in enumerate(self.recording.streams.values()):
            cycles, shown = presented(self.truth, number)
            begin = place_of(samples.counts, shown)
            blocks = [block for block in self.blocks if block.stream == samples.stream.id]
            yield samples, blocks, cycles[begin:], shown[begin:]


@pytest.fixture(scope="module", params=SECONDS)
def streamed(request, tmp_path_factory, images):
    folder, seconds = tmp_path_factory.mktemp(request.param), SECONDS[request.param]
    waveform = busy_waveform(folder / "waveform.csv", seconds)
    with emulated(folder, request.param, waveform) as board:
        heard = asyncio.run(record(board.port, folder / "a.grip", seconds))
        streamed = Streamed(*heard, board.truth())
    streamed.build, streamed.seconds = request.param, seconds
    return streamed


def test_every_count_arrives(streamed):
    assert ("imu" in streamed.recording.streams) == streamed.build.endswith("lsm6ds")
    for samples, _, _, shown in streamed.streams():
        assert len(samples) >= 0.99 * streamed.seconds * min(samples.stream.rate_hz * 0.9, 1000)
        assert np.array_equal(samples.counter, np.arange(len(samples)))
        assert np.array_equal(samples.counts, shown[: len(samples)])


def test_nothing_is_lost_and_the_books_close(streamed):
    assert streamed.ended == Ended(EndReason.FINISHED, reconciled=True)
    assert streamed.recording.gaps == ()
    assert streamed.recording.integrity.corrupt == 0
    # A busy computer may ask again for what is only late.
    assert all(block.flags & ~Flag.RESENT == 0 for block in streamed.blocks)


def test_blocks_tell_when_their_first_sample_was_ready(streamed):
    """Ticks follow the converter's own edges; micros() counts in steps of 4."""
    for samples, blocks, cycles, _ in streamed.streams():
        ticks = np.unwrap([b.tick_us for b in blocks], period=1 << 32)
        ready_us = cycles[[b.first for b in blocks]] / (CPU_HZ / 1e6)
        late_us = ticks - ready_us
        assert np.ptp(late_us) <= JITTER_US.get(samples.stream.name, 20.0)


def test_the_link_has_room(streamed):
    since = streamed.truth["since_start"]
    baud, share = (500_000, 0.3) if streamed.build.endswith("500000baud") else (1_000_000, 0.2)
    assert since["bytes_sent"] * BITS / baud / (since["cycles"] / CPU_HZ) < share


def test_the_figures_are_told(streamed):
    """For the tables in firmware/README.md: ``make -C firmware soak`` shows them."""
    truth, since = streamed.truth, streamed.truth["since_start"]
    seconds = since["cycles"] / CPU_HZ
    lines = [
        f"{streamed.build}: {seconds:.1f} s, {since['bytes_sent'] / seconds:.0f} bytes/s",
        f"asleep {since['cycles_asleep'] / since['cycles']:.0%}",
        f"longest wait {truth['longest_wait_cycles'] / CPU_HZ * 1e3:.2f} ms",
        f"never touched {truth['ram_untouched']} bytes",
    ]
    for samples, blocks, cycles, _ in streamed.streams():
        ticks = np.unwrap([b.tick_us for b in blocks], period=1 << 32)
        late_us = ticks - cycles[[b.first for b in blocks]] / (CPU_HZ / 1e6)
        lines.append(f"{samples.stream.name}: {len(samples)} samples, {np.ptp(late_us):.1f} us")
    print("\n".join(lines))  # noqa: T201 - pytest shows it where it is asked to
    assert seconds >= 0.9 * streamed.seconds


def test_memory_is_left(streamed):
    assert streamed.truth["ram_untouched"] >= 500
