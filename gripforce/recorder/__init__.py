"""The recorder in a process of its own: it owns the device and the file, and serves the stream.

::

    Device ─> Recorder (.grip)            the station's process: goes on when the dashboard dies
        └──> Server ──TCP, loopback, token──> StationClient ─> dashboard

See ``docs/session.md``.
"""

from gripforce.recorder.client import RecorderClient
from gripforce.recorder.request import RecorderApi, RecordingRequest
from gripforce.recorder.service import RecorderService

__all__ = ["RecorderApi", "RecorderClient", "RecorderService", "RecordingRequest"]
