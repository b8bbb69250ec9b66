"""Brings session, recorder, journal and stream together; every screen shows what it knows.

Strategy: the session says what it wants (record, or not; which cue), and each tick makes it so.
Events are journalled before anything that follows from them is done. Nothing here draws.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gripforce.errors import GripforceError
from gripforce.model import Ended, EndReason, Started
from gripforce.session import EventKind, SessionState
from gripforce.session.folder import LOW_BYTES
from gripforce.session.recording_request import (
    condition_of,
    cue_words,
    recording_request,
    slip_force_of,
)
from gripforce.session.results import slip_force
from gripforce.session.trial_detector import TrialDetector

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gripforce.live import MonitorState, Snapshot
    from gripforce.model import Samples, StreamItem
    from gripforce.recorder import RecorderApi
    from gripforce.session import Event, Journal, SessionFolder, SessionMachine

TICK_S: Final = 0.05
"""A stream that runs faster than the screen's clock makes the session's time pass as well."""
BREATH_ITEMS: Final = 64
DISK_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class SessionContext:
    """What does not change in a session."""

    folder: SessionFolder
    source: str
    clock: Callable[[], float]
    beep: Callable[[], None]


class SessionController:
    """Runs one session; ``alarm`` is what a person must know, "" while all is well."""

    def __init__(
        self, session: SessionMachine, journal: Journal, desk: RecorderApi, setting: SessionContext
    ) -> None:
        self.session = session
        self.setting = setting
        self.alarm = ""
        self.checked = False
        """Whether such a block has just ended, and somebody should look at it."""
        self.checked_task = ""
        self._journal = journal
        self._desk = desk
        self._trials = TrialDetector(session)
        self._ticked_s = -float("inf")
        self._asked = False
        self._stopping = False
        self.recorded = False
        """Whether a stream runs that was begun for the present block."""
        self.disk_is_low = False
        self._disk_at_s = -float("inf")
        self._beats = -1
        self._jobs: set[asyncio.Task[None]] = set()
        self._measuring: asyncio.Task[None] | None = None

    @property
    def now_s(self) -> float:
        """Host seconds."""
        return self.setting.clock()

    @property
    def slip_n(self) -> float | None:
        """The slip force that belongs to the present hand and object."""
        return slip_force_of(self.session)

    @property
    def live(self) -> MonitorState:
        """What is known of the stream."""
        return self._trials.live

    @property
    def samples(self) -> dict[str, list[Samples]]:
        """By stream, what a sensor check or a zero is judged by."""
        return self._trials.blocks

    def frame(self) -> Snapshot:
        """Return what there is to see now."""
        return self.live.snapshot(self.now_s)

    def reattach(self) -> None:
        """Go on with the recording that the station did not stop when the dashboard died."""
        if self._desk.file:
            self._asked = self.recorded = True
            self.session.reattach(Path(self._desk.file).name, self.now_s)

    async def follow(self) -> None:
        """Follow the stream for as long as somebody runs this."""
        count = 0
        async for item in self._desk.items():
            self.take(item)
            count += 1
            if count % BREATH_ITEMS == 0:
                await asyncio.sleep(0)

    def take(self, item: StreamItem) -> None:
        """Take one item of the stream."""
        now_s = self.now_s
        if isinstance(item, Started):
            self._trials = TrialDetector(self.session)
            self.session.opened(now_s)
        for found in self._trials.take(item, now_s):
            taken = self.session.trial(found.start_s, found.stop_s, found.quality, now_s)
            if taken and found.timed:
                self.setting.beep()
        if isinstance(item, Ended):
            self._ended(item)
        self._tell()
        if now_s >= self._ticked_s + TICK_S:
            self.tick()

    def tick(self) -> None:
        """Let time pass, and have done what the session wants."""
        self._ticked_s = self.now_s
        newest_t = self.live.newest_t or 0.0
        before = self.session.stage
        self.session.tick(self.now_s, newest_t)
        if self.session.stage is SessionState.GO and before is not SessionState.GO:
            self._go()
        self._beat()
        self._look_at_disk()
        self._tell()
        self._steer()

    async def settle(self) -> None:
        """Wait for what was begun: analyses, a recording that ends."""
        while self._jobs:
            await asyncio.gather(*self._jobs, return_exceptions=True)

    def _look_at_disk(self) -> None:
        """Look now and then whether the disk has little room left."""
        if self.now_s >= self._disk_at_s + DISK_S:
            self._disk_at_s = self.now_s
            self.disk_is_low = self.setting.folder.free_bytes() < LOW_BYTES

    # Trials.

    def _go(self) -> None:
        """Tell patient and file that a trial begins."""
        session = self.session
        if not session.block.recorded:
            return
        self._beats = -1
        if not session.block.untouched:
            self.setting.beep()
        for text in cue_words(session):
            self._do(self._desk.mark("cue", text))

    def _beat(self) -> None:
        beats = self.beats
        if beats is not None and beats != self._beats:
            self._beats = beats
            self.setting.beep()

    @property
    def beats(self) -> int | None:
        """How many beats the metronome has made in this trial; None where there is none."""
        beat_s = self.session.block.beat_s
        if not self.session.in_trial or beat_s is None or self.session.paused:
            return None
        return int(self.session.elapsed_s(self.now_s) / beat_s)

    # The recorder.

    def _steer(self) -> None:
        """Begin or end a recording where the session wants it otherwise than it is."""
        wants = self.session.wants_recording
        if wants and not self._asked:
            self._asked, self._stopping = True, False
            self._do(self._begin())
        elif not wants and self.recorded and not self._stopping:
            self._stopping = True
            self._do(self._desk.stop())

    async def _begin(self) -> None:
        session, setting = self.session, self.setting
        if self._measuring is not None:  # the slip force belongs into the next recording's header
            await self._measuring
        file = setting.folder.next_file(session.block, session.hand)
        order = recording_request(session, setting.source, file, setting.folder.path.name)
        # First the journal, then the stream: trials are found as soon as it runs.
        session.recording(file.name)
        self._tell()
        self.alarm = ""
        try:
            await self._desk.begin(order)
            self.recorded = True
        except GripforceError as error:
            self._asked = False
            self.alarm = str(error)
            session.stream_ended(self.now_s, str(error))
            self._tell()

    def _ended(self, ended: Ended) -> None:
        session = self.session
        self._asked = self.recorded = self._stopping = False
        if ended.reason not in {EndReason.STOPPED, EndReason.FINISHED}:
            self.alarm = f"RECORDING ENDED: {ended.reason}. {ended.text}".strip()
        if session.block.task == "slip" and session.file:
            path = self.setting.folder.recordings / session.file
            self._measuring = self._do(self._measure_slip(path, condition_of(session)))
        self.checked = session.block.task in {"check", "zero"} and session.done.over
        self.checked_task = session.block.task
        session.stream_ended(self.now_s, str(ended.reason))

    async def _measure_slip(self, path: Path, condition: str) -> None:
        slip_n = await asyncio.to_thread(slip_force, path)
        if slip_n is not None:
            self.session.measured(condition, slip_n)
            self._tell()

    # What is written down.

    def _tell(self) -> None:
        """Journal what has happened; a verdict stands in the recording as well."""
        for event in self.session.take_events():
            try:
                self._journal.write(event)
            except GripforceError as error:
                self.alarm = str(error)
            if event.kind in {EventKind.TRIAL, EventKind.DECISION} and self.recorded:
                self._do(self._desk.annotate(_verdict(event), verdict=True))

    def _do(self, work: Any) -> asyncio.Task[None]:
        """Run something of the recorder's aside; what it refuses is shown."""
        task = asyncio.ensure_future(self._guarded(work))
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)
        return task

    async def _guarded(self, work: Any) -> None:
        try:
            await work
        except GripforceError as error:
            self.alarm = str(error)


def _verdict(event: Event) -> Mapping[str, Any]:
    return {"event": str(event.kind), "block": event.block, **event.data}
