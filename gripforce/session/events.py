"""The events of a session, and the progress that follows from them.

Strategy: the journal holds events and nothing else; a session's state is computed from them. So a
session can be resumed after a crash, and undoing a verdict is one more event.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


DECISIONS: Final = ("judged", "keep", "repeat")
"""What an operator may decide on a trial: as it was judged, it counts, it does not count."""
JUDGED: Final = DECISIONS[0]
FAILED: Final = "fail"
"""The verdict of a sensor check or zero that is not to be relied on."""


class EventKind(StrEnum):
    """The kinds of event; these words stand in the journal."""

    SESSION = "session"
    """The session begins: subject, condition, the protocol's text."""
    RECORDING = "recording"
    """The recording of a block begins: its file."""
    TRIAL = "trial"
    """A trial and its verdict."""
    DECISION = "decision"
    """The operator overrules a verdict."""
    BLOCK_DONE = "block done"
    SKIPPED = "skipped"
    """The block was not done; the reason is part of the data."""
    REOPENED = "reopened"
    """A block that was over is to be continued."""
    SESSION_REOPENED = "session reopened"
    CHECKED = "checked"
    """The result of a sensor check or zero, and whether the session went on with a failed one."""
    MEASURED = "measured"
    """A slip force, for the margin of later blocks."""
    PAUSED = "paused"
    CONTINUED = "continued"
    INTERRUPTED = "interrupted"
    """The recording ended early: device lost, disk full, dashboard gone."""
    OVERLOAD = "overload"
    """A force beyond what its cell can bear."""
    NOTE = "note"
    ABORTED = "aborted"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the journal."""

    kind: EventKind
    block: int | None = None
    """Index of the block, from 0."""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrialEntry:
    """One trial: where it is, its verdict, and whether it counts."""

    number: int
    """Within the block, from 1; bad trials are numbered too."""
    file: str
    start_s: float
    stop_s: float
    good: bool
    why: tuple[str, ...] = ()
    """Reasons why it is bad."""
    remarks: tuple[str, ...] = ()
    """Worth knowing, but no reason to repeat it."""
    figures: Mapping[str, float] = field(default_factory=dict)
    decision: str = ""
    """``keep`` or ``repeat`` where the operator overruled the verdict; "": as judged."""

    @property
    def counts(self) -> bool:
        """Whether it is one of the trials that the block asked for."""
        return self.decision == "keep" or (self.good and self.decision != "repeat")


@dataclass(frozen=True, slots=True)
class BlockProgress:
    """Progress of one block."""

    files: tuple[str, ...] = ()
    trials: tuple[TrialEntry, ...] = ()
    done: bool = False
    skipped: str = ""
    """The reason where the block was skipped."""
    more: int = 0
    """Trials asked for besides those of the protocol: a finished block was reopened."""
    forgiven: int = 0
    """Repeats before the block was reopened: they no longer count against its limit."""
    paused: bool = False
    continued_s: float = 0.0
    """When the last pause ended [s], in its recording: what was lifted before is no trial."""
    failed: str = ""
    """Why its sensor check or zero failed, where the session went on anyway."""

    @property
    def counted(self) -> int:
        """How many trials count."""
        return sum(trial.counts for trial in self.trials)

    @property
    def repeats(self) -> int:
        """How many trials do not count."""
        return len(self.trials) - self.counted

    @property
    def over(self) -> bool:
        """Whether it is done or skipped."""
        return self.done or bool(self.skipped)


@dataclass(frozen=True, slots=True)
class SessionProgress:
    """Progress of a session after some events."""

    about: Mapping[str, Any] = field(default_factory=dict)
    """Data of the session: ``subject, first_hand, protocol, protocol_text, condition`` and more."""
    blocks: Mapping[int, BlockProgress] = field(default_factory=dict)
    slip_n: Mapping[str, float] = field(default_factory=dict)
    """Measured slip force [N] by ``hand/surface/mass``."""
    ended: str = ""
    """``finished`` or ``aborted``."""
    why: str = ""
    """The reason where it was aborted."""
    recorded_last: int | None = None
    """Index of the block whose recording began last."""

    def first_open(self, blocks: int) -> int:
        """Return the index of the first of some blocks that is not over, or their number."""
        return next((k for k in range(blocks) if not self.block(k).over), blocks)

    def under_way(self, blocks: int) -> int:
        """Return the index of the block to go on with: blocks may be done in any order."""
        last = self.recorded_last
        if last is not None and not self.block(last).over:
            return last
        return self.first_open(blocks)

    def block(self, index: int) -> BlockProgress:
        """Return the progress of a block, given its index."""
        return self.blocks.get(index, BlockProgress())


def replay_events(
    events: Iterable[Event], progress: SessionProgress | None = None
) -> SessionProgress:
    """Return the progress after some events, starting from ``progress`` or from nothing."""
    progress = progress or SessionProgress()
    for event in events:
        progress = _after(progress, event)
    return progress


def _after(progress: SessionProgress, event: Event) -> SessionProgress:
    data = event.data
    match event.kind:
        case EventKind.SESSION:
            return replace(progress, about=dict(data))
        case EventKind.MEASURED:
            key, value = str(data["of"]), float(data["slip_n"])
            return replace(progress, slip_n={**progress.slip_n, key: value})
        case EventKind.SESSION_REOPENED:
            return replace(progress, ended="", why="")
        case EventKind.FINISHED | EventKind.ABORTED:
            return replace(progress, ended=str(event.kind), why=str(data.get("why", "")))
        case _ if event.block is not None:
            changed = _block_after(progress.block(event.block), event)
            last = event.block if event.kind is EventKind.RECORDING else progress.recorded_last
            blocks = {**progress.blocks, event.block: changed}
            return replace(progress, blocks=blocks, recorded_last=last)
        case _:
            return progress


def _block_after(block: BlockProgress, event: Event) -> BlockProgress:
    data = event.data
    match event.kind:
        case EventKind.RECORDING:
            block = replace(block, files=(*block.files, str(data["file"])))
        case EventKind.TRIAL:
            block = replace(block, trials=(*block.trials, _trial(data)))
        case EventKind.DECISION:
            block = _decided(block, int(data["number"]), str(data["decision"]))
        case EventKind.BLOCK_DONE:
            block = replace(block, done=True)
        case EventKind.SKIPPED:
            block = replace(block, skipped=str(data["why"]))
        case EventKind.PAUSED:
            block = replace(block, paused=True)
        case EventKind.CONTINUED:
            block = replace(block, paused=False, continued_s=float(data.get("at_s", 0.0)))
        case EventKind.CHECKED:
            failed = str(data["why"]) if data["verdict"] == FAILED else ""
            block = replace(block, failed=failed)
        case EventKind.REOPENED:
            block = _reopened(block, int(data.get("more", 0)))
        case _:
            pass
    return block


def _reopened(block: BlockProgress, more: int) -> BlockProgress:
    return replace(
        block,
        done=False,
        skipped="",
        failed="",
        more=block.more + more,
        forgiven=block.repeats,
    )


def _decided(block: BlockProgress, number: int, decision: str) -> BlockProgress:
    """Return a block after a decision; one that lacks a trial again is open."""
    before = block.counted
    own = "" if decision == JUDGED else decision
    trials = tuple(replace(t, decision=own) if t.number == number else t for t in block.trials)
    after = replace(block, trials=trials)
    return replace(after, done=block.done and after.counted >= before and decision != "repeat")


def _trial(data: Mapping[str, Any]) -> TrialEntry:
    return TrialEntry(
        number=int(data["number"]),
        file=str(data["file"]),
        start_s=float(data["start_s"]),
        stop_s=float(data["stop_s"]),
        good=bool(data["good"]),
        why=tuple(str(reason) for reason in data.get("why", ())),
        remarks=tuple(str(remark) for remark in data.get("remarks", ())),
        figures={str(k): float(v) for k, v in data.get("figures", {}).items()},
    )
