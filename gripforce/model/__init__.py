"""Data types that all packages share: devices, streams and recordings.

Devices, simulations, replayed files and imports all produce this sequence of items::

    Started (Received | Corrupt | Segment | Samples | Gap | Marker | Health)* Ended

Times are seconds on the recording's axis, on which everything agrees: samples, events, markers,
exports and screens. Second 0 is the tick of the device's first sample after ``start``; a sample's
time is its tick less the delay of its converter's filter, so the first one is slightly negative.
Forces are newtons. Any other quantity has its unit in its name.
"""

from gripforce.model.device import (
    Channel,
    CountArray,
    DeviceInfo,
    FloatArray,
    IntArray,
    Kind,
    Scaling,
    StreamInfo,
    Unit,
    channel_words,
)
from gripforce.model.recording import Integrity, Recording, StreamTally, Trial
from gripforce.model.stream import (
    RESENT,
    Corrupt,
    Counted,
    Ended,
    EndReason,
    Flag,
    Gap,
    Health,
    Marker,
    Received,
    Samples,
    Segment,
    Started,
    StreamItem,
)
from gripforce.model.task import ACTIVITIES, TASKS, TaskSpec, task_spec

__all__ = [
    "ACTIVITIES",
    "RESENT",
    "TASKS",
    "Channel",
    "Corrupt",
    "CountArray",
    "Counted",
    "DeviceInfo",
    "EndReason",
    "Ended",
    "Flag",
    "FloatArray",
    "Gap",
    "Health",
    "IntArray",
    "Integrity",
    "Kind",
    "Marker",
    "Received",
    "Recording",
    "Samples",
    "Scaling",
    "Segment",
    "Started",
    "StreamInfo",
    "StreamItem",
    "StreamTally",
    "TaskSpec",
    "Trial",
    "Unit",
    "channel_words",
    "task_spec",
]
