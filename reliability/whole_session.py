"""One session with a device that misbehaves, from its first byte to its file being read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gripforce.errors import GripforceError
from gripforce.model import Ended
from gripforce.recording import Recorder, read_recording

if TYPE_CHECKING:
    from pathlib import Path

    from gripforce.device import Device
    from gripforce.model import Recording


async def whole_session(
    device: Device, path: Path, duration_s: float
) -> tuple[str, Recording | None]:
    """Record a session and read its file; return how it ended, and what was read.

    A device that is refused leaves no recording. Anything but a sentence is raised: an error that
    is not ours, a stream without an end.
    """
    ended = None
    try:
        with Recorder(path, least_free_bytes=0) as recorder:
            async with device:
                async for item in recorder.through(device.stream(duration_s=duration_s)):
                    ended = item if isinstance(item, Ended) else ended
    except GripforceError as refused:
        if ended is not None:
            raise
        return f"refused: {type(refused).__name__}", None
    if ended is None or "cannot process" in ended.text:
        raise AssertionError(f"the stream has no end, or ends by a fault: {ended}")
    return str(ended.reason), read_recording(path)
