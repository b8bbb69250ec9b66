"""Margins and verdicts: identities, refusals, words, and people whose truth is planted."""

import json
from dataclasses import replace

import numpy as np
import pytest

from gripforce.analysis.assessment.coupling_decision import side
from gripforce.analysis.assessment.margin import (
    NO_SLIP_TEST,
    find_slips,
    margin_n,
    margin_pct_of_grip,
    margin_pct_of_slip,
    safety_margin,
)
from gripforce.analysis.assessment.person import Control, analysis_json, summarize_person
from gripforce.analysis.assessment.reference import REFERENCES, RELIABILITY, ReferenceTag, reference
from gripforce.analysis.results import Decision, Estimate
from gripforce.analysis.tasks.registry import analyze_session, analyze_task
from tests.analysis.analytic_lifts import AnalyticLift, G, lifts_recording, recording, stream
from tests.analysis.analytic_tasks import Held, held_recording
from tests.analysis.test_tasks import _sum_of, cyclic_recording, p2p_recording, pinch_recording

WEIGHT = 0.4 * G


def lifts(n=12, *, lag_s=0.0, gain=1.2, seed=1, lag_sd_s=0.008, **metadata):
    rng = np.random.default_rng(seed)
    made, at = [], 1.0
    for _ in range(n):
        lag = lag_s + rng.normal(0, lag_sd_s)
        one = AnalyticLift(contact_s=at, hold_s=3.0, lag_s=lag, gain=gain * rng.normal(1, 0.03))
        made.append(one)
        at = one.release_s + 1.0
    return lifts_recording(made, task="lift", **metadata)


def slips(*forces, mass_g=400.0, **metadata):
    helds = []
    for k, force in enumerate(forces):
        begin = 1.0 + 14.0 * k
        slip_s = begin + 2.0 + 8.0 - force
        helds.append(
            Held(
                duration_s=slip_s - begin + 0.5,
                begin_s=begin,
                mass_g=mass_g,
                grip_n=lambda t, b=begin: 8.0 - np.clip(t - b - 2.0, 0, None),
                slips_s=slip_s,
            )
        )
    made = _sum_of(helds)
    return replace(made, metadata={**made.metadata, **metadata, "mass_g": mass_g})


# margin --------------------------------------------------------------------------------------


def test_margins_convert_into_each_other():
    """SM of grip = SM of slip / (1 + SM of slip): science 2.7."""
    grip, slip = np.array([3.0, 5.0, 9.0]), np.array([2.0, 4.0, 3.0])
    of_slip, of_grip = margin_pct_of_slip(grip, slip), margin_pct_of_grip(grip, slip)
    assert of_grip == pytest.approx(100 * (of_slip / 100) / (1 + of_slip / 100))
    assert margin_n(grip, slip) == pytest.approx(of_slip / 100 * slip)


def test_the_margin_is_that_of_the_slip_test():
    results = analyze_session([slips(2.9, 3.0, 3.1), lifts(gain=1.2)])
    analysis = summarize_person(results)
    margin = analysis.margin
    static = 0.4 + 1.2 * WEIGHT
    assert margin.slip_force_n.median == pytest.approx(3.0, rel=0.02)
    assert margin.mu.median == pytest.approx(WEIGHT / 2 / 3.0, rel=0.02)
    assert margin.static_margin_n.median == pytest.approx(static - 3.0, abs=0.15)
    assert margin.static_margin_pct_of_slip.median == pytest.approx(
        100 * (static / 3.0 - 1), rel=0.06
    )
    assert "3 slips" in margin.slip_source
    assert results[1].trials[0].values["slip_force_n"] == pytest.approx(3.0, rel=0.02)
    assert analysis.summary["static_margin_n"] == margin.static_margin_n


def test_another_mass_moves_the_slip_force_with_the_load():
    margin = summarize_person(analyze_session([slips(1.5, 1.5, 1.5, mass_g=200.0), lifts()])).margin
    assert margin.slip_force_n.median == pytest.approx(3.0, rel=0.03)


@pytest.mark.parametrize(
    ("slip", "lift"),
    [
        ({"subject": "A"}, {"subject": "B"}),
        ({"surface": "silk"}, {"surface": "suede"}),
        ({"hand": "left"}, {"hand": "right"}),
        ({"utc": "2026-01-01T09:00:00+00:00"}, {"utc": "2026-01-03T09:00:00+00:00"}),
    ],
)
def test_a_slip_test_of_somebody_or_something_else_does_not_count(slip, lift):
    results = analyze_session([slips(3.0, 3.0, 3.0, **slip), lifts(**lift)])
    analysis = summarize_person(results)
    assert analysis.margin is None
    verdict = analysis.verdicts["excess_margin"]
    assert verdict.answer == "cannot tell"
    assert "cannot be called a safety margin" in verdict.why
    assert NO_SLIP_TEST in analysis.remarks
    assert "gf_lf_ratio" in verdict.evidence


