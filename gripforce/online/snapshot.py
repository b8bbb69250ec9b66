"""What one frame of a screen shows, and of which part of a stream."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from gripforce.online.link_stats import LinkStatus
from gripforce.online.series import EMPTY, CellForce, Series

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.analysis.lift.lifts import Lift

WINDOW_S: Final = 10.0
"""Span of a trace, unless another one is asked for."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An event at a time: a phase by its letter, any other by a wedge and its text."""

    t: float
    letter: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class GapSpan:
    """A span of time without samples, and the forces that it concerns."""

    start_s: float
    stop_s: float
    grip: bool
    load: bool


@dataclass(frozen=True, slots=True)
class LiveValues:
    """The present forces [N] and their ratio; None where a value is unknown."""

    gf: float | None = None
    lf: float | None = None
    ratio: float | None = None
    """GF / total LF."""


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """Which part of a stream a snapshot is of: ``end_s`` None is the newest."""

    span_s: float = WINDOW_S
    end_s: float | None = None
    filtered: bool = False
    """Whether forces are low-passed as the analysis does."""
    cells_s: float | None = None
    """When the force of each cell is read; None: now."""


LATEST: Final = TimeWindow()


@dataclass(frozen=True, eq=False, slots=True)
class Snapshot:
    """Everything that one frame of the screen shows."""

    right_s: float = 0.0
    """Time at the right edge of the traces, on the recording's axis."""
    series: Series = EMPTY
    reading: LiveValues = field(default_factory=LiveValues)
    phase: str = ""
    """One word: untouched, touched, loading, holding."""
    gaps: tuple[GapSpan, ...] = ()
    marks: tuple[Mark, ...] = ()
    lifts: tuple[Lift, ...] = ()
    status: LinkStatus = field(default_factory=LinkStatus)
    metadata: Mapping[str, Any] | None = None
    refusal: str = ""
    """Why lifts cannot be found in this stream, as a sentence; otherwise empty."""
    span_s: float = WINDOW_S
    """Span of the traces."""
    oldest_s: float = 0.0
    newest_s: float = 0.0
    """Times of the oldest and the newest sample that can be shown."""
    cells: tuple[CellForce, ...] = ()
    """The force of each cell, at the cursor or now."""

    def without_present(self) -> Snapshot:
        """Return it with what was, and without what is: forces, phase, what is recorded."""
        return replace(self, reading=LiveValues(), phase="", metadata=None, cells=())
