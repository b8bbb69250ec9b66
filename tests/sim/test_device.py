"""The twin beside docs/protocol.md: what each command is answered with, and what flows."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gripforce.calibration import from_block
from gripforce.sim.device.board import LINES
from gripforce.sim.tasks.registry import make_scene
from gripforce.wire import commands
from gripforce.wire.connection import Connection, decode_message
from gripforce.wire.framing import encode_frame
from gripforce.wire.hello import Capability, Hello
from gripforce.wire.messages import (
    Ack,
    CalibrationBlock,
    DeviceFlag,
    Nak,
    NakReason,
    SampleBlock,
    SelfTestReply,
    Status,
    TimeReply,
    Trigger,
)
from tests.sim.host import Host, device, record

FORCE, IMU = 0, 1
WRAP = 1 << 32


@pytest.fixture(params=["research", "entry"])
def front(request):
    return request.param


def awake(**options):
    return Host(device(**options)).wait(0.1)


def streaming(**options):
    host = awake(**options)
    host.ask(commands.Start(request=1))
    return host


def test_it_says_hello_at_power_on_and_the_same_when_asked(front):
    host = awake(front=front)
    (hello,) = host.messages
    assert isinstance(hello, Hello)
    assert hello.device == host.device.info
    assert host.ask(commands.AskHello(request=9)) == [hello, Ack(9, 0x81)]


def test_its_uid_is_its_seed_and_its_boot_counts():
    assert device(seed=1).info.uid == device(seed=1).info.uid
    assert device(seed=1).info.uid != device(seed=2).info.uid


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


def test_stop_sends_what_is_buffered_then_a_status_then_the_ack(front):
    host = streaming(front=front)
    host.wait(1.003)
    *blocks, status, ack = host.ask(commands.Stop(request=5))
    assert all(isinstance(block, SampleBlock) for block in blocks)
    assert isinstance(status, Status)
    assert ack == Ack(5, 0x83)
    assert not status.flags & DeviceFlag.STREAMING
    assert [row.buffered for row in status.streams] == [0] * len(status.streams)
    assert all(len(host.samples(row.id)) == row.taken for row in status.streams)


def test_an_idle_device_acks_a_stop_as_the_firmware_does(front):
    status, ack = awake(front=front).ask(commands.Stop(request=4))
    assert isinstance(status, Status)
    assert ack == Ack(4, 0x83)


def test_it_is_silent_after_stop_and_stops_twice():
    host = record(device(), 0.5)
    said = len(host.messages)
    host.wait(3.0)
    assert len(host.messages) == said
    assert host.ask(commands.Stop(request=6))[-1] == Ack(6, 0x83)


def test_status_comes_each_second_and_adds_up():
    host = streaming()
    host.wait(5.5)
    statuses = host.statuses()
    assert len(statuses) == 5
    assert all(s.flags & DeviceFlag.STREAMING for s in statuses)
    gaps = np.diff([s.tick_us for s in statuses]) % WRAP
    assert np.all(np.abs(gaps - 1_000_000) <= 1)
    for status in statuses:
        before = host.messages[: host.messages.index(status)]
        for row in status.streams:
            received = sum(m.n for m in before if isinstance(m, SampleBlock) and m.stream == row.id)
            assert row.taken == received + row.buffered
            assert row.overflows == 0
        assert status.blocks_sent == sum(isinstance(m, SampleBlock) for m in before)


def test_start_sent_twice_starts_anew():
    host = streaming()
    host.wait(1.0)
    host.messages.clear()
    host.ask(commands.Start(request=3))
    host.wait(0.5)
    assert host.blocks(FORCE)[0].first == 0
    assert sorted(host.samples(FORCE)) == list(range(len(host.samples(FORCE))))


def test_a_time_reply_holds_the_ticks_of_its_moment():
    host = awake(power_on_tick=5)
    reply, ack = host.ask(commands.ProbeTime(request=7))
    assert reply == TimeReply(7, 100_005, 100_005)
    assert ack == Ack(7, 0x88)


def test_set_rate_tells_what_it_became():
    host = awake()
    hello, ack = host.ask(commands.SetRate(FORCE, 900_000, request=4))
    assert ack == Ack(4, 0x84)
    assert hello.device.streams[FORCE].rate_hz == 1000.0
    hello, _ = host.ask(commands.SetRate(FORCE, 500_000, request=5))
    assert hello.device.streams[FORCE].rate_hz == 500.0
    host.ask(commands.Start(request=6))
    host.wait(2.0)
    assert len(host.samples(FORCE)) == pytest.approx(1000, abs=32)


@pytest.mark.parametrize(
    ("front", "command", "reason"),
    [
        ("research", commands.SetRate(9, 1000, request=1), NakReason.BAD_ARGUMENT),
        ("research", commands.SetRate(FORCE, 0, request=1), NakReason.BAD_ARGUMENT),
        ("entry", commands.SetRate(0, 10_000, request=1), NakReason.UNSUPPORTED),
        ("research", commands.Resend(9, 0, 1, request=1), NakReason.BAD_ARGUMENT),
        ("research", commands.DigitalOut(LINES, high=True, request=1), NakReason.BAD_ARGUMENT),
        ("research", commands.WriteCalibration(bytes(88), request=1), NakReason.BAD_ARGUMENT),
    ],
)
def test_what_it_refuses(front, command, reason):
    host = awake(front=front)
    host.ask(commands.Start(request=2))
    host.ask(commands.Stop(request=3))
    assert host.ask(command)[-1] == Nak(1, command.TYPE, reason)


@pytest.mark.parametrize(
    "command",
    [
        commands.SetRate(FORCE, 500_000, request=1),
        commands.SelfTest(request=1),
        commands.WriteCalibration(b"", request=1),
    ],
)
def test_what_it_refuses_while_it_streams(command):
    assert streaming().ask(command)[-1] == Nak(1, command.TYPE, NakReason.BUSY)


def test_an_unknown_command_and_a_short_one():
    host = awake()
    for payload, reason in (
        (bytes([0xFE, 3]), NakReason.UNKNOWN_COMMAND),
        (bytes([0x89, 3, 0]), NakReason.BAD_ARGUMENT),
    ):
        host.device.receive(encode_frame(payload))
        ((_, nak),) = Connection().receive(host.device.advance(host.now_s))
        assert nak == Nak(3, payload[0], reason)


def test_self_test():
    assert awake().ask(commands.SelfTest(request=8)) == [SelfTestReply(8, 0), Ack(8, 0x8B)]


RMS_ERROR_N = {"research": 0.004, "entry": 0.03}
"""Noise of 2.5 mN, and for HX711 what a mean over 12.5 ms takes from a force that turns."""


def test_its_calibration_and_ticks_give_back_the_scene(front):
    scene = make_scene("lift", trials=1, seed=4)
    host = awake(front=front, scene=scene)
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


def test_a_written_calibration_is_read_back():
    host = awake()
    other = device(seed=77)
    block = Host(other).wait(0.1).ask(commands.ReadCalibration())[0].block
    assert host.ask(commands.WriteCalibration(block, request=2)) == [Ack(2, 0x86)]
    assert host.ask(commands.ReadCalibration(request=3))[0].block == block


def test_a_pulse_comes_back_as_two_triggers():
    host = streaming(power_on_tick=0)
    host.ask(commands.DigitalOut(1, high=True, pulse_ms=50, request=4))
    host.wait(0.2)
    rise, fall = [m for m in host.messages if isinstance(m, Trigger)]
    assert rise == Trigger(1, rising=True, tick_us=100_000, index=0)
    assert fall == Trigger(1, rising=False, tick_us=150_000, index=1)


def test_without_a_loop_no_trigger_comes_back():
    host = streaming(loopback=False)
    host.ask(commands.DigitalOut(0, high=True, pulse_ms=50, request=4))
    host.wait(0.2)
    assert not [m for m in host.messages if isinstance(m, Trigger)]


def test_resend_gives_the_same_blocks_again_while_streaming_and_after():
    host = streaming()
    host.wait(1.0)
    original = {block.first: block for block in host.blocks(FORCE)}
    for request in (3, 4):
        *again, ack = host.ask(commands.Resend(FORCE, 100, 200, request=request))
        again = [m for m in again if isinstance(m, SampleBlock)]
        firsts = [block.first for block in again]
        assert firsts == sorted(firsts)
        assert firsts[0] <= 100 < firsts[0] + 16
        assert again[-1].first < 300 <= again[-1].first + again[-1].n
        assert all(block == original[block.first]._replace(flags=8) for block in again)
        assert ack == Ack(request, 0x89, sum(block.n for block in again))
        if request == 3:
            host.ask(commands.Stop(request=9))


def test_resend_of_what_the_ring_no_longer_holds_is_gone():
    host = record(device(front="entry"), 5.0)
    *blocks, nak = host.ask(commands.Resend(0, 0, 1000, request=3))
    assert isinstance(nak, Nak)
    assert nak.reason == NakReason.GONE
    assert nak.detail == sum(block.n for block in blocks) > 0


def test_without_resend_it_says_so():
    host = record(device("no_resend"), 0.5)
    assert not host.device.info.capabilities & Capability.RESEND
    assert host.ask(commands.Resend(0, 0, 10, request=3))[-1].reason == NakReason.UNSUPPORTED


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    def run(seed):
        sim = device(seed=seed, scene=make_scene("lift", trials=1, seed=seed))
        out = sim.advance(0.1)
        sim.receive(Connection.send(commands.Start()))
        return out + sim.advance(3.0)

    assert run(5) == run(5)
    assert run(5) != run(6)


@settings(max_examples=25)
@given(st.lists(st.floats(0.0001, 0.7), min_size=1, max_size=12))
def test_bytes_do_not_depend_on_the_steps_of_time(steps):
    faults = "drop=0.05,corrupt=0.05,reorder=0.1,duplicate=0.1,burst_ms=16,stall_s=1+0.5"
    whole, sliced = device(faults), device(faults)
    for sim in (whole, sliced):
        sim.advance(0.1)
        sim.receive(Connection.send(commands.Start()))
    end_s = 0.1 + sum(steps)
    now_s, got = 0.1, b""
    for step in steps:
        now_s += step
        got += sliced.advance(now_s)
    got += sliced.advance(end_s)
    assert got == whole.advance(max(end_s, now_s))


@given(st.binary(max_size=300))
def test_no_bytes_from_outside_raise(data):
    sim = device()
    sim.advance(0.1)
    sim.receive(data)
    sim.receive(encode_frame(data[:250] or b"\0"))
    sim.advance(0.2)


def test_it_counts_the_corrupt_frames_that_it_receives():
    host = awake()
    frame = bytearray(Connection.send(commands.AskHello()))
    frame[1] ^= 0x40
    host.device.receive(bytes(frame))
    status, _ = host.ask(commands.AskStatus(request=1))
    assert status.rx_errors == 1


def test_every_frame_can_be_read_by_the_wire(front):
    host = record(device(front=front), 3.0)
    assert host.connection.corrupt == 0
    assert host.connection.unreadable == 0
    assert all(decode_message(m.encode()) == m for m in host.messages if not isinstance(m, Hello))


def test_a_saturated_channel_is_clipped_and_flagged():
    scene = make_scene("lift", profile="als", trials=1)
    host = record(device("saturate=3", scene=scene), scene.duration_s)
    flagged = sum(block.n for block in host.blocks(FORCE) if block.flags & 1)
    counts = host.counts(FORCE)
    clipped = np.count_nonzero((counts >= (1 << 23) - 1).any(axis=1))
    assert clipped > 1000
    assert clipped <= flagged <= clipped + 64
    assert host.device.truth()["faults"]["samples_saturated"] == clipped


def test_finished_when_the_scene_is_over_and_sent():
    scene = make_scene("lift", trials=1)
    host = streaming(scene=scene)
    host.wait(scene.duration_s - 0.5)
    assert not host.device.finished
    host.wait(1.0)
    assert host.device.finished
    assert len(host.samples(FORCE)) >= scene.duration_s * 1000
