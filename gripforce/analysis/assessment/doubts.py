"""Withhold figures and answers where a doubt stands on most trials, and say which and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.results import Decision
from gripforce.model import task_spec
from gripforce.model.whose import surface_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.results import Estimate, TaskResult, Verdict

WRONG_FORCES: Final = (
    TrialFlag.NEGATIVE_FORCE,
    TrialFlag.EXCHANGED,
    TrialFlag.LOAD_UNIT,
    TrialFlag.GRIP_UNIT,
)
"""Sign, unit or map of a force is wrong."""
DOUBTS: Final = (
    *WRONG_FORCES,
    TrialFlag.SATURATED,
    TrialFlag.CLIPPED,
    TrialFlag.SPIKES,
    TrialFlag.ZERO_MOVES,
    TrialFlag.NO_BASELINE,
    TrialFlag.LOAD_OFF_WEIGHT,
)
"""Flags that, on most trials of a task, leave no answer; the gravest first."""
_OF_LEVEL: Final = (TrialFlag.ZERO_MOVES, TrialFlag.NO_BASELINE, TrialFlag.LOAD_OFF_WEIGHT)
"""Doubts on the level of a force, not on its changes."""
_GRIP_ALONE: Final = "gf_"
_RATIO: Final = "_ratio"
_TIMING: Final = ("_ms", "_r", "_share", "_hz", "_s")
"""Endings of columns that stay without a zero: they do not rest on the level of a force."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubt on a task's trials."""

    task: str
    flag: TrialFlag | None
    """None: of the recordings together, not of a trial."""
    sentence: str

    def spares(self, column: str) -> bool:
        """Whether a figure can be given in spite of it."""
        if self.flag is TrialFlag.LOAD_OFF_WEIGHT and column.startswith(_GRIP_ALONE):
            return not column.endswith(_RATIO)
        return self.flag in _OF_LEVEL and column.endswith(_TIMING)

    @property
    def spares_coupling(self) -> bool:
        """Whether lags and correlations are decided in spite of it: no factor changes them."""
        return self.flag is TrialFlag.LOAD_OFF_WEIGHT


def find_task_doubts(results: Sequence[TaskResult]) -> list[Doubt]:
    """Return what is doubtful in most trials of each task, or in whole recordings without any."""
    doubts = []
    for task in dict.fromkeys(result.task for result in results):
        alike = [result for result in results if result.task == task]
        doubts += [*_of_trials(task, alike), *_of_surfaces(task, alike)]
    return doubts


def _of_trials(task: str, results: Sequence[TaskResult]) -> list[Doubt]:
    total = sum(len(result.trials) for result in results)
    counted = Counter(flag for r in results for trial in r.trials for flag in trial.flags)
    said = {flag: text for r in results for flag, text in r.details.get("doubts", {}).items()}
    found = []
    for flag in DOUBTS:
        if total and 2 * counted[flag] > total:
            where = f"In {counted[flag]} of {task_spec(task).count(total)}"
            found.append(Doubt(task, flag, f"{where} {said.get(flag, flag.meaning)}"))
        elif not total and flag in said:
            found.append(Doubt(task, flag, said[flag][0].upper() + said[flag][1:]))
    return [replace(doubt, sentence=_ended(doubt.sentence)) for doubt in found]


def common_conditions(results: Sequence[TaskResult]) -> list[str]:
    """Return a sentence for each flag that most trials of a recording have, beside the doubts."""
    said = []
    for result in results:
        for flag in (f for f in TrialFlag if f in result.common_flags and f not in DOUBTS):
            without = [str(t.trial.number) for t in result.trials if flag not in t.flags]
            total = len(result.trials)
            count = result.spec.count(total)
            where = f"{result.name}: in {total - len(without)} of {count} {flag.meaning}"
            beside = f" (not in {', '.join(without)})" if without else ""
            said.append(f"{where}{beside}.")
    return said


def _of_surfaces(task: str, results: Sequence[TaskResult]) -> list[Doubt]:
    """Return a doubt where trials of different surfaces would be pooled; slips never are."""
    if task == "slip":
        return []
    surfaces = {surface_of(r.recording.metadata) for r in results} - {""}
    if len(surfaces) < 2:  # noqa: PLR2004 - one surface's
        return []
    named = ", ".join(sorted(surfaces))
    title = task_spec(task).title
    sentence = f"{title}: recordings on different surfaces ({named}) are not pooled."
    return [Doubt(task, None, f"{sentence} Analyze each surface by itself.")]


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(("?", ".")) else f"{sentence}."


def without_doubtful(
    summary: Mapping[str, Estimate], task: str, doubts: Sequence[Doubt]
) -> dict[str, Estimate]:
    """Return a task's summary without the figures that a doubt forbids."""
    own = [doubt for doubt in doubts if doubt.task == task]
    return {c: e for c, e in summary.items() if all(doubt.spares(c) for doubt in own)}


def doubted(verdict: Verdict, doubts: Sequence[Doubt]) -> Verdict:
    """Return a verdict that cannot tell, with the reasons, where there are doubts."""
    if not doubts:
        return verdict
    why = " ".join(dict.fromkeys(doubt.sentence for doubt in doubts))
    return replace(verdict, answer=Decision.UNDETERMINED, why=why)
