"""The core under an ARM compiler on QEMU's Cortex-M4, which this project did not write."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import closing, contextmanager

import numpy as np
import pytest

from gripforce.calibration import Calibration, to_block
from gripforce.cli.develop.cortex_m4 import qemu_command, running, write_rows
from gripforce.cli.develop.emulate import emulate
from gripforce.device import open_device
from gripforce.errors import TransportError, UsageError
from gripforce.model import Ended, EndReason
from gripforce.wire import commands
from gripforce.wire.messages import (  # fmt: skip
    Ack,
    CalibrationBlock,
    Nak,
    NakReason,
    SampleBlock,
    Status,
    TimeReply,
)
from tests.firmware.bench import ANSWER_S, Wire, busy_waveform, counts_of, record
from tests.firmware.conftest import make

NEEDED = ("arm-none-eabi-g++", "qemu-system-arm", "make")
TICKS = 1 << 32
HOUR_S = 3600
HOUR_HZ = 1000 if os.environ.get("SOAK") else 20
"""QEMU's UART carries 0.3 MB/s: an hour at 1 kHz takes minutes, and is left to ``make soak``. At
20 Hz it still has more samples than 16 bits count."""
RESENT = 8


@pytest.fixture(scope="module", autouse=True)
def image():
    if lacking := [tool for tool in NEEDED if shutil.which(tool) is None]:
        if os.environ.get("CI"):
            pytest.fail(f"missing: {', '.join(lacking)}")
        pytest.skip(f"missing: {', '.join(lacking)}")
    make("cortex-m4")


@contextmanager
def board(folder, *, waveform=None, lines=1, **options):
    """Run the image; yield the ports of its serial lines."""
    links = [folder / f"line{i}" for i in range(lines)]
    rows = folder / "rows" if waveform else None
    n_rows = write_rows(waveform, rows) if waveform else 0
    with running(qemu_command(["pty"] * lines, rows, n_rows, **options), links):
        yield links[0] if lines == 1 else links


def blocks_of(heard):
    return [message for message in heard if isinstance(message, SampleBlock)]


def test_every_count_of_a_waveform_arrives(tmp_path):
    waveform = busy_waveform(tmp_path / "w.csv", 4)
    shown = np.loadtxt(waveform, delimiter=",", skiprows=1)[:, 1:5].astype(int)
    with board(tmp_path, waveform=waveform) as port:
        recording, _, ended = asyncio.run(record(port, tmp_path / "a.grip", 3.0))
    force = recording.streams["force"]
    assert ended == Ended(EndReason.FINISHED, reconciled=True)
    assert len(force) >= 3000
    assert np.array_equal(force.counter, np.arange(len(force)))
    assert np.array_equal(force.counts, shown[: len(force)])
    assert recording.gaps == ()


def test_the_ring_resends_eight_seconds(tmp_path):
    with board(tmp_path, fast=True) as port, Wire(port) as wire:
        wire.hello()
        wire.start()
        wire.until(lambda m: isinstance(m, SampleBlock) and m.first > 20_000)
        newest = blocks_of(wire.stop())[-1]
        end = newest.first + newest.n
        *again, ack = wire.ask(commands.Resend(0, end - 7900, 7900))
        assert isinstance(ack, Ack)
        assert all(block.flags & RESENT for block in blocks_of(again))
        counts = np.concatenate([counts_of(block, 4) for block in blocks_of(again)])
        first = blocks_of(again)[0].first
        assert np.array_equal(counts.ravel(), np.arange(4 * first, 4 * end))
        gone = wire.ask(commands.Resend(0, 0, 100))[-1]
        assert isinstance(gone, Nak)
        assert gone.reason == NakReason.GONE


def test_a_calibration_is_stored_and_a_probe_answered(tmp_path):
    stored = to_block(
        Calibration(
            channels=("grip_thumb", "grip_index"),
            zero_counts=(12.0, -7.0),
            newtons_per_count=((5e-6, 1e-7), (0.0, 6e-6)),
            date="2025-11-23T10:00:00+00:00",
        )
    )
    with board(tmp_path) as port, Wire(port) as wire:
        wire.hello()
        assert isinstance(wire.ask(commands.ReadCalibration())[-1], Nak)
        assert isinstance(wire.ask(commands.WriteCalibration(block=stored))[-1], Ack)
        *_, answer, _ = wire.ask(commands.ReadCalibration())
        assert isinstance(answer, CalibrationBlock)
        assert answer.block == stored
        replies = [wire.ask(commands.ProbeTime())[-2] for _ in range(5)]
    assert all(isinstance(reply, TimeReply) for reply in replies)
    ticks = [tick for reply in replies for tick in (reply.received_us, reply.sent_us)]
    assert ticks == sorted(ticks)
    assert ticks[-1] - ticks[0] < ANSWER_S * 1e6


def test_time_goes_on_over_the_wrap_of_the_tick(tmp_path):
    with board(tmp_path, first_tick=TICKS - 2_000_000) as port:
        recording, blocks, ended = asyncio.run(record(port, tmp_path / "a.grip", 4.0))
    assert ended == Ended(EndReason.FINISHED, reconciled=True)
    assert blocks[0].tick_us > blocks[-1].tick_us, "it did not wrap"
    steps = np.diff(recording.streams["force"].t)
    assert np.all(np.abs(steps - 1e-3) < 1e-4)


def test_two_lines_take_turns_and_only_the_first_streams(tmp_path):
    with board(tmp_path, lines=2) as (one, two), Wire(one) as first, Wire(two) as second:
        assert first.hello().uid == second.ask(commands.AskHello())[-2].device.uid
        blocks = blocks_of(first.start())
        while not blocks or blocks[-1].first < 500:
            heard = second.ask(commands.AskStatus())
            assert [type(message) for message in heard] == [Status, Ack]
            taken = heard[0].streams[0].taken  # a line that is full makes the other wait
            blocks += first.blocks(lambda block, taken=taken: block.first + 2 * block.n > taken)
        blocks += blocks_of(first.stop())
    counts = np.concatenate([counts_of(block, 4) for block in blocks])
    assert np.array_equal(counts.ravel(), np.arange(counts.size))


def test_an_hour_in_fast_time(tmp_path):
    """Over a wrap of the tick: no sample missing, each count and each tick in its place."""
    samples = HOUR_S * HOUR_HZ
    first_tick = TICKS - HOUR_S * 500_000
    with board(tmp_path, fast=True, first_tick=first_tick) as port, Wire(port) as wire:
        wire.hello()
        assert isinstance(wire.ask(commands.SetRate(0, HOUR_HZ * 1000))[-1], Ack)
        wire.start()
        expected, begun_us = 0, None
        while expected < samples:
            block = next(m for m in wire.messages() if isinstance(m, SampleBlock))
            begun_us = block.tick_us if begun_us is None else begun_us
            counts = counts_of(block, 4).ravel()
            assert (block.first, block.flags) == (expected, 0)
            assert block.tick_us == (begun_us + expected * 1_000_000 // HOUR_HZ) % TICKS
            assert counts[0] == 4 * expected & 0x3FFFFF
            assert counts[-1] == counts[0] + 4 * block.n - 1 & 0x3FFFFF
            expected += block.n
        *_, status, _ = wire.stop()
    assert status.streams[0].overflows == 0


async def hello(url):
    """Return a device's board, as soon as somebody listens at the port."""
    for _ in range(200):
        try:
            async with open_device(url) as device:
                return device.info.board
        except TransportError:
            await asyncio.sleep(0.05)
    raise AssertionError(url)


