"""The states of a session.

::

    READY ─ begin ─> OPENING ─ stream ─> CUE ─ countdown ─> GO ─ trial ─> JUDGED ─┬─> REST ─> CUE …
      ^               stream ends: back to READY, what was done is kept           │
      └────────────────── next block <── DONE <── stream ended <── CLOSING <──────┘ enough trials
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class SessionState(StrEnum):
    """One state of the drawing above."""

    READY = "ready"
    OPENING = "opening"
    CUE = "cue"
    GO = "go"
    JUDGED = "judged"
    REST = "rest"
    CLOSING = "closing"
    DONE = "done"
    FINISHED = "finished"
    ABORTED = "aborted"


RECORDING: Final = {
    SessionState.OPENING,
    SessionState.CUE,
    SessionState.GO,
    SessionState.JUDGED,
    SessionState.REST,
    SessionState.CLOSING,
}
OVER: Final = {SessionState.FINISHED, SessionState.ABORTED}
WAITING: Final = {SessionState.READY, *OVER}
"""States in which no block runs."""
