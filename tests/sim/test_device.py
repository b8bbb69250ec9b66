"""The simulated device against docs/protocol.md: its reply to each command."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gripforce.sim.device.board import LINES
from gripforce.sim.tasks.registry import make_scene
from gripforce.wire import commands
from gripforce.wire.connection import Connection, decode_message
from gripforce.wire.framing import encode_frame
from gripforce.wire.hello import Capability, Hello
from gripforce.wire.messages import (
    Ack,
    DeviceFlag,
    Nak,
    NakReason,
    SampleBlock,
    SelfTestReply,
    Status,
    TimeReply,
    Trigger,
)
from tests.sim.host import Host, awake, device, record, streaming

FORCE, IMU = 0, 1
WRAP = 1 << 32


@pytest.fixture(params=["research", "entry"])
def front(request):
    return request.param


def test_it_says_hello_at_power_on_and_the_same_when_asked(front):
    host = awake(front=front)
    (hello,) = host.messages
    assert isinstance(hello, Hello)
    assert hello.device == host.device.info
    assert host.ask(commands.AskHello(request=9)) == [hello, Ack(9, 0x81)]


def test_its_uid_is_its_seed_and_its_boot_counts():
    assert device(seed=1).info.uid == device(seed=1).info.uid
    assert device(seed=1).info.uid != device(seed=2).info.uid


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


def test_finished_when_the_scene_is_over_and_sent():
    scene = make_scene("lift", trials=1)
    host = streaming(scene=scene)
    host.wait(scene.duration_s - 0.5)
    assert not host.device.finished
    host.wait(1.0)
    assert host.device.finished
    assert len(host.samples(FORCE)) >= scene.duration_s * 1000
