"""Messages from the stream's worker to the screens; samples travel in frames instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from gripforce.analysis.lift.lifts import Lift
    from gripforce.model import Ended


class LiftsEnded(Message):
    """Lifts have ended and were measured."""

    def __init__(self, lifts: list[Lift]) -> None:
        super().__init__()
        self.lifts = lifts


class StreamEnded(Message):
    """The stream has ended; ``ended`` is None where an error ended it."""

    def __init__(self, ended: Ended | None) -> None:
        super().__init__()
        self.ended = ended
