"""Decide whether the safety margin is in excess: against a limit, a control group, or a baseline.

A margin needs a slip test. Its 95 % interval is compared with a limit, and the answer names what it
is measured against: a control group where the user has one, else twice the upper end of the range
published for young adults. Healthy margins grow with age [Cole1999], so that a margin above that
range is in excess only for the ages that it was measured at; for others, and where the age is not
recorded, the answer is undetermined. The person's own baseline is named beside the answer and does
not make it: how far margins vary between days is not known. Without a slip test nothing is called a
margin: the ratio of grip to load is compared with controls and baseline, and the decision is
undetermined.
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
from gripforce.analysis.statistics.change import change_between
from gripforce.analysis.statistics.estimates import FEWEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.results import Estimate, TaskResult

_MARGIN = "static_margin_pct_of_slip"
_RATIO = "gf_lf_ratio"
_YOUNG = (20, 50)
"""Decades of age, from and below; slip force and margin grow from 50 and 60 years on [Cole1999]."""
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
    *,
    by_recording: Sequence[Mapping[str, Any]] = (),
) -> Verdict:
    """Decide whether the static margin is in excess.

    ``controls`` are a control group's figures by column; ``baseline`` is the person's own earlier
    summary; ``no_margin`` says why there is no margin; ``by_recording`` are the margins of several
    recordings, each by itself.
    """
    ratio, controls, baseline = _first(results, _RATIO), controls or {}, baseline or {}
    figures: dict[str, Estimate | None] = {} if ratio is None else {_RATIO: ratio}
    facts: dict[str, Any] = {"specificity": LEAST_SPECIFIC}
    if ratio is not None:
        facts |= _beside(ratio, controls, baseline, results)
    if margin is None:
        evidence = Evidence(figures=figures, facts=facts)
        return Verdict(MARGIN_QUESTION, Decision.UNDETERMINED, _without(ratio, no_margin), evidence)
    share, control = margin.static_margin_pct_of_slip, controls.get(_MARGIN)
    facts |= _facts(results, margin, control)
    facts |= {"by_recording": list(by_recording)} if len(by_recording) > 1 else {}
    answer, why = _answer(results, share, control)
    earlier = baseline.get(_MARGIN)
    if earlier is not None and share.value >= 0:
        moved = _since_baseline(share, earlier)
        facts["margin_change"] = moved
        why += f" {moved['why']}"
    return Verdict(MARGIN_QUESTION, answer, why, Evidence((), _figures(margin) | figures, facts))


def _limit(control: Control | None) -> float:
    """Return the margin above which it is in excess, in percent of slip force."""
    published = reference("static_margin_excess_pct_of_slip").value or 0.0
    return control.upper if control else published


def _facts(
    results: Sequence[TaskResult], margin: SafetyMargin, control: Control | None
) -> dict[str, Any]:
    """Return what the margin is measured against, and a pattern that it may resemble."""
    limit = _limit(control)
    pattern = _pattern(results, side(margin.static_margin_pct_of_slip, limit, below_is=Decision.NO))
    return {
        "slip_source": margin.slip_source,
        "limit_pct_of_slip": limit,
        "measured_against": _measured_against(control),
        **({"patterns": [pattern]} if pattern else {}),
    }


def _figures(margin: SafetyMargin) -> dict[str, Estimate | None]:
    """Return the figures of a margin, what decides first."""
    found: dict[str, Estimate | None] = {
        _MARGIN: margin.static_margin_pct_of_slip,
        **dict.fromkeys(specs_of(SafetyMargin)),
        **margin.figures,
    }
    found.pop("slip_source")
    return found


def _answer(
    results: Sequence[TaskResult], share: Estimate, control: Control | None
) -> tuple[Decision, str]:
    """Return the answer, and why."""
    if share.value < 0:
        why = "Grip in the hold was below the slip force: the slip test does not fit these lifts."
        return Decision.UNDETERMINED, why
    limit = _limit(control)
    answer = side(share, limit, below_is=Decision.NO)
    if answer is Decision.YES and control is None and not _is_young(results):
        return Decision.UNDETERMINED, _above_young(share, limit)
    return answer, _words(answer, share, limit, control)


def _is_young(results: Sequence[TaskResult]) -> bool:
    """Whether the recordings state an age, by decade, of young adults."""
    decades = {str(r.recording.metadata.get("age_decade") or "") for r in results} - {""}
    try:
        return bool(decades) and all(_YOUNG[0] <= float(d) < _YOUNG[1] for d in decades)
    except ValueError:
        return False


def _measured_against(control: Control | None) -> str:
    if control is not None:
        return f"{control.n} controls"
    source = reference(_MARGIN)
    return (
        f"young adults, published range {source.low:g} to {source.high:g} % of slip force "
        f"(n not stated; {source.source}); limit: twice its upper end (our own choice)"
    )


def _since_baseline(now: Estimate, earlier: Estimate) -> dict[str, Any]:
    """Return how a margin stands to the person's own baseline: beside the answer, never the answer.

    The intervals of two sessions know nothing of how a person varies between days.
    """
    found = change_between(earlier, now)
    words = f"Own baseline: {_pct(earlier)}"
    word = found.answer
    why = f"{words}: {word} by more than the scatter within both sessions; days vary by more."
    if found.noise is None:
        why = f"{words}, too few trials to compare."
    elif abs(found.change) <= found.noise:
        why = f"{words}: no change is shown."
    facts = {"change": found.change, "baseline": earlier.value, "n": earlier.n}
    return {**facts, "answer": word, "why": why}


def _above_young(share: Estimate, limit: float) -> str:
    source = reference(_MARGIN)
    return (
        f"Static grip force is {_pct(share)} above the slip force: above the range published for "
        f"young adults ({source.low:g} to {source.high:g} %, n not stated; {source.source}), and "
        f"above twice its upper end ({limit:.0f} %). There is no reference for this age, or no "
        "age is recorded; use --controls."
    )


def _words(answer: Decision, share: Estimate, limit: float, control: Control | None) -> str:
    against = (
        f"95 % of {control.n} controls stay below it"
        if control
        else "twice the upper end published for young adults, our own choice"
    )
    level = f"{limit:.0f} % ({against})"
    grips = f"Static grip force is {_pct(share)} above the slip force"
    if share.ci_low is None:
        return f"{grips}: {share.n} trials are too few for an interval, which needs {FEWEST}."
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
    if earlier is not None and _is_of_one_weight(results):
        found = change_between(earlier, ratio)
        note = "within-session noise only: between days more is needed"
        beside["ratio_change"] = {
            "change": found.change, "mdc95": found.noise, "answer": found.answer, "note": note,
        }  # fmt: skip
    return beside


def _is_of_one_weight(results: Sequence[TaskResult]) -> bool:
    """Whether the ratio is not a median over different weights."""
    return all(r.spec.one_weight for r in results if _RATIO in r.summary)


def baseline_words(evidence: Evidence) -> str:
    """Return how the ratio has changed since the last visit; "" where there is no baseline."""
    found = evidence.facts.get("ratio_change")
    if found is None:
        return ""
    change, mdc = found["change"], found["mdc95"]
    since = f"Since the last visit GF/LF has changed by {change:+.2f}"
    if mdc is None:
        return f"{since}; whether that is more than noise cannot be told."
    noise = f"noise within a session reaches {mdc:.2f}, between days it is more"
    return f"{since}: {found['answer']} ({noise})."


def _pattern(results: Sequence[TaskResult], excess: Decision) -> dict[str, str] | None:
    """Return the ALS group finding where a person's figures resemble it."""
    for result in results:
        both_ways = result.task == "p2p" and direction_answer(result.summary) is Decision.NO
        if excess is Decision.YES and both_ways:
            return asdict(NOWAK_ALS)
    return None


def _first(results: Sequence[TaskResult], metric: str) -> Estimate | None:
    """Return a figure of the first recording that has it, the best task for a margin first."""
    ranked = sorted(results, key=lambda r: (r.spec.margin_rank is None, r.spec.margin_rank or 0))
    return next((r.summary[metric] for r in ranked if metric in r.summary), None)


def _pct(share: Estimate) -> str:
    if share.ci_low is None or share.ci_high is None:
        return f"{share.value:.0f} %"
    return f"{share.value:.0f} % (95 %: {share.ci_low:.0f} to {share.ci_high:.0f})"
