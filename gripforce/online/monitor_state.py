"""Follow a stream for a screen: fed item by item, it returns a snapshot for each frame."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.model import (
    Corrupt,
    Ended,
    Flag,
    Gap,
    Health,
    Marker,
    Received,
    Samples,
    Segment,
    Started,
)
from gripforce.online.lifts import LiftSource, LiftWatch
from gripforce.online.link_stats import LinkState, LinkStats, LinkStatus
from gripforce.online.sample_buffer import SampleBuffer
from gripforce.online.series import (
    Series,
    cell_forces,
    filtered_series,
    force_series,
)
from gripforce.online.snapshot import LATEST, GapSpan, LiveValues, Mark, Snapshot, TimeWindow

if TYPE_CHECKING:
    from gripforce.analysis.lift.lifts import Lift
    from gripforce.analysis.lift.phases import LiftPhases
    from gripforce.model import DeviceInfo, StreamItem

KEEP_S = 45.0
"""Span of the sample buffers: a 30 s hold with some time before and after it."""
READING_S = 0.2
"""A number on the screen is the mean over this time: faster changes are unreadable."""
SMALLEST_LOAD_N = 0.5
"""Below this load no grip-load ratio is shown: the object is not carried."""
_LEAD_FALLS = 1e-3
"""Largest rate at which the screen's time falls behind the host's: ten times a clock's skew."""
_REMEMBERED = 256
_LIFTS_MARKED = 32
"""Lifts whose phases may stand in the longest window."""

PHASE_LETTERS = {
    "contact_s": "C",
    "load_onset_s": "L",
    "liftoff_s": "U",
    "hold_start_s": "H",
    "replace_s": "D",
    "release_s": "R",
}
"""Contact, load onset, up (lift-off), hold, down (replacement), release."""