def test_emulate_serves_a_client_over_tcp():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, "-m", "gripforce", "emulate", "--board", "cortex-m4", "--tcp", str(port)],
        start_new_session=True,
        stderr=subprocess.PIPE,
    ) as child:
        try:
            assert b"Cortex-M4" in child.stderr.readline()
            assert asyncio.run(hello(f"tcp:127.0.0.1:{port}")) == "cortex-m4"
        finally:
            os.killpg(child.pid, signal.SIGINT)
            assert child.wait(ANSWER_S) is not None


def test_what_does_not_fit_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"--link PATH or --tcp PORT"):
        emulate(board="cortex-m4")
    with pytest.raises(UsageError, match="no converter"):
        emulate(board="cortex-m4", imu="lsm6ds", link=tmp_path / "a")


@pytest.mark.parametrize(
    "rows",
    ["", "0,a,b,c,d\n", "0,1,2\n", "0,1,2,3,nan\n", "1,1,2,3,4\n0,1,2,3,4\n", "0,1,2,3,9e9\n"],
)
def test_a_table_that_is_no_waveform_is_refused(tmp_path, rows):
    table = tmp_path / "table.csv"
    table.write_text(f"t_s,c0,c1,c2,c3\n{rows}")
    with pytest.raises(UsageError, match="no waveform"):
        write_rows(table, tmp_path / "rows")
