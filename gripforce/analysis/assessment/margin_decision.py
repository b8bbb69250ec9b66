"""Decide whether the safety margin is in excess: against a limit, a control group, or a baseline.

A margin needs a slip test. Its 95 % interval is compared with a limit: that of a control group
where the user has one, else 80 % of the slip force, twice the upper end of the published healthy
range. Without a slip test nothing is called a margin: the ratio of grip to load is compared with
controls and baseline, and the decision is undetermined.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

from gripforce.analysis.assessment.coupling_decision import direction_answer
from gripforce.analysis.assessment.margin import NO_SLIP_FORCE
from gripforce.analysis.assessment.questions import MARGIN_QUESTION
from gripforce.analysis.assessment.reference import LEAST_SPECIFIC, NOWAK_ALS, reference
from gripforce.analysis.assessment.timing_criteria import side
from gripforce.analysis.evidence import Evidence
from gripforce.analysis.metric import specs_of
from gripforce.analysis.results import Decision, SafetyMargin, Verdict
from gripforce.analysis.statistics.reliability import minimal_detectable_change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.results import Estimate, TaskResult

_MARGIN = "static_margin_pct_of_slip"
_RATIO = "gf_lf_ratio"
_UPPER = 1.645
"""Standard normal: 95 % of controls lie below."""


@dataclass(frozen=True, slots=True)
class Control:
    """A control group's figure for one metric, as the user supplies it."""

    mean: float
    sd: float
    n: int

    @property
    def upper(self) -> float:
        """Below it 95 % of new controls are expected, the group's own size counted in."""
        return self.mean + _UPPER * self.sd * sqrt(1 + 1 / self.n)


def margin_verdict(
    results: Sequence[TaskResult],
    margin: SafetyMargin | None,
    controls: Mapping[str, Control] | None = None,
    baseline: Mapping[str, Estimate] | None = None,
    no_margin: Sequence[str] = (),
) -> Verdict:
    """Decide whether the static margin is in excess.

    ``controls`` are a control group's figures by column; ``baseline`` is the person's own earlier
    summary; ``no_margin`` says why there is no margin.
    """
    ratio = _first(results, _RATIO)
    figures: dict[str, Estimate | None] = {} if ratio is None else {_RATIO: ratio}
    facts: dict[str, Any] = {"specificity": LEAST_SPECIFIC}
    if ratio is not None:
        facts |= _beside(ratio, controls or {}, baseline or {}, results)
    if margin is None:
        evidence = Evidence(figures=figures, facts=facts)
        return Verdict(MARGIN_QUESTION, Decision.UNDETERMINED, _without(ratio, no_margin), evidence)
    control = (controls or {}).get(_MARGIN)
    limit = control.upper if control else reference("static_margin_excess_pct_of_slip").value or 0
    facts |= {"slip_source": margin.slip_source, "limit_pct_of_slip": limit}
    figures |= {**dict.fromkeys(specs_of(SafetyMargin)), **margin.figures}
    figures.pop("slip_source")
    share = margin.static_margin_pct_of_slip
    if share.value < 0:
        why = "Grip in the hold was below the slip force: the slip test does not fit these lifts."
        return Verdict(MARGIN_QUESTION, Decision.UNDETERMINED, why, Evidence((), figures, facts))
    answer = side(share, limit, below_is=Decision.NO)
    pattern = _pattern(results, answer)
    facts |= {"patterns": [pattern]} if pattern else {}
    why = _words(answer, share, limit, control)
    return Verdict(MARGIN_QUESTION, answer, why, Evidence((), figures, facts))


def _words(answer: Decision, share: Estimate, limit: float, control: Control | None) -> str:
    origin = f"95 % of {control.n} controls stay below it" if control else "our own choice"
    level = f"{limit:.0f} % ({origin})"
    grips = f"Static grip force is {_pct(share)} above the slip force"
    words = {
        Decision.YES: f"{grips}, more than the limit of {level}.",
        Decision.NO: f"{grips}, less than the limit of {level}.",
        Decision.UNDETERMINED: f"{grips}, which may lie on either side of the limit of {level}: "
        "more lifts and slips are needed.",
    }
    return words[answer]


def _without(ratio: Estimate | None, no_margin: Sequence[str]) -> str:
    ratio_words = "" if ratio is None else f" GF/LF is {ratio.value:.2f}."
    return " ".join(no_margin or [NO_SLIP_FORCE]) + ratio_words


def _beside(
    ratio: Estimate,
    controls: Mapping[str, Control],
    baseline: Mapping[str, Estimate],
    results: Sequence[TaskResult],
) -> dict[str, Any]:
    """Return how a ratio compares with controls and with the person's own earlier one."""
    beside: dict[str, Any] = {}
    control = controls.get(_RATIO)
    if control is not None:
        answer = side(ratio, control.upper, below_is=Decision.NO)
        beside["ratio_above_controls"] = {"answer": str(answer), **asdict(control)}
    earlier = baseline.get(_RATIO)
    if earlier is not None:
        beside["ratio_change"] = _change(ratio, earlier, results)
    return beside


def _change(
    now: Estimate, earlier: Estimate, results: Sequence[TaskResult]
) -> dict[str, float | str]:
    """Return the change since a baseline beside what a change must exceed."""
    sems = [r.details.get("change", {}).get(_RATIO, {}).get("sem") for r in results]
    sem = max((s for s in sems if s is not None), default=float("nan"))
    mdc = minimal_detectable_change(sem, min(now.n, earlier.n))
    change = now.value - earlier.value
    word = "no larger than noise" if abs(change) <= mdc else ("up" if change > 0 else "down")
    note = "within-session noise only: between days more is needed"
    return {"change": change, "mdc95": mdc, "answer": word, "note": note}


def _pattern(results: Sequence[TaskResult], excess: Decision) -> dict[str, str] | None:
    """Return the ALS group finding where a person's figures resemble it."""
    for result in results:
        both_ways = result.task == "p2p" and direction_answer(result.summary) is Decision.NO
        if excess is Decision.YES and both_ways:
            return asdict(NOWAK_ALS)
    return None


def _first(results: Sequence[TaskResult], metric: str) -> Estimate | None:
    return next((r.summary[metric] for r in results if metric in r.summary), None)


def _pct(share: Estimate) -> str:
    if share.ci_low is None or share.ci_high is None:
        return f"{share.value:.0f} %"
    return f"{share.value:.0f} % (95 %: {share.ci_low:.0f} to {share.ci_high:.0f})"
