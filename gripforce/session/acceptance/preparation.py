"""Whether hands were off the object while something else preceded a lift, and what was shown.

Where the participant watches, another person may lift the object: then neither grip nor motion is a
fault, and lifts that begin meanwhile are demonstrations, not trials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gripforce.model import Samples, Started, task_spec
from gripforce.session.acceptance.timed import contact_reasons
from gripforce.session.acceptance.trial_buffer import TrialBuffer
from gripforce.session.state import SessionState

if TYPE_CHECKING:
    from gripforce.model import StreamItem
    from gripforce.session.state_machine import SessionMachine

WATCH: Final = "watch"
HANDS_OFF_S: Final = 1.0
"""After the word that asks for hands off, they may still leave the object."""
_RULE: Final = task_spec(WATCH)


class Preparation:
    """Follows what precedes each lift of a block with ``prepared``."""

    def __init__(self, session: SessionMachine) -> None:
        self._session = session
        self._buffer: TrialBuffer | None = None
        self._started: Started | None = None
        self._span: tuple[float, float] | None = None
        """Of the present or newest preparation, in the stream's seconds."""
        self._word = ""

    def follow(self, item: StreamItem, newest_t: float | None) -> None:
        """Process one item of the stream, of which the newest sample has a time [s]."""
        if isinstance(item, Started):
            self._started = item
        if newest_t is None or not isinstance(item, Samples) or self._started is None:
            return
        preparing = self._session.state is SessionState.CUE and self._session.preparing
        if not preparing:
            return
        if self._buffer is None or self._span is None:
            self._buffer = TrialBuffer(self._started.device, self._started.metadata)
            self._span, self._word = (newest_t, newest_t), preparing
        self._buffer.add(item, self._span[0])
        self._span = (self._span[0], newest_t)

    def shows(self, start_s: float) -> bool:
        """Whether a lift that began at a time [s] of the stream was shown to the participant."""
        inside = self._span is not None and self._span[0] <= start_s < self._span[1]
        return inside and self._word == WATCH

    def pop_reasons(self) -> tuple[str, ...]:
        """Return why the lift that was prepared for does not count, and forget the preparation."""
        buffer, span, word = self._buffer, self._span, self._word
        self._buffer = self._span = None
        if buffer is None or span is None or word == WATCH:
            return ()
        why = contact_reasons(buffer.recording(span[1]), (span[0] + HANDS_OFF_S, span[1]), _RULE)
        return tuple(f"{reason} during '{word}': hands off until GO" for reason in why)
