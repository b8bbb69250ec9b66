"""Record a device from a script or a notebook, without asyncio.

Strategy: an event loop of its own runs in a thread, so a notebook's own loop does not matter. What
other threads ask for is handed to that loop; what they read was copied by it.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from gripforce.api.recordings import GripRecording, read_recording
from gripforce.device import open_source
from gripforce.errors import DeviceError
from gripforce.model import Ended, EndReason, Samples, Started
from gripforce.model.forces import NewestForces
from gripforce.recording import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gripforce.api.recordings import Paths
    from gripforce.device.source import StreamSource
    from gripforce.model import Marker, StreamItem

BEGINS_WITHIN_S = 60.0
"""A radio that is searched for, and a board that restarts when its port is opened, take long."""


class LiveRecording:
    """A recording that is being made; ``with gf.start_recording(…) as live``.

    It ends at the end of the block, at ``stop()``, or after the seconds that were asked for.
    """

    def __init__(
        self,
        url: str,
        path: Paths,
        seconds: float | None,
        metadata: Mapping[str, Any],
        *,
        on_item: Callable[[StreamItem], None] | None = None,
        watched: bool = True,
    ) -> None:
        """Where nobody asks for the newest samples, ``watched=False`` spares decoding them."""
        self.path = Path(path)
        """The file; another one than was asked for where that vanished meanwhile."""
        self._url, self._metadata, self._on_item = url, metadata, on_item
        self._watched = watched
        self._limit_s = float("inf") if seconds is None else seconds
        self._loop = asyncio.new_event_loop()
        self._source: StreamSource | None = None
        self._began: Future[None] = Future()
        self._ended: Ended | None = None
        self._error: BaseException | None = None
        self._newest: dict[str, Samples] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="gripforce recording", daemon=True)

    @property
    def running(self) -> bool:
        """Whether the stream goes on."""
        return self._thread.is_alive() and self._ended is None

    def start(self) -> Self:
        """Open the device and return when its stream has begun.

        Raises a ``GripforceError`` where device or file cannot be opened.
        """
        self._thread.start()
        try:
            self._began.result(BEGINS_WITHIN_S)
        except TimeoutError:
            raise DeviceError(
                f"No stream began within {BEGINS_WITHIN_S:.0f} s.", "Check the device."
            ) from None
        return self

    def mark(self, text: str, kind: str = "mark", at_host_s: float | None = None) -> Marker | None:
        """Insert a marker into stream and file, by default now; None where the stream has ended.

        ``at_host_s`` are host monotonic seconds (``time.monotonic()``) of the event.
        """
        now_s = time.monotonic()
        source = self._source
        if source is None or not self.running:
            return None
        ago_s = 0.0 if at_host_s is None else now_s - at_host_s

        async def insert() -> Marker | None:
            return source.mark(kind, text, ago_s + time.monotonic() - now_s)

        return asyncio.run_coroutine_threadsafe(insert(), self._loop).result()

    @property
    def newest(self) -> dict[str, Samples]:
        """The newest block of samples of each stream, by name; empty before the first."""
        with self._lock:
            return dict(self._newest)

    def forces_now(self) -> dict[str, float]:
        """Return the newest value of each force channel [N] by column, with ``t_s`` of the newest.

        ``grip_n`` is the mean of the digits, ``load_n`` their sum. Empty before the first sample.
        """
        forces = NewestForces()
        for samples in self.newest.values():
            forces.add(samples)
        found = {"t_s": forces.t, **forces.columns} if forces.columns else {}
        totals = {"grip_n": forces.grip_n, "load_n": forces.load_n}
        return found | {name: value for name, value in totals.items() if value is not None}

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end of the stream, at most ``seconds``; return whether it has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def stop(self) -> GripRecording:
        """End the recording and return it, read from its file.

        Raises the ``GripforceError`` that ended it, such as a device that was lost for good.
        """
        source = self._source
        if source is not None and self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # it has just ended by itself
                self._loop.call_soon_threadsafe(source.stop)
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self.recording

    @property
    def recording(self) -> GripRecording:
        """What the file holds so far."""
        return read_recording(self.path)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.stop()
        else:
            with contextlib.suppress(Exception):  # the block's own error is the one to be told
                self.stop()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._record())
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
            self._error = error
            if not self._began.done():
                self._began.set_exception(error)
                self._error = None
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _record(self) -> None:
        with Recorder(self.path, self._metadata) as recorder:
            async with open_source(self._url, live=self._watched) as source:
                self._source = source
                async for item in recorder.through(source.stream(duration_s=self._limit_s)):
                    self.path = recorder.path
                    self._take(item)
        if self._ended is not None and self._ended.reason is EndReason.DEVICE_LOST:
            raise DeviceError(self._ended.text or "The device was lost.", "Read what was recorded.")

    def _take(self, item: StreamItem) -> None:
        match item:
            case Started():
                self._began.set_result(None)
            case Samples() if not item.backfilled:
                with self._lock:
                    self._newest[item.stream.name] = item
            case Ended():
                self._ended = item
        if self._on_item is not None:
            self._on_item(item)


def start_recording(
    url: str, path: Paths, seconds: float | None = None, **metadata: Any
) -> LiveRecording:
    """Return a recording to be begun by ``with``: mark events and read forces meanwhile.

    ``url`` is ``serial:PORT``, ``ble:NAME``, ``tcp:HOST:PORT``, ``sim:TASK``; ``path`` a new
    ``.grip`` file; ``metadata`` as ``task, subject, mass_g, surface, hand, slip_n``.
    """
    return LiveRecording(url, path, seconds, metadata)


def record(url: str, path: Paths, seconds: float | None = None, **metadata: Any) -> GripRecording:
    """Record a device into a new file and return the recording.

    It takes ``seconds``, or as long as the source lasts. Arguments as in ``start_recording``.
    Raises a ``GripforceError`` where device or file cannot be opened, or the device was lost.
    """
    with LiveRecording(url, path, seconds, metadata, watched=False) as live:
        live.wait()
    return live.recording


def simulate(task: str = "lift", path: Paths | None = None, **options: Any) -> GripRecording:
    """Record a simulated participant, at once, and return the recording.

    ``options`` are those that ``gripforce simulate --help`` lists: ``seed, profile, trials`` and
    more. Without ``path`` nothing is left on the disk. Raises ``UsageError`` for an unknown option.
    """
    given = {"speed": "max"} | {key: str(value) for key, value in options.items()}
    query = "&".join(f"{key}={quote(value, safe='')}" for key, value in given.items())
    if path is not None:
        return record(f"sim:{task}?{query}", path)
    with tempfile.TemporaryDirectory() as folder:
        return record(f"sim:{task}?{query}", Path(folder) / f"{task}.grip")
