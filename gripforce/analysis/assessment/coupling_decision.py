"""Decide whether grip force is coupled to load force in anticipation, from lifts and movements.

Each criterion is decided by a 95 % interval: wholly on one side of its limit is yes or no, across
it the criterion is undetermined. One *no* is enough for no; *yes* requires every criterion to be
decided.

- lag: below 60 ms, the fastest grip response to an unexpected load [ColeAbbs1988];
- r: the force rates correlate with at least 0.5;
- direction (up-and-down movements): grip rises early in upward movements only, by the size of the
  early change and by the share of downward movements that begin with a rise [Nowak2003];
- catch: grip rises before the impact of a weight that the participant drops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gripforce.analysis.assessment.questions import COUPLING_QUESTION
from gripforce.analysis.assessment.reference import reference
from gripforce.analysis.evidence import Criterion, Evidence, RecordingEvidence
from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.results import Decision, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gripforce.analysis.results import Estimate, TaskResult

_MOSTLY = 0.5
_CITED = (
    "direction_selectivity", "early_rise_down_share", "predictive_share_self",
    "predictive_share_experimenter", "gf_onset_self_before_experimenter_ms", "xcorr_lag_ms",
    "xcorr_r", "rate_peak_lag_ms", "grip_first_share", "preload_ms", "early_gf_change_up_n",
    "early_gf_change_down_n", "peak_lag_ms", "coherence", "phase_locking", "gf_onset_self_ms",
    "gf_onset_experimenter_ms",
)  # fmt: skip
"""Columns that stand beside the decision, the most relevant first."""


def coupling_verdict(results: Sequence[TaskResult]) -> Verdict:
    """Decide whether grip anticipates load, as far as these recordings show."""
    recordings = [_evidence(result) for result in results if _counts(result)]
    criteria = [criterion for part in recordings for criterion in part.criteria]
    evidence = Evidence(recordings=tuple(recordings))
    if not criteria:
        return Verdict(COUPLING_QUESTION, Decision.UNDETERMINED, _nothing(results), evidence)
    answer, why = _join(criteria)
    return Verdict(COUPLING_QUESTION, answer, why, evidence)


def _counts(result: TaskResult) -> bool:
    return result.spec.couples or result.task in _OWN_CRITERIA


def _evidence(result: TaskResult) -> RecordingEvidence:
    criteria = [_lag(result), _r(result)] if result.spec.couples else []
    own = _OWN_CRITERIA.get(result.task)
    criteria += own(result) if own else []
    return RecordingEvidence(
        task=result.task,
        file=result.name,
        timing=result.timing.why,
        criteria=tuple(criteria),
        figures={column: result.summary[column] for column in _CITED if column in result.summary},
        surrogate=result.details.get("surrogate"),
    )


def side(estimate: Estimate, limit: float, *, below_is: Decision, slack: float = 0.0) -> Decision:
    """Return on which side of a limit an interval lies.

    ``slack`` is the device's own error, in the unit of both; ``below_is`` the answer of a value
    below the limit.

    >>> from gripforce.analysis.results import Decision, Estimate
    >>> str(side(Estimate(20.0, 10.0, 30.0, 9), 60.0, below_is=Decision.YES))
    'yes'
    """
    if estimate.ci_low is None or estimate.ci_high is None:
        return Decision.UNDETERMINED
    if estimate.ci_high + slack < limit:
        return below_is
    if estimate.ci_low - slack > limit:
        return Decision.NO if below_is is Decision.YES else Decision.YES
    return Decision.UNDETERMINED


def _lag(result: TaskResult) -> Criterion:
    name, limit = f"lag ({result.task})", reference("feedback_latency_ms").low or 0.0
    lag = result.summary.get("xcorr_lag_ms")
    refusal = _too_little(result, lag)
    if lag is None or refusal:
        return Criterion(name, Decision.UNDETERMINED, refusal or "no lag was measured")
    slack = result.timing.lag_ms or 0.0
    answer = side(lag, limit, below_is=Decision.YES, slack=slack)
    words = {
        Decision.YES: f"grip comes {_ms(lag)}, sooner than any feedback ({limit:g} ms) could",
        Decision.NO: f"grip comes {_ms(lag)}, as late as feedback ({limit:g} ms or more) would",
        Decision.UNDETERMINED: f"grip comes {_ms(lag)}: ahead of feedback ({limit:g} ms) or not",
    }
    return Criterion(name, answer, words[answer])


def _r(result: TaskResult) -> Criterion:
    name, limit = f"r ({result.task})", reference("coupled_r").value or 0.0
    r = result.summary.get("xcorr_r")
    refusal = _too_little(result, r)
    if r is None or refusal:
        return Criterion(name, Decision.UNDETERMINED, refusal or "no correlation was measured")
    answer = side(r, limit, below_is=Decision.NO)
    words = {
        Decision.YES: f"grip follows load closely (r {r.value:.2f})",
        Decision.NO: f"grip hardly follows load (r {r.value:.2f}, below {limit:g})",
        Decision.UNDETERMINED: f"r of {r.value:.2f} may lie on either side of {limit:g}",
    }
    return Criterion(name, answer, words[answer])


def _direction(result: TaskResult) -> list[Criterion]:
    selectivity = result.summary.get("direction_selectivity")
    name = "direction (p2p)"
    if selectivity is None:
        why = "movements up and down are both needed"
        return [Criterion(name, Decision.UNDETERMINED, why)]
    answer = direction_answer(result)
    words = {
        Decision.YES: "grip rises early in upward movements and not in downward ones",
        Decision.NO: "grip rises early whichever way the object is moved",
        Decision.UNDETERMINED: "whether early grip depends on direction is undetermined",
    }
    return [Criterion(name, answer, words[answer])]


def direction_answer(result: TaskResult) -> Decision:
    """Return whether early grip depends on direction.

    No, where selectivity is low or most movements down begin with a rise beyond 2 SD of the
    hold; yes, where selectivity is high and they do not.
    """
    selectivity = result.summary.get("direction_selectivity")
    down = result.summary.get("early_rise_down_share")
    if selectivity is None:
        return Decision.UNDETERMINED
    limit = reference("direction_selectivity").value or 0.0
    mostly = Decision.YES if down is None else side(down, _MOSTLY, below_is=Decision.YES)
    selective = side(selectivity, limit, below_is=Decision.NO)
    if Decision.NO in {selective, mostly}:
        return Decision.NO
    return selective


def _catch(result: TaskResult) -> list[Criterion]:
    """Return the criterion of self-released weights; none where there were none.

    If grip also anticipates experimenter-released weights, the participant was cued, and no
    decision is made.
    """
    own = result.summary.get("predictive_share_self")
    if own is None:
        return []
    name = "catch (drop)"
    refusal = _too_little(result, own)
    if refusal:
        return [Criterion(name, Decision.UNDETERMINED, refusal)]
    others = result.summary.get("predictive_share_experimenter")
    if others is not None and side(others, _MOSTLY, below_is=Decision.NO) is Decision.YES:
        why = "grip rises before experimenter-released weights too, so there must have been a cue"
        return [Criterion(name, Decision.UNDETERMINED, why)]
    answer = side(own, _MOSTLY, below_is=Decision.NO)
    words = {
        Decision.YES: "grip rises before the impact of self-released weights",
        Decision.NO: "grip does not rise before the impact of self-released weights",
        Decision.UNDETERMINED: "whether grip rises before the impact is undetermined",
    }
    return [Criterion(name, answer, words[answer])]


def _too_little(result: TaskResult, estimate: Estimate | None) -> str | None:
    """Return why a criterion cannot be decided, if so; a bout of cycles counts for many trials."""
    if result.timing.lag_ms is None:
        return result.timing.why
    flags = {flag for trial in result.trials for flag in trial.flags}
    if estimate is None:
        return "the load hardly varied" if TrialFlag.LOW_MODULATION in flags else None
    fewest = int(reference("fewest_lifts").value or 0)
    if not result.spec.many_in_one and estimate.n < fewest:
        return f"{estimate.n} trials are too few: timing needs {fewest} or more"
    return None


def _join(criteria: list[Criterion]) -> tuple[Decision, str]:
    against = [c for c in criteria if c.answer is Decision.NO]
    unknown = [c for c in criteria if c.answer is Decision.UNDETERMINED]
    if against:
        return Decision.NO, _sentence(against)
    if unknown:
        return Decision.UNDETERMINED, _sentence(unknown)
    return Decision.YES, _sentence(criteria)


def _sentence(criteria: list[Criterion]) -> str:
    text = "; ".join(dict.fromkeys(c.why.rstrip(".") for c in criteria))
    return f"{text[0].upper()}{text[1:]}."


def _nothing(results: Sequence[TaskResult]) -> str:
    tasks = ", ".join(sorted({result.task for result in results})) or "no recording"
    return f"Coupling needs lifts, up-and-down or cyclic movements; here: {tasks}."


def _ms(estimate: Estimate) -> str:
    word = "after" if estimate.value >= 0 else "before"
    lag = f"{abs(estimate.value):.0f} ms {word} load"
    if estimate.ci_low is None or estimate.ci_high is None:
        return lag
    return f"{lag} (95 %: {estimate.ci_low:+.0f} to {estimate.ci_high:+.0f})"


_OWN_CRITERIA: Final[Mapping[str, Callable[[TaskResult], list[Criterion]]]] = {
    "p2p": _direction,
    "drop": _catch,
}
"""Criteria of one task only, beside lag and correlation."""
