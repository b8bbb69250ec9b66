"""Finds the trials of one recording in its stream, and judges each as soon as it is over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gripforce.live import MonitorState
from gripforce.model import Ended, EndReason, Marker, Samples, Started
from gripforce.session.acceptance.common import Acceptance, judge_lift
from gripforce.session.acceptance.timed import judge_trial
from gripforce.session.trial_buffer import TrialBuffer

if TYPE_CHECKING:
    from gripforce.analysis.lift.lifts import Lift
    from gripforce.model import StreamItem
    from gripforce.session.state_machine import SessionMachine

LATE_S: Final = 0.2
"""A trial is judged so long after its end: streams of other clocks and back-fill have come."""
BACKFILL_S: Final = 2.0
"""And so long where the link broke: the device's ring must be fetched first."""
LET_GO_S: Final = 1.0
"""A hand that is off for so long has let go."""
BRUSH_S: Final = 1.0
"""A touch shorter than this begins no trial that ends with the release."""
_SILENCE_S: Final = 1.0
"""A link is said to be lost so long after it fell silent."""


@dataclass(frozen=True, slots=True)
class DetectedTrial:
    """A trial that is over."""

    start_s: float
    stop_s: float
    quality: Acceptance
    timed: bool


class TrialDetector:
    """Follows one recording; ``live`` is what a screen may show of it."""

    def __init__(self, session: SessionMachine) -> None:
        self.live = MonitorState()
        self._session = session
        self._window: TrialBuffer | None = None
        self._touched_t = -float("inf")
        self._breaks: list[tuple[float, float]] = []
        """When the link was lost, and until when."""

    def take(self, item: StreamItem, now_s: float) -> list[DetectedTrial]:
        """Take one item; return the trials that it ended."""
        lifts = self.live.feed(item, now_s)
        found = [self._lift(lift) for lift in lifts] if self._session.block.finds_lifts else []
        match item:
            case Started():
                self._window = TrialBuffer(item.device, item.metadata)
            case Marker(kind="link"):
                self._link(item)
            case Samples():
                found += self._samples(item)
            case Ended(reason=EndReason.FINISHED):
                found += self._finish()
            case _:
                pass
        return found

    @property
    def blocks(self) -> dict[str, list[Samples]]:
        """What was sent in the newest trial, by stream."""
        return self._window.blocks if self._window is not None else {}

    def _lift(self, lift: Lift) -> DetectedTrial:
        quality = judge_lift(lift, self._session.block.valid, self.live.gap_spans())
        return self._found(lift.trial.start_s, lift.trial.stop_s, quality, timed=False)

    def _samples(self, samples: Samples) -> list[DetectedTrial]:
        """Gather a timed trial, and judge it when it is over."""
        session, newest_t = self._session, self.live.newest_t
        if self._window is None or session.block.finds_lifts:
            return []
        if newest_t is not None and session.timed and self.live.touched:
            self._touched_t = newest_t
            session.touched(newest_t)
        begun_t = session.go_t if session.timed else None
        self._window.add(samples, min(begun_t or float("inf"), newest_t or -float("inf")))
        if begun_t is None or newest_t is None:
            return []
        stop_t = self._stop_t(begun_t, newest_t)
        late_s = BACKFILL_S if self._broken(begun_t, stop_t) else LATE_S
        return [self._judge(begun_t, stop_t)] if newest_t >= stop_t + late_s else []

    def _stop_t(self, begun_t: float, newest_t: float) -> float:
        """Return when a trial is over: at its time, or before where the hand has let go."""
        stop_t = begun_t + self._session.block.trial_s
        off = newest_t > self._touched_t + LET_GO_S
        if not self._session.block.released or not off:
            return stop_t
        if self._touched_t < begun_t + BRUSH_S:
            self._session.let_go()
            return float("inf")
        return min(stop_t, self._touched_t + LET_GO_S)

    def _finish(self) -> list[DetectedTrial]:
        """Judge what there is of a trial whose source has no more to say."""
        session = self._session
        if not session.timed or session.go_t is None:
            return []
        return [self._judge(session.go_t, self.live.newest_t or session.go_t)]

    def _judge(self, start_t: float, stop_t: float) -> DetectedTrial:
        session, window = self._session, self._window
        if window is None:
            return self._found(start_t, stop_t, Acceptance(("no sample came",)), timed=True)
        earlier = [trial.figures for trial in session.done.trials if trial.counts]
        recording = window.recording(self.live.newest_t or stop_t)
        quality = judge_trial(recording, (start_t, stop_t), session.block, earlier)
        return self._found(start_t, stop_t, quality, timed=True)

    def _found(
        self, start_t: float, stop_t: float, quality: Acceptance, *, timed: bool
    ) -> DetectedTrial:
        if self._broken(start_t, stop_t):
            if quality.good:
                said = "the link broke meanwhile and came back"
                quality = replace(quality, remarks=(*quality.remarks, said))
            else:
                quality = replace(quality, why=("the link to the device broke", *quality.why))
        return DetectedTrial(start_t, stop_t, quality, timed)

    def _link(self, marker: Marker) -> None:
        if marker.text == "lost":
            self._breaks.append((marker.t - _SILENCE_S, float("inf")))
        elif self._breaks:
            self._breaks[-1] = (self._breaks[-1][0], marker.t)

    def _broken(self, start_t: float, stop_t: float) -> bool:
        return any(since < stop_t and until > start_t for since, until in self._breaks)
