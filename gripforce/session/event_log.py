"""Write a session's events into its journal, and those of a recording into that recording too."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gripforce.errors import TransportError
from gripforce.recording import annotate
from gripforce.session.events import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from gripforce.recorder import RecorderApi
    from gripforce.session.events import Event
    from gripforce.session.folder import SessionFolder
    from gripforce.session.journal import Journal
    from gripforce.session.state_machine import SessionMachine

_VERDICTS: Final = {EventKind.TRIAL, EventKind.DECISION}
_TIMED: Final = {
    EventKind.PAUSED,
    EventKind.CONTINUED,
    EventKind.BLOCK_DONE,
    EventKind.SKIPPED,
    EventKind.ABORTED,
    EventKind.NOTE,
    EventKind.OVERLOAD,
}
"""Events that get the stream's time where a recording runs."""


class EventLog:
    """Where the events of one session are written.

    ``run`` starts a coroutine in the background.
    """

    def __init__(
        self,
        journal: Journal,
        recorder: RecorderApi,
        folder: SessionFolder,
        run: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._journal, self._recorder, self._folder, self._run = journal, recorder, folder, run
        self._closed_files = asyncio.Lock()

    def write(self, event: Event, session: SessionMachine, newest_t: float | None) -> None:
        """Write one event; ``newest_t`` is the stream's time [s], None where nothing is recorded.

        Raises ``RecordingError`` where the journal cannot be written.
        """
        if event.kind in _TIMED and newest_t is not None:
            event = replace(event, data={**event.data, "at_s": round(newest_t, 6)})
        file = _file_of(event, session, recorded=newest_t is not None)
        if file and event.kind in _VERDICTS | _TIMED:
            self._run(self._annotate(event, file))
        self._journal.write(event)

    async def _annotate(self, event: Event, file: str) -> None:
        """Write an event into a recording: by the recorder or, where that has ended, here."""
        content = {"event": str(event.kind), "block": event.block, **event.data}
        path, verdict = self._folder.recordings / file, event.kind in _VERDICTS
        try:
            await self._recorder.annotate(content, verdict=verdict, file=str(path))
        except TransportError:
            async with self._closed_files:  # each writer locks the file, and refuses another
                await asyncio.to_thread(annotate, path, content, verdict=verdict)


def _file_of(event: Event, session: SessionMachine, *, recorded: bool) -> str:
    """Return the recording that an event belongs to; "" where there is none."""
    if event.kind is EventKind.DECISION and event.block is not None:
        return session.trial_of(event.block, int(event.data["number"])).file
    if event.kind is EventKind.TRIAL:
        return str(event.data["file"])
    return session.file if recorded else ""
