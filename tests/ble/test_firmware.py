"""The sketch of a BLE board, run on this computer, through GATT to the true transport."""

import asyncio
import contextlib
import os
import shutil

import numpy as np
import pytest

from gripforce.device import open_device
from gripforce.errors import DeviceError
from gripforce.model import Ended, EndReason, Gap, Health, Samples
from gripforce.wire import commands
from gripforce.wire.connection import Connection
from gripforce.wire.framing import crc16
from gripforce.wire.messages import Ack, DeviceFlag, Nak, NakReason, SampleBlock, Status
from tests.ble.air import on_air
from tests.ble.native import NativeDevice, NativePeripheral
from tests.ble.radio import RadioModel
from tests.ble.virtual_time import run_virtual
from tests.firmware.bench import BUILD
from tests.firmware.conftest import make


def built(board="nano33ble", frontend="ads131m04", imu=""):
    """Return a board's sketch, built for this computer with sanitizers."""
    if shutil.which("g++") is None and not os.environ.get("CI"):
        pytest.skip("there is no C++ compiler")
    make("ble", f"BLE_BOARD={board}", f"FRONTEND={frontend}", f"IMU={imu}")
    return BUILD / "-".join(filter(None, [board, frontend, imu]))


@pytest.fixture(scope="module")
def program():
    """Return the research board's sketch."""
    return built()


@contextlib.asynccontextmanager
async def board(program, **air):
    """Run a sketch on the air, and yield its device and the radio."""
    with NativeDevice(program) as device:
        air = {"model": RadioModel()} | air
        async with on_air(device, packets=True, kind=NativePeripheral, **air) as radio:
            yield device, radio
    assert device.result == 0


def listen(program, duration_s, outages=(), *, at_s=(), **air):
    """Return what a stream brings, and when; ``at_s`` has times and what to do with the device."""

    async def scene():
        loop = asyncio.get_running_loop()
        timed = []
        async with (
            asyncio.timeout(60 + 4 * duration_s),  # a board that hangs must not hang the test
            board(program, **air) as (device, radio),
            open_device("ble:GF-1") as opened,
        ):
            async for item in opened.stream(duration_s=duration_s):
                if not timed:
                    for start_s, lasts_s in outages:
                        loop.call_later(start_s, radio.go_out, lasts_s)
                    for start_s, act in at_s:
                        loop.call_later(start_s, act, device)
                timed.append((loop.time(), item))
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
    first = counts[0, 0]  # the converter has been running for a while
    np.testing.assert_array_equal(counts, first + numbers[:, None] + np.arange(4) * 1_000_000)


def test_the_sketch_streams_over_ble(program):
    timed = listen(program, 6.0)
    assert timed[-1][1] == Ended(EndReason.FINISHED, reconciled=True)
    assert timed[0][1].device.board == "nano33ble"
    assert timed[0][1].device.ring_blocks * 15.75 >= 8000
    assert_complete(timed)


def test_a_drop_out_of_five_seconds_costs_nothing(program):
    timed = listen(program, 22.0, [(3.0, 5.0), (16.0, 0.4)])
    assert timed[-1][1].reconciled
    assert not only(timed, Gap)
    assert_complete(timed)
    assert sum(len(s) for s in only(timed, Samples) if s.backfilled) > 5000


def test_new_blocks_take_turns_with_those_that_are_sent_again(program):
    timed = listen(program, 17.0, [(3.0, 5.0)])
    live = [(at, s.t[-1]) for at, s in timed if isinstance(s, Samples) and not s.backfilled]
    filled = [at for at, s in timed if isinstance(s, Samples) and s.backfilled]
    least_s = min(at - t for at, t in live)
    late_s = [at - t - least_s for at, t in live if filled[0] + 1.0 < at < filled[-1]]
    assert filled[-1] - filled[0] > 2.0
    assert np.percentile(late_s, 99) < 0.5


def test_a_drop_out_longer_than_the_ring_loses_what_was_overwritten_and_says_so(program):
    timed = listen(program, 28.0, [(3.0, 15.0)])
    assert timed[-1][1].reconciled
    lost = sum(gap.lost for gap in only(timed, Gap))
    assert 15_000 - 8200 < lost < 15_000 - 8200 + 2500
    counter = np.sort(np.concatenate([s.counter for s in only(timed, Samples)]))
    assert len(np.setdiff1d(np.arange(counter[-1]), counter)) == lost


