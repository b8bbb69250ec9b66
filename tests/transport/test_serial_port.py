"""A serial port, with a pty in its place: bytes both ways, and every way in which it can fail."""

import asyncio
import os
import tty

import pytest

from gripforce.errors import TransportError, UsageError
from gripforce.transport import Chunk, make_transport, open_transport
from gripforce.transport.inbox import Inbox


@pytest.fixture
def pty():
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    yield ours, os.ttyname(theirs)
    for end in (ours, theirs):
        try:
            os.close(end)
        except OSError:  # pulled by the test
            continue


async def read_all(transport, size):
    data = b""
    async with asyncio.timeout(5):
        while len(data) < size:
            data += (await transport.read()).data
    return data


async def test_bytes_go_both_ways_with_their_time_of_arrival(pty):
    ours, path = pty
    transport = await open_transport(f"serial:{path}")
    before_s = transport.now()
    os.write(ours, bytes(range(256)))
    chunk = await transport.read()
    assert before_s <= chunk.arrival_s <= transport.now()
    rest = await read_all(transport, 256 - len(chunk.data))
    assert chunk.data + rest == bytes(range(256))
    await transport.write(b"\x00hello\x00")
    assert os.read(ours, 100) == b"\x00hello\x00"
    await transport.close()


async def test_closing_is_quick_and_can_be_repeated(pty):
    _, path = pty
    transport = await open_transport(f"serial:{path}")
    async with asyncio.timeout(5):
        await transport.close()
        await transport.close()


async def test_a_pulled_cable_is_an_error_of_ours_and_the_port_can_be_opened_again(pty):
    ours, path = pty
    transport = await open_transport(f"serial:{path}")
    os.close(ours)
    with pytest.raises(TransportError, match="was lost"):
        await read_all(transport, 1)
    with pytest.raises(TransportError):
        await transport.open()
    await transport.close()


async def test_a_cancelled_read_loses_nothing(pty):
    ours, path = pty
    transport = await open_transport(f"serial:{path}")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(transport.read(), 0.01)
    os.write(ours, b"all of it")
    assert await read_all(transport, 9) == b"all of it"
    await transport.close()


async def test_a_port_in_use_says_so(pty):
    _, path = pty
    first = await open_transport(f"serial:{path}")
    with pytest.raises(TransportError, match="in use"):
        await open_transport(f"serial:{path}")
    await first.close()


async def test_a_port_that_is_not_there_says_so():
    with pytest.raises(TransportError, match="no port /dev/never"):
        await open_transport("serial:/dev/never")


async def test_a_file_is_no_port(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(TransportError):
        await open_transport(f"serial:{tmp_path / 'notes.txt'}")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "is not a source"),
        ("sim:", "is not a source"),
        ("usb:1", "is not a source"),
        ("serial:/dev/x?speed=3", "no option 'speed'"),
        ("serial:/dev/x?baud=fast", "not a baud rate"),
        ("tcp:localhost", "not an address"),
        ("tcp:localhost:http", "not an address"),
        ("sim:juggle", "juggle"),
        ("sim:lift?profile=martian", "martian"),
        ("sim:lift?seed=x", "seed=x is not a number"),
        ("sim:lift?speed=2", "no speed"),
        ("sim:lift?faults=gremlins=1", "gremlins"),
        ("sim:lift?colour=red", "no option 'colour'"),
    ],
)
def test_a_url_that_cannot_be_is_refused_in_a_sentence(url, says):
    with pytest.raises(UsageError, match=says):
        make_transport(url)


async def test_chunks_gather_until_they_are_taken_each_with_its_arrival(pty):
    ours, path = pty
    transport = await open_transport(f"serial:{path}")
    transport.collecting = True
    assert transport.collected() == []
    taken = []
    async with asyncio.timeout(5):
        for piece in (b"first", b"second"):
            before_s = transport.now()
            os.write(ours, piece)
            while not (chunks := transport.collected()):  # noqa: ASYNC110 - nothing wakes by design
                await asyncio.sleep(0)
            taken += chunks
            assert before_s <= chunks[0].arrival_s <= transport.now()
    assert b"".join(chunk.data for chunk in taken) == b"firstsecond"
    transport.collecting = False
    os.write(ours, b"third")
    assert await read_all(transport, 5) == b"third"
    await transport.close()


async def test_what_gathered_before_the_cable_was_pulled_is_taken_before_the_error():
    inbox = Inbox(wakes=False)
    chunks = [Chunk(b"last", 1.0), Chunk(b"words", 2.0)]
    for item in (*chunks, TransportError("lost")):
        inbox.put(item)
    assert inbox.take() == chunks
    with pytest.raises(TransportError, match="lost"):
        inbox.take()
    assert inbox.take() == []
