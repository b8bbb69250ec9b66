"""The motion sensor on its bus: there, absent, refusing, holding the bus; and what the host makes
of it."""

import asyncio
import json
from itertools import pairwise

import numpy as np
import pytest

from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.calibration import Calibration, to_block
from gripforce.cli.measure.check import check
from gripforce.device import open_device
from gripforce.model import Kind, Unit
from gripforce.sim.tasks.registry import make_scene
from gripforce.wire import commands
from gripforce.wire.messages import Ack, DeviceFlag, SampleBlock, SelfTestReply, Status
from tests.firmware.bench import (  # fmt: skip
    Wire,
    busy_waveform,
    counts_of,
    emulated,
    place_of,
    presented,
    record,
    write_waveform,
)

pytestmark = pytest.mark.usefixtures("images")
BUILDS = {"ads131m04-lsm6ds": 1, "hx711-lsm6ds": 4}
"""What is built, and the motion sensor's stream in it."""
RATE_HZ = 208 * 1.023
"""The emulated one's."""
ADC_ERROR, IMU_FAILED = 16, 2
M_PER_S2 = 0.122e-3 * 9.80665
"""One count at 4 g, from the datasheet's table of sensitivity."""


@pytest.fixture(params=BUILDS)
def build(request):
    return request.param


def stream_for(wire, seconds):
    """Stream for so long; return the blocks and the last status."""
    heard = wire.start()
    heard += wire.until(lambda m: isinstance(m, Status) and m.flags & DeviceFlag.STREAMING)
    begin_us = heard[-1].tick_us
    heard += wire.until(
        lambda m: isinstance(m, SampleBlock) and m.tick_us - begin_us > (seconds - 1) * 1e6
    )
    heard += wire.stop()
    blocks = [m for m in heard if isinstance(m, SampleBlock)]
    return blocks, [m for m in heard if isinstance(m, Status)][-1]


def run(folder, build, events, seconds=3.0):
    waveform = busy_waveform(folder / "waveform.csv", seconds)
    with emulated(folder, build, waveform, events=events) as board:
        with Wire(board.port) as wire:
            wire.hello()
            blocks, status = stream_for(wire, seconds)
        return blocks, status, board.truth()


def missing_of(blocks, truth, stream, channels):
    """Each count must be the one presented at its number; return the numbers that did not come."""
    ours = [b for b in blocks if b.stream == stream]
    numbers = np.concatenate([np.arange(b.first, b.first + b.n) for b in ours])
    counts = np.concatenate([counts_of(b, channels) for b in ours])
    _, shown = presented(truth, stream)
    assert np.array_equal(counts, shown[place_of(counts, shown) + numbers])
    return sorted(set(range(numbers[-1])) - set(numbers.tolist()))


def assert_forces_are_whole(blocks, status, truth, imu):
    for stream in range(imu):
        assert missing_of(blocks, truth, stream, 4 if imu == 1 else 1) == []
        assert status.streams[stream].overflows == 0


def test_the_hello_describes_it(tmp_path, build):
    with (
        emulated(tmp_path, build, busy_waveform(tmp_path / "w.csv", 1)) as board,
        Wire(board.port) as wire,
    ):
        imu = wire.hello().streams[BUILDS[build]]
    assert (imu.name, imu.id, imu.rate_hz, imu.width_bits) == ("imu", BUILDS[build], 208.0, 16)
    assert imu.latency_us == round(0.5e6 / 208)
    kinds = [channel.kind for channel in imu.channels]
    assert kinds == [
        Kind.GYRO_X, Kind.GYRO_Y, Kind.GYRO_Z, Kind.ACCEL_X, Kind.ACCEL_Y, Kind.ACCEL_Z,
    ]  # fmt: skip
    rotation, acceleration = imu.channels[0], imu.channels[5]
    assert (rotation.unit, acceleration.unit) == (Unit.RADIAN_PER_S, Unit.METRE_PER_S2)
    assert rotation.scale == pytest.approx(np.deg2rad(17.5e-3), rel=1e-4)
    assert acceleration.scale == pytest.approx(M_PER_S2, rel=1e-4)


def test_a_refused_address_costs_one_sample_each(tmp_path, build):
    imu = BUILDS[build]
    blocks, status, truth = run(tmp_path, build, "1.2 nack-imu 1\n1.7 nack-imu 3\n")
    missing = missing_of(blocks, truth, imu, 6)
    assert len(missing) == 4
    assert np.diff(missing).tolist()[1:] == [1, 1]
    ours = [b for b in blocks if b.stream == imu]
    jumped = [b for a, b in pairwise(ours) if b.first != a.first + a.n]
    assert len(jumped) == 2
    assert all(b.flags & ADC_ERROR for b in jumped)
    assert status.adc_errors == 4
    assert status.streams[imu].taken == sum(b.n for b in ours) + len(missing)
    assert not status.flags & DeviceFlag.IMU_ABSENT
    assert_forces_are_whole(blocks, status, truth, imu)


def test_a_bus_that_is_held_is_clocked_free(tmp_path, build):
    """As a device does that was cut off in mid-byte: it waits for the clocks of the other bits."""
    imu = BUILDS[build]
    blocks, status, truth = run(tmp_path, build, "1.2 hold-sda 7\n")
    assert len(missing_of(blocks, truth, imu, 6)) == 1
    assert status.adc_errors == 1
    assert_forces_are_whole(blocks, status, truth, imu)


