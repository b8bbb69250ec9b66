"""Detect lifts live, by the offline analysis of the last seconds.

Strategy: contact is detected ten times a second (``touches``). When a contact period has ended and
a quarter of a second has shown the unloaded level, the span is passed to ``analyze_lifts`` as if it
were a recording. During contact the phases are looked for every half second until lift-off is
found, so that their marks appear as they occur; the final results replace them. A contact that goes
on without a lift-off is no lift in progress, or a slow one: it is looked at as its length grows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from gripforce.analysis.lift.lifts import Lift, analyze_lifts, find_lifts
from gripforce.errors import GripforceError
from gripforce.model import EndReason, Integrity, Recording
from gripforce.online.touches import TouchWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gripforce.analysis.lift.phases import LiftPhases
    from gripforce.model import DeviceInfo, Gap
    from gripforce.online.sample_buffer import SampleBuffer

    _Found = TypeVar("_Found")

LOOK_S = 0.1
SETTLE_S = 0.25
"""Unloaded time after a release that baseline and filter need."""
PROGRESS_S = 0.5
BEFORE_S = 4.0
"""Seconds before contact that are analysed: a double touch counts up to 2 s before."""
PROGRESS_SHARE = 0.2
"""Of a contact of over 2.5 s without lift-off: each look goes through all of it."""
_EDGE_S = 0.1


@dataclass(frozen=True, slots=True)
class LiftSource:
    """The buffers and the context that make a span of them a recording."""

    device: DeviceInfo
    metadata: Mapping[str, Any]
    buffers: Sequence[SampleBuffer]
    gaps: Sequence[Gap]

    def recording(self, start_s: float, stop_s: float) -> Recording:
        """Return what the buffers hold from ``start_s`` to ``stop_s`` as a recording."""
        return Recording(
            path="",
            device=self.device,
            metadata=self.metadata,
            streams={b.stream.name: b.samples(start_s, stop_s) for b in self.buffers},
            gaps=tuple(self.gaps),
            markers=(),
            integrity=Integrity(EndReason.STOPPED, False, 0, 0, ()),
        )


class LiftWatch:
    """Detects lifts in sample buffers; each that has ended is added to ``lifts``."""

    def __init__(self) -> None:
        self.lifts: list[Lift] = []
        self.current: LiftPhases | None = None
        """The phases detected so far of the lift in progress."""
        self.touched_since_t: float | None = None
        """When the present touch began [s]; None while the object is untouched."""
        self.refusal = ""
        """Why lifts cannot be detected in this stream, as a sentence."""
        self._weights: list[float] = []
        self._looked_t = -np.inf
        self._progress_t = -np.inf
        self._done_t = -np.inf
        self._touches = TouchWatch()

    def look(self, source: LiftSource, newest_t: float, *, ended: bool = False) -> list[Lift]:
        """Return lifts that have ended since the last look."""
        if self.refusal or (newest_t - self._looked_t < LOOK_S and not ended):
            return []
        self._looked_t = newest_t
        open_touch = None
        found: list[Lift] = []
        touches, known_t = self._touches.look(source.buffers, newest_t, anew=ended)
        for start, stop in touches:
            if stop <= self._done_t:
                continue
            if known_t - stop >= SETTLE_S or ended:
                found += self._finish(source, start, stop, newest_t)
            else:
                open_touch = (start, stop)
        touched = open_touch is not None and newest_t - open_touch[1] < _EDGE_S
        self.touched_since_t = open_touch[0] if open_touch is not None and touched else None
        if open_touch is not None:
            self._follow(source, *open_touch, newest_t)
        return found

    def _finish(self, source: LiftSource, start: float, stop: float, newest_t: float) -> list[Lift]:
        window = source.recording(start - BEFORE_S, newest_t + 1.0)
        analysis = self._unless_refused(analyze_lifts, window)
        lifts = [
            lift
            for lift in (analysis.lifts if analysis else ())
            if _lies_in((lift.trial.start_s, lift.trial.stop_s), start, stop)
        ]
        lifts = [
            replace(lift, trial=replace(lift.trial, number=len(self.lifts) + k))
            for k, lift in enumerate(lifts, start=1)
        ]
        self.lifts += lifts
        self._weights += [w for lift in lifts if (w := lift.phases.weight_n) is not None]
        self._done_t = stop + _EDGE_S
        self.current = None
        self._progress_t = -np.inf
        return lifts

    def _follow(self, source: LiftSource, start: float, stop: float, newest_t: float) -> None:
        known = self.current is not None and self.current.liftoff_s is not None
        since_t = max(start, self._progress_t)
        if known or newest_t - since_t < max(PROGRESS_S, PROGRESS_SHARE * (since_t - start)):
            return
        self._progress_t = newest_t
        window = source.recording(start - BEFORE_S, newest_t + 1.0)
        found = self._unless_refused(find_lifts, window) or []
        phases = [phases for span, phases in found if _lies_in(span, start, stop)]
        if phases:
            # Phases after lift-off depend on an end that is not recorded yet.
            self.current = replace(
                phases[-1], hold_start_s=None, hold_end_s=None, replace_s=None, release_s=None
            )

    def _unless_refused(self, detect: Callable[..., _Found], window: Recording) -> _Found | None:
        """Return what an offline function finds; None, with the refusal, where it cannot."""
        try:
            return detect(window, earlier_weights_n=self._weights)
        except GripforceError as error:
            self.refusal = str(error)
            return None


def _lies_in(span: tuple[float, float], start: float, stop: float) -> bool:
    """Whether the middle of a lift lies in a touch."""
    return start - _EDGE_S <= 0.5 * (span[0] + span[1]) <= stop + _EDGE_S
