"""Decide whether grip force is coupled to load force in anticipation, from lifts and movements.

Each criterion is decided by a 95 % interval: wholly on one side of its limit is yes or no, across
it the criterion is undetermined. One *no* is enough for no; *yes* requires every criterion to be
decided. Trials are pooled over the recordings of a task: files and their order do not matter.

- lag: within 60 ms, the fastest grip response to an unexpected load [ColeAbbs1988];
- consistency: single lags scatter by less than 45 ms, because unrelated pulses of grip and load
  have some median lag too; in most lifts grip is ahead of feedback, and a newton of load brings
  the same grip in each;
- r: the force rates correlate with at least 0.5, or load explains grip;
- direction (up-and-down movements): grip rises early in upward movements only, by the size of the
  early change and by the share of downward movements that begin with a rise [Nowak2003];
- catch: grip rises before the impact of a weight that the participant drops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gripforce.analysis.assessment.pooling import pool_by_task
from gripforce.analysis.assessment.questions import COUPLING_QUESTION
from gripforce.analysis.assessment.reference import reference
from gripforce.analysis.assessment.timing_criteria import MOSTLY, side, timing_criteria, too_little
from gripforce.analysis.evidence import Criterion, Evidence, RecordingEvidence
from gripforce.analysis.results import Decision, Verdict
from gripforce.model import task_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gripforce.analysis.assessment.pooling import TaskPool
    from gripforce.analysis.results import Estimate, TaskResult

_CRITERIA_OF_TIMING = 4
"""Of those that can say no."""
_CITED = (
    "direction_selectivity", "early_rise_down_share", "predictive_share_self",
    "predictive_share_experimenter", "gf_onset_self_before_experimenter_ms", "coupling_delay_ms",
    "delay_spread_ms", "ahead_share", "gain_spread_pct", "delay_share", "xcorr_lag_ms",
    "lag_spread_ms", "xcorr_r",
    "rate_peak_lag_ms", "grip_first_share", "preload_ms", "early_gf_change_up_n",
    "early_gf_change_down_n", "peak_lag_ms", "r_zero_lag", "coherence", "phase_locking",
    "gf_onset_self_ms", "gf_onset_experimenter_ms",
)  # fmt: skip
"""Columns that stand beside the decision, the most relevant first."""
_DIRECTION = ("direction_selectivity", "early_rise_down_share")


def coupling_verdict(results: Sequence[TaskResult]) -> Verdict:
    """Decide whether grip anticipates load, as far as these recordings show."""
    pools = [pool for pool in pool_by_task(results).values() if _counts(pool)]
    among = sum(_CRITERIA_OF_TIMING * pool.spec.couples + (pool.task in _OWN_CRITERIA)
                for pool in pools)  # fmt: skip
    recordings = [_evidence(pool, among) for pool in pools]
    evidence = Evidence(recordings=tuple(recordings))
    if not any(part.criteria for part in recordings):
        return Verdict(COUPLING_QUESTION, Decision.UNDETERMINED, _nothing(results), evidence)
    answer, why = _join(recordings)
    return Verdict(COUPLING_QUESTION, answer, why, evidence)


def _counts(pool: TaskPool) -> bool:
    return pool.spec.couples or pool.task in _OWN_CRITERIA


def _evidence(pool: TaskPool, among: int) -> RecordingEvidence:
    criteria = timing_criteria(pool, among) if pool.spec.couples else []
    own = _OWN_CRITERIA.get(pool.task)
    criteria += own(pool, among) if own else []
    return RecordingEvidence(
        task=pool.task,
        file=pool.names,
        timing=pool.timing.why,
        criteria=tuple(criteria),
        figures={column: pool.summary[column] for column in _CITED if column in pool.summary},
        surrogate=pool.surrogate,
    )


def _direction(pool: TaskPool, among: int) -> list[Criterion]:
    selectivity = pool.summary.get("direction_selectivity")
    name = "direction (p2p)"
    if selectivity is None:
        why = "movements up and down, in which grip changes early, are both needed"
        return [Criterion(name, Decision.UNDETERMINED, why)]
    answer = direction_answer(pool.summary, among)
    words = {
        Decision.YES: "grip rises early in upward movements and not in downward ones",
        Decision.NO: "grip rises early whichever way the object is moved",
        Decision.UNDETERMINED: "whether early grip depends on direction is undetermined",
    }
    return [Criterion(name, answer, words[answer], _DIRECTION, "early grip depends on direction")]


def direction_answer(summary: Mapping[str, Estimate], among: int = 1) -> Decision:
    """Return whether early grip depends on direction.

    No, where selectivity is low or most movements down begin with a rise beyond 2 SD of the
    hold; yes, where selectivity is high and they do not.
    """
    selectivity = summary.get("direction_selectivity")
    down = summary.get("early_rise_down_share")
    if selectivity is None:
        return Decision.UNDETERMINED
    limit = reference("direction_selectivity").value or 0.0
    mostly = Decision.YES
    if down is not None:
        mostly = side(down, MOSTLY, below_is=Decision.YES, among=among)
    selective = side(selectivity, limit, below_is=Decision.NO, among=among)
    if Decision.NO in {selective, mostly}:
        return Decision.NO
    return selective


def _catch(pool: TaskPool, among: int) -> list[Criterion]:
    """Return the criterion of self-released weights; none where there were none.

    If grip also anticipates experimenter-released weights, the participant was cued, and no
    decision is made.
    """
    own = pool.summary.get("predictive_share_self")
    if own is None:
        return []
    name = "catch (drop)"
    refusal = too_little(pool, own)
    if refusal:
        return [Criterion(name, Decision.UNDETERMINED, refusal)]
    others = pool.summary.get("predictive_share_experimenter")
    if others is not None and side(others, MOSTLY, below_is=Decision.NO) is Decision.YES:
        why = "grip rises before experimenter-released weights too, so there must have been a cue"
        return [Criterion(name, Decision.UNDETERMINED, why)]
    answer = side(own, MOSTLY, below_is=Decision.NO, among=among)
    words = {
        Decision.YES: "grip rises before the impact of self-released weights",
        Decision.NO: "grip does not rise before the impact of self-released weights",
        Decision.UNDETERMINED: "whether grip rises before the impact is undetermined",
    }
    return [
        Criterion(
            name, answer, words[answer], ("predictive_share_self",), "grip rises before the impact"
        )
    ]


def _join(recordings: Sequence[RecordingEvidence]) -> tuple[Decision, str]:
    """Return the answer, and the sentences of the criteria that decided it."""
    answers = {criterion.answer for part in recordings for criterion in part.criteria}
    order = (Decision.NO, Decision.UNDETERMINED, Decision.YES)
    answer = next(answer for answer in order if answer in answers)
    tasks = {part.task for part in recordings}
    if answer is Decision.YES and len(tasks) > 1:
        return answer, _in_every_task(recordings)
    why = _sentence(recordings, answer)
    others = _titles(part for part in recordings if part.criteria and not part.supports(answer))
    if others and answer is Decision.NO:
        why += f" One such task is enough for this answer, though others do not show it: {others}."
    if others and answer is Decision.UNDETERMINED:
        why += f" Every task must be decided; so far: {others}."
    if len(tasks) == 1:
        why = why.removeprefix(f"{task_spec(*tasks).title}: ")
    return answer, f"{why[0].upper()}{why[1:]}"


def _sentence(recordings: Sequence[RecordingEvidence], answer: Decision) -> str:
    """Return why, task by task; a reason that tasks share stands once."""
    by_why: dict[str, list[RecordingEvidence]] = {}
    for part in recordings:
        found = [c.why.rstrip(".") for c in part.criteria if c.answer is answer]
        if found:
            by_why.setdefault("; ".join(dict.fromkeys(found)), []).append(part)
    return " ".join(f"{_titles(parts)}: {why}." for why, parts in by_why.items())


def _in_every_task(recordings: Sequence[RecordingEvidence]) -> str:
    limit = reference("feedback_latency_ms").low or 0.0
    found = "; ".join(
        f"{task_spec(part.task).title} ({', '.join(c.brief for c in part.criteria)})"
        for part in recordings
        if part.criteria
    )
    return (
        f"In every task grip follows load, sooner than any feedback ({limit:g} ms) could: {found}."
    )


def _titles(parts: Iterable[RecordingEvidence]) -> str:
    return ", ".join(dict.fromkeys(task_spec(part.task).title for part in parts))


def _nothing(results: Sequence[TaskResult]) -> str:
    tasks = ", ".join(sorted({result.task for result in results})) or "no recording"
    return f"Coupling needs lifts, up-and-down or cyclic movements; here: {tasks}."


_OWN_CRITERIA: Final[Mapping[str, Callable[[TaskPool, int], list[Criterion]]]] = {
    "p2p": _direction,
    "drop": _catch,
}
"""Criteria of one task only, beside lag and correlation."""
