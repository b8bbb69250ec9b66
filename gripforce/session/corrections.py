"""What an operator changes: decisions on trials, blocks skipped or reopened, and undo."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gripforce.errors import UsageError
from gripforce.session.block_order import BlockOrder
from gripforce.session.events import DECISIONS, JUDGED, EventKind
from gripforce.session.state import OVER, WAITING, SessionState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.protocol.schema import Protocol
    from gripforce.session.events import SessionProgress, TrialEntry


@dataclass(frozen=True, slots=True)
class UndoEntry:
    """The event that takes back what the operator did, and its name for the screen."""

    words: str
    kind: EventKind
    block: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


class Corrections(BlockOrder):
    """The blocks of a session, with what can be changed after the fact; each change is an event."""

    def __init__(self, protocol: Protocol, progress: SessionProgress | None = None) -> None:
        super().__init__(protocol, progress)
        self.state = SessionState.READY
        self.paused = False
        self._undo: list[UndoEntry] = []

    @abstractmethod
    def wait_at(self, index: int, now_s: float) -> None:
        """Wait at a block, given its index."""

    @abstractmethod
    def recount(self, now_s: float) -> None:
        """Go on in the present block after its trials have changed."""

    def decide(self, number: int, decision: str, now_s: float, block: int | None = None) -> None:
        """Overrule the verdict on a trial, or restore it.

        ``decision`` is ``keep``, ``repeat`` or ``judged``; ``block`` an index, by default the
        present block. Raises ``UsageError`` for other words, for a trial that does not exist, and
        for an earlier block while a block runs.
        """
        index = self.index if block is None else block
        if index != self.index and self.state not in WAITING:
            raise UsageError("An earlier block can only be changed between blocks.")
        self.overrule(number, decision, index)
        self._after_change(index, now_s)

    def reopen(self, index: int, now_s: float) -> None:
        """Go to a block; one that is over is reopened, and asks for one trial more if it has all.

        Raises ``UsageError`` while a block runs.
        """
        if self.state not in WAITING:
            raise UsageError("Another block runs.", "End or skip it first.")
        done = self.progress.block(index)
        if done.over or done.failed:
            enough = done.counted >= self.asked_of(index) and self.protocol.blocks[index].recorded
            self.report(EventKind.REOPENED, index, more=int(enough))
        self.wait_at(index, now_s)

    def require_skippable(self, index: int) -> None:
        """Raise ``UsageError`` where a block, given its index, is over or must be done."""
        block = self.protocol.blocks[min(index, len(self.protocol.blocks) - 1)]
        if index != self.index or self.state in OVER or self.progress.block(index).over:
            raise UsageError(f"'{block.title}' is over: nothing was skipped.")
        if not block.skip:
            raise UsageError(f"'{block.title}' cannot be skipped.", "End the session instead.")

    def skip(self, index: int, why: str, now_s: float) -> None:
        """Skip the present block, given its index.

        The index says which one was meant: a block may end while its operator is asked for the
        reason. Raises ``UsageError`` where it is over, must be done, or the reason is missing.
        """
        self.require_skippable(index)
        if not why.strip():
            raise UsageError("A skip needs a reason.", '"could not do" is one.')
        self.paused = False
        self.report(EventKind.SKIPPED, why=why.strip())
        words = f"the skip of '{self.block.title}'"
        self.can_undo(UndoEntry(words, EventKind.REOPENED, self.index))
        self.close_block(now_s)

    def withhold(self, index: int, why: str, now_s: float) -> None:
        """Skip a block that the device cannot do, even the present one."""
        if self.progress.block(index).over:
            return
        self.report(EventKind.SKIPPED, index, why=why)
        if index == self.index:
            self.close_block(now_s)

    @abstractmethod
    def close_block(self, now_s: float) -> None:
        """End the present block."""

    def report_check(self, index: int, verdict: str, why: str) -> None:
        """Record the result of a sensor check or zero; a failed one stands until it is repeated."""
        self.report(EventKind.CHECKED, index, verdict=verdict, why=why)

    def undo(self, now_s: float) -> str:
        """Take back the last skip, decision or end of the session; return which, in words.

        Raises ``UsageError`` where there is nothing to undo.
        """
        entry = self.pop_undo()
        self.report(entry.kind, entry.block, **entry.data)
        if entry.block is None:
            self.wait_at(self.index, now_s)
        else:
            self._after_change(entry.block, now_s)
        return entry.words

    def overrule(self, number: int, decision: str, index: int) -> None:
        """Record a decision on a trial of a block, which can be undone.

        Raises ``UsageError`` for a word that is no decision, and for a trial that does not exist.
        """
        if decision not in DECISIONS:
            raise UsageError(f"'{decision}' is not a decision.", f"Use {', '.join(DECISIONS)}.")
        trial = self.trial_of(index, number)
        before = trial.decision or JUDGED
        if decision == before:
            return
        self.report(EventKind.DECISION, index, number=number, decision=decision)
        back = {"number": number, "decision": before}
        self.can_undo(UndoEntry(f"the decision on trial {number}", EventKind.DECISION, index, back))

    def trial_of(self, index: int, number: int) -> TrialEntry:
        """Return a trial of a block, given its index; ``UsageError`` where there is none."""
        trials = self.progress.block(index).trials
        found = next((trial for trial in trials if trial.number == number), None)
        if found is None:
            raise UsageError(f"There is no trial {number} in this block.")
        return found

    def can_undo(self, entry: UndoEntry) -> None:
        """Remember how the last thing is taken back."""
        self._undo.append(entry)

    def pop_undo(self) -> UndoEntry:
        """Return how the last thing that can be undone is taken back.

        Raises ``UsageError`` where there is nothing.
        """
        if not self._undo:
            raise UsageError("There is nothing to undo.")
        return self._undo.pop()

    def _after_change(self, index: int, now_s: float) -> None:
        """Go on after what is recorded of a block has changed."""
        if index == self.index and self.state not in WAITING:
            self.recount(now_s)
        elif self.state in WAITING and self.first_open_block() < len(self.protocol.blocks):
            self.wait_at(self.first_open_block(), now_s)
