"""Fork processes that a test kills from a server that has imported what they need.

Starting an interpreter for each would take most of such a test's time. For each line
``[FIFO, args]``, ``python -m tests.forkserver MODULE`` runs ``MODULE.main(*args)`` in a child with
its output in the FIFO, and prints its process id. For each line that is a process id, it waits for
that child and prints its exit status.
"""

import asyncio
import importlib
import inspect
import itertools
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
        self._fifos = (folder / f"said-{number}" for number in itertools.count())
        self._newest = None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forkserver", module],
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
        fifo = next(self._fifos)
        os.mkfifo(fifo)
        self._ask([str(fifo), arguments])
        said = fifo.open("rb")
        self._newest = int(self._process.stdout.readline())
        return self._newest, said

    def ended(self, pid=None):
        """Return how a child ended, else the newest: its exit code, or less than 0 for a signal."""
        self._ask(pid or self._newest)
        return int(self._process.stdout.readline())

    def _ask(self, question):
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        self._process.stdin.flush()


def run(work, fifo, arguments):
    """Do the work of a child; its tracebacks stand between its output."""
    output = os.open(fifo, os.O_WRONLY)
    os.dup2(output, 1)
    os.dup2(output, 2)
    started = work(*arguments)
    if inspect.iscoroutine(started):
        asyncio.run(started)
    os._exit(0)


def main(module):
    work = importlib.import_module(module).main
    for line in sys.stdin:
        question = json.loads(line)
        if isinstance(question, int):
            _, status = os.waitpid(question, 0)
            os.write(1, f"{os.waitstatus_to_exitcode(status)}\n".encode())
            continue
        pid = os.fork()
        if pid == 0:
            run(work, *question)
        os.write(1, f"{pid}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
