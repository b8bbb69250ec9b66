"""Visits: hands apart, sessions apart, each hand's baseline its own."""

from gripforce.analysis.assessment.visits import summarize_visit, summarize_visits
from gripforce.analysis.tasks.registry import analyze_session
from tests.analysis.recordings import lifts, slips


def visit(*recordings, earlier=()):
    return summarize_visit(analyze_session(list(recordings)), None, earlier)


def test_hands_are_never_pooled():
    found = visit(lifts(hand="left"), lifts(hand="right"))
    assert list(found.hands) == ["right", "left"]
    assert all(len(analysis.results) == 1 for analysis in found.hands.values())


def test_a_recording_without_a_hand_joins_the_only_one():
    found = visit(lifts(hand="left"), slips(3.0, 3.1, 3.2))
    assert list(found.hands) == ["left"]
    assert found.hands["left"].margin is not None


def test_a_recording_without_a_hand_joins_neither_of_two():
    found = visit(lifts(hand="left"), lifts(hand="right"), slips(3.0, 3.1, 3.2))
    assert list(found.hands) == ["right", "left", ""]


def test_the_baseline_is_the_last_earlier_visit_of_the_same_hand():
    results = analyze_session(
        [
            lifts(hand="left", session="ses-02", utc="2026-02-01T10:00:00+00:00", gain=1.5),
            lifts(hand="left", session="ses-01", utc="2026-01-01T10:00:00+00:00", gain=1.2),
        ]
    )
    earlier = summarize_visits(results)
    assert [one.session for one in earlier] == ["ses-01", "ses-02"]
    now = visit(lifts(hand="left", gain=1.5), lifts(hand="right"), earlier=earlier)
    facts = now.hands["left"].verdicts["excess_margin"].evidence.facts
    assert facts["ratio_change"]["change"] == 0
    assert "ratio_change" not in now.hands["right"].verdicts["excess_margin"].evidence.facts