class MonitorState:
    """Follows one stream; ``now_s``, the host's monotonic time, always comes as an argument."""

    def __init__(self, keep_s: float = KEEP_S) -> None:
        self._keep_s = keep_s
        self._started: Started | None = None
        self._buffers: dict[int, SampleBuffer] = {}
        self._stats = LinkStats()
        self._gaps: deque[Gap] = deque(maxlen=_REMEMBERED)
        self._marks: deque[Mark] = deque(maxlen=_REMEMBERED)
        self._watch = LiftWatch()
        self._newest_t: float | None = None
        self._lead_s = -np.inf
        self._lead_now_s = 0.0

    @property
    def newest_t(self) -> float | None:
        """Time of the newest force sample."""
        return self._newest_t

    @property
    def touched(self) -> bool:
        """Whether the object is touched now."""
        return self.touched_since_t is not None

    @property
    def touched_since_t(self) -> float | None:
        """When the present touch began, in the stream's seconds; None while untouched."""
        return self._watch.touched_since_t

    @property
    def device(self) -> DeviceInfo | None:
        """The device of the stream; None before it has begun."""
        return self._started.device if self._started is not None else None

    def link(self, now_s: float) -> LinkState:
        """Return the state of the link at a host time."""
        return self._stats.link(now_s)[0]

    def between(self, start_s: float, stop_s: float) -> Series:
        """Return the forces from ``start_s`` to ``stop_s``, as far as they are still buffered."""
        return force_series(list(self._buffers.values()), start_s, stop_s)

    def gap_spans(self) -> list[tuple[float, float]]:
        """Return the spans of time in which a force stream lost samples."""
        return [(gap.start_s, gap.stop_s) for gap in self._gap_spans(-np.inf)]

    def feed(self, item: StreamItem, now_s: float) -> list[Lift]:
        """Process one item, received at the host time ``now_s``; return the lifts that ended."""
        match item:
            case Samples():
                return self._samples(item, now_s)
            case Received():
                self._stats.arrival_s = item.arrival_s
            case Corrupt():
                self._stats.corrupt += item.frames
            case Gap():
                self._stats.gap(item)
                self._gaps.append(item)
            case Marker():
                self._stats.marker(item, now_s)
                sign = f"▾{item.text}" if item.kind == "mark" else "▾"
                self._marks.append(Mark(item.t, sign, f"{item.kind} {item.text}".strip()))
            case Health():
                self._stats.health = item
            case Started():
                self._started = item
            case Ended():
                self._stats.ended = item
                return self._find_lifts(ended=True)
            case Segment():
                pass
        return []

    def snapshot(self, now_s: float, window: TimeWindow = LATEST) -> Snapshot:
        """Return what the screen shows of a window at a host time."""
        buffers = list(self._buffers.values())
        status = self._stats.status(buffers, self._newest_t, now_s)
        right_s = self._right_s(now_s) if window.end_s is None else window.end_s
        left_s = right_s - window.span_s
        stop_s = np.inf if window.end_s is None else window.end_s
        series = force_series(buffers, left_s - 0.1 * window.span_s, stop_s)
        return Snapshot(
            right_s=right_s,
            series=filtered_series(series) if window.filtered else series,
            reading=self._reading(buffers, status),
            phase=self._phase(),
            gaps=tuple(span for span in self._gap_spans(left_s) if span.start_s < right_s),
            marks=tuple(mark for mark in self._marks_since(left_s) if mark.t <= right_s),
            span_s=window.span_s,
            oldest_s=min((b.oldest_t or 0.0 for b in buffers if b.carries_force), default=0.0),
            newest_s=self._newest_t or 0.0,
            cells=tuple(cell_forces(buffers, window.cells_s or self._newest_t or 0.0)),
            lifts=tuple(self._watch.lifts),
            status=status,
            metadata=self._started.metadata if self._started else None,
            refusal=self._watch.refusal,
        )

    def _samples(self, samples: Samples, now_s: float) -> list[Lift]:
        buffer = self._buffers.get(samples.stream.id)
        if buffer is None:
            buffer = self._buffers[samples.stream.id] = SampleBuffer(samples, self._keep_s)
        buffer.add(samples)
        self._stats.rates.add(samples)
        self._stats.signals.add(samples)
        if not buffer.carries_force or not len(samples):
            return []
        last = float(samples.t[-1])
        self._stats.samples_s = now_s
        self._stats.watch_strain(samples)
        self._newest_t = max(last, self._newest_t or last)
        self._stats.tick_s = max(last + samples.stream.delay_s, self._stats.tick_s or -np.inf)
        fallen = self._lead_s - _LEAD_FALLS * (now_s - self._lead_now_s)
        self._lead_s, self._lead_now_s = max(self._newest_t - now_s, fallen), now_s
        stuck = np.flatnonzero(samples.flags & Flag.SATURATED)
        if len(stuck):
            self._stats.saturated_t = float(samples.t[stuck[-1]])
        return self._find_lifts()

    def _find_lifts(self, *, ended: bool = False) -> list[Lift]:
        if self._started is None or self._newest_t is None:
            return []
        source = LiftSource(
            self._started.device,
            self._started.metadata,
            list(self._buffers.values()),
            self._gaps,
        )
        return self._watch.look(source, self._newest_t, ended=ended)

    def _right_s(self, now_s: float) -> float:
        """Return the time at the right edge, which advances with the host's clock."""
        if self._newest_t is None:
            return 0.0
        if self._stats.ended is not None:
            return self._newest_t
        return max(self._newest_t, now_s + self._lead_s)

    def _reading(self, buffers: list[SampleBuffer], status: LinkStatus) -> LiveValues:
        if self._newest_t is None or status.link not in {LinkState.LIVE, LinkState.ENDED}:
            return LiveValues()
        stop_s = self._newest_t // READING_S * READING_S
        series = force_series(buffers, stop_s - READING_S, stop_s)
        gf, lf = _mean(series.gf), _mean(series.lf)
        carried = not status.uncalibrated and lf is not None and lf >= SMALLEST_LOAD_N
        ratio = gf / lf if carried and gf is not None and lf else None
        return LiveValues(gf, lf, ratio)

    def _phase(self) -> str:
        current = self._watch.current
        if not self.touched:
            return "untouched"
        if current is None or current.load_onset_s is None:
            return "touched"
        return "loading" if current.liftoff_s is None else "holding"

    def _gap_spans(self, since_s: float) -> list[GapSpan]:
        buffers = {
            buffer.stream.name: buffer for buffer in self._buffers.values() if buffer.carries_force
        }
        spans = []
        for gap in self._gaps:
            if (buffer := buffers.get(gap.stream)) is not None:
                stop = gap.t + gap.lost / buffer.stream.rate_hz
                spans.append(GapSpan(gap.t, stop, bool(buffer.grip), bool(buffer.load)))
        return [span for span in spans if span.stop_s > since_s]

    def _marks_since(self, since_s: float) -> list[Mark]:
        phases = [lift.phases for lift in self._watch.lifts[-_LIFTS_MARKED:]]
        if self._watch.current is not None:
            phases.append(self._watch.current)
        marks = [mark for p in phases for mark in phase_marks(p)]
        return sorted(
            (mark for mark in (*marks, *self._marks) if mark.t > since_s),
            key=lambda mark: mark.t,
        )


def phase_marks(phases: LiftPhases) -> list[Mark]:
    """Return the marks of the phases whose times are known."""
    return [
        Mark(time, letter)
        for name, letter in PHASE_LETTERS.items()
        if (time := getattr(phases, name)) is not None
    ]


def _mean(values: np.ndarray[Any, np.dtype[np.float64]]) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None
