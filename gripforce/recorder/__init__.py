"""Record in a process of its own, which owns the device and the file and serves the stream.

::

    Device ─> Recorder (.grip)                    the recorder process, which outlives the dashboard
        └──> RecorderServer ──TCP, loopback, token──> RecorderClient ─> dashboard

See ``docs/session.md``.
"""

from gripforce.recorder.client import RecorderClient
from gripforce.recorder.request import RecorderApi, RecordingRequest
from gripforce.recorder.service import RecorderService

__all__ = ["RecorderApi", "RecorderClient", "RecorderService", "RecordingRequest"]
