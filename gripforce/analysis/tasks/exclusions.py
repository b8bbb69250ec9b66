"""Trials that a session or an examiner rejected, read from a recording's notes.

Two kinds of note are understood: ``{"trial": 3, "verdict": "reject", "why": …}`` by number, and
a session's own events, ``{"event": "trial", "start_s", "stop_s", "good", "why"}`` overruled by
``{"event": "decision", "number", "decision": "keep" | "repeat"}``, matched by time. The last
note on a trial decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gripforce.model import Recording, Trial

_ACCEPTED = frozenset({"accept", "accepted", "good", "ok", "keep"})
BY_EXAMINER = "rejected by the examiner"


def rejected_trials(recording: Recording, trials: Iterable[Trial]) -> dict[int, str]:
    """Return which trials are not to be used, by number, and why."""
    rejected = _by_number(recording.notes)
    spans = _spans(recording)
    for trial in trials:
        middle = 0.5 * (trial.start_s + trial.stop_s)
        for start_s, stop_s, why in spans:
            if start_s <= middle <= stop_s and why:
                rejected.setdefault(trial.number, why)
    return rejected


def _by_number(notes: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    decisions: dict[int, str | None] = {}
    for note in notes:
        number, verdict = note.get("trial"), note.get("verdict")
        if isinstance(number, int) and verdict is not None:
            why = str(note.get("why") or note.get("text") or BY_EXAMINER)
            decisions[number] = None if str(verdict).lower() in _ACCEPTED else why
    return {number: why for number, why in decisions.items() if why is not None}


def _spans(recording: Recording) -> list[tuple[float, float, str | None]]:
    """Return the spans that a session judged, with the reason; None where it accepted them."""
    spans: dict[int, tuple[float, float, str | None]] = {}
    for note in recording.notes:
        if not _of_this_block(note, recording):
            continue
        number = note.get("number")
        match note:
            case {"event": "trial", "start_s": float(start), "stop_s": float(stop)}:
                words = "; ".join(map(str, note.get("why") or ())) or "not good"
                spans[_int(number)] = (start, stop, None if note.get("good") else words)
            case {"event": "decision", "decision": str(decision)} if _int(number) in spans:
                start, stop, _ = spans[_int(number)]
                spans[_int(number)] = (start, stop, None if decision == "keep" else BY_EXAMINER)
            case _:
                pass
    return list(spans.values())


def _of_this_block(note: Mapping[str, Any], recording: Recording) -> bool:
    """Whether a session's note is on this recording's block; blocks count from 0 in notes."""
    block, own = note.get("block"), recording.metadata.get("block")
    return block is None or own is None or _int(block) == _int(own) - 1


def _int(value: Any) -> int:
    return value if isinstance(value, int) else -1
