"""A terminal that stops reading costs frames, and never the stream."""

import os
import pty
import select
import sys
import time
from contextlib import suppress

import pytest

WITNESS = """
import asyncio, os, sys
from gripforce.dashboard import Dashboard
from tests.dashboard.screens import scene

async def stream():
    for item in scene("live"):
        yield item
        await asyncio.sleep(0.02)
    os.write({pipe}, b"all of it")
    await asyncio.Event().wait()

Dashboard(stream()).run()
"""
PATIENCE_S = 30


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks a Linux terminal")
def test_a_terminal_that_stops_reading_does_not_stop_the_stream():
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    child, master = pty.fork()
    if child == 0:  # pragma: no cover - another process
        os.environ |= {"TERM": "xterm-256color", "COLUMNS": "160", "LINES": "50"}
        os.execv(sys.executable, [sys.executable, "-c", WITNESS.format(pipe=writer)])
    os.close(writer)
    try:
        os.read(master, 1)  # it has begun to draw; no more is read
        assert select.select([reader], [], [], PATIENCE_S)[0]
        assert os.read(reader, 100) == b"all of it"
    finally:
        os.write(master, b"q")
        until_s = time.monotonic() + PATIENCE_S
        with suppress(OSError):  # Linux's word that the other end is closed
            while time.monotonic() < until_s and os.read(master, 1 << 16):
                pass
        os.close(master)
        os.close(reader)
        os.waitpid(child, 0)
