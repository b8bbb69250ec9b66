"""Write, read, replay and annotate ``.grip`` recordings: see ``docs/recording.md``."""

from gripforce.recording.convert import write_recording
from gripforce.recording.identity import each_once, fingerprint
from gripforce.recording.notes import annotate
from gripforce.recording.pseudonym import check_note, check_pseudonym
from gripforce.recording.reader import read_recording
from gripforce.recording.replay import items, replay
from gripforce.recording.summary import doubts_of, summary
from gripforce.recording.writer import Recorder

__all__ = [
    "Recorder",
    "annotate",
    "check_note",
    "check_pseudonym",
    "doubts_of",
    "each_once",
    "fingerprint",
    "items",
    "read_recording",
    "replay",
    "summary",
    "write_recording",
]
