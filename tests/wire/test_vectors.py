"""The golden vectors, against our codec and against COBS and CRC written from their definitions."""

from datetime import datetime
from pathlib import Path

import pytest

from gripforce.calibration.storage import from_block
from gripforce.wire.connection import Connection, decode_message
from gripforce.wire.framing import MAX_PAYLOAD, FrameReader, crc16, encode_frame
from tests.wire.cases import BLOCK_TIME, MESSAGES, NEWTONS_PER_COUNT, ZERO_COUNTS

LINES = (Path(__file__).parent.parent / "vectors.txt").read_text().splitlines()
VECTORS = {
    name: (bytes.fromhex(payload), bytes.fromhex(frame))
    for name, payload, frame in (line.split() for line in LINES if not line.startswith("#"))
}


def crc_by_definition(data: bytes) -> int:
    """Polynomial division bit by bit: x^16 + x^12 + x^5 + 1, register preset to ones."""
    register = 0xFFFF
    for byte in data:
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1) ^ (0x1021 if register & 0x8000 else 0)
            register &= 0xFFFF
    return register


def cobs_by_definition(data: bytes) -> bytes:
    """Cheshire and Baker 1999: a zero becomes the distance to the next; runs of 254 are split."""
    encoded, run = bytearray(), bytearray()
    for byte in data + b"\0":
        if byte:
            run.append(byte)
        if not byte or len(run) == 254:
            encoded += bytes([len(run) + 1]) + run
            run.clear()
    return bytes(encoded)


@pytest.mark.parametrize("name", VECTORS)
def test_vector(name):
    payload, frame = VECTORS[name]
    check = crc_by_definition(payload).to_bytes(2, "little")
    assert frame[-1] == 0
    assert 0 not in frame[:-1]
    # a run of exactly 254 may or may not be followed by an empty one: both decode alike
    assert cobs_by_definition(payload + check).removesuffix(b"\x01") == frame[:-1].removesuffix(
        b"\x01"
    )
    assert MESSAGES[name].encode() == payload
    assert encode_frame(payload) == frame
    assert decode_message(payload) == MESSAGES[name]
    assert len(payload) <= MAX_PAYLOAD


def test_the_valid_calibration_block_holds_its_numbers():
    block = VECTORS["calibration_block_valid"][0][2:]
    assert crc_by_definition(block[:-2]).to_bytes(2, "little") == block[-2:]
    labels = ("grip_thumb", "grip_index", "load_thumb", "load_index")
    found = from_block(block, labels)
    assert found.zero_counts == ZERO_COUNTS
    assert found.newtons_per_count == NEWTONS_PER_COUNT
    assert datetime.fromisoformat(found.date).timestamp() == BLOCK_TIME


def test_a_full_run_of_254_bytes_has_no_empty_one_behind_it():
    frame = VECTORS["calibration_block_run_254"][1]
    assert len(frame) == 256
    assert frame[0] == 255


def test_table_and_file_name_the_same():
    assert list(VECTORS) == list(MESSAGES)


def test_known_crc():
    assert crc16(b"123456789") == 0x29B1 == crc_by_definition(b"123456789")


STREAM = b"".join(frame for _, frame in VECTORS.values())
WHOLE = list(MESSAGES.values())


def test_whole():
    assert [message for _, message in Connection().receive(STREAM)] == WHOLE


def test_byte_by_byte():
    connection = Connection()
    received = [m for byte in STREAM for _, m in connection.receive(bytes([byte]))]
    assert received == WHOLE


def test_with_noise_before_and_a_torn_frame_behind():
    connection = Connection()
    received = connection.receive(b"\x05noise\0" + STREAM + STREAM[:20])
    assert [message for _, message in received] == WHOLE
    assert connection.corrupt == 1


def test_every_payload_on_the_wire_costs_one_byte_of_overhead():
    longest = bytes(range(1, 253))
    assert len(encode_frame(longest)) == len(longest) + 2 + 1 + 1
    assert FrameReader().feed(encode_frame(longest)) == [longest]
