"""Track commands until they are answered: send them again, and fail them after some tries."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from gripforce.errors import DeviceError, RefusedError
from gripforce.wire import commands
from gripforce.wire.hello import ForeignHello, Hello, InvalidHello
from gripforce.wire.messages import Ack, CalibrationBlock, Nak, SelfTestReply, Status, TimeReply

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gripforce.wire.commands import Command
    from gripforce.wire.connection import Message

REQUESTS = 127
"""Request ids go from 1 to this; higher ones are the back-fill's."""

Answer: TypeAlias = (
    CalibrationBlock | SelfTestReply | TimeReply | Hello | ForeignHello | InvalidHello | Status
)

_HELLOS: Final = (Hello, ForeignHello, InvalidHello)
_ANSWERS: Final[Mapping[type, tuple[type, ...]]] = {
    commands.AskHello: _HELLOS,
    commands.AskStatus: (Status,),
    commands.ReadCalibration: (CalibrationBlock,),
    commands.ProbeTime: (TimeReply,),
    commands.SelfTest: (SelfTestReply,),
}
"""What comes before the ack of a command; an ack without it means that a frame was lost."""


@dataclass(slots=True)
class Reply:
    """An acknowledged command: host times of sending and receiving, and the answer, if any."""

    sent_s: float
    received_s: float
    answer: Answer | None


@dataclass(slots=True)
class _Pending:
    command: Command
    future: asyncio.Future[Reply]
    deadline_s: float
    sent_s: float
    tries_left: int
    patience_s: float
    answer: Answer | None = None


class Requests:
    """The commands that await an answer; the present time is always an argument."""

    def __init__(self) -> None:
        self._pending: dict[int, _Pending] = {}
        self._last = 0

    def add(
        self, command: Command, now_s: float, *, tries: int, patience_s: float
    ) -> tuple[Command, asyncio.Future[Reply]]:
        """Register a command; return it with its request id, and the future of its reply."""
        self._last = self._last % REQUESTS + 1
        numbered = replace(command, request=self._last)
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._pending[self._last] = _Pending(
            numbered, future, now_s + patience_s, now_s, tries - 1, patience_s
        )
        return numbered, future

    def accept(self, message: Message, arrival_s: float) -> None:
        """Complete the request that a message answers; other messages are ignored."""
        match message:
            case TimeReply() | CalibrationBlock() | SelfTestReply():
                if pending := self._pending.get(message.request):
                    pending.answer = message
            case Hello() | ForeignHello() | InvalidHello() | Status():
                for pending in self._pending.values():
                    if isinstance(message, _answers(pending)):
                        pending.answer = message
            case Ack():
                self._acknowledged(message, arrival_s)
            case Nak():
                pending = self._pop(message)
                if pending:
                    name = type(pending.command).__name__
                    text = f"The device refused {name}: {message.sentence}."
                    _fail(pending, RefusedError(text, message.hint, reason=message.reason))

    def _acknowledged(self, ack: Ack, arrival_s: float) -> None:
        """Complete a request, or let it be sent again where the answer before the ack was lost."""
        pending = self._pending.get(ack.request)
        if pending and _answers(pending) and pending.answer is None:
            pending.deadline_s = arrival_s
            return
        pending = self._pop(ack)
        if pending and not pending.future.done():
            pending.future.set_result(Reply(pending.sent_s, arrival_s, pending.answer))

    def overdue(self, now_s: float, text: str = "") -> Iterator[Command]:
        """Yield the commands to send again; fail those that have no tries left.

        ``text`` is what the device sends instead of an answer, if it sends text.
        """
        for request, pending in list(self._pending.items()):
            if now_s < pending.deadline_s:
                continue
            if pending.tries_left:
                pending.tries_left -= 1
                pending.sent_s, pending.deadline_s = now_s, now_s + pending.patience_s
                yield pending.command
            else:
                del self._pending[request]
                _fail(pending, _no_answer(text))

    def fail_all(self, error: Exception) -> None:
        """Fail all open requests."""
        pending, self._pending = self._pending, {}
        for one in pending.values():
            _fail(one, error)

    def _pop(self, message: Ack | Nak) -> _Pending | None:
        pending = self._pending.get(message.request)
        if pending is None or message.command != pending.command.TYPE:
            return None
        return self._pending.pop(message.request)


def _answers(pending: _Pending) -> tuple[type, ...]:
    return _ANSWERS.get(type(pending.command), ())


NO_ANSWER_HINT = (
    "Is it a gripforce board, at the right baud rate, with its firmware flashed? "
    "Try `gripforce devices`, or unplug it and plug it in again."
)


TEXT_HINT = "Flash the gripforce firmware (`gripforce flash`), or choose another port or baud rate."


def _no_answer(text: str) -> DeviceError:
    if not text:
        return DeviceError("The device does not answer.", NO_ANSWER_HINT)
    return DeviceError(
        f"The device sends text such as '{text}': another program runs on it.", TEXT_HINT
    )


def _fail(pending: _Pending, error: Exception) -> None:
    if not pending.future.done():
        pending.future.set_exception(error)
        pending.future.exception()  # where its command could not be written, nobody waits for it
