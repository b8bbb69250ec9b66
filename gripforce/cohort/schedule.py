"""Who does the work: processes of this computer, or a Dask cluster. The results are the same.

Strategy: files go out in order and come back in order, whichever is finished first, and nothing
is added up on the way. So the table is the same to the last bit, however many work on it.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

from gripforce.cohort.measure import environment, measure
from gripforce.errors import TransportError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gripforce.cohort.measure import Job, Measured, Skipped

_CONNECT_S = 10


def measure_here(
    work: Sequence[Job],
    workers: int,
    done: Callable[[], None] = lambda: None,
) -> list[Measured | Skipped]:
    """Return each file's numbers, measured by so many processes; ``done`` is called after each."""
    if workers <= 1 or len(work) <= 1:
        return [_after(measure(job), done) for job in work]
    # A fork would inherit whatever threads and locks the caller has; a new process has none.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(work)), mp_context=context) as pool:
        try:
            return [_after(result, done) for result in pool.map(measure, work)]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def measure_on_cluster(
    work: Sequence[Job],
    scheduler: str,
    done: Callable[[], None] = lambda: None,
) -> list[Measured | Skipped]:
    """Return each file's numbers, measured by the workers of a Dask scheduler.

    Workers read the files themselves: they need the folder under the same path, and the same
    versions of what a number depends on.
    """
    client = _connect(scheduler)
    try:
        _refuse_other_versions(client.run(environment))
        futures = client.map(measure, work, pure=False)
        return [_after(future.result(), done) for future in futures]
    finally:
        client.close()


def _connect(scheduler: str) -> Any:
    try:
        from distributed import Client  # noqa: PLC0415 - an extra that few installations have
    except ImportError:
        raise UsageError(
            "A cluster needs Dask, which is not installed.",
            "Install it with: pip install 'gripforce[cluster]'.",
        ) from None
    try:
        return Client(  # type: ignore[no-untyped-call]  # Dask is half typed
            scheduler, timeout=_CONNECT_S, set_as_default=False
        )
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


def _after(result: Measured | Skipped, done: Callable[[], None]) -> Measured | Skipped:
    done()
    return result
