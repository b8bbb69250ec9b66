"""Advice after a recording: which trials to repeat, and what to change at the next try.

Terminal, JSON and report take it from here.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from gripforce.analysis.assessment.doubts import WRONG_FORCES
from gripforce.analysis.results import total_counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gripforce.analysis.results import TaskResult


def repeat_words(results: Iterable[TaskResult]) -> list[str]:
    """Return which trials to repeat, a sentence a recording; nothing where none is.

    What a session did not accept it asked for again: of its trials, those are to be repeated that
    its block still lacks, and those that it accepted and the analysis could not use.
    """
    lines = []
    for block in _blocks(results):
        for result in block:
            bad = [out for out in result.excluded if not out.planned and not out.by_session]
            which = ", ".join(f"{out.trial} ({out.why})" for out in bad)
            if bad:
                lines.append(f"Repeat {result.spec.count(len(bad))} of {result.name}: {which}.")
        lines += _lacking(block)
    return lines


def _blocks(results: Iterable[TaskResult]) -> list[list[TaskResult]]:
    """Return the recordings of each block of a session together; any other alone."""
    blocks: dict[Any, list[TaskResult]] = {}
    for k, result in enumerate(results):
        blocks.setdefault(k if result.counts is None else result.block, []).append(result)
    return list(blocks.values())


def _lacking(block: Sequence[TaskResult]) -> list[str]:
    """Return how many trials a block of a session lacks, as a sentence."""
    counts = total_counts(block)
    if counts is None or counts.good >= counts.asked:
        return []
    of, lacking = block[-1], counts.asked - counts.good
    which = f"{counts.good} of {counts.asked} good"
    return [f"Repeat {of.spec.count(lacking)} of {of.name}: {which}."]


def advice(result: TaskResult) -> list[str]:
    """Return what to do about the flags of a recording, the most frequent flag first.

    Where a force itself is wrong, nothing else is said: trials found in it mean nothing.
    """
    counted = Counter(flag for trial in result.trials for flag in trial.flags)
    wrong = set(WRONG_FORCES) & set(counted)
    if wrong:
        counted = Counter({flag: counted[flag] for flag in wrong})
    total = len(result.trials)
    return [
        f"{flag.advice} (In {n} of {total}: {flag.meaning}.)"
        for flag, n in counted.most_common()
        if flag.advice
    ]
