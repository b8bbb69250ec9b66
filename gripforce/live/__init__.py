"""Running values for a screen, by the same functions as offline: no clock, no screen, no device.

::

    StreamItem ─> Live.feed ─> Tape (last seconds of each stream) ─> Series, columns ─┐
                            └> LiftWatch (analysis.analyze_lifts) ── Lift, phases ────┴> Frame
"""

from gripforce.live.lifts import LiftWatch
from gripforce.live.series import Series, columns, force_series
from gripforce.live.status import Link, Status
from gripforce.live.tape import Tape
from gripforce.live.view import Frame, GapSpan, Live, Mark, Reading

__all__ = [
    "Frame",
    "GapSpan",
    "LiftWatch",
    "Link",
    "Live",
    "Mark",
    "Reading",
    "Series",
    "Status",
    "Tape",
    "columns",
    "force_series",
]