def test_a_radio_that_takes_less_than_the_device_makes_overflows_and_says_how_much(program):
    """A third of what it makes: notifications that are not taken wait, then the ring runs over."""
    slow = RadioModel(interval_s=(0.05, 0.05), packets=(1, 1), lost=0.0)
    timed = listen(program, 24.0, model=slow)
    overflows = [health.overflows for health in only(timed, Health)]
    lost = sum(gap.lost for gap in only(timed, Gap))
    assert overflows[0] == 0 < overflows[-1]
    assert lost >= overflows[-1]
    counter = np.concatenate([s.counter for s in only(timed, Samples)])
    assert len(np.unique(counter)) == len(counter)
    live = np.concatenate([s.counter for s in only(timed, Samples) if not s.backfilled])
    assert np.all(np.diff(live) > 0)


def test_a_calibration_is_written_and_read_over_the_air(program):
    async def scene():
        block = bytes.fromhex("0104") + bytes(4) + bytes(16) + bytes(64)
        block += crc16(block).to_bytes(2, "little")
        async with board(program), open_device("ble:GF-1") as opened:
            await opened.send(commands.WriteCalibration(block))
            reply = await opened.send(commands.ReadCalibration())
        return block, reply.answer.block

    written, read = run_virtual(scene())
    assert read == written


def test_notifications_are_no_longer_than_a_small_mtu_allows(program):
    """The peripheral that runs here refuses longer ones; the library would cut them."""
    fast = RadioModel(interval_s=(0.015, 0.015), packets=(6, 6), lost=0.0)
    timed = listen(program, 5.0, mtu=100, model=fast)
    assert timed[-1][1].reconciled
    assert_complete(timed)


def test_each_lost_connection_gives_its_packets_back(program):
    """ArduinoBLE does not: after as many losses as the controller has buffers it waits for ever."""
    timed = listen(program, 75.0, [(5.0 + 6 * k, 2.5) for k in range(11)])
    assert sum(getattr(item, "text", "") == "lost" for _, item in timed) >= 11
    assert timed[-1][1].reconciled
    assert_complete(timed)


def usb_messages(device):
    return [message for _, message in Connection().receive(bytes(device.usb))]


def over_usb(*requests):
    """Return what plugs the cable in and asks, one after the other."""

    def act(device):
        device.open_usb()
        device.write_usb(b"".join(Connection.send(request) for request in requests))

    return act


def test_the_cable_is_answered_during_a_stream_over_the_air_and_cannot_end_it(program):
    seen = []
    act = over_usb(
        commands.AskHello(request=7),
        commands.Stop(request=8),
        commands.Start(request=9),
        commands.AskStatus(request=10),
    )
    timed = listen(program, 6.0, at_s=[(2.0, act), (5.0, lambda d: seen.extend(usb_messages(d)))])
    assert timed[-1][1] == Ended(EndReason.FINISHED, reconciled=True)
    assert_complete(timed)
    assert [type(message).__name__ for message in seen] == [
        *("Hello", "Ack", "Nak", "Nak", "Status", "Ack")
    ]
    assert [(m.request, m.reason) for m in seen if isinstance(m, Nak)] == [
        (8, NakReason.BUSY),
        (9, NakReason.BUSY),
    ]


def test_a_port_that_nobody_reads_does_not_hold_the_stream_up(program):
    def act(device):
        over_usb(*[commands.AskHello(request=k) for k in range(5)])(device)
        device.stop_reading_usb()

    timed = listen(program, 6.0, at_s=[(2.0, act)])
    assert timed[-1][1].reconciled
    assert_complete(timed)
    assert not [item for _, item in timed if isinstance(item, Samples) and item.backfilled]


def test_a_stream_over_the_cable_cannot_be_ended_over_the_air(program):
    async def scene():
        async with board(program) as (device, _):
            over_usb(commands.Start(request=1))(device)
            await asyncio.sleep(1.0)
            async with open_device("ble:GF-1") as opened:
                assert opened.info.board == "nano33ble"
                with pytest.raises(DeviceError, match="busy streaming"):
                    await anext(opened.stream())
            over_usb(commands.Stop(request=2))(device)
            await asyncio.sleep(0.5)
            return usb_messages(device)

    messages = run_virtual(scene())
    blocks = [message for message in messages if isinstance(message, SampleBlock)]
    assert [b.first for b in blocks] == list(np.cumsum([0, *[b.n for b in blocks[:-1]]]))
    assert sum(b.n for b in blocks) > 1500
    assert [m.request for m in messages if isinstance(m, Ack)] == [1, 2]


def test_the_cable_takes_over_a_stream_whose_radio_is_gone(program):
    async def scene():
        async with board(program) as (device, radio):
            async with open_device("ble:GF-1") as opened:
                async for item in opened.stream():
                    if isinstance(item, Samples):
                        break
                radio.go_out(30.0)
                await asyncio.sleep(4.0)
                over_usb(commands.Stop(request=3))(device)
                await asyncio.sleep(0.5)
                radio.go_out(0.0)
            return usb_messages(device)

    assert Ack(3, commands.Stop.TYPE) in run_virtual(scene())


