"""Trials that a session did not ask for or did not accept, and those that an examiner rejected.

Two kinds of note are understood: ``{"trial": 3, "verdict": "reject", "why": …}`` by number, and a
session's own events, matched by time. Of a recording that a session made (its metadata say how many
trials were ``asked``, or its notes hold the session's trials), only trials inside a span that the
session accepted are used: not those in a pause, after the block's end, or in a demonstration. The
last note on a trial decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Any, Final

from gripforce.analysis.results import TrialCounts
from gripforce.model import task_spec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gripforce.analysis.results import MeasuredTrial
    from gripforce.model import Recording

_ACCEPTED = frozenset({"accept", "accepted", "good", "ok", "keep"})
BY_EXAMINER: Final = "rejected by the examiner"
NOT_ASKED: Final = "not asked for by the session"
IN_PAUSE: Final = "made while the session was paused"
AFTER_END: Final = "made after the block had ended"
ANOTHER: Final = "another trial stands for the one that was asked for"
_ENDS: Final = {"block done", "skipped", "aborted"}


@dataclass(frozen=True, slots=True)
class AskedSpan:
    """A span of time [s] that a session asked a trial in, as it was judged."""

    start_s: float
    stop_s: float
    verdict: str
    """The reasons of the session's own verdict; "" where it accepted the trial."""
    why: str
    """The reason after all decisions; "" where the trial counts."""

    def has(self, trial: MeasuredTrial, event: str | None) -> bool:
        """Whether a trial belongs to the span, by its event, else by the middle of either."""
        at_s = trial.events.get(event) if event else None
        if at_s is not None:
            return self.start_s <= at_s <= self.stop_s
        start_s, stop_s = trial.trial.start_s, trial.trial.stop_s
        own, other = 0.5 * (start_s + stop_s), 0.5 * (self.start_s + self.stop_s)
        return self.start_s <= own <= self.stop_s or start_s <= other <= stop_s


def rejected_by_number(notes: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Return which trials an examiner rejected, by number, and why."""
    decisions: dict[int, str | None] = {}
    for note in notes:
        number, verdict = note.get("trial"), note.get("verdict")
        if isinstance(number, int) and verdict is not None:
            why = str(note.get("why") or note.get("text") or BY_EXAMINER)
            decisions[number] = None if str(verdict).lower() in _ACCEPTED else why
    return {number: why for number, why in decisions.items() if why is not None}


def not_accepted(recording: Recording, trials: Sequence[MeasuredTrial]) -> dict[int, str]:
    """Return which trials a session did not ask for or did not accept, by number, and why."""
    rejected: dict[int, str] = {}
    spans, asked = asked_spans(recording), _is_of_session(recording)
    for trial in trials:
        event = task_spec(trial.trial.task).occurs_at
        span = next((span for span in spans if span.has(trial, event)), None)
        if span is not None and span.why:
            rejected[trial.trial.number] = span.why
        elif span is None and asked:
            middle_s = 0.5 * (trial.trial.start_s + trial.trial.stop_s)
            rejected[trial.trial.number] = _outside(recording, middle_s)
    return rejected


def duplicates(recording: Recording, trials: Sequence[MeasuredTrial]) -> dict[int, str]:
    """Return the trials of an asked span that another one stands for, by number, and why.

    Of a task with one trial in each span, the one with the largest ``TaskSpec.stands_for`` is used.
    """
    out: dict[int, str] = {}
    for span in asked_spans(recording):
        inside = [
            trial for trial in trials if span.has(trial, task_spec(trial.trial.task).occurs_at)
        ]
        if len(inside) > 1 and (column := task_spec(inside[0].trial.task).stands_for):
            best = max(inside, key=lambda trial: _rank(trial, column))
            out |= {trial.trial.number: ANOTHER for trial in inside if trial is not best}
    return out


def session_counts(recording: Recording, used: int) -> TrialCounts | None:
    """Return how many trials a session asked for, accepted, and are used; None without one."""
    if not _is_of_session(recording):
        return None
    spans, asked = asked_spans(recording), recording.metadata.get("asked")
    good = sum(not span.why for span in spans)
    return TrialCounts(asked if isinstance(asked, int) else len(spans), good, used)


def asked_spans(recording: Recording) -> list[AskedSpan]:
    """Return the spans that a session judged in a recording."""
    spans: dict[int, AskedSpan] = {}
    for note in recording.notes:
        if not _of_this_block(note, recording):
            continue
        number = note.get("number")
        match note:
            case {"event": "trial", "start_s": float(start), "stop_s": float(stop)}:
                words = "; ".join(map(str, note.get("why") or ())) or "not good"
                verdict = "" if note.get("good") else words
                spans[_int(number)] = AskedSpan(start, stop, verdict, verdict)
            case {"event": "decision", "decision": str(decision)} if _int(number) in spans:
                span = spans[_int(number)]
                why = {"keep": "", "judged": span.verdict}.get(decision, BY_EXAMINER)
                spans[_int(number)] = replace(span, why=why)
            case _:
                pass
    return list(spans.values())


def _is_of_session(recording: Recording) -> bool:
    own = (n for n in recording.notes if _of_this_block(n, recording))
    return "asked" in recording.metadata or any(n.get("event") == "trial" for n in own)


def _outside(recording: Recording, at_s: float) -> str:
    """Return why nothing was asked for at a time."""
    paused_s, ended_s = inf, inf
    for note in recording.notes:
        time_s = note.get("at_s")
        if not isinstance(time_s, int | float) or time_s > at_s:
            continue
        match note.get("event"):
            case "paused":
                paused_s = time_s
            case "continued":
                paused_s = inf
            case "trial" | "decision" | "recording":
                ended_s = inf
            case event if event in _ENDS:
                ended_s = time_s
            case _:
                pass
    if ended_s <= at_s:
        return AFTER_END
    return IN_PAUSE if paused_s <= at_s else NOT_ASKED


def _rank(trial: MeasuredTrial, column: str) -> float:
    value = trial.events.get(column, trial.values.get(column))
    return float(value) if isinstance(value, int | float) else -inf


def _of_this_block(note: Mapping[str, Any], recording: Recording) -> bool:
    """Whether a session's note is on this recording's block; blocks count from 0 in notes."""
    block, own = note.get("block"), recording.metadata.get("block")
    return block is None or own is None or _int(block) == _int(own) - 1


def _int(value: Any) -> int:
    return value if isinstance(value, int) else -1
