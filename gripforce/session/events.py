"""The events of a session, and the progress that follows from them.

Strategy: the journal holds events and nothing else; a session's state is computed from them. So a
session can be resumed after a crash, and undoing a verdict is one more event.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


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
    MEASURED = "measured"
    """A slip force, for the margin of later blocks."""
    PAUSED = "paused"
    CONTINUED = "continued"
    INTERRUPTED = "interrupted"
    """The recording ended early: device lost, disk full, dashboard gone."""
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
    """``keep`` or ``repeat`` where the operator overruled the verdict."""

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
        case EventKind.FINISHED | EventKind.ABORTED:
            return replace(progress, ended=str(event.kind), why=str(data.get("why", "")))
        case _ if event.block is not None:
            changed = _block_after(progress.block(event.block), event)
            return replace(progress, blocks={**progress.blocks, event.block: changed})
        case _:
            return progress


def _block_after(block: BlockProgress, event: Event) -> BlockProgress:
    data = event.data
    match event.kind:
        case EventKind.RECORDING:
            return replace(block, files=(*block.files, str(data["file"])))
        case EventKind.TRIAL:
            return replace(block, trials=(*block.trials, _trial(data)))
        case EventKind.DECISION:
            number, decision = int(data["number"]), str(data["decision"])
            trials = tuple(
                replace(t, decision=decision) if t.number == number else t for t in block.trials
            )
            # A trial to repeat is missing again, so the block is open until the next BLOCK_DONE.
            return replace(block, trials=trials, done=block.done and decision != "repeat")
        case EventKind.BLOCK_DONE:
            return replace(block, done=True)
        case EventKind.SKIPPED:
            return replace(block, skipped=str(data["why"]))
        case _:
            return block


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
