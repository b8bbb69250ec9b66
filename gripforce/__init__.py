"""Record and analyse grip and load force from a load-cell precision-grip object.

::

    import gripforce as gf

    recording = gf.record("sim:lift?profile=als&speed=max", "p01.grip")
    recording.forces()  # pandas: t_s, grip_n, load_n, each digit, motion
    recording.trials()  # one row per trial
    session = gf.analyze_session(["p01.grip", "p01-slip.grip"])
    session.summary, session.margin, session.verdicts

Without a device: ``gf.simulate``, ``gf.from_arrays``, ``gf.read_table``. While a recording runs:
``with gf.start_recording(…) as live``, or each trial as it is finished: ``async for trial in
gf.live(…)``. For programs with an event loop of their own::

    async with gf.open_device("sim:lift?profile=als") as device:
        async for item in device.stream():
            ...  # Started, Samples, Gap, Marker, Ended and more: see gripforce.model

``gf.plot`` draws (it needs matplotlib). The public names are imported when they are first used:
``import gripforce`` alone imports neither a Bluetooth stack nor Textual or pandas.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
"""As in ``typing``, whose import takes the time in which a Ctrl-C would show a traceback."""

if TYPE_CHECKING:
    from typing import Any

    from gripforce import plot
    from gripforce.api.capture import LiveRecording, record, simulate, start_recording
    from gripforce.api.live import live
    from gripforce.api.recordings import (
        GripRecording,
        analyze,
        export,
        from_arrays,
        read_recording,
        read_table,
    )
    from gripforce.api.sessions import SessionAnalysis, analyze_session
    from gripforce.device import open_device, open_source
    from gripforce.errors import GripforceError
    from gripforce.recording import Recorder

    __version__: str

_HOMES = {
    "GripRecording": "gripforce.api.recordings",
    "GripforceError": "gripforce.errors",
    "LiveRecording": "gripforce.api.capture",
    "Recorder": "gripforce.recording",
    "SessionAnalysis": "gripforce.api.sessions",
    "analyze": "gripforce.api.recordings",
    "analyze_session": "gripforce.api.sessions",
    "export": "gripforce.api.recordings",
    "from_arrays": "gripforce.api.recordings",
    "live": "gripforce.api.live",
    "open_device": "gripforce.device",
    "open_source": "gripforce.device",
    "read_recording": "gripforce.api.recordings",
    "read_table": "gripforce.api.recordings",
    "record": "gripforce.api.capture",
    "simulate": "gripforce.api.capture",
    "start_recording": "gripforce.api.capture",
}

__all__ = [
    "GripRecording",
    "GripforceError",
    "LiveRecording",
    "Recorder",
    "SessionAnalysis",
    "analyze",
    "analyze_session",
    "export",
    "from_arrays",
    "live",
    "open_device",
    "open_source",
    "plot",
    "read_recording",
    "read_table",
    "record",
    "simulate",
    "start_recording",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("gripforce.version").software_version()
    if name == "plot":
        return import_module("gripforce.plot")
    if name not in _HOMES:
        raise AttributeError(f"module 'gripforce' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
