"""Run one session: connect its state machine to the recorder, the journal and the stream.

Strategy: the state machine says what it wants (record, or not; which cue), and each tick makes it
so. Events are journalled before anything that follows from them is done. Nothing here draws.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gripforce.errors import GripforceError
from gripforce.model import Ended, EndReason, Samples, Started
from gripforce.session import SessionState
from gripforce.session.acceptance.capacity import CapacityGuard
from gripforce.session.acceptance.trial_detector import TrialDetector
from gripforce.session.check_text import CheckOutcome, check_outcome, zero_outcome
from gripforce.session.cue.announcer import Announcer
from gripforce.session.cue.patient_cue import cue_of
from gripforce.session.cue.sound import Bell
from gripforce.session.event_log import EventLog
from gripforce.session.folder import LOW_BYTES
from gripforce.session.recording_request import (
    condition_of,
    recording_request,
    slip_force_of,
)
from gripforce.session.results import slip_force

if TYPE_CHECKING:
    from collections.abc import Callable

    from gripforce.model import StreamItem
    from gripforce.online import MonitorState, Snapshot
    from gripforce.recorder import RecorderApi
    from gripforce.session import Journal, SessionFolder, SessionMachine
    from gripforce.session.cue.metronome import Metronome
    from gripforce.session.cue.sound import SoundOutput

TICK_S: Final = 0.05
"""A stream that runs faster than the screen's clock makes the session's time pass as well."""
YIELD_EVERY_ITEMS: Final = 64
DISK_CHECK_EVERY_S: Final = 5.0
_CHECKS: Final = {"check", "zero"}
"""Blocks whose result is shown as soon as they end."""


@dataclass(frozen=True, slots=True)
class SessionContext:
    """What does not change in a session."""

    folder: SessionFolder
    source: str
    clock: Callable[[], float]
    """Returns host seconds."""
    beep: Callable[[], None]
    """Rings the terminal's bell, where there is no ``sound``."""
    sound: SoundOutput | None = None


@dataclass(frozen=True, slots=True)
class EndedCheck:
    """A sensor check or zero that has ended."""

    block: int
    title: str
    outcome: CheckOutcome


