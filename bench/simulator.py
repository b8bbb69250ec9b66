"""What a simulator takes in memory: ``gripforce simulate``, on a clock that runs fast."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

from bench.figure import Figure
from bench.terminal import most_memory_mb
from gripforce.wire import commands
from gripforce.wire.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Iterator

TASKS = ("lift", "p2p")
"""The usual one, and the one that takes most: a hold with its twenty movements lasts 52 s."""
STREAM_S = 110.0
"""Stream that is taken: two holds, while the third is prepared."""
BYTES_A_SECOND = 14_700
PATIENCE_S = 60.0
MOST_MB = 80


def memory() -> Iterator[Figure]:
    """Measure the most memory of each, of a thousand trials, side by side."""
    with contextlib.ExitStack() as stack:
        running = [stack.enter_context(_Simulator(task)) for task in TASKS]
        for one in running:
            received = one.stream()
            whole = received >= STREAM_S * BYTES_A_SECOND
            doubt = "" if whole else f"{received} bytes came"
            what = f"gripforce simulate, 1000 trials of {one.task}: most memory"
            yield Figure(what, MOST_MB, most_memory_mb(one.pid), "MB", doubt=doubt)


class _Simulator:
    """A simulated device in a process of its own, whose seconds pass quickly, and its client."""

    def __init__(self, task: str) -> None:
        self.task = task
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._address = free.getsockname()
        words = ["--task", task, "--trials", "1000", "--tcp", str(self._address[1])]
        command = [sys.executable, "-m", "bench.hurried", "simulate", *words]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE)
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate()

    def stream(self) -> int:
        """Start the device, and return the bytes that were taken of it."""
        if self._process.stderr is not None:
            self._process.stderr.readline()  # it says when it is there
        until_s = time.monotonic() + PATIENCE_S
        with socket.create_connection(self._address, timeout=0.5) as client:
            received = 0
            while not received and time.monotonic() < until_s:
                client.sendall(Connection.send(commands.AskHello()))
                received = _received(client)  # until it has booted: nothing
            client.sendall(Connection.send(commands.Start(request=1)))  # a second one begins anew
            while received < STREAM_S * BYTES_A_SECOND and time.monotonic() < until_s:
                received += _received(client)
        return received


def _received(client: socket.socket) -> int:
    with contextlib.suppress(TimeoutError):
        return len(client.recv(1 << 20))
    return 0
