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
from gripforce.live import Live
from gripforce.model import Ended, EndReason, Samples, Started
from gripforce.session import Kind, Stage, judge_lift, judge_window
from gripforce.session.folder import LOW_BYTES
from gripforce.session.measure import slip_force
from gripforce.session.protocol import UNTOUCHED_TASKS
from gripforce.session.window import ForceWindow
from gripforce.station import Order
from gripforce.station.sources import source_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gripforce.analysis.lifts import Lift
    from gripforce.live import Frame
    from gripforce.model import StreamItem
    from gripforce.session import Event, Journal, Session, SessionFolder
    from gripforce.station import Desk

LATE_S: Final = 0.2
"""A window is closed so long after its end: streams of other clocks and back-fill have come."""
BREATH_ITEMS: Final = 64
DISK_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Setting:
    """What does not change in a session."""

    folder: SessionFolder
    source: str
    clock: Callable[[], float]
    beep: Callable[[], None]


class Conductor:
    """Runs one session; ``alarm`` is what a person must know, "" while all is well."""

    def __init__(self, session: Session, journal: Journal, desk: Desk, setting: Setting) -> None:
        self.session = session
        self.setting = setting
        self.live = Live()
        self.alarm = ""
        self.samples: dict[str, list[Samples]] = {}
        """By stream, of a sensor check or zero: what it is judged by."""
        self.checked = False
        """Whether such a block has just ended, and somebody should look at it."""
        self.checked_task = ""
        self._journal = journal
        self._desk = desk
        self._window: ForceWindow | None = None
        self._window_trial: tuple[int, int] | None = None
        self._asked = False
        self._stopping = False
        self.recorded = False
        """Whether a stream runs that was begun for the present block."""
        self.disk_is_low = False
        self._disk_at_s = -float("inf")
        self._beats = -1
        self._jobs: set[asyncio.Task[None]] = set()

    @property
    def now_s(self) -> float:
        """Host seconds."""
        return self.setting.clock()

    @property
    def slip_n(self) -> float | None:
        """The slip force that belongs to the present hand and object."""
        return self.session.progress.slip_n.get(self._condition())

    def frame(self) -> Frame:
        """Return what there is to see now."""
        return self.live.frame(self.now_s)

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
            self.live, self._window, self.samples = Live(), None, {}
            self.session.opened(now_s)
        lifts = self.live.feed(item, now_s)
        if self.session.block.finds_lifts:
            for lift in lifts:
                self._judge_lift(lift)
        if isinstance(item, Samples):
            self._watch(item)
        elif isinstance(item, Ended):
            self._ended(item)
        self._tell()

    def tick(self) -> None:
        """Let time pass, and have done what the session wants."""
        newest_t = self.live.newest_t or 0.0
        before = self.session.stage
        self.session.tick(self.now_s, newest_t)
        if self.session.stage is Stage.GO and before is not Stage.GO:
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

    def _judge_lift(self, lift: Lift) -> None:
        quality = judge_lift(lift, self.session.block.valid, self._gaps())
        span = lift.trial.start_s, lift.trial.stop_s
        self.session.trial(*span, quality, self.now_s)

    def _watch(self, samples: Samples) -> None:
        """Gather a timed trial, and judge it when its time has passed."""
        session, newest_t = self.session, self.live.newest_t
        if session.block.task in {"check", "zero"}:
            self.samples.setdefault(samples.stream.name, []).append(samples)
        if newest_t is None or not session.timed:
            self._window = None
            return
        if session.waits_for_hand:
            if self.live.touched:
                session.touched(newest_t)
            return
        start_s = session.go_t
        if start_s is None:
            return
        if self._window is None or self._window.start_s != start_s:
            self._window = ForceWindow(start_s)
        self._window.add(self.live.between(self._window.read_to_s, newest_t - LATE_S))
        if session.trial_over(newest_t - LATE_S):
            self._judge_window(start_s + session.block.trial_s)

    def _judge_window(self, stop_s: float) -> None:
        window, self._window = self._window, None
        if window is None:
            return
        block = self.session.block
        quality = judge_window(window.figures(stop_s), block, self._gaps())
        self.session.trial(window.start_s, stop_s, quality, self.now_s)
        self.setting.beep()

    def _gaps(self) -> list[tuple[float, float]]:
        return self.live.gap_spans()

    def _go(self) -> None:
        """Tell patient and file that a trial begins."""
        session = self.session
        if not session.block.recorded:
            return
        self._beats = -1
        trial = len(session.done.trials)
        if session.block.task not in UNTOUCHED_TASKS:
            self.setting.beep()
        words = [f"trial={trial + 1}", f"digits={session.block.digits}"]
        if session.block.masses_g:
            words.append(f"mass_g={session.block.mass_of(session.done.counted):g}")
        if session.block.surfaces:
            words.append(f"surface={session.block.surface_of(session.done.counted)}")
        for text in words:
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
        block, index = session.block, session.index
        file = setting.folder.next_file(block, session.hand)
        order = Order(source_of(setting.source, block, index), str(file), self._metadata())
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
        if ended.reason is EndReason.FINISHED and session.timed and session.go_t is not None:
            # A source that has no more to say: what was there is judged.
            self._judge_window(self.live.newest_t or session.go_t)
        if ended.reason not in {EndReason.STOPPED, EndReason.FINISHED}:
            self.alarm = f"RECORDING ENDED: {ended.reason}. {ended.text}".strip()
        if session.block.task == "slip" and session.file:
            path = self.setting.folder.recordings / session.file
            self._do(self._measure_slip(path, self._condition()))
        self.checked = session.block.task in {"check", "zero"} and session.done.over
        self.checked_task = session.block.task
        session.stream_ended(self.now_s, str(ended.reason))

    async def _measure_slip(self, path: Path, condition: str) -> None:
        slip_n = await asyncio.to_thread(slip_force, path)
        if slip_n is not None:
            self.session.measured(condition, slip_n)
            self._tell()

    def _condition(self) -> str:
        session = self.session
        block = session.block
        mass_g, surface = block.mass_of(0), block.surface_of(0)
        return f"{session.hand}/{surface}/{mass_g}"

    def _metadata(self) -> dict[str, Any]:
        session = self.session
        about, block = session.progress.about, session.block
        metadata: dict[str, Any] = {
            "task": block.task,
            "subject": about.get("subject"),
            "hand": session.hand,
            "mass_g": block.mass_of(0),
            "surface": block.surface_of(0),
            "digits": block.digits,
            "protocol": session.protocol.name,
            "block": session.index + 1,
            "title": block.title,
            "word": block.word or None,
            "session": self.setting.folder.path.name,
            **dict(about.get("condition", {})),
        }
        if block.masses_g:  # which trial has which mass is told by markers
            metadata["mass_g"] = None
        if block.measured and block.task != "slip":
            metadata["slip_n"] = self.slip_n
        return {key: value for key, value in metadata.items() if value is not None}

    # What is written down.

    def _tell(self) -> None:
        """Journal what has happened; a verdict stands in the recording as well."""
        for event in self.session.take_events():
            try:
                self._journal.write(event)
            except GripforceError as error:
                self.alarm = str(error)
            if event.kind in {Kind.TRIAL, Kind.DECISION} and self.recorded:
                self._do(self._desk.annotate(_verdict(event), verdict=True))

    def _do(self, work: Any) -> None:
        """Run something of the recorder's aside; what it refuses is shown."""
        task = asyncio.ensure_future(self._guarded(work))
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)

    async def _guarded(self, work: Any) -> None:
        try:
            await work
        except GripforceError as error:
            self.alarm = str(error)


def _verdict(event: Event) -> Mapping[str, Any]:
    return {"event": str(event.kind), "block": event.block, **event.data}