class SessionController:
    """Runs one session; ``alarm`` is what a person must know, "" while all is well."""

    def __init__(
        self,
        session: SessionMachine,
        journal: Journal,
        recorder: RecorderApi,
        context: SessionContext,
    ) -> None:
        self.session = session
        self.context = context
        self.alarm = ""
        self.recorded = False
        """Whether a stream runs that was started for the present block."""
        self.disk_is_low = False
        self._ended_check: EndedCheck | None = None
        self._log = EventLog(journal, recorder, context.folder, self._run_in_background)
        self._recorder = recorder
        self._trials = TrialDetector(session)
        self._ticked_s = -float("inf")
        self._start_requested = False
        self._stop_requested = False
        self._disk_checked_s = -float("inf")
        self._capacity = CapacityGuard(session, recorder, self._run_in_background)
        self.announcer = Announcer(
            session, recorder, context.sound or Bell(context.beep), self._run_in_background
        )
        self._jobs: set[asyncio.Task[None]] = set()
        self._slip_analysis: asyncio.Task[None] | None = None

    @property
    def now_s(self) -> float:
        """Host seconds."""
        return self.context.clock()

    @property
    def slip_n(self) -> float | None:
        """Slip force of the present hand and object [N]; None without a slip test."""
        return slip_force_of(self.session)

    @property
    def live(self) -> MonitorState:
        """What is known of the stream."""
        return self._trials.live

    @property
    def samples(self) -> dict[str, list[Samples]]:
        """The newest trial's samples by stream: a sensor check or a zero is judged by them."""
        return self._trials.samples

    @property
    def metronome(self) -> Metronome:
        """The metronome of the present trial."""
        return self.announcer.metronome

    def frame(self) -> Snapshot:
        """Return what there is to see now; no present force where nothing is recorded."""
        frame = self.live.snapshot(self.now_s)
        return frame if self.recorded else frame.without_present()

    def pop_ended_check(self) -> EndedCheck | None:
        """Return the check or zero that has ended since the last call, if one has."""
        check, self._ended_check = self._ended_check, None
        return check

    def check_again(self, check: EndedCheck) -> None:
        """Repeat a sensor check or zero at once."""
        self.session.reopen(check.block, self.now_s)
        self.session.begin(self.now_s)

    def mark(self, label: str, at_s: float) -> None:
        """Mark the present moment with a label, at a host time [s]: in recording and journal.

        Raises ``UsageError`` where the label seems to name a person.
        """
        self.session.note(label)
        if self.recorded:
            ago_s = max(0.0, self.now_s - at_s)
            self._run_in_background(self._recorder.mark("mark", label, ago_s))

    def reattach(self) -> None:
        """Resume the recording that the recorder kept running when the dashboard died."""
        if self._recorder.file:
            self._start_requested = self.recorded = True
            self.session.reattach(Path(self._recorder.file).name, self.now_s)

    async def follow(self) -> None:
        """Follow the stream until cancelled."""
        count = 0
        async for item in self._recorder.items():
            self.accept(item)
            count += 1
            if count % YIELD_EVERY_ITEMS == 0:
                await asyncio.sleep(0)

    def accept(self, item: StreamItem) -> None:
        """Process one item of the stream."""
        now_s = self.now_s
        if isinstance(item, Started):
            self._trials = TrialDetector(self.session)
            self.session.stream_started(now_s)
            self._capacity.begin(item.device, now_s)
        elif isinstance(item, Samples) and self.recorded:
            self._capacity.watch(item, now_s)
        for trial in self._trials.accept(item, now_s):
            accepted = self.session.accept_trial(
                trial.start_s, trial.stop_s, trial.acceptance, now_s
            )
            if accepted and trial.timed:
                self.announcer.end_trial()
        if isinstance(item, Ended):
            self._end_stream(item)
        self._write_events()
        if now_s >= self._ticked_s + TICK_S:
            self.tick()

    def tick(self) -> None:
        """Let time pass, and do what the session wants."""
        self._ticked_s = self.now_s
        newest_t = self.live.newest_t or 0.0
        before = self.session.state
        self.session.tick(self.now_s, newest_t)
        if self.session.state is SessionState.GO and before is not SessionState.GO:
            self.announcer.begin_trial()
        if self.session.state is SessionState.CUE and self.session.preparing:
            self.announcer.begin_preparation()
        self.announcer.beat(self.now_s)
        self._check_disk()
        self._write_events()
        self.announcer.show(cue_of(self), self.now_s)
        self._steer_recorder()

    async def settle(self) -> None:
        """Wait for background work: analyses, a recording that ends."""
        while self._jobs:
            await asyncio.gather(*self._jobs, return_exceptions=True)

    def _check_disk(self) -> None:
        """Find out now and then whether the disk is nearly full."""
        if self.now_s >= self._disk_checked_s + DISK_CHECK_EVERY_S:
            self._disk_checked_s = self.now_s
            self.disk_is_low = self.context.folder.free_bytes() < LOW_BYTES

    # The recorder.

    def _steer_recorder(self) -> None:
        """Start or stop a recording where the session wants it."""
        wants = self.session.wants_recording
        if wants and not self._start_requested:
            self._start_requested, self._stop_requested = True, False
            self._run_in_background(self._start_recording())
        elif not wants and self.recorded and not self._stop_requested:
            self._stop_requested = True
            self._run_in_background(self._recorder.stop())

    async def _start_recording(self) -> None:
        session, context = self.session, self.context
        if self._slip_analysis is not None:  # the next recording's header holds the slip force
            await self._slip_analysis
        file = context.folder.next_file(session.block, session.hand)
        request = recording_request(session, context.source, file, context.folder.path.name)
        # First the journal, then the stream: trials are found as soon as it runs.
        session.recording_started(file.name)
        self._write_events()
        self.alarm = ""
        try:
            await self._recorder.begin(request)
            self.recorded = True
        except GripforceError as error:
            self._start_requested = False
            self.alarm = str(error)
            session.stream_ended(self.now_s, str(error))
            self._write_events()

    def _end_stream(self, ended: Ended) -> None:
        session = self.session
        self._start_requested = self.recorded = self._stop_requested = False
        if ended.reason not in {EndReason.STOPPED, EndReason.FINISHED}:
            self.alarm = f"RECORDING ENDED: {ended.reason}. {ended.text}".strip()
        if session.block.task == "slip" and session.file:
            path = self.context.folder.recordings / session.file
            analysis = self._analyze_slip(path, condition_of(session))
            self._slip_analysis = self._run_in_background(analysis)
        if session.block.task in _CHECKS and session.block_progress.done and self.samples:
            self._end_check()
        session.stream_ended(self.now_s, str(ended.reason))

    def _end_check(self) -> None:
        """Judge a sensor check or zero that is over."""
        session = self.session
        trials = session.block_progress.trials
        last = trials[-1] if trials else None
        if session.block.task == "zero":
            outcome = zero_outcome(self.samples, last)
        else:
            outcome = check_outcome(self.samples, self.frame().status, last)
        session.report_check(session.index, outcome.verdict, outcome.why)
        self._ended_check = EndedCheck(session.index, session.block.title, outcome)

    async def _analyze_slip(self, path: Path, condition: str) -> None:
        slip_n = await asyncio.to_thread(slip_force, path)
        if slip_n is not None:
            self.session.add_slip_force(condition, slip_n)
            self._write_events()

    # What is written down.

    def _write_events(self) -> None:
        """Write down what has happened."""
        newest_t = self.live.newest_t or 0.0 if self.recorded else None
        for event in self.session.pop_events():
            try:
                self._log.write(event, self.session, newest_t)
            except GripforceError as error:
                self.alarm = str(error)

    def _run_in_background(self, work: Any) -> asyncio.Task[None]:
        """Start a coroutine; an error of the recorder becomes the alarm."""
        task = asyncio.ensure_future(self._with_alarm(work))
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)
        return task

    async def _with_alarm(self, work: Any) -> None:
        try:
            await work
        except GripforceError as error:
            self.alarm = str(error)
