"""Compute the values that a screen shows while a stream runs, with the functions used offline.

::

    StreamItem ─> MonitorState.feed ─> SampleBuffer (of each stream) ─> Series, columns ─┐
                                    └> LiftWatch (analyze_lifts) ── Lift, phases ────────┴> Snapshot
"""

from gripforce.online.lifts import LiftWatch
from gripforce.online.link_stats import LinkState, LinkStatus
from gripforce.online.monitor_state import MonitorState
from gripforce.online.sample_buffer import SampleBuffer
from gripforce.online.series import Series, columns, force_series
from gripforce.online.snapshot import GapSpan, LiveValues, Mark, Snapshot, TimeWindow

__all__ = [
    "GapSpan",
    "LiftWatch",
    "LinkState",
    "LinkStatus",
    "LiveValues",
    "Mark",
    "MonitorState",
    "SampleBuffer",
    "Series",
    "Snapshot",
    "TimeWindow",
    "columns",
    "force_series",
]
