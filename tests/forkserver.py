"""Fork processes that a test kills from a server that has imported what they need.

Starting an interpreter for each would take most of such a test's time. One child runs at a time:
``python -m tests.forkserver MODULE FIFO`` runs ``MODULE.main(*args)`` for each line of arguments,
with its output in the FIFO, and prints its process id and its exit status.
"""

import asyncio
import importlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
KILLED = -signal.SIGKILL


class ForkServer:
    """Forks children that run ``module.main``; a context manager."""

    def __init__(self, module, folder):
        self._fifo = folder / "said"
        os.mkfifo(self._fifo)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forkserver", module, str(self._fifo)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # a process with threads is not forked
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def start(self, *arguments):
        """Return a new child and the file that it writes to."""
        self._process.stdin.write(json.dumps(arguments).encode() + b"\n")
        self._process.stdin.flush()
        said = self._fifo.open("rb")
        return int(self._process.stdout.readline()), said

    def ended(self):
        """Return how the child ended: its exit code, or less than 0 for a signal."""
        return int(self._process.stdout.readline())


def main(module, fifo):
    work = importlib.import_module(module).main
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.dup2(os.open(fifo, os.O_WRONLY), 1)
            asyncio.run(work(*json.loads(line)))
            os._exit(0)
        os.write(1, f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        os.write(1, f"{os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
