"""A patient session: a protocol of tasks, run on a stream, stored in a folder.

::

    protocol/*.toml ─> Protocol ─> SessionMachine ─> Event ─> Journal (JSON lines)
                                   ^ stream, keys              └─> replay_events: resume
"""

from gripforce.protocol.library import find_protocol, shipped_protocols
from gripforce.protocol.parse import Problem, read_protocol
from gripforce.protocol.schema import Block, Protocol, Validity
from gripforce.session.acceptance.common import Acceptance, judge_lift
from gripforce.session.acceptance.timed import judge_trial
from gripforce.session.events import Event, EventKind, SessionProgress, replay_events
from gripforce.session.folder import SessionFolder
from gripforce.session.journal import Journal, read_journal
from gripforce.session.state import SessionState
from gripforce.session.state_machine import SessionMachine

__all__ = [
    "Acceptance",
    "Block",
    "Event",
    "EventKind",
    "Journal",
    "Problem",
    "Protocol",
    "SessionFolder",
    "SessionMachine",
    "SessionProgress",
    "SessionState",
    "Validity",
    "find_protocol",
    "judge_lift",
    "judge_trial",
    "read_journal",
    "read_protocol",
    "replay_events",
    "shipped_protocols",
]