def test_the_dynamic_margin_is_smaller_than_the_static_one():
    margin = summarize_person([analyze_task(lifts(slip_n=2.0))]).margin
    assert margin.dynamic_margin_pct_of_slip.median < margin.static_margin_pct_of_slip.median
    share = margin.dynamic_margin_pct_of_slip.median / 100
    assert margin.dynamic_margin_pct_of_grip.median == pytest.approx(
        100 * share / (1 + share), rel=0.02
    )


def test_a_less_certain_slip_force_makes_a_less_certain_margin():
    sure = summarize_person(analyze_session([slips(2.98, 3.0, 3.02), lifts()])).margin
    unsure = summarize_person(analyze_session([slips(2.5, 3.0, 3.5), lifts()])).margin
    widths = [
        m.static_margin_pct_of_slip.ci_high - m.static_margin_pct_of_slip.ci_low
        for m in (sure, unsure)
    ]
    assert widths[1] > 2 * widths[0]


def test_no_hold_no_margin():
    result = analyze_task(lifts(3, slip_n=2.0))
    assert find_slips(result, ()) is not None
    assert safety_margin(result, None) is None


# excess --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gain", "answer"), [(0.75, "no"), (2.2, "yes")]  # of slip 2.43 N: 37 %, 270 %
)  # fmt: skip
def test_excess_against_the_slip_force(gain, answer):
    verdict = summarize_person([analyze_task(lifts(gain=gain, slip_n=2.43))]).verdicts[
        "excess_margin"
    ]
    assert verdict.answer == answer
    assert "least specific" in verdict.evidence["specificity"]
    assert verdict.evidence["limit_pct_of_slip"] == 80


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
    limit = verdict.evidence["limit_pct_of_slip"]
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
    evidence = summarize_person([now], None, before.summary).verdicts["excess_margin"].evidence
    assert evidence["ratio_change"]["answer"] == "up"
    same = summarize_person([analyze_task(lifts(gain=1.2, seed=4))], None, before.summary)
    change = same.verdicts["excess_margin"].evidence["ratio_change"]
    assert change["answer"] == "no larger than noise"
    assert abs(change["change"]) < change["mdc95"]


# coupling ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lag_s", "answer"), [(0.0, "yes"), (0.030, "yes"), (0.110, "no")])
def test_coupling_by_lag(lag_s, answer):
    verdict = summarize_person([analyze_task(lifts(lag_s=lag_s))]).verdicts["anticipatory_coupling"]
    assert verdict.answer == answer, verdict.why


def test_a_lag_about_the_limit_is_not_judged():
    verdict = summarize_person([analyze_task(lifts(lag_s=0.060))]).verdicts["anticipatory_coupling"]
    assert verdict.answer == "cannot tell"
    assert "60 ms" in verdict.why


@pytest.mark.parametrize(
    ("low", "high", "slack", "answer"),
    [
        (10, 30, 0, "yes"),
        (10, 59, 0, "yes"),
        (10, 59, 2, "cannot tell"),  # the device itself is not that sure
        (10, 61, 0, "cannot tell"),
        (59, 90, 0, "cannot tell"),
        (61, 90, 0, "no"),
        (61, 90, 2, "cannot tell"),
        (None, None, 0, "cannot tell"),
    ],
)
def test_only_a_whole_interval_on_one_side_answers(low, high, slack, answer):
    estimate = Estimate(30.0, low, high, 10)
    assert side(estimate, 60.0, below_is=Decision.YES, slack=slack) == answer
    mirrored = {"yes": "no", "no": "yes"}.get(answer, answer)
    assert side(estimate, 60.0, below_is=Decision.NO, slack=slack) == mirrored


def test_few_lifts_are_too_few():
    verdict = summarize_person([analyze_task(lifts(4))]).verdicts["anticipatory_coupling"]
    assert verdict.answer == "cannot tell"
    assert "too few" in verdict.why


def test_a_slow_device_is_not_asked_about_timing():
    slow = lifts(8)
    samples = slow.streams["force"]
    values = [samples.values[::50, k] for k in (0, 1)]
    kinds = [c.kind for c in samples.stream.channels]
    made = recording(
        stream(kinds, samples.t[::50], values, rate_hz=20.0), task="lift", mass_g=400.0
    )
    verdict = summarize_person([analyze_task(made)]).verdicts["anticipatory_coupling"]
    assert verdict.answer == "cannot tell"
    assert "20 samples a second" in verdict.why


def test_a_load_that_hardly_varies_is_not_judged():
    quiet = cyclic_recording(amplitude_n=0.45)
    verdict = summarize_person([analyze_task(quiet)]).verdicts["anticipatory_coupling"]
    assert verdict.answer == "cannot tell"
    assert "hardly varied" in verdict.why


def test_direction_decides_up_and_down_movements():
    healthy = summarize_person([analyze_task(p2p_recording())]).verdicts["anticipatory_coupling"]
    assert healthy.answer == "yes", healthy.why
    both = summarize_person([analyze_task(p2p_recording(0.5, -0.4))]).verdicts[
        "anticipatory_coupling"
    ]
    assert both.answer == "no"
    assert "whichever way" in both.why


