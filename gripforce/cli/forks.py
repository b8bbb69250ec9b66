"""Work shared with forks of this process, on a machine with several processors.

A fork has everything imported and every recording in memory, so it begins at once, where a new
process would import SciPy for longer than it saves; only results come back. Whatever goes wrong in
one is done again here, so it has the same result, and an error the same sentence.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import warnings
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
R = TypeVar("R")

_WORTH_A_FORK: Final = 30_000
"""Samples that take longer to analyse than it takes to fork and to hand over the result."""


def run_in_forks(function: Callable[[T], R], work: Sequence[T], samples: Sequence[int]) -> list[R]:
    """Return ``[function(piece) for piece in work]``; ``samples`` is the size of each piece."""
    shares = _shares(samples) if _may_fork() else []
    if len(shares) < 2:  # noqa: PLR2004 - this process has one of them
        return [function(piece) for piece in work]
    forks: list[_Fork] = []
    try:
        for share in shares[1:]:
            forks.append(_Fork(function, [work[k] for k in share]))  # noqa: PERF401 - one may fail
        found = {k: function(work[k]) for k in shares[0]}
        for share, fork in zip(shares[1:], forks, strict=True):
            found |= dict(zip(share, fork.results(), strict=True))
    except Exception:  # noqa: BLE001 - it comes again, from the first piece that has one
        return [function(piece) for piece in work]
    finally:
        for fork in forks:
            fork.end()
    return [found[k] for k in range(len(work))]


def _may_fork() -> bool:
    """Whether a fork is safe: other systems' libraries do not bear one, nor do other threads."""
    return sys.platform == "linux" and threading.active_count() == 1


def _shares(samples: Sequence[int]) -> list[list[int]]:
    """Return the pieces of each process, of about the same size in sum, this process's first."""
    shares: list[list[int]] = [[] for _ in range(min(os.cpu_count() or 1, len(samples)))]
    sizes = [0] * len(shares)
    for k in sorted(range(len(samples)), key=lambda k: -samples[k]):
        least = sizes.index(min(sizes))
        shares[least].append(k)
        sizes[least] += samples[k]
    first, *others = [sorted(share) for share in shares] or [[]]
    worth = [share for share in others if sum(samples[k] for k in share) >= _WORTH_A_FORK]
    spared = [k for share in others if share not in worth for k in share]
    return [sorted(first + spared), *worth]


class _Fork:
    """One fork and its pipe; it ends when its results are read."""

    def __init__(self, function: Callable[[Any], Any], work: Sequence[Any]) -> None:
        reading, writing = os.pipe()
        with warnings.catch_warnings():
            # From Python 3.12 on; OpenBLAS stops its threads at a fork by itself.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._pid = os.fork()
        if self._pid == 0:
            _answer(function, work, reading, writing)
        os.close(writing)
        self._pipe = os.fdopen(reading, "rb")

    def results(self) -> list[Any]:
        """Return the results; an exception where there are none."""
        found: list[Any] = pickle.load(self._pipe)
        return found

    def end(self) -> None:
        """End the fork, whatever it does."""
        self._pipe.close()
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def _answer(
    function: Callable[[Any], Any], work: Sequence[Any], reading: int, writing: int
) -> None:
    """Write the results and end without anything that the forked program still had to do."""
    try:
        os.close(reading)  # or it would wait for ever for a reader that is gone
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        results = pickle.dumps([function(piece) for piece in work], pickle.HIGHEST_PROTOCOL)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(results)
    finally:
        os._exit(0)
