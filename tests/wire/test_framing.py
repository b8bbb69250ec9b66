"""Frames survive any chunking; nothing from outside raises; damage costs only what it hits."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gripforce.wire.connection import Connection, decode_message
from gripforce.wire.framing import FrameReader, encode_frame
from gripforce.wire.hello import ForeignHello, Hello
from tests.wire.cases import MESSAGES, RESEARCH

payloads = st.lists(st.binary(min_size=1, max_size=252), min_size=1, max_size=6)


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[a:b] for a, b in pairwise(edges)]


def feed(data: bytes, cuts: list[int] = ()) -> tuple[list[bytes], int]:
    reader = FrameReader()
    return [p for chunk in chunks(data, cuts) for p in reader.feed(chunk)], reader.corrupt


@given(payloads, st.lists(st.integers(0, 2000)))
def test_any_chunking(sent, cuts):
    assert feed(b"".join(map(encode_frame, sent)), cuts) == (sent, 0)


@given(st.binary(max_size=2000), st.lists(st.integers(0, 2000)))
def test_garbage_in_any_chunking_is_the_same_and_never_raises(data, cuts):
    assert feed(data, cuts) == feed(data)


@given(payloads, st.integers(0), st.integers(1, 255), st.data())
def test_one_corrupt_byte_costs_only_its_frame(sent, place, flip, data):
    frames = [encode_frame(p) for p in sent]
    stream = bytearray(b"".join(frames))
    place %= len(stream)
    stream[place] ^= flip
    received, corrupt = feed(bytes(stream))
    hit, start = 0, 0
    while place >= start + len(frames[hit]):
        start += len(frames[hit])
        hit += 1
    delimiter = place == start + len(frames[hit]) - 1
    expected = sent[:hit] + sent[hit + 1 + delimiter :]
    assert received == expected
    assert corrupt >= 1 or place == len(stream) - 1  # a lost last delimiter: still waiting


@given(st.binary(max_size=300))
def test_no_payload_raises(payload):
    decode_message(payload)


@given(st.sampled_from(list(MESSAGES.values())), st.data())
def test_no_cut_payload_raises(message, data):
    payload = message.encode()
    decode_message(payload[: data.draw(st.integers(0, len(payload)))])


def test_an_oversize_frame_is_dropped_and_the_next_is_whole():
    connection = Connection()
    bad = b"\x01" * 5000 + b"\0"
    good = encode_frame(MESSAGES["ack"].encode())
    assert [m for _, m in connection.receive(bad + good)] == [MESSAGES["ack"]]
    assert connection.corrupt == 1


def test_an_unknown_type_is_counted_and_passed_over():
    connection = Connection()
    assert connection.receive(encode_frame(b"\x7fwhat")) == []
    assert (connection.unreadable, connection.corrupt) == (1, 0)


def test_a_longer_message_of_a_newer_firmware_is_still_read():
    for name in ("status", "trigger", "ack", "nak", "hello_research"):
        assert decode_message(MESSAGES[name].encode() + b"more") == MESSAGES[name]


def test_a_hello_of_another_protocol_says_which():
    payload = bytearray(Hello(RESEARCH).encode())
    payload[1] = 9
    assert decode_message(bytes(payload)) == ForeignHello(9)