def test_the_battery_is_measured_and_reported(program):
    levels = []
    timed = listen(
        program,
        26.0,
        at_s=[
            (1.0, lambda d: d.set_battery_mv(3700)),
            (25.0, lambda d: levels.extend(d.battery_pct)),
        ],
    )
    assert levels[0] == pytest.approx(66, abs=1)  # 3.9 V: two thirds from 3.8 (50) to 3.95 (75)
    assert levels[-1] == pytest.approx(25, abs=1)
    assert only(timed, Health)[-1].battery_v == pytest.approx(3.7, abs=0.01)


def test_four_free_running_cells_stream_over_ble():
    timed = listen(built(frontend="hx711"), 12.0, [(3.0, 4.0)])
    assert timed[-1][1] == Ended(EndReason.FINISHED, reconciled=True)
    streams = timed[0][1].device.streams
    assert len(streams) == 4
    for cell, stream in enumerate(streams):
        samples = [s for s in only(timed, Samples) if s.stream == stream]
        counter = np.concatenate([s.counter for s in samples])
        counts = np.concatenate([s.counts[:, 0] for s in samples])[np.argsort(counter)]
        assert np.array_equal(np.sort(counter), np.arange(len(counter)))
        assert np.array_equal(counts, counts[0] + np.arange(len(counts)))
        assert counts[0] // 1_000_000 == cell
        assert len(counts) > 12 * 75


def assert_whole(timed, stream, step):
    """Every sample of a stream is there once: its number, and ``step`` more for each channel."""
    samples = [s for s in only(timed, Samples) if s.stream == stream]
    counter = np.concatenate([s.counter for s in samples])
    counts = np.concatenate([s.counts for s in samples])[np.argsort(counter)]
    assert np.array_equal(np.sort(counter), np.arange(len(counter)))
    first = counts[0, 0] + step * np.arange(len(stream.channels))
    assert np.array_equal(counts, first + np.arange(len(counts))[:, None])


def keeps_s(device):
    """Return for how long the ring holds all streams; each fourth block is a sample short."""
    blocks_per_s = sum(s.rate_hz / (s.block_samples - 0.25) for s in device.streams)
    return device.ring_blocks / blocks_per_s


def test_a_board_with_a_motion_sensor_keeps_eight_seconds_of_both():
    """Its sensor is on I2C, and takes the sampler's thread for 0.4 ms at a time."""
    timed = listen(built("xiao", imu="lsm6ds"), 18.0, [(3.0, 5.0)])
    device = timed[0][1].device
    assert device.board == "xiao"
    assert keeps_s(device) >= 8.0
    assert timed[-1][1] == Ended(EndReason.FINISHED, reconciled=True)
    assert_whole(timed, device.streams[0], 1_000_000)
    assert_whole(timed, device.streams[1], 1000)


@pytest.mark.parametrize(("imu", "rate_hz"), [("lsm9ds1", 238.0), ("bmi270", 200.0)])
def test_a_motion_sensor_without_an_interrupt_loses_nothing(imu, rate_hz):
    """It is asked for each sample; a BMI270 gets its 8 kB of program first, between samples."""
    timed = listen(built(imu=imu), 4.0)
    device = timed[0][1].device
    force, motion = device.streams
    assert (motion.name, motion.rate_hz) == ("imu", rate_hz)
    assert keeps_s(device) >= 8.0
    assert timed[-1][1] == Ended(EndReason.FINISHED, reconciled=True)
    assert sum(len(s) for s in only(timed, Samples) if s.stream == motion) > 3.5 * rate_hz
    assert_whole(timed, force, 1_000_000)
    assert_whole(timed, motion, 1000)


def ask_status(device):
    """Return the status that a device sends over USB."""
    device.open_usb()
    device.advance(0.5)
    device.write_usb(Connection.send(commands.AskStatus(request=9)))
    device.advance(1.0)
    heard = [message for _, message in Connection().receive(bytes(device.usb))]
    return only([(0.0, message) for message in heard], Status)[-1]


def test_a_hang_ends_in_a_reset_that_is_told(program):
    """A loop that hangs for less, as while flash is erased, goes on."""
    with NativeDevice(program) as device:
        assert not ask_status(device).flags & DeviceFlag.WATCHDOG_RESET
        device.hang(3000)
        device.advance(5.0)
        assert device.kept is None
        device.hang(5000)
        device.advance(15.0)
        assert device.kept is not None
    with NativeDevice(program, GPREGRET2=str(device.kept)) as device:
        assert ask_status(device).flags & DeviceFlag.WATCHDOG_RESET
