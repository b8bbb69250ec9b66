"""Is the safety margin in excess? Against the slip test, oneself, or a control group.

A margin needs a slip test. Its 95 % interval is held against a limit: that of a control group
where the user has one, else 80 % of the slip force, twice the upper end of what is published
for healthy hands. Without a slip test nothing is called a margin; the ratio of grip to load
is set beside whatever there is to compare it with, and the answer is that it cannot be told.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

from gripforce.analysis.assessment.coupling_decision import direction_answer, side
from gripforce.analysis.assessment.margin import NO_SLIP_TEST
from gripforce.analysis.assessment.reference import LEAST_SPECIFIC, NOWAK_ALS, reference
from gripforce.analysis.results import Decision, Verdict
from gripforce.analysis.statistics.estimates import as_json
from gripforce.analysis.statistics.reliability import minimal_detectable_change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.results import Estimate, SafetyMargin, TaskResult

QUESTION = "Is the safety margin in excess?"
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
) -> Verdict:
    """Return whether more is gripped than must be; ``baseline`` is one's own earlier summary."""
    evidence: dict[str, Any] = {"specificity": LEAST_SPECIFIC}
    ratio = _first(results, _RATIO)
    if ratio is not None:
        evidence[_RATIO] = as_json(ratio)
        evidence |= _beside(ratio, controls or {}, baseline or {}, results)
    if margin is None:
        return Verdict(QUESTION, Decision.CANNOT_TELL, _without(ratio), evidence)
    evidence |= {key: _plain(value) for key, value in _fields(margin).items()}
    control = (controls or {}).get(_MARGIN)
    limit = control.upper if control else reference("static_margin_excess_pct_of_slip").value or 0
    evidence["limit_pct_of_slip"] = limit
    share = margin.static_margin_pct_of_slip
    if share.median < 0:
        why = "Grip in the hold was below the slip force: the slip test does not fit these lifts."
        return Verdict(QUESTION, Decision.CANNOT_TELL, why, evidence)
    answer = side(share, limit, below_is=Decision.NO)
    pattern = _pattern(results, answer)
    evidence |= {"patterns": [pattern]} if pattern else {}
    return Verdict(QUESTION, answer, _words(answer, share, limit, control), evidence)


def _words(answer: Decision, share: Estimate, limit: float, control: Control | None) -> str:
    whose = f"95 % of {control.n} controls stay below it" if control else "our own limit"
    level = f"{limit:.0f} % ({whose})"
    grips = f"The hand grips {_pct(share)} above the slip force"
    words = {
        Decision.YES: f"{grips}, more than {level}.",
        Decision.NO: f"{grips}, less than {level}.",
        Decision.CANNOT_TELL: f"{grips}, which may lie on either side of {level}: "
        "more lifts and slips would tell.",
    }
    return words[answer]


def _without(ratio: Estimate | None) -> str:
    said = "" if ratio is None else f" GF/LF is {ratio.median:.2f}."
    return NO_SLIP_TEST + said


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
    change = now.median - earlier.median
    word = "no larger than noise" if abs(change) <= mdc else ("up" if change > 0 else "down")
    note = "within-session noise only: between days more is needed"
    return {"change": change, "mdc95": mdc, "answer": word, "note": note}


def _pattern(results: Sequence[TaskResult], excess: Decision) -> dict[str, str] | None:
    """Return the ALS group finding where a person's figures resemble it."""
    for result in results:
        both_ways = result.task == "p2p" and direction_answer(result) is Decision.NO
        if excess is Decision.YES and both_ways:
            return asdict(NOWAK_ALS)
    return None


def _first(results: Sequence[TaskResult], metric: str) -> Estimate | None:
    return next((r.summary[metric] for r in results if metric in r.summary), None)


def _fields(margin: SafetyMargin) -> dict[str, Any]:
    return {name: getattr(margin, name) for name in margin.__slots__}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else as_json(value)


def _pct(share: Estimate) -> str:
    if share.ci_low is None or share.ci_high is None:
        return f"{share.median:.0f} %"
    return f"{share.median:.0f} % (95 %: {share.ci_low:.0f} to {share.ci_high:.0f})"
