"""Compute the values that a screen shows while a stream runs, with the functions used offline.

::

    StreamItem ─> MonitorState.feed ─> SampleBuffer (of each stream) ─> Series, columns ─┐
                                    └> LiftWatch (analyze_lifts) ── Lift, phases ────────┴> Snapshot
"""

from gripforce.live.lifts import LiftWatch
from gripforce.live.link_stats import LinkState, LinkStatus
from gripforce.live.monitor_state import MonitorState
from gripforce.live.sample_buffer import SampleBuffer
from gripforce.live.series import Series, columns, force_series
from gripforce.live.snapshot import GapSpan, LiveValues, Mark, Snapshot, TimeWindow

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
