"""Detect the trials of one recording in its stream, and judge each as soon as it is over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gripforce.model import Ended, EndReason, Marker, Samples, Started
from gripforce.online import MonitorState
from gripforce.session.acceptance.common import Acceptance, judge_lift
from gripforce.session.acceptance.preparation import Preparation
from gripforce.session.acceptance.timed import judge_trial
from gripforce.session.acceptance.trial_buffer import TrialBuffer

if TYPE_CHECKING:
    from gripforce.analysis.lift.lifts import Lift
    from gripforce.model import StreamItem
    from gripforce.session.state_machine import SessionMachine

LATE_S: Final = 0.2
"""Delay between a trial's end and its verdict: other streams and back-fill have come by then."""
BACKFILL_S: Final = 2.0
"""The same where the link broke: the device's ring buffer must be fetched first."""
RELEASED_S: Final = 1.0
"""Time without contact after which the object counts as released."""
BRUSH_S: Final = 1.0
"""A shorter contact does not begin a trial that ends with the release."""
_SILENCE_S: Final = 1.0
"""A link is reported as lost this long after it fell silent."""


@dataclass(frozen=True, slots=True)
class DetectedTrial:
    """A trial that is over, in the stream's seconds, with its verdict."""

    start_s: float
    stop_s: float
    acceptance: Acceptance
    timed: bool
    """Whether it is a span of time; otherwise it is a lift."""


class TrialDetector:
    """Follows one recording; ``live`` is what a screen may show of it."""

    def __init__(self, session: SessionMachine) -> None:
        self.live = MonitorState()
        self._session = session
        self._buffer: TrialBuffer | None = None
        self._last_contact_t = -float("inf")
        self._preparation = Preparation(session)
        self._breaks: list[tuple[float, float]] = []
        """Spans in which the link was lost [s]."""

    def accept(self, item: StreamItem, now_s: float) -> list[DetectedTrial]:
        """Process one item; return the trials that it ended."""
        lifts = self.live.feed(item, now_s)
        self._preparation.follow(item, self.live.newest_t)
        trials = []
        if self._session.block.finds_lifts:
            own = (lift for lift in lifts if not self._preparation.shows(lift.trial.start_s))
            trials = [self._judge_lift(lift) for lift in own]
        match item:
            case Started():
                self._buffer = TrialBuffer(item.device, item.metadata)
            case Marker(kind="link"):
                self._note_break(item)
            case Samples():
                trials += self._follow_trial(item)
            case Ended(reason=EndReason.FINISHED):
                trials += self._finish()
            case _:
                pass
        return trials

    @property
    def samples(self) -> dict[str, list[Samples]]:
        """The newest trial's samples, by stream."""
        return self._buffer.samples if self._buffer is not None else {}

    def _judge_lift(self, lift: Lift) -> DetectedTrial:
        block, done = self._session.block, self._session.block_progress
        asked_g = block.mass_of(done.counted) if block.masses_g else None
        gaps = self.live.gap_spans()
        acceptance = judge_lift(lift, block.valid, gaps, asked_g, block.masses_g)
        if why := self._preparation.pop_reasons():
            acceptance = replace(acceptance, why=(*why, *acceptance.why))
        return self._detected(lift.trial.start_s, lift.trial.stop_s, acceptance, timed=False)

    def _follow_trial(self, samples: Samples) -> list[DetectedTrial]:
        """Buffer the samples of a timed trial, and judge it when it is over."""
        session, newest_t = self._session, self.live.newest_t
        if self._buffer is None or session.block.finds_lifts:
            return []
        since_t = self.live.touched_since_t
        if newest_t is not None and session.timed and since_t is not None:
            self._last_contact_t = newest_t
            session.contact_began(since_t)
        start_t = session.trial_start_t if session.timed else None
        self._buffer.add(samples, min(start_t or float("inf"), newest_t or -float("inf")))
        if start_t is None or newest_t is None:
            return []
        stop_t = self._stop_t(start_t, newest_t)
        late_s = BACKFILL_S if self._broken(start_t, stop_t) else LATE_S
        return [self._judge(start_t, stop_t)] if newest_t >= stop_t + late_s else []

    def _stop_t(self, start_t: float, newest_t: float) -> float:
        """Return when a trial is over: after its length, or earlier where the hand has let go."""
        stop_t = start_t + self._session.block.trial_s
        released = newest_t > self._last_contact_t + RELEASED_S
        if not self._session.block.released or not released:
            return stop_t
        if self._last_contact_t < start_t + BRUSH_S:
            self._session.contact_ended()
            return float("inf")
        return min(stop_t, self._last_contact_t + RELEASED_S)

    def _finish(self) -> list[DetectedTrial]:
        """Judge what there is of a trial whose source has ended."""
        session = self._session
        if not session.timed or session.trial_start_t is None:
            return []
        return [self._judge(session.trial_start_t, self.live.newest_t or session.trial_start_t)]

    def _judge(self, start_t: float, stop_t: float) -> DetectedTrial:
        session, buffer = self._session, self._buffer
        if buffer is None:
            return self._detected(start_t, stop_t, Acceptance(("no sample came",)), timed=True)
        earlier = [trial.figures for trial in session.block_progress.trials if trial.counts]
        recording = buffer.recording(self.live.newest_t or stop_t)
        acceptance = judge_trial(recording, (start_t, stop_t), session.block, earlier)
        return self._detected(start_t, stop_t, acceptance, timed=True)

    def _detected(
        self, start_t: float, stop_t: float, acceptance: Acceptance, *, timed: bool
    ) -> DetectedTrial:
        """Return a trial; a break of the link is a remark on a good one, a reason on a bad one."""
        if self._broken(start_t, stop_t):
            if acceptance.good:
                remarks = (*acceptance.remarks, "the link broke meanwhile and came back")
                acceptance = replace(acceptance, remarks=remarks)
            else:
                why = ("the link to the device broke", *acceptance.why)
                acceptance = replace(acceptance, why=why)
        return DetectedTrial(start_t, stop_t, acceptance, timed)

    def _note_break(self, marker: Marker) -> None:
        if marker.text == "lost":
            self._breaks.append((marker.t - _SILENCE_S, float("inf")))
        elif self._breaks:
            self._breaks[-1] = (self._breaks[-1][0], marker.t)

    def _broken(self, start_t: float, stop_t: float) -> bool:
        return any(since < stop_t and until > start_t for since, until in self._breaks)
