"""A patient session: a protocol of tasks, run over a stream, kept in a folder.

::

    protocols/*.toml ─> Protocol ─> Session (state machine) ─> Event ─> Journal (JSON lines)
                                      ^ cues, trials, keys                 └─> fold: resume
"""

from gripforce.session.catalogue import find_protocol, shipped_protocols
from gripforce.session.events import Event, Kind, Progress, fold
from gripforce.session.folder import SessionFolder
from gripforce.session.journal import Journal, read_journal
from gripforce.session.machine import Session
from gripforce.session.protocol import Block, Protocol, Validity
from gripforce.session.quality import Quality, judge_lift
from gripforce.session.reading import Problem, read_protocol
from gripforce.session.stage import Stage
from gripforce.session.verdicts import judge_trial

__all__ = [
    "Block",
    "Event",
    "Journal",
    "Kind",
    "Problem",
    "Progress",
    "Protocol",
    "Quality",
    "Session",
    "SessionFolder",
    "Stage",
    "Validity",
    "find_protocol",
    "fold",
    "judge_lift",
    "judge_trial",
    "read_journal",
    "read_protocol",
    "shipped_protocols",
]
