"""Record and analyse grip and load force from a load-cell precision-grip object.

::

    import gripforce as gf

    async with gf.open_device("sim:lift?profile=als") as device:
        async for item in device.stream():
            ...  # Started, Samples, Gap, Marker, Ended and more: see gripforce.model

    recording = gf.read_recording("p01.grip")
    table = gf.analyze(recording)  # pandas, one row per trial

The public names are imported when they are first used: ``import gripforce`` alone imports neither
a Bluetooth stack nor Textual or pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gripforce.analysis.tasks.registry import analyze
    from gripforce.device import open_device, open_source
    from gripforce.errors import GripforceError
    from gripforce.recording import Recorder, read_recording

_HOMES = {
    "GripforceError": "gripforce.errors",
    "Recorder": "gripforce.recording",
    "analyze": "gripforce.analysis.tasks.registry",
    "open_device": "gripforce.device",
    "open_source": "gripforce.device",
    "read_recording": "gripforce.recording",
}

__all__ = [
    "GripforceError",
    "Recorder",
    "analyze",
    "open_device",
    "open_source",
    "read_recording",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'gripforce' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