def test_a_bus_that_stays_held_costs_the_forces_nothing(tmp_path, build):
    imu = BUILDS[build]
    blocks, status, truth = run(tmp_path, build, "1.2 hold-sda 1e9\n", seconds=4.0)
    assert status.flags & DeviceFlag.IMU_ABSENT
    assert 0 < status.adc_errors < 20
    assert truth["resets"] == 0
    assert_forces_are_whole(blocks, status, truth, imu)
    ours = [b for b in blocks if b.stream == imu]
    assert ours, "it was there before"
    assert ours[-1].tick_us < blocks[-1].tick_us - 1_000_000


def test_one_that_is_unplugged_is_told_of_and_comes_back(tmp_path, build):
    imu = BUILDS[build]
    events = "1.5 unplug-imu\n3.5 plug-imu\n"
    waveform = busy_waveform(tmp_path / "waveform.csv", 6.0)
    with emulated(tmp_path, build, waveform, events=events) as board:
        with Wire(board.port) as wire:
            wire.hello()
            wire.start()
            heard = wire.until(lambda m: isinstance(m, Status) and m.flags & DeviceFlag.IMU_ABSENT)
            heard += wire.until(
                lambda m: isinstance(m, Status) and not m.flags & DeviceFlag.IMU_ABSENT
            )
            heard += wire.until(lambda m: isinstance(m, Status))
            heard += wire.stop()
        truth = board.truth()
    blocks = [m for m in heard if isinstance(m, SampleBlock)]
    ours = [b for b in blocks if b.stream == imu]
    (gap,) = [(a, b) for a, b in pairwise(ours) if b.first != a.first + a.n]
    away_s = (gap[1].tick_us - gap[0].tick_us) / 1e6
    assert away_s > 2.0
    assert gap[1].first - gap[0].first == pytest.approx(away_s * RATE_HZ, abs=1.5)
    status = [m for m in heard if isinstance(m, Status)][-1]
    for stream in range(imu):
        assert missing_of(blocks, truth, stream, 4 if imu == 1 else 1) == []
    assert status.streams[imu].taken == ours[-1].first + ours[-1].n


def test_without_it_forces_come_and_the_absence_is_told(tmp_path, build):
    imu = BUILDS[build]
    waveform = busy_waveform(tmp_path / "waveform.csv", 3.0)
    with emulated(tmp_path, build, waveform, events="0 unplug-imu\n") as board:
        with Wire(board.port) as wire:
            assert len(wire.hello().streams) == imu + 1
            reply = wire.ask(commands.SelfTest())
            assert next(m for m in reply if isinstance(m, SelfTestReply)).failed == IMU_FAILED
            assert isinstance(wire.start()[-1], Ack)
            wire.stop()
            blocks, status = stream_for(wire, 2.0)
        truth = board.truth()
    assert status.flags & DeviceFlag.IMU_ABSENT
    assert not status.flags & DeviceFlag.ADC_ABSENT
    assert status.streams[imu].taken == 0
    assert {b.stream for b in blocks} == set(range(imu))
    assert_forces_are_whole(blocks, status, truth, imu)


def test_check_says_that_it_is_absent(tmp_path, images, capsys):
    waveform = busy_waveform(tmp_path / "waveform.csv", 5)
    with emulated(tmp_path, "ads131m04-lsm6ds", waveform, events="0 unplug-imu\n") as board:
        check(f"serial:{board.port}", duration=2.0, json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "warn"
    assert [(s["name"], s["samples"] > 0) for s in told["streams"]] == [
        ("force", True), ("imu", False),
    ]  # fmt: skip
    (line,) = [line for line in told["advice"] if "motion sensor" in line]
    assert "SDA, SCL and INT1" in line


COUNTS_PER_N = 80_000.0
LABELS = ("grip_thumb", "grip_index", "load_thumb", "load_index")


async def calibrate_and_record(port, path, seconds, mass_g):
    gains = tuple(map(tuple, np.eye(4) / COUNTS_PER_N))
    block = to_block(Calibration(LABELS, (0.0,) * 4, gains, "2024-01-01T00:00:00+00:00"))
    async with open_device(f"serial:{port}") as device:
        await device.send(commands.WriteCalibration(block))
    return await record(port, path, seconds, {"task": "lift", "mass_g": mass_g})


@pytest.mark.parametrize("moves", [True, False])
def test_analysis_believes_the_motion_that_came_through(tmp_path, moves):
    """Forces of two lifts: with the motion that belongs to them they are lifts, without not."""
    scene = make_scene("lift", trials=2, seed=4, mass_g=400.0)
    noise = np.random.default_rng(2).normal(scale=0.02, size=scene.accel.shape)
    accel = noise + (scene.accel if moves else scene.accel[0])
    motion = np.hstack([np.zeros_like(accel), accel / M_PER_S2])
    counts = np.round(np.hstack([scene.forces * COUNTS_PER_N, motion])).astype(int)
    waveform = write_waveform(tmp_path / "waveform.csv", scene.t, counts)
    with emulated(tmp_path, "ads131m04-lsm6ds", waveform) as board:
        played = calibrate_and_record(board.port, tmp_path / "a.grip", scene.duration_s, 400.0)
        recording, _, ended = asyncio.run(played)
    assert ended.reconciled
    motion = recording.streams["imu"]
    z = motion.values[:, motion.columns.index("accel_z_m_s2")]
    assert np.median(z) == pytest.approx(9.80665, rel=1e-3)
    liftoffs = [lift.phases.liftoff_s for lift in analyze_lifts(recording).lifts]
    if moves:
        planted = [trial["t_liftoff_s"] for trial in scene.trials]
        assert liftoffs == pytest.approx(planted, abs=0.005)
    else:
        assert all(at is None for at in liftoffs)
