"""Detect lifts live, by the offline analysis of the last seconds.

Strategy: contact is detected ten times a second (by the offline function, on 100 Hz means, which
are continued and computed anew twice a second with the untouched level). When
a contact period has ended and a quarter of a second has shown the unloaded level, the span is
passed to ``analyze_lifts`` as if it were a recording. During contact the same is done every half
second until lift-off is found, so that phase marks appear as they occur; the final results
replace them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.analysis.lift.lifts import Lift, analyze_lifts
from gripforce.analysis.signal.baseline import TOUCH_N, find_touches, low_envelope
from gripforce.errors import GripforceError
from gripforce.model import EndReason, Integrity, Recording
from gripforce.online.series import force_series

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.lift.phases import LiftPhases
    from gripforce.model import DeviceInfo, FloatArray, Gap
    from gripforce.online.sample_buffer import SampleBuffer

LOOK_S = 0.1
SETTLE_S = 0.25
"""Unloaded time after a release that baseline and filter need."""
PROGRESS_S = 0.5
BEFORE_S = 4.0
"""Seconds before contact that are analysed: a double touch counts up to 2 s before."""
ANEW_S = 0.5
"""How soon samples that came late, or left the buffer, are noticed."""
_COARSE_HZ = 100.0
_EDGE_S = 0.1
_FEWEST_COARSE = 10


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


@dataclass(frozen=True, eq=False, slots=True)
class _Means:
    """Means of grip force [N] over 10 ms each."""

    t: FloatArray
    gf: FloatArray
    until_t: float
    """Time of the last sample in them."""

    def followed_by(self, later: _Means) -> _Means:
        """Return these and the later ones."""
        return _Means(
            np.concatenate([self.t, later.t]),
            np.concatenate([self.gf, later.gf]),
            max(self.until_t, later.until_t),
        )


_NOTHING = _Means(np.empty(0), np.empty(0), -np.inf)


def _means(source: LiftSource, after_t: float, step: int) -> _Means:
    """Return the means of ``step`` samples each, of those known after a time."""
    series = force_series(source.buffers, float(np.nextafter(after_t, np.inf)), np.inf)
    known = ~np.isnan(series.gf)
    t, gf = series.t[known], series.gf[known]
    blocks = len(t) // step
    if not blocks:
        return _NOTHING
    first = 0 if np.isfinite(after_t) else len(t) - blocks * step
    part = slice(first, first + blocks * step)
    t, gf = t[part].reshape(blocks, step), gf[part].reshape(blocks, step)
    return _Means(t.mean(axis=1), gf.mean(axis=1), float(t[-1, -1]))


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
        self._anew_t = -np.inf
        self._means = _NOTHING
        self._zero = np.zeros(1), np.zeros(1)

    def look(self, source: LiftSource, newest_t: float, *, ended: bool = False) -> list[Lift]:
        """Return lifts that have ended since the last look."""
        if self.refusal or (newest_t - self._looked_t < LOOK_S and not ended):
            return []
        self._looked_t = newest_t
        self._anew_t = -np.inf if ended else self._anew_t
        open_touch = None
        found: list[Lift] = []
        touches, known_t = self._touches(source)
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

    def _touches(self, source: LiftSource) -> tuple[list[tuple[float, float]], float]:
        """Return spans of touch in seconds, and until when grip force is known at all."""
        rate_hz = max((s.stream.rate_hz for s in source.buffers if s.carries_force), default=0.0)
        step = max(1, round(rate_hz / _COARSE_HZ))
        is_due = self._looked_t - self._anew_t >= ANEW_S
        if is_due:
            self._means = _means(source, -np.inf, step)
        else:
            self._means = self._means.followed_by(_means(source, self._means.until_t, step))
        t, gf = self._means.t, self._means.gf
        if len(t) < _FEWEST_COARSE:
            return [], -np.inf
        if is_due:
            self._anew_t = self._looked_t
            self._zero = t, low_envelope(gf, rate_hz / step)
        spans = find_touches(gf - np.interp(t, *self._zero), TOUCH_N, rate_hz / step)
        return [(float(t[a]), float(t[b - 1])) for a, b in spans], float(t[-1])

    def _finish(self, source: LiftSource, start: float, stop: float, newest_t: float) -> list[Lift]:
        lifts = self._analyze(source, start, stop, newest_t)
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
        if known or newest_t - max(start, self._progress_t) < PROGRESS_S:
            return
        self._progress_t = newest_t
        lifts = self._analyze(source, start, stop, newest_t)
        if lifts:
            # Phases after lift-off depend on an end that is not recorded yet.
            self.current = replace(
                lifts[-1].phases, hold_start_s=None, hold_end_s=None, replace_s=None, release_s=None
            )

    def _analyze(
        self, source: LiftSource, start: float, stop: float, newest_t: float
    ) -> list[Lift]:
        window = source.recording(start - BEFORE_S, newest_t + 1.0)
        try:
            analysis = analyze_lifts(window, earlier_weights_n=self._weights)
        except GripforceError as error:
            self.refusal = str(error)
            return []
        return [
            lift
            for lift in analysis.lifts
            if start - _EDGE_S <= 0.5 * (lift.trial.start_s + lift.trial.stop_s) <= stop + _EDGE_S
        ]