def test_the_group_pattern_is_named_with_its_n_and_source_and_as_no_diagnosis():
    made = p2p_recording(0.5, -0.4, slip_n=2.4)
    verdict = summarize_person([analyze_task(made)]).verdicts["excess_margin"]
    assert verdict.answer == "yes"
    [pattern] = verdict.evidence["patterns"]
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


def test_only_a_slip_test_says_nothing_about_coupling():
    analysis = summarize_person(analyze_session([slips(3.0, 3.1, 3.2)]))
    assert analysis.verdicts["anticipatory_coupling"].answer == "cannot tell"
    assert "Coupling needs lifts" in analysis.verdicts["anticipatory_coupling"].why


# JSON and exclusions -------------------------------------------------------------------------


def test_json_has_the_promised_shape():
    told = analysis_json(summarize_person([analyze_task(lifts(slip_n=2.43))]))
    json.dumps(told)
    assert {"files", "trials", "summary", "verdicts", "excluded"} <= set(told)
    assert set(told["verdicts"]) == {"anticipatory_coupling", "excess_margin"}
    for verdict in told["verdicts"].values():
        assert {"answer", "why", "evidence"} <= set(verdict)
        assert verdict["answer"] in {"yes", "no", "cannot tell"}
    for estimate in told["summary"].values():
        assert set(estimate) == {"median", "ci_low", "ci_high", "n"}
    assert told["trials"] == 12
    assert told["excluded"] == [
        {
            "file": "session.grip",
            "trial": 1,
            "why": "first lift of the condition: stronger than the rest",
        }
    ]


def test_names_of_several_tasks_do_not_collide():
    told = analysis_json(
        summarize_person(analyze_session([lifts(), slips(3.0, 3.1, 3.2), p2p_recording()]))
    )
    assert "gf_static_n" in told["summary"]
    assert "p2p.gf_static_n" in told["summary"]
    assert "slip.slip_force_n" in told["summary"]
    assert told["tasks"]["p2p"]["summary"]["gf_static_n"]["n"] == 8


def test_rejected_trials_are_left_out_with_the_reason():
    made = lifts()
    notes = ({"trial": 3, "verdict": "reject", "why": "sneezed"}, {"trial": 4, "verdict": "reject"},
             {"trial": 4, "verdict": "accept"})  # fmt: skip
    result = analyze_task(replace(made, notes=notes))
    assert [(e.trial, e.why) for e in result.excluded][1:] == [(3, "sneezed")]
    assert result.summary["gf_static_n"].n == 10


def test_what_a_session_judged_is_matched_by_time():
    made = lifts()
    first = analyze_task(made)
    spans = [(t.trial.start_s, t.trial.stop_s) for t in first.trials]
    notes = [
        {"event": "trial", "block": 4, "number": n, "start_s": a, "stop_s": b, "good": n != 5,
         "why": [] if n != 5 else ["no still hold"]}
        for n, (a, b) in enumerate(spans[1:], start=2)
    ]  # fmt: skip
    notes += [
        {"event": "decision", "block": 4, "number": 7, "decision": "repeat"},
        {"event": "decision", "block": 4, "number": 8, "decision": "repeat"},
        {"event": "decision", "block": 4, "number": 8, "decision": "keep"},
        {"event": "decision", "block": 2, "number": 9, "decision": "repeat"},  # another block's
    ]
    metadata = {**made.metadata, "block": 5}
    result = analyze_task(replace(made, notes=tuple(notes), metadata=metadata))
    assert [(e.trial, e.why) for e in result.excluded][1:] == [
        (5, "no still hold"),
        (7, "rejected by the examiner"),
    ]


def test_split_hand_from_two_recordings():
    index = pinch_recording([30.0], digits="thumb-index", hand="left")
    little = pinch_recording([20.0], digits="thumb-little", hand="left")
    summary = summarize_person(analyze_session([index, little])).summary
    assert summary["split_hand_ratio"].median == pytest.approx(1.5, rel=0.001)
    right = replace(little, metadata={**little.metadata, "hand": "right"})
    assert "split_hand_ratio" not in summarize_person(analyze_session([index, right])).summary


def test_different_people_are_not_silently_summed_up():
    analysis = summarize_person(analyze_session([lifts(subject="A"), lifts(subject="B")]))
    assert any("different people (A, B)" in remark for remark in analysis.remarks)


def test_held_objects_alone_are_no_lifts_to_judge():
    analysis = summarize_person([analyze_task(held_recording(Held(), task="p2p"))])
    assert analysis.verdicts["anticipatory_coupling"].answer == "cannot tell"
    assert analysis.trials == 0


# reference -----------------------------------------------------------------------------------


def test_remembered_figures_are_no_norms():
    for entry in REFERENCES:
        assert entry.may_be_a_norm == (entry.tag in {ReferenceTag.CALC, ReferenceTag.PUBLISHED})
        assert entry.source
        assert entry.grade in {"A", "B", "C"}
        assert (entry.grade == "C") == (entry.tag in {ReferenceTag.MEM, ReferenceTag.REC})
    assert len({entry.metric for entry in RELIABILITY}) == len(RELIABILITY)
    with pytest.raises(KeyError):
        reference("no such metric")
