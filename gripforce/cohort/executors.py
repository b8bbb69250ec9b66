"""Executors for a cohort: processes of this computer, or a Dask cluster, with the same results.

Strategy: results are returned in the order of the work, and nothing is accumulated on the way. So
a table is the same to the last bit, whatever the number of workers.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import CancelledError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from gripforce.cohort.measure import environment
from gripforce.errors import GripforceError, TransportError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

T = TypeVar("T")
R = TypeVar("R")

_CONNECT_S = 10
_CHUNKS_EACH, _MOST_TOGETHER = 16, 32
"""Chunks that a worker takes at least, so that none waits long for the last one; and pieces of a
chunk at most: sending a piece costs this process 0.2 ms, in a chunk of so many 0.006."""
_WORTH_A_PROCESS = 4 << 20
"""Bytes of recordings that are analysed while a process starts and imports SciPy."""


class ProgressReport(Protocol):
    """Receives the progress of the work."""

    def __call__(self, done: int, total: int) -> None:
        """Report that ``done`` of ``total`` pieces are finished."""


class CohortExecutor(Protocol):
    """Applies a function to each piece of work and returns the results in order."""

    def __call__(
        self, function: Callable[[T], R], work: Sequence[T], progress: ProgressReport | None = None
    ) -> list[R]:
        """Return ``[function(piece) for piece in work]``."""
        ...


def worthwhile(files: Sequence[Path]) -> int:
    """Return how many processes pay for these recordings; one is the current process."""
    size = 0
    for file in files:
        with suppress(OSError):  # it is named when it is to be read
            size += file.stat().st_size
    return max(1, min(os.cpu_count() or 1, len(files), size // _WORTH_A_PROCESS))


@contextmanager
def processes(workers: int) -> Iterator[CohortExecutor]:
    """Provide an executor on a number of processes; one worker is the current process."""
    if workers <= 1:
        yield lambda function, work, progress=None: _all(map(function, work), len(work), progress)
        return
    # A fork would inherit whatever threads and locks the caller has; a new process has none.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:

        def run(
            function: Callable[[T], R], work: Sequence[T], progress: ProgressReport | None = None
        ) -> list[R]:
            with _workers_ignore_ctrl_c():
                results = pool.map(function, work, chunksize=_together(len(work), workers))
            return _all(results, len(work), progress)

        try:
            yield run
        except BrokenProcessPool as error:
            raise GripforceError(
                "A worker process was killed, perhaps because memory ran out.",
                "Try fewer: --workers 1.",
            ) from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def cluster(scheduler: str) -> Iterator[CohortExecutor]:
    """Provide an executor on the workers of a Dask scheduler.

    Workers read the files themselves: they need the folder under the same path, and the same
    versions of Python, gripforce, numpy and scipy.
    """
    distributed = _dask()
    client = _connect(distributed, scheduler)

    def run(
        function: Callable[[T], R], work: Sequence[T], progress: ProgressReport | None = None
    ) -> list[R]:
        size = _together(len(work), sum(client.nthreads().values()))
        chunks = [work[k : k + size] for k in range(0, len(work), size)]
        futures = client.map(partial(_each, function), chunks, pure=False)
        results = (result for future in futures for result in future.result())
        return _all(results, len(work), progress)

    try:
        _refuse_other_versions(client.run(environment))
        yield run
    except (OSError, CancelledError, distributed.KilledWorker) as error:
        raise TransportError(
            f"The Dask cluster at {scheduler} was lost ({error}).", "Start it again, and this too."
        ) from error
    finally:
        client.close()


def _together(pieces: int, workers: int) -> int:
    """Return how many pieces of work a worker is sent at a time."""
    return max(1, min(_MOST_TOGETHER, pieces // (_CHUNKS_EACH * max(1, workers))))


def _each(function: Callable[[T], R], chunk: Sequence[T]) -> list[R]:
    return [function(piece) for piece in chunk]


def _all(results: Iterable[R], total: int, progress: ProgressReport | None) -> list[R]:
    found = []
    for result in results:
        found.append(result)
        if progress is not None:
            progress(len(found), total)
    return found


@contextmanager
def _workers_ignore_ctrl_c() -> Iterator[None]:
    """Let processes that start here ignore Ctrl-C, which the main process handles."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _dask() -> Any:
    try:
        return import_module("distributed")
    except ImportError:
        raise UsageError(
            "A cluster needs Dask, which is not installed.",
            "Install it with: pip install 'gripforce[cluster]'.",
        ) from None


def _connect(distributed: Any, scheduler: str) -> Any:
    try:
        return distributed.Client(scheduler, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:  # TimeoutError is an OSError
        raise TransportError(
            f"No Dask scheduler answers at {scheduler}.",
            "Start one with `dask scheduler`, and workers with `dask worker ADDRESS`.",
        ) from error


def _refuse_other_versions(workers: dict[str, dict[str, str]]) -> None:
    if not workers:
        raise TransportError(
            "The Dask scheduler has no workers.", "Start some: `dask worker ADDRESS`."
        )
    ours = environment()
    for address, theirs in workers.items():
        differ = [f"{k} {theirs.get(k)} (here {v})" for k, v in ours.items() if theirs.get(k) != v]
        if differ:
            raise UsageError(
                f"The worker at {address} has {', '.join(differ)}.",
                "Install the same versions everywhere, or numbers differ in their last digits.",
            )
