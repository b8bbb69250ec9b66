"""A simulated device on a pty and on a TCP port, through the real transports, in real time."""

import asyncio
import contextlib
import time

import pytest

from gripforce.device import open_device
from gripforce.errors import TransportError, UsageError
from gripforce.model import Ended, EndReason, Gap, Samples
from gripforce.sim.options import sim_from_options
from gripforce.transport import open_transport
from gripforce.transport.memory import MemoryTransport
from gripforce.transport.serve import PacedTwin, serve_pty, serve_tcp, tcp_server

SECONDS = 1.5


@contextlib.asynccontextmanager
async def running(serve, twin, where):
    there = asyncio.Event()
    task = asyncio.ensure_future(serve(twin, where, there.set))
    await there.wait()
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def nothing():
    """Nobody waits for the device to be there."""


async def listen(url):
    async with asyncio.timeout(30), open_device(url) as device:
        return [item async for item in device.stream(duration_s=SECONDS)]


def assert_sound(items):
    force = [s for s in items if isinstance(s, Samples) and s.stream.name == "force"]
    counters = [k for s in force for k in s.counter]
    assert counters == list(range(len(counters)))
    assert len(counters) >= SECONDS * 1000
    assert not any(isinstance(item, Gap) for item in items)
    assert items[-1] == Ended(EndReason.FINISHED, reconciled=True)


async def test_over_a_pty_and_twice_in_a_row(tmp_path):
    link = tmp_path / "grip"
    async with running(serve_pty, sim_from_options(), link):
        assert_sound(await listen(f"serial:{link}"))
        assert_sound(await listen(f"serial:{link}"))
    assert not link.is_symlink()


async def test_over_tcp(unused_tcp_port):
    async with running(serve_tcp, sim_from_options(), unused_tcp_port):
        assert_sound(await listen(f"tcp:127.0.0.1:{unused_tcp_port}"))


class Noting:
    """A device that notes until when it was simulated as bytes came."""

    finished = False

    def __init__(self):
        self.until_s = 0.0

    def advance(self, until_s):
        self.until_s = until_s
        return b"x"

    def receive(self, _):
        self.received_s = self.until_s


async def test_what_arrives_is_stamped_with_the_present_and_not_with_the_last_step():
    """A time probe of the past moved the fitted clock by half of it: 20 ms on a busy machine."""
    served, inside = Noting(), Noting()
    paced, memory = PacedTwin(served), MemoryTransport(inside)
    await memory.open()
    begun_s = time.monotonic()
    while (passed_s := time.monotonic() - begun_s) < 0.005:
        pass
    paced.receive(b"probe")
    await memory.write(b"probe")
    assert served.received_s >= passed_s
    assert inside.received_s >= passed_s
    assert (await memory.read()).data == b"xx", "what it sent meanwhile is not lost"


async def test_a_link_that_stands_in_the_way_is_not_overwritten(tmp_path):
    (tmp_path / "grip").write_text("mine")
    with pytest.raises(UsageError, match="cannot be created"):
        await serve_pty(sim_from_options(), tmp_path / "grip", nothing)
    assert (tmp_path / "grip").read_text() == "mine"


async def test_nobody_at_the_address_says_so(unused_tcp_port):
    with pytest.raises(TransportError, match="Nothing answers"):
        await open_transport(f"tcp:127.0.0.1:{unused_tcp_port}")


async def test_a_taken_port_says_so(unused_tcp_port):
    async with tcp_server(unused_tcp_port, lambda _: None):
        with pytest.raises(TransportError, match="cannot be opened"):
            await serve_tcp(sim_from_options(), unused_tcp_port, nothing)


async def test_a_server_that_goes_away_is_a_lost_link(unused_tcp_port):
    async with tcp_server(unused_tcp_port, lambda _: None):
        transport = await open_transport(f"tcp:127.0.0.1:{unused_tcp_port}")
        await asyncio.sleep(0)
    with pytest.raises(TransportError, match="was lost"):
        async with asyncio.timeout(5):
            await transport.read()
    await transport.close()
