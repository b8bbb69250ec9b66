"""A recorder without clients: it waits, goes on, and then ends as if it had been asked to."""

import asyncio
import json

from gripforce.model import EndReason
from gripforce.recorder.server import ADDRESS, LINGER_S, RecorderServer
from gripforce.recording import read_recording
from tests.ble.virtual_time import run_virtual

PATIENCE_S = 120
TURN_S = 1.0
"""It looks twice a second whether anybody is there."""


def waited_s(server):
    """Serve until it ends by itself; return for how long, in virtual seconds."""

    async def serve():
        loop = asyncio.get_running_loop()
        begin_s = loop.time()
        await server.serve()
        return loop.time() - begin_s

    return run_virtual(serve())


def test_it_waits_two_minutes_for_its_first_client(tmp_path):
    address = tmp_path / ADDRESS
    assert LINGER_S <= waited_s(RecorderServer(address)) < LINGER_S + TURN_S
    assert not address.exists()


def test_a_recording_goes_on_when_its_client_leaves_and_then_ends_properly(tmp_path):
    file, address, linger_s = tmp_path / "a.grip", tmp_path / ADDRESS, 0.8

    async def begin_and_leave():
        while not address.exists():  # noqa: ASYNC110 - it is another program that is waited for
            await asyncio.sleep(0.01)
        at = json.loads(address.read_text())
        reader, writer = await asyncio.open_connection("127.0.0.1", at["port"])
        begin = {"id": 1, "do": "begin", "url": "sim:still", "file": str(file), "metadata": {}}
        for line in ({"token": at["token"], "lines": True}, begin):
            writer.write(json.dumps(line).encode() + b"\n")
        while json.loads(await reader.readline()).get("answer") != 1:
            pass
        writer.close()

    async def serve():
        async with asyncio.timeout(PATIENCE_S):
            server = RecorderServer(address, linger_s=linger_s)
            await asyncio.gather(server.serve(), begin_and_leave())

    asyncio.run(serve())
    recording = read_recording(file)
    assert recording.integrity.ended is EndReason.STOPPED
    assert recording.integrity.reconciled
    assert recording.duration_s > linger_s - 0.1  # the simulator's block and its step
    assert not address.exists()
