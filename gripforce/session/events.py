"""What happened in a session, event by event, and what is known after all of them.

Strategy: the journal holds events and nothing else; the state of a session is their fold. So what
a crash leaves behind is a session that can go on, and undoing a verdict is one more event.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class EventKind(StrEnum):
    """What an event is; these words stand in the journal."""

    SESSION = "session"
    """The session begins: subject, condition, protocol word for word."""
    RECORDING = "recording"
    """A block is being recorded to a file."""
    TRIAL = "trial"
    """A trial and its verdict."""
    DECISION = "decision"
    """A person overrules a verdict."""
    BLOCK_DONE = "block done"
    SKIPPED = "skipped"
    """Could not or should not be done; why is data."""
    MEASURED = "measured"
    """A figure for later blocks: the slip force."""
    PAUSED = "paused"
    CONTINUED = "continued"
    INTERRUPTED = "interrupted"
    """The recording broke off: device lost, disk full, dashboard gone."""
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
    """One trial: where it is, what was found wrong with it, and whether it counts."""

    number: int
    """Within the block, from 1, bad ones counted."""
    file: str
    start_s: float
    stop_s: float
    good: bool
    why: tuple[str, ...] = ()
    """What is wrong with it, in words."""
    remarks: tuple[str, ...] = ()
    """Worth knowing, no reason to repeat it."""
    figures: Mapping[str, float] = field(default_factory=dict)
    decision: str = ""
    """``keep`` or ``repeat`` where a person overruled the verdict."""

    @property
    def counts(self) -> bool:
        """Whether it is one of the trials that were asked for."""
        return self.decision == "keep" or (self.good and self.decision != "repeat")


@dataclass(frozen=True, slots=True)
class BlockProgress:
    """What has been done of one block."""

    files: tuple[str, ...] = ()
    trials: tuple[TrialEntry, ...] = ()
    done: bool = False
    skipped: str = ""

    @property
    def counted(self) -> int:
        """Trials that count."""
        return sum(trial.counts for trial in self.trials)

    @property
    def repeats(self) -> int:
        """Trials that do not count."""
        return len(self.trials) - self.counted

    @property
    def over(self) -> bool:
        """Whether nothing more is to be done."""
        return self.done or bool(self.skipped)


@dataclass(frozen=True, slots=True)
class SessionProgress:
    """What is known after some events."""

    about: Mapping[str, Any] = field(default_factory=dict)
    """Of the session: ``subject, first_hand, protocol, protocol_text, condition`` and more."""
    blocks: Mapping[int, BlockProgress] = field(default_factory=dict)
    slip_n: Mapping[str, float] = field(default_factory=dict)
    """Measured slip force by ``hand/surface/mass``."""
    ended: str = ""
    """``finished`` or ``aborted``."""
    why: str = ""
    """Of the abort."""

    def block(self, index: int) -> BlockProgress:
        """Return what has been done of a block."""
        return self.blocks.get(index, BlockProgress())


def replay_events(
    events: Iterable[Event], progress: SessionProgress | None = None
) -> SessionProgress:
    """Return what is known after the events."""
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
            # A trial that was taken back is missing again: the block is open until it says done.
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
