"""One person's summary: JSON, names, exclusions, warnings."""

import json
from dataclasses import replace

import pytest

from gripforce.analysis.assessment.person import analysis_json, summarize_person
from gripforce.analysis.tasks.registry import analyze_session, analyze_task
from gripforce.errors import UsageError
from tests.analysis.recordings import (
    lifts,
    p2p_recording,
    pinch_recording,
    slips,
)


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
    assert summary["split_hand_ratio"].value == pytest.approx(1.5, rel=0.001)
    right = replace(little, metadata={**little.metadata, "hand": "right"})
    assert "split_hand_ratio" not in summarize_person(analyze_session([index, right])).summary


def test_different_people_are_refused():
    with pytest.raises(UsageError, match="different people \\(A, B\\)"):
        summarize_person(analyze_session([lifts(subject="A"), lifts(subject="B")]))
