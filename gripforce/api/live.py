"""The trials of a recording as they are finished: an async stream of what the analysis measures.

Strategy: the device is recorded by a thread of its own, so a slow reader delays nothing. When the
object was released, the file as far as it goes is analysed as any other, and trials that are new
are given out.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gripforce.analysis.tasks.registry import ANALYSES, analyze_task
from gripforce.api.capture import LiveRecording
from gripforce.api.recordings import read_recording
from gripforce.errors import GripforceError, UsageError
from gripforce.model import Samples
from gripforce.online.release import ReleaseWatch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from gripforce.analysis.results import MeasuredTrial
    from gripforce.api.recordings import Paths
    from gripforce.model import StreamItem

OVER_S: Final = 0.25
"""A trial is finished when it ended so long before the newest sample: filters need it."""


async def live(
    url: str, path: Paths | None = None, seconds: float | None = None, **metadata: Any
) -> AsyncIterator[MeasuredTrial]:
    """Record a device, and yield each trial with its events and metrics when it is finished.

    Arguments as in ``start_recording``; without ``path`` no file is left. A trial is given out once
    the object is released, and at the end of the stream; ``values`` and ``events`` have the columns
    of ``trials()``. The rest of the recording says more of the zero and the object's weight, so the
    figures of the finished file can differ: on simulated lifts by less than 1 mN and 0.1 ms. To
    leave the loop early use ``contextlib.aclosing``. Raises ``UsageError`` where the task is
    unknown or the recording lacks what it needs, and a ``GripforceError`` where device or file
    fail.
    """
    task = str(metadata.get("task") or "lift")
    if task not in ANALYSES:
        known = ", ".join(ANALYSES)
        raise UsageError(f"There is no analysis of task '{task}'.", f"Known: {known}.")
    loop = asyncio.get_running_loop()
    looks: asyncio.Queue[bool] = asyncio.Queue()
    watch = ReleaseWatch()

    def follow(item: StreamItem) -> None:
        if isinstance(item, Samples) and watch.released(item):
            loop.call_soon_threadsafe(looks.put_nowait, False)

    given_s, ended = -float("inf"), False
    with _file(path) as file:
        recording = LiveRecording(url, file, seconds, metadata, on_item=follow)
        await asyncio.to_thread(recording.start)
        ending = asyncio.ensure_future(asyncio.to_thread(recording.wait))
        ending.add_done_callback(lambda _: looks.put_nowait(True))
        try:
            while not ended:
                ended = await looks.get()
                for trial in await asyncio.to_thread(_finished, recording, given_s, ended):
                    given_s = trial.trial.stop_s
                    yield trial
        finally:
            await asyncio.to_thread(recording.stop)


def _finished(recording: LiveRecording, after_s: float, ended: bool) -> list[MeasuredTrial]:
    """Return the trials of the file so far that begin later than ``after_s`` and are over."""
    so_far = read_recording(recording.path)
    try:
        trials = analyze_task(so_far).trials
    except GripforceError:
        if ended:
            raise
        return []  # nothing was gripped yet
    newest_s = max((s.last_t for s in so_far.streams.values() if len(s)), default=0.0)
    until_s = float("inf") if ended else newest_s - OVER_S
    return [one for one in trials if one.trial.start_s >= after_s and one.trial.stop_s <= until_s]


@contextlib.contextmanager
def _file(path: Paths | None) -> Iterator[Path]:
    """Yield the file to be made: the one asked for, or one that is deleted afterwards."""
    if path is not None:
        yield Path(path)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "live.grip"
