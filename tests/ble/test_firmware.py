"""The C++ core and its BLE link, as a board would run them, through GATT to the true transport."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from gripforce.device import open_device
from gripforce.model import Ended, EndReason, Gap, Health, Samples
from gripforce.wire import commands
from gripforce.wire.framing import crc16
from tests.ble.air import on_air
from tests.ble.native import NativeDevice, NativePeripheral
from tests.ble.radio import RadioModel
from tests.ble.virtual_time import run_virtual

FIRMWARE = Path(__file__).parents[2] / "firmware"


@pytest.fixture(scope="module")
def program():
    """Return the core with a BLE link, built for this computer with sanitizers."""
    if shutil.which("g++") is None and not os.environ.get("CI"):
        pytest.skip("there is no C++ compiler")
    subprocess.run(["make", "-s", "-C", FIRMWARE, "ble"], check=True)
    return FIRMWARE / "build" / "ble_device"


def listen(program, duration_s, outages=(), *, model=None):
    async def scene():
        loop = asyncio.get_running_loop()
        timed = []
        with NativeDevice(program) as device:
            async with (
                on_air(
                    device, model=model or RadioModel(), packets=True, kind=NativePeripheral
                ) as radio,
                open_device("ble:GF-1") as opened,
            ):
                async for item in opened.stream(duration_s=duration_s):
                    if not timed:
                        for start_s, lasts_s in outages:
                            loop.call_later(start_s, radio.go_out, lasts_s)
                    timed.append((loop.time(), item))
        assert device.result == 0
        return timed

    return run_virtual(scene())


def only(timed, kind):
    return [item for _, item in timed if isinstance(item, kind)]


def assert_complete(timed):
    """Every sample is there once, and is the one that the converter gave."""
    samples = only(timed, Samples)
    counter = np.concatenate([s.counter for s in samples])
    counts = np.concatenate([s.counts for s in samples])[np.argsort(counter)]
    numbers = np.arange(len(counter))
    assert np.array_equal(np.sort(counter), numbers)
    np.testing.assert_array_equal(counts, numbers[:, None] + np.arange(4) * 1_000_000)


def test_the_core_streams_over_ble(program):
    timed = listen(program, 10.0)
    assert timed[-1][1] == Ended(EndReason.FINISHED, reconciled=True)
    assert timed[0][1].device.board == "host-ble"
    assert timed[0][1].device.ring_blocks / 62.5 >= 8.0
    assert_complete(timed)


def test_a_drop_out_of_five_seconds_costs_nothing(program):
    timed = listen(program, 30.0, [(3.0, 5.0), (20.0, 0.4)])
    assert timed[-1][1].reconciled
    assert not only(timed, Gap)
    assert_complete(timed)
    assert sum(len(s) for s in only(timed, Samples) if s.backfilled) > 5000


def test_new_blocks_take_turns_with_those_that_are_sent_again(program):
    timed = listen(program, 25.0, [(3.0, 5.0)])
    live = [(at, s.t[-1]) for at, s in timed if isinstance(s, Samples) and not s.backfilled]
    filled = [at for at, s in timed if isinstance(s, Samples) and s.backfilled]
    least_s = min(at - t for at, t in live)
    late_s = [at - t - least_s for at, t in live if filled[0] + 1.0 < at < filled[-1]]
    assert filled[-1] - filled[0] > 2.0
    assert np.percentile(late_s, 99) < 0.5


def test_a_drop_out_longer_than_the_ring_loses_what_was_overwritten_and_says_so(program):
    timed = listen(program, 40.0, [(3.0, 15.0)])
    assert timed[-1][1].reconciled
    lost = sum(gap.lost for gap in only(timed, Gap))
    assert 15_000 - 8200 < lost < 15_000 - 8200 + 2500
    counter = np.sort(np.concatenate([s.counter for s in only(timed, Samples)]))
    assert len(np.setdiff1d(np.arange(counter[-1]), counter)) == lost


def test_a_radio_that_takes_less_than_the_device_makes_overflows_and_says_how_much(program):
    """Half of what it makes: notifications that are not taken wait, then the ring runs over."""
    slow = RadioModel(interval_s=(0.05, 0.05), packets=(2, 2), lost=0.0)
    timed = listen(program, 24.0, model=slow)
    overflows = [health.overflows for health in only(timed, Health)]
    lost = sum(gap.lost for gap in only(timed, Gap))
    assert overflows[0] == 0 < overflows[-1]
    assert lost >= overflows[-1]
    counter = np.concatenate([s.counter for s in only(timed, Samples)])
    assert len(np.unique(counter)) == len(counter)


def test_a_calibration_is_written_and_read_over_the_air(program):
    async def scene():
        block = bytes.fromhex("0104") + bytes(4) + bytes(16) + bytes(64)
        block += crc16(block).to_bytes(2, "little")
        with NativeDevice(program) as device:
            async with (
                on_air(device, model=RadioModel(), packets=True, kind=NativePeripheral),
                open_device("ble:GF-1") as opened,
            ):
                await opened.send(commands.WriteCalibration(block))
                reply = await opened.send(commands.ReadCalibration())
        assert device.result == 0
        return block, reply.answer.block

    written, read = run_virtual(scene())
    assert read == written
