"""The core as a process: on a pty with a bad line, and as raw frames on the standard streams."""

import asyncio
import subprocess

import pytest

from gripforce.device import open_device
from gripforce.model import Ended, EndReason, Gap, Samples
from gripforce.wire import commands
from gripforce.wire.connection import Connection
from gripforce.wire.hello import Hello
from gripforce.wire.messages import Ack
from tests.firmware.bench import ANSWER_S, BUILD
from tests.firmware.conftest import make


@pytest.fixture(scope="module")
def host(toolchain):
    make("host")
    return BUILD / "gripforce-host"


async def listen(port, seconds):
    async with open_device(f"serial:{port}") as device:
        return device, [item async for item in device.stream(duration_s=seconds)]


def test_a_bad_line_loses_nothing_that_the_ring_still_holds(host, tmp_path):
    port = tmp_path / "port"
    child = subprocess.Popen([host, "--link", port, "--drop", "0.05", "--corrupt", "0.02"])
    try:
        while not port.exists():
            assert child.poll() is None
        device, items = asyncio.run(listen(port, 3.0))
    finally:
        child.terminate()
        child.wait(ANSWER_S)
    assert device.info.board == "host"
    assert items[-1] == Ended(EndReason.FINISHED, reconciled=True)
    assert not [item for item in items if isinstance(item, Gap)]
    assert any(item.backfilled for item in items if isinstance(item, Samples))


def test_standard_streams_carry_raw_frames(host):
    asked = Connection.send(commands.AskHello(request=5))
    with subprocess.Popen(
        [host, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        child.stdin.write(asked)
        child.stdin.flush()
        connection, heard = Connection(), []
        while not any(isinstance(m, Ack) for m in heard):
            heard += [m for _, m in connection.receive(child.stdout.read1())]
        child.stdin.close()
        assert child.wait(ANSWER_S) == 0, "it ends with its input"
    assert any(isinstance(m, Hello) for m in heard)
    assert heard[-1].request == 5


def test_what_it_cannot_do_it_says(host, tmp_path):
    assert subprocess.run([host], capture_output=True, check=False).returncode == 2
    done = subprocess.run(
        [host, "--stdio", "--waveform", tmp_path / "none.csv"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "no waveform" in done.stderr
