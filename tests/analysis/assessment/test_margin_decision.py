"""Is the safety margin in excess? Limits, controls, baseline, wording."""

import numpy as np
import pytest

from gripforce.analysis.assessment.person import Control, summarize_person
from gripforce.analysis.tasks.registry import analyze_task
from tests.analysis.recordings import (
    WEIGHT,
    lifts,
    p2p_recording,
)


@pytest.mark.parametrize(
    ("gain", "answer"), [(0.75, "no"), (2.2, "yes")]  # of slip 2.43 N: 37 %, 270 %
)  # fmt: skip
def test_excess_against_the_slip_force(gain, answer):
    made = lifts(gain=gain, slip_n=2.43, age_decade=30)
    verdict = summarize_person([analyze_task(made)]).verdicts["excess_margin"]
    assert verdict.answer == answer
    assert "young adults" in verdict.evidence.as_json()["measured_against"]
    assert "least specific" in verdict.evidence.as_json()["specificity"]
    assert verdict.evidence.as_json()["limit_pct_of_slip"] == 80


@pytest.mark.parametrize(
    "age",
    [{}, *({"age_decade": age} for age in (0, 10, 50, 60, 90, "", "unknown", "60-69", "nan"))],
)
def test_nobody_is_in_excess_for_an_age_without_a_reference(age):
    made = lifts(gain=2.2, slip_n=2.43, **age)
    verdict = summarize_person([analyze_task(made)]).verdicts["excess_margin"]
    assert verdict.answer == "cannot tell"
    assert "above the range published for young adults (10 to 40 %, n not stated" in verdict.why
    below = summarize_person([analyze_task(lifts(gain=0.75, slip_n=2.43, **age))])
    assert below.verdicts["excess_margin"].answer == "no"


def test_a_margin_of_few_lifts_is_not_judged():
    made = lifts(5, gain=2.2, slip_n=2.43, age_decade=30)
    verdict = summarize_person([analyze_task(made)]).verdicts["excess_margin"]
    assert verdict.answer == "cannot tell"
    assert "too few" in verdict.why


def test_near_the_limit_nothing_is_claimed():
    gain = (1.8 * 2.43 - 0.4) / WEIGHT
    verdict = summarize_person([analyze_task(lifts(gain=gain, slip_n=2.43))]).verdicts[
        "excess_margin"
    ]
    assert verdict.answer == "cannot tell"
    assert "more lifts and slips" in verdict.why


def test_a_control_group_takes_the_place_of_our_limit():
    result = analyze_task(lifts(gain=2.2, slip_n=2.43))
    loose = {"static_margin_pct_of_slip": Control(300.0, 100.0, 20)}
    verdict = summarize_person([result], loose).verdicts["excess_margin"]
    assert verdict.answer == "no"
    assert "20 controls" in verdict.why
    limit = verdict.evidence.as_json()["limit_pct_of_slip"]
    assert limit == pytest.approx(300 + 1.645 * 100 * np.sqrt(1 + 1 / 20))


def test_grip_below_the_slip_force_is_a_contradiction():
    verdict = summarize_person([analyze_task(lifts(gain=0.85, slip_n=9.0))]).verdicts[
        "excess_margin"
    ]
    assert verdict.answer == "cannot tell"
    assert "does not fit" in verdict.why


def test_change_since_a_baseline_is_held_against_noise():
    now, before = (
        analyze_task(lifts(gain=1.8)),
        summarize_person([analyze_task(lifts(gain=1.2, seed=3))]),
    )
    verdict = summarize_person([now], None, before.summary).verdicts["excess_margin"]
    assert verdict.evidence.as_json()["ratio_change"]["answer"] == "up"
    same = summarize_person([analyze_task(lifts(gain=1.2, seed=4))], None, before.summary)
    change = same.verdicts["excess_margin"].evidence.as_json()["ratio_change"]
    assert change["answer"] == "no larger than noise"
    assert abs(change["change"]) < change["mdc95"]


@pytest.mark.parametrize(("gain", "word"), [(0.75, "no change is shown"), (1.4, "up by more")])
def test_a_margin_is_named_beside_the_own_baseline(gain, word):
    """The answer stays that of the reference: a baseline of one day knows nothing of other days."""
    before = summarize_person([analyze_task(lifts(gain=0.75, slip_n=2.43, seed=5))]).summary
    now = [analyze_task(lifts(gain=gain, slip_n=2.43, age_decade=70))]
    verdict = summarize_person(now, baseline=before).verdicts["excess_margin"]
    assert "Own baseline: " in verdict.why
    assert word in verdict.why
    assert verdict.answer == summarize_person(now).verdicts["excess_margin"].answer
    change = verdict.evidence.as_json()["margin_change"]
    assert change["n"] == before["static_margin_pct_of_slip"].n


def test_the_group_pattern_is_named_with_its_n_and_source_and_as_no_diagnosis():
    made = p2p_recording(0.5, -0.4, slip_n=2.4, age_decade=30)
    verdict = summarize_person([analyze_task(made)]).verdicts["excess_margin"]
    assert verdict.answer == "yes"
    [pattern] = verdict.evidence.as_json()["patterns"]
    assert "5 people with ALS" in pattern["n"]
    assert "10.1123/mcj.7.3.304" in pattern["source"]
    assert "allows no conclusion about one person" in pattern["text"]


def test_wording_is_never_a_diagnosis():
    made = [
        summarize_person([analyze_task(lifts(gain=g, lag_s=lag, slip_n=2.43))])
        for g in (0.85, 2.2)
        for lag in (0.0, 0.11)
    ]
    for analysis in made:
        for verdict in analysis.verdicts.values():
            for word in ("patient", "disease", "pathol", "diagnos", "abnormal", "ALS"):
                assert word not in verdict.why
