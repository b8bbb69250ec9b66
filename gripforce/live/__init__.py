"""Running values for a screen, by the same functions as offline: no clock, no screen, no device.

::

    StreamItem ─> Live.feed ─> Tape (last seconds of each stream) ─> Series, columns ─┐
                            └> LiftWatch (analysis.analyze_lifts) ── Lift, phases ────┴> Frame
"""

from gripforce.live.lifts import LiftWatch
from gripforce.live.link_stats import LinkState, LinkStatus
from gripforce.live.monitor_state import GapSpan, LiveValues, Mark, MonitorState, Snapshot
from gripforce.live.sample_buffer import SampleBuffer
from gripforce.live.series import Series, columns, force_series

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
    "columns",
    "force_series",
]
