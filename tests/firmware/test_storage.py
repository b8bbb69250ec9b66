"""The calibration in the EEPROM of the true image, with the supply cut at every write of it."""

import struct

import pytest

from gripforce.wire import commands
from gripforce.wire.framing import crc16, encode_frame
from gripforce.wire.messages import Ack, CalibrationBlock, DeviceFlag, Nak, NakReason, Status
from tests.firmware.bench import Wire, busy_waveform, emulated

pytestmark = pytest.mark.usefixtures("images")


def block(seed):
    """A calibration block of four channels, as docs/protocol.md has it."""
    zeros = [seed * 1000 + i for i in range(4)]
    gains = [0.001 * seed + 0.01 * i for i in range(16)]
    body = struct.pack("<BBI4i16f", 1, 4, 1_700_000_000 + seed, *zeros, *gains)
    return body + struct.pack("<H", crc16(body))


def stored(wire):
    """Return what the device keeps, None where it keeps nothing."""
    heard = wire.ask(commands.ReadCalibration())
    if isinstance(heard[-1], Nak):
        assert heard[-1].reason == NakReason.STORAGE
        return None
    return next(m for m in heard if isinstance(m, CalibrationBlock)).block


@pytest.fixture
def running(tmp_path, images):
    waveform = busy_waveform(tmp_path / "waveform.csv", 1)
    with emulated(tmp_path, "hx711", waveform) as board, Wire(board.port) as wire:
        wire.hello()
        yield board, wire


def test_what_was_written_is_read_back_and_outlives_the_power(running):
    board, wire = running
    assert stored(wire) is None
    assert isinstance(wire.ask(commands.WriteCalibration(block(1)))[-1], Ack)
    assert stored(wire) == block(1)
    board.tell("brown-out")
    wire.hello()
    assert stored(wire) == block(1)
    status = next(m for m in wire.ask(commands.AskStatus()) if isinstance(m, Status))
    assert status.flags & DeviceFlag.CALIBRATION_VALID


def test_what_is_no_block_is_refused(running):
    _, wire = running
    sound = block(1)
    for broken in (sound[:-1], sound[:20], b"", bytes([sound[0] + 1]) + sound[1:], sound + b"\0"):
        assert wire.ask(commands.WriteCalibration(broken))[-1].reason == NakReason.BAD_ARGUMENT
    assert wire.ask(commands.WriteCalibration(bytes(120)))[-1].reason == NakReason.BAD_ARGUMENT
    wire.start()
    assert wire.ask(commands.WriteCalibration(sound))[-1].reason == NakReason.BUSY
    wire.stop()
    assert stored(wire) is None


def test_a_power_cut_at_any_write_leaves_the_old_one_or_the_new(running):
    board, wire = running
    wire.ask(commands.WriteCalibration(block(1)))
    wire.ask(commands.WriteCalibration(block(2)))
    old, cut, seen = block(2), 1, set()
    while True:
        fresh = block(3 + cut % 2)
        if fresh == old:
            fresh = block(5)
        board.tell(f"cut-eeprom {cut}")
        wire.ask(commands.AskStatus())  # the order is in force when this is answered
        wire.write(encode_frame(commands.WriteCalibration(fresh, request=77).encode()))
        heard = wire.until(
            lambda m: type(m).__name__ == "Hello" or (isinstance(m, Ack) and m.request == 77)
        )
        finished = isinstance(heard[-1], Ack)
        found = stored(wire)
        assert found in (old, fresh), f"cut at write {cut}"
        seen.add(found == fresh)
        if finished:
            assert found == fresh
            break
        old, cut = found, cut + 1
    assert cut > 60, "there are about as many writes as bytes"
