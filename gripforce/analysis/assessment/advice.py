"""Advice after a recording: which trials to repeat, and what to change at the next try.

Terminal, JSON and report take it from here.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gripforce.analysis.results import TaskResult


def to_repeat(result: TaskResult) -> dict[int, str]:
    """Return the trials that were lost to the summary and can be repeated, with the reason."""
    return {out.trial: out.why for out in result.excluded if not out.planned}


def repeat_words(result: TaskResult) -> list[str]:
    """Return which trials to repeat, as one sentence; nothing where none is."""
    bad = to_repeat(result)
    which = ", ".join(f"{number} ({why})" for number, why in bad.items())
    return [f"Repeat {result.spec.count(len(bad))} of {result.name}: {which}."] if bad else []


def advice(result: TaskResult) -> list[str]:
    """Return what to do about the flags of a recording, the most frequent flag first."""
    counted = Counter(flag for trial in result.trials for flag in trial.flags)
    total = len(result.trials)
    return [
        f"{flag.advice} (In {n} of {total}: {flag.meaning}.)"
        for flag, n in counted.most_common()
        if flag.advice
    ]
