"""The conversation with the true image, over a pty: each command, torn ones, and garbage."""

import re
from itertools import pairwise

import numpy as np
import pytest

from gripforce.model import Kind
from gripforce.wire import commands
from gripforce.wire.framing import encode_frame
from gripforce.wire.hello import Capability, Hello
from gripforce.wire.messages import (  # fmt: skip
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
from hardware.budget import inputs
from hardware.budget.noise import newtons
from tests.firmware.bench import CPU_HZ, FIRMWARE, Wire, busy_waveform, emulated

pytestmark = pytest.mark.usefixtures("images")
PARAMETERS = FIRMWARE.parent / "hardware" / "cad" / "parameters.scad"
FRONTENDS = ("ads131m04", "hx711")


@pytest.fixture(params=FRONTENDS)
def board(request, tmp_path, images):
    with emulated(tmp_path, request.param, busy_waveform(tmp_path / "waveform.csv", 5)) as board:
        board.frontend = request.param
        yield board


@pytest.fixture
def wire(board):
    with Wire(board.port) as wire:
        wire.first = wire.hello()
        yield wire


def last(heard, kind):
    return [message for message in heard if isinstance(message, kind)][-1]


def test_hello_at_power_on_and_when_asked(wire, board):
    assert isinstance(wire.ask(commands.AskHello())[-2], Hello)
    device = last(wire.ask(commands.AskHello()), Hello).device
    assert device == wire.first
    assert device.board == "uno"
    assert len(device.streams) == (1 if board.frontend == "ads131m04" else 4)
    assert device.capabilities & (Capability.RESEND | Capability.STORAGE)
    assert bool(device.capabilities & Capability.SET_RATE) == (board.frontend == "ads131m04")


def test_start_stop_and_start_again(wire):
    for _ in range(2):
        assert isinstance(wire.start()[-1], Ack)
        first = wire.blocks(lambda _: True)[0]
        assert first.first == 0
        heard = wire.stop()
        status = last(heard, Status)
        assert not status.flags & DeviceFlag.STREAMING
        assert all(row.buffered == 0 for row in status.streams)
        assert isinstance(heard[-1], Ack)
    assert isinstance(wire.stop()[-1], Ack), "stopping twice is stopping"


def test_the_status_account_closes_in_mid_stream(wire):
    wire.start()
    received = {}
    heard = wire.until(lambda m: isinstance(m, Status))
    for message in heard:
        if isinstance(message, SampleBlock):
            received[message.stream] = received.get(message.stream, 0) + message.n
    status = last(heard, Status)
    assert status.flags & DeviceFlag.STREAMING
    for row in status.streams:
        assert row.taken == received[row.id] + row.overflows + row.buffered


def test_time_is_told_by_the_devices_clock(wire):
    before = last(wire.ask(commands.AskStatus()), Status).tick_us
    reply = last(wire.ask(commands.ProbeTime()), TimeReply)
    after = last(wire.ask(commands.AskStatus()), Status).tick_us
    assert before <= reply.received_us <= reply.sent_us <= after
    assert reply.sent_us - reply.received_us < 1000


def test_rate(wire, board):
    heard = wire.ask(commands.SetRate(0, 480_000))
    if board.frontend == "hx711":
        assert heard[-1].reason == NakReason.UNSUPPORTED
        return
    assert last(heard, Hello).device.streams[0].rate_hz == 500.0
    wire.start()
    blocks = wire.blocks(lambda b: b.first >= 480)
    ticks = np.array([b.tick_us for b in blocks])
    assert np.polyfit([b.first for b in blocks], ticks, 1)[0] == pytest.approx(2000, rel=1e-3)
    assert wire.ask(commands.SetRate(0, 1_000_000))[-1].reason == NakReason.BUSY
    wire.stop()
    assert wire.ask(commands.SetRate(7, 1_000_000))[-1].reason == NakReason.BAD_ARGUMENT


def test_self_test_passes_on_a_sound_board(wire):
    assert last(wire.ask(commands.SelfTest()), SelfTestReply).failed == 0


def test_unknown_and_unfinished_commands_are_refused_with_a_reason(wire):
    assert wire.ask_raw(b"\xc0\x07")[-1] == Nak(7, 0xC0, NakReason.UNKNOWN_COMMAND)
    assert wire.ask_raw(b"\x89\x08\x00")[-1] == Nak(8, 0x89, NakReason.BAD_ARGUMENT)
    assert wire.ask(commands.DigitalOut(5, high=True))[-1].reason == NakReason.BAD_ARGUMENT


def test_a_torn_command_and_a_flood_of_garbage_cost_nothing_else(wire):
    wire.start()
    torn = encode_frame(commands.AskHello(request=99).encode())[:3]
    wire.write(torn)
    wire.write(np.random.default_rng(3).integers(0, 256, 20_000, dtype=np.uint8).tobytes() + b"\0")
    heard = wire.ask_until_answered(commands.AskStatus())
    assert last(heard, Status).rx_errors > 0
    heard += wire.blocks(lambda b: b.tick_us - last(heard, Status).tick_us > 300_000)
    heard += wire.stop()
    account = last(heard, Status)
    for row in account.streams:
        blocks = [m for m in heard if isinstance(m, SampleBlock) and m.stream == row.id]
        jumps = [(a, b) for a, b in pairwise(blocks) if b.first != a.first + a.n]
        assert all(b.flags for _, b in jumps), "what the flood cost is told"
        received = sum(b.n for b in blocks)
        assert row.taken == received + sum(b.first - a.first - a.n for a, b in jumps)
    assert wire.connection.corrupt == 0


def test_digital_out_pulses(wire, board):
    assert isinstance(wire.ask(commands.DigitalOut(0, high=True, pulse_ms=25))[-1], Ack)
    while last(wire.ask(commands.AskStatus()), Status).tick_us < 400_000:
        pass
    (up, _), (down, _) = board.truth()["ttl"][-2:]
    assert (down - up) / CPU_HZ == pytest.approx(0.025, abs=0.0015)


@pytest.mark.parametrize("frontend", FRONTENDS)
def test_triggers_are_stamped_and_counted(tmp_path, frontend):
    edges = [(0.5 + 0.013 * i, 1 - i % 2) for i in range(40)]
    events = "".join(f"{t:.4f} trigger {level}\n" for t, level in edges)
    waveform = busy_waveform(tmp_path / "waveform.csv", 3)
    with emulated(tmp_path, frontend, waveform, events=events) as board:
        with Wire(board.port) as wire:
            wire.hello()
            wire.start()
            heard = wire.until(lambda m: isinstance(m, Trigger) and m.index == len(edges) - 1)
        truth = board.truth()
    triggers = [m for m in heard if isinstance(m, Trigger)]
    assert [t.index for t in triggers] == list(range(len(edges)))
    assert [t.rising for t in triggers] == [bool(level) for _, level in edges]
    late_us = [
        t.tick_us - cycle / 16 for t, (cycle, _) in zip(triggers, truth["triggers"], strict=True)
    ]
    assert np.ptp(late_us) <= 20


def test_the_stream_does_not_mind_the_tick_wrapping(tmp_path):
    waveform = busy_waveform(tmp_path / "waveform.csv", 4)
    with (
        emulated(tmp_path, "ads131m04", waveform, "--start-tick", (1 << 32) - 1_500_000) as board,
        Wire(board.port) as wire,
    ):
        wire.hello()
        wire.start()
        blocks = wire.blocks(lambda b: b.first >= 3000)
        ticks = np.array([b.tick_us for b in blocks])
        assert ticks[0] > 1 << 31 > ticks[-1], "it wrapped"
        elapsed_us = np.diff(np.unwrap(ticks, period=1 << 32))
        assert elapsed_us == pytest.approx(1000 * np.diff([b.first for b in blocks]), abs=20)
        status = last(wire.stop(), Status)
        assert status.streams[0].overflows == 0
        assert all(b.flags == 0 for b in blocks)


@pytest.mark.parametrize("build", ["ads131m04", "hx711-lsm6ds"])
def test_the_hello_states_what_the_cells_bear(tmp_path, build):
    """Grip as the CAD declares it, load as the error budget has it of its cells."""
    waveform = busy_waveform(tmp_path / "waveform.csv", 1)
    with emulated(tmp_path, build, waveform) as board, Wire(board.port) as wire:
        streams = wire.hello().streams
    declared = re.search(r"^capacity_n = (\d+);", PARAMETERS.read_text(), re.MULTILINE)
    safe_n = newtons(inputs.LOAD_CAPACITY_KG.value) * inputs.CELL_SAFE_OVERLOAD.value
    for channel in (channel for stream in streams for channel in stream.channels):
        if channel.kind.is_grip:
            assert channel.capacity_n == float(declared[1])
        elif channel.kind in {Kind.LOAD_THUMB, Kind.LOAD_INDEX}:
            assert channel.capacity_n == pytest.approx(safe_n, abs=0.1)
        else:
            assert channel.capacity_n is None
