"""Commands on their way: each is sent again until it is answered, or fails in words."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from gripforce.errors import DeviceError
from gripforce.wire.messages import Ack, CalibrationBlock, Nak, SelfTestReply, TimeReply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gripforce.wire.commands import Command
    from gripforce.wire.connection import Message

REQUESTS = 127
"""Request ids from 1 to this; those above are the back-fill's."""

Answer: TypeAlias = CalibrationBlock | SelfTestReply | TimeReply


@dataclass(slots=True)
class Reply:
    """An acknowledged command: when it went out, its ack, and what came with it."""

    sent_s: float
    received_s: float
    ack: Ack
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
    """What has been asked and not yet answered; time comes in as an argument."""

    def __init__(self) -> None:
        self._pending: dict[int, _Pending] = {}
        self._last = 0

    def add(
        self, command: Command, now_s: float, *, tries: int, patience_s: float
    ) -> tuple[Command, asyncio.Future[Reply]]:
        """Register a command; return it with its request id, and the promise of its reply."""
        self._last = self._last % REQUESTS + 1
        numbered = replace(command, request=self._last)
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._pending[self._last] = _Pending(
            numbered, future, now_s + patience_s, now_s, tries - 1, patience_s
        )
        return numbered, future

    def answered(self, message: Message, arrival_s: float) -> None:
        """Take in what may be a reply."""
        match message:
            case TimeReply() | CalibrationBlock() | SelfTestReply():
                if pending := self._pending.get(message.request):
                    pending.answer = message
            case Ack():
                pending = self._take(message)
                if pending and not pending.future.done():
                    reply = Reply(pending.sent_s, arrival_s, message, pending.answer)
                    pending.future.set_result(reply)
            case Nak():
                pending = self._take(message)
                if pending and not pending.future.done():
                    name = type(pending.command).__name__
                    pending.future.set_exception(
                        DeviceError(f"The device refused {name}: {message.sentence}.", message.hint)
                    )

    def overdue(self, now_s: float) -> Iterator[Command]:
        """Yield the commands to send again; fail those that were sent often enough."""
        for request, pending in list(self._pending.items()):
            if now_s < pending.deadline_s:
                continue
            if pending.tries_left:
                pending.tries_left -= 1
                pending.sent_s, pending.deadline_s = now_s, now_s + pending.patience_s
                yield pending.command
            else:
                del self._pending[request]
                _fail(pending, DeviceError("The device does not answer.", NO_ANSWER_HINT))

    def fail_all(self, error: Exception) -> None:
        """Fail whatever is open: the link is gone."""
        pending, self._pending = self._pending, {}
        for one in pending.values():
            _fail(one, error)

    def _take(self, message: Ack | Nak) -> _Pending | None:
        pending = self._pending.get(message.request)
        if pending is None or message.command != pending.command.TYPE:
            return None
        return self._pending.pop(message.request)


NO_ANSWER_HINT = (
    "Is it a gripforce board, at the right baud rate, with its firmware flashed? "
    "Try `gripforce devices`, or unplug it and plug it in again."
)


def _fail(pending: _Pending, error: Exception) -> None:
    if not pending.future.done():
        pending.future.set_exception(error)
