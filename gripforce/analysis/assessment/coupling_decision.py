"""Is grip coupled to load ahead of feedback? What lifts and movements say, joined.

Each criterion answers for itself from a 95 % interval: wholly on one side of its limit is yes
or no, across it nothing is claimed. One *no* is enough for no; for yes all must be known.

- lag: below 60 ms, which is the fastest that grip answers an unexpected load;
- r: the force rates correlate with at least 0.5;
- direction (up-and-down movements): grip rises early where the load does, not both ways;
  by the size of the early change, and by how often a movement down begins with a rise;
- catch: a weight that the person drops is met by grip before it lands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gripforce.analysis.assessment.reference import reference
from gripforce.analysis.results import Decision, Verdict
from gripforce.analysis.statistics.estimates import as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.results import Estimate, TaskResult

QUESTION = "Is grip coupled to load ahead of feedback?"
_COUPLED_TASKS = ("lift", "weights", "surfaces", "p2p", "cyclic")
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of evidence: what it is about, what it answers, and in words why."""

    name: str
    answer: Decision
    why: str


def coupling_verdict(results: Sequence[TaskResult]) -> Verdict:
    """Return whether grip anticipates load, as far as these recordings tell."""
    criteria: list[Criterion] = []
    evidence: dict[str, Any] = {}
    for result in results:
        if result.task in _COUPLED_TASKS:
            found = _criteria(result)
            criteria += found
            evidence.setdefault(result.task, []).append(_evidence(result, found))
        elif result.task == "drop":
            found = _drop(result)
            criteria += found
            evidence.setdefault("drop", []).append(_evidence(result, found))
    if not criteria:
        why = _nothing(results)
        return Verdict(QUESTION, Decision.CANNOT_TELL, why, evidence)
    answer, why = _joined(criteria)
    return Verdict(QUESTION, answer, why, evidence)


def side(estimate: Estimate, limit: float, *, below_is: Decision, slack: float = 0.0) -> Decision:
    """Return on which side of a limit an interval lies, ``slack`` of the device included.

    >>> from gripforce.analysis.results import Estimate
    >>> str(side(Estimate(20.0, 10.0, 30.0, 9), 60.0, below_is=Answer.YES))
    'yes'
    """
    if estimate.ci_low is None or estimate.ci_high is None:
        return Decision.CANNOT_TELL
    if estimate.ci_high + slack < limit:
        return below_is
    if estimate.ci_low - slack > limit:
        return Decision.NO if below_is is Decision.YES else Decision.YES
    return Decision.CANNOT_TELL


def _criteria(result: TaskResult) -> list[Criterion]:
    criteria = [_lag(result), _r(result)]
    if result.task == "p2p":
        criteria.append(_direction(result))
    return criteria


def _lag(result: TaskResult) -> Criterion:
    name, limit = f"lag ({result.task})", reference("feedback_latency_ms").low or 0.0
    lag = result.summary.get("xcorr_lag_ms")
    refusal = _too_little(result, lag)
    if lag is None or refusal:
        return Criterion(name, Decision.CANNOT_TELL, refusal or "no lag was measured")
    slack = result.timing.lag_ms or 0.0
    answer = side(lag, limit, below_is=Decision.YES, slack=slack)
    words = {
        Decision.YES: f"grip comes {_ms(lag)}, sooner than any feedback ({limit:g} ms) could",
        Decision.NO: f"grip comes {_ms(lag)}, as late as feedback ({limit:g} ms or more) would",
        Decision.CANNOT_TELL: f"grip comes {_ms(lag)}: ahead of feedback ({limit:g} ms) or not",
    }
    return Criterion(name, answer, words[answer])


def _r(result: TaskResult) -> Criterion:
    name, limit = f"r ({result.task})", reference("coupled_r").value or 0.0
    r = result.summary.get("xcorr_r")
    refusal = _too_little(result, r)
    if r is None or refusal:
        return Criterion(name, Decision.CANNOT_TELL, refusal or "no correlation was measured")
    answer = side(r, limit, below_is=Decision.NO)
    words = {
        Decision.YES: f"grip goes with load (r {r.median:.2f})",
        Decision.NO: f"grip hardly goes with load (r {r.median:.2f}, below {limit:g})",
        Decision.CANNOT_TELL: f"r of {r.median:.2f} may lie on either side of {limit:g}",
    }
    return Criterion(name, answer, words[answer])


def _direction(result: TaskResult) -> Criterion:
    selectivity = result.summary.get("direction_selectivity")
    name = "direction (p2p)"
    if selectivity is None:
        return Criterion(name, Decision.CANNOT_TELL, "movements up and down are both needed")
    answer = direction_answer(result)
    words = {
        Decision.YES: "grip rises early on the way up and not on the way down",
        Decision.NO: "grip rises early whichever way the object is moved",
        Decision.CANNOT_TELL: "whether early grip depends on direction cannot be told",
    }
    return Criterion(name, answer, words[answer])


