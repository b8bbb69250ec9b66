"""The ``.grip`` file: written first, read whatever became of it. See ``docs/recording.md``."""

from gripforce.recording.pseudonym import check_pseudonym
from gripforce.recording.reader import read_recording
from gripforce.recording.writer import Recorder

__all__ = ["Recorder", "check_pseudonym", "read_recording"]
