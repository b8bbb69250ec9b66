"""Samples of the simulated device: blocks, ticks, calibration and forces."""

from itertools import pairwise

import numpy as np
import pytest

from gripforce.calibration import from_block
from gripforce.sim.tasks.registry import make_scene
from gripforce.wire import commands
from gripforce.wire.connection import Connection
from gripforce.wire.messages import (
    CalibrationBlock,
    SampleBlock,
)
from tests.sim.host import awake, device, record

FORCE, IMU = 0, 1
WRAP = 1 << 32
RMS_ERROR_N = {"research": 0.004, "entry": 0.03}
"""Noise of 2.5 mN, as the test sets it; for HX711 what a mean over 12.5 ms takes from a turn."""


@pytest.fixture(params=["research", "entry"])
def front(request):
    return request.param


def test_the_research_front_end_is_four_channels_at_1_khz_and_an_imu():
    force, imu = device().info.streams
    assert (force.rate_hz, force.width_bits, len(force.channels)) == (1000.0, 24, 4)
    assert (imu.rate_hz, imu.width_bits, len(imu.channels)) == (208.0, 16, 3)


def test_the_entry_front_end_is_four_streams_on_their_own_clocks():
    host = record(device(front="entry"), 20.0)
    assert [len(s.channels) for s in host.device.info.streams] == [1, 1, 1, 1]
    rates = []
    for stream in range(4):
        blocks = host.blocks(stream)
        ticks = [(block.tick_us - blocks[0].tick_us) % WRAP for block in blocks]
        rates.append(1e6 * blocks[-1].first / ticks[-1])
    assert all(72.0 <= rate <= 88.0 for rate in rates)
    assert len({round(rate, 1) for rate in rates}) == 4


def test_a_block_leaves_within_100_ms_of_its_first_sample(front):
    sim = device(front=front, power_on_tick=0)
    sim.advance(0.1)
    sim.receive(Connection.send(commands.Start()))
    connection = Connection()
    for step in range(1000):
        now_s = 0.1 + step * 0.001
        for _, message in connection.receive(sim.advance(now_s)):
            if isinstance(message, SampleBlock):
                assert now_s - message.tick_us * 1e-6 <= 0.1 + 0.001


def test_blocks_follow_each_other_without_a_gap(front):
    host = record(device(front=front), 5.0)
    for info in host.device.info.streams:
        counts = host.counts(info.id)
        assert len(counts) == host.taken()[info.id]
        assert abs(len(counts) / 5.0 / info.rate_hz - 1) <= 0.11
        sizes = [block.n for block in host.blocks(info.id)[:-1]]
        full = info.block_samples
        assert sizes == [full - (k % 4 == 3) for k in range(len(sizes))]


def test_ticks_are_those_of_the_first_sample_of_each_block():
    host = record(device(power_on_tick=1000), 2.0)
    ticks = np.array([block.tick_us for block in host.blocks(FORCE)])
    firsts = np.array([block.first for block in host.blocks(FORCE)])
    assert np.array_equal(np.diff(ticks), 1000 * np.diff(firsts))


def test_the_tick_wraps():
    host = record(device(power_on_tick=WRAP - 1_000_000), 3.0)
    ticks = [block.tick_us for block in host.blocks(FORCE)]
    assert max(ticks) > WRAP - 100_000
    assert min(ticks) < 100_000
    assert {(b - a) % WRAP for a, b in pairwise(ticks[:-1])} == {16_000, 15_000}


def test_some_devices_wrap_within_a_minute_and_some_do_not():
    soon = [device(seed=seed).info and _first_tick(seed) > WRAP - 60_000_000 for seed in range(20)]
    assert 0 < sum(soon) < 20


def _first_tick(seed):
    return record(device(seed=seed), 0.1).blocks(FORCE)[0].tick_us


def test_a_skewed_clock_counts_more_samples_in_the_same_true_time():
    plain = record(device(), 50.0).taken()[FORCE]
    fast = record(device("skew_ppm=1000"), 50.0).taken()[FORCE]
    assert fast - plain == pytest.approx(50, abs=1)


def test_its_calibration_and_ticks_give_back_the_scene(front):
    scene = make_scene("lift", trials=1, seed=4)
    host = awake(front=front, scene=scene, noise_mn=2.5)
    block, _ = host.ask(commands.ReadCalibration(request=1))
    assert isinstance(block, CalibrationBlock)
    calibration = from_block(block.block, ("grip_thumb", "grip_index", "load_thumb", "load_index"))
    host.ask(commands.Start(request=2))
    host.wait(scene.duration_s)
    host.ask(commands.Stop(request=3))
    zeros = np.array(calibration.zero_counts)
    matrix = np.array(calibration.newtons_per_count)
    streams = [s for s in host.device.info.streams if s.channels[0].kind.is_force]
    origin = host.blocks(0)[0].tick_us
    column = 0
    for info in streams:
        own = slice(column, column + len(info.channels))
        column = own.stop
        newtons = (host.counts(info.id) - zeros[own]) @ matrix[own, own].T
        t = sample_times(host.blocks(info.id), origin) - info.latency_us * 1e-6
        want = np.column_stack([np.interp(t, scene.t, c) for c in scene.forces[:, own].T])
        rms = np.sqrt(np.mean((newtons - want) ** 2, axis=0))
        assert np.all(rms < RMS_ERROR_N[front])
        assert np.all(np.abs(newtons[t < 1.0].mean(axis=0)) < 0.001)


def sample_times(blocks, origin):
    firsts = np.array([block.first for block in blocks])
    ticks = np.array([(block.tick_us - origin) % WRAP for block in blocks])
    period_us, begin_us = np.polyfit(firsts, ticks, 1)
    k = np.arange(blocks[-1].first + blocks[-1].n)
    return (begin_us + k * period_us) * 1e-6


def test_the_imu_sees_one_g_and_the_lift():
    scene = make_scene("lift", trials=1, seed=4)
    host = record(device(scene=scene), scene.duration_s)
    accel = host.counts(IMU) * host.device.info.streams[IMU].channels[0].scale
    t = sample_times(host.blocks(IMU), host.blocks(FORCE)[0].tick_us)
    want = np.interp(
        t - host.device.info.streams[IMU].latency_us * 1e-6, scene.t, scene.accel[:, 2]
    )
    smooth = np.abs(t - scene.trials[0]["t_replace_s"]) > 0.05  # the landing is a jolt of 8 ms
    assert np.sqrt(np.mean((accel[:, 2] - want)[smooth] ** 2)) < 0.025  # noise of 0.02
    assert np.ptp(want) > 3


def test_a_saturated_channel_is_clipped_and_flagged():
    scene = make_scene("lift", profile="als", trials=1)
    host = record(device("saturate=3", scene=scene), scene.duration_s)
    flagged = sum(block.n for block in host.blocks(FORCE) if block.flags & 1)
    counts = host.counts(FORCE)
    clipped = np.count_nonzero((counts >= (1 << 23) - 1).any(axis=1))
    assert clipped > 1000
    assert clipped <= flagged <= clipped + 64
    assert host.device.truth()["faults"]["samples_saturated"] == clipped