def direction_answer(result: TaskResult) -> Decision:
    """Return whether early grip depends on direction.

    No, where selectivity is low or most movements down begin with a rise beyond 2 SD of the
    hold; yes, where selectivity is high and they do not.
    """
    selectivity = result.summary.get("direction_selectivity")
    down = result.summary.get("early_rise_down_share")
    if selectivity is None:
        return Decision.CANNOT_TELL
    limit = reference("direction_selectivity").value or 0.0
    mostly = Decision.YES if down is None else side(down, _MOSTLY, below_is=Decision.YES)
    selective = side(selectivity, limit, below_is=Decision.NO)
    if Decision.NO in {selective, mostly}:
        return Decision.NO
    return selective


def _drop(result: TaskResult) -> list[Criterion]:
    """Return what weights tell that the person dropped; another's cannot be foreseen.

    Where grip rises before those as well, something gave them away, and nothing is claimed.
    """
    own = result.summary.get("predictive_share_self")
    if own is None:
        return []
    name = "catch (drop)"
    refusal = _too_little(result, own)
    if refusal:
        return [Criterion(name, Decision.CANNOT_TELL, refusal)]
    others = result.summary.get("predictive_share_experimenter")
    if others is not None and side(others, _MOSTLY, below_is=Decision.NO) is Decision.YES:
        why = "grip rises before weights too that the person cannot have foreseen"
        return [Criterion(name, Decision.CANNOT_TELL, why)]
    answer = side(own, _MOSTLY, below_is=Decision.NO)
    words = {
        Decision.YES: "grip rises before a weight that the person drops lands",
        Decision.NO: "grip does not rise before a weight that the person drops lands",
        Decision.CANNOT_TELL: "whether grip rises before the impact cannot be told",
    }
    return [Criterion(name, answer, words[answer])]


def _too_little(result: TaskResult, estimate: Estimate | None) -> str | None:
    """Return why a criterion must stay silent; bouts of cycles count for many trials."""
    if result.timing.lag_ms is None:
        return result.timing.why
    flags = {flag for trial in result.trials for flag in trial.flags}
    if estimate is None:
        return "the load hardly varied" if "low_modulation" in flags else None
    fewest = int(reference("fewest_lifts").value or 0)
    if result.task != "cyclic" and estimate.n < fewest:
        return f"{estimate.n} trials are too few: timing needs {fewest} or more"
    return None


def _joined(criteria: list[Criterion]) -> tuple[Decision, str]:
    against = [c for c in criteria if c.answer is Decision.NO]
    unknown = [c for c in criteria if c.answer is Decision.CANNOT_TELL]
    if against:
        return Decision.NO, _sentence(against)
    if unknown:
        return Decision.CANNOT_TELL, _sentence(unknown)
    return Decision.YES, _sentence(criteria)


def _sentence(criteria: list[Criterion]) -> str:
    text = "; ".join(dict.fromkeys(c.why.rstrip(".") for c in criteria))
    return f"{text[0].upper()}{text[1:]}."


def _nothing(results: Sequence[TaskResult]) -> str:
    tasks = ", ".join(sorted({result.task for result in results})) or "no recording"
    return f"Coupling needs lifts, up-and-down or cyclic movements; here: {tasks}."


def _evidence(result: TaskResult, criteria: list[Criterion]) -> dict[str, Any]:
    keys = (
        "direction_selectivity", "early_rise_down_share", "predictive_share_self",
        "predictive_share_experimenter", "gf_onset_self_before_experimenter_ms", "xcorr_lag_ms",
        "xcorr_r", "rate_peak_lag_ms", "grip_first_share", "preload_ms", "early_gf_change_up_n",
        "early_gf_change_down_n", "peak_lag_ms", "coherence", "phase_locking", "gf_onset_self_ms",
        "gf_onset_experimenter_ms",
    )  # fmt: skip
    evidence: dict[str, Any] = {
        "file": result.name,
        "criteria": {c.name: {"answer": str(c.answer), "why": c.why} for c in criteria},
        "timing": result.timing.why,
        **{key: as_json(result.summary[key]) for key in keys if key in result.summary},
    }
    test = result.details.get("surrogate")
    if test is not None:
        evidence["trial_shuffled"] = {"r": test.r, "r_shuffled": test.r_shuffled, "p": test.p}
    return evidence


def _ms(estimate: Estimate) -> str:
    word = "after" if estimate.median >= 0 else "before"
    said = f"{abs(estimate.median):.0f} ms {word} load"
    if estimate.ci_low is None or estimate.ci_high is None:
        return said
    return f"{said} (95 %: {estimate.ci_low:+.0f} to {estimate.ci_high:+.0f})"
