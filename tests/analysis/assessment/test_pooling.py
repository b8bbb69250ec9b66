"""Recordings of a person together: neither order nor division into files changes an answer."""

import itertools
import json

import pytest

from gripforce.analysis.assessment.person import analysis_json, summarize_person
from gripforce.analysis.tasks.registry import analyze_session
from tests.analysis.analytic_tasks import Held, held_recording
from tests.analysis.recordings import lifts, p2p_recording, slips

BALANCED = ((0, 1, 3, 2), (1, 2, 0, 3), (2, 3, 1, 0), (3, 0, 2, 1))
"""Orders in which each of four stands in each place, and next behind each other, once."""


def text(results):
    return json.dumps(analysis_json(summarize_person(results)), sort_keys=True)


def answer(recordings):
    return text(analyze_session(recordings))


def named(recording, name):
    object.__setattr__(recording, "path", name)
    return recording


def test_any_order_of_files_gives_the_same_json():
    made = [
        named(lifts(gain=1.2, seed=1), "a.grip"),
        named(lifts(gain=2.6, seed=2), "b.grip"),
        named(slips(2.9, 3.0, 3.1), "s.grip"),
        named(p2p_recording(), "m.grip"),
    ]
    texts = {answer([made[k] for k in order]) for order in BALANCED}
    texts |= {text(order) for order in itertools.permutations(analyze_session(made))}
    assert len(texts) == 1


def test_a_margin_is_that_of_all_files_of_a_hand_and_surface():
    made = [
        named(lifts(gain=1.2, seed=1), "a.grip"),
        named(lifts(gain=2.6, seed=2), "b.grip"),
        named(slips(2.9, 3.0, 3.1), "s.grip"),
    ]
    parts = [summarize_person(analyze_session([one, made[2]])).margin for one in made[:2]]
    both = summarize_person(analyze_session(made)).margin
    low, high = (part.static_margin_pct_of_slip for part in parts)
    assert low.value < both.static_margin_pct_of_slip.value < high.value
    assert both.static_margin_pct_of_slip.n == low.n + high.n
    assert both.slip_force_n.n == 3
    assert both.slip_force_n.ci_low is None


def test_a_second_surface_is_named_with_its_own_margin():
    """The smaller pool was left out without a word."""
    made = [
        named(lifts(gain=1.2, seed=1, surface="suede"), "a.grip"),
        named(lifts(gain=1.3, seed=2, surface="suede"), "b.grip"),
        named(lifts(gain=2.6, seed=3, surface="silk"), "c.grip"),
        named(slips(2.9, 3.0, 3.1, surface="suede"), "s.grip"),
    ]
    analysis = summarize_person(analyze_session(made))
    [said] = [remark for remark in analysis.remarks if "Not in it" in remark]
    assert "that of suede" in said
    assert "c.grip (silk, 400 g): no slip force" in said
    silk = named(slips(5.9, 6.0, 6.1, surface="silk"), "t.grip")
    analysis = summarize_person(analyze_session([*made, silk]))
    [said] = [remark for remark in analysis.remarks if "Not in it" in remark]
    assert "c.grip (silk, 400 g): " in said
    assert " % (n " in said
    rows = analysis.verdicts["excess_margin"].evidence.as_json()["by_recording"]
    assert [(row["file"], row["pooled"]) for row in rows] == [
        ("a.grip", True), ("b.grip", True), ("c.grip", False)
    ]  # fmt: skip


def test_margins_of_several_masses_are_stated_for_each():
    made = [
        named(lifts(gain=1.2, seed=1, mass_g=400.0), "a.grip"),
        named(lifts(gain=1.2, seed=2, mass_g=200.0), "b.grip"),
        named(slips(2.9, 3.0, 3.1), "s.grip"),
    ]
    analysis = summarize_person(analyze_session(made))
    [said] = [remark for remark in analysis.remarks if "several masses" in remark]
    assert "a.grip (400 g): " in said
    assert "b.grip (200 g): " in said


def test_more_files_of_movements_answer_as_one_does():
    one = named(p2p_recording(), "a.grip")
    two = named(p2p_recording(up_gain=0.52), "b.grip")
    first = summarize_person(analyze_session([one])).verdicts["anticipatory_coupling"]
    both = summarize_person(analyze_session([one, two])).verdicts["anticipatory_coupling"]
    assert (first.answer, both.answer) == ("yes", "yes"), both.why


def test_a_slip_test_without_a_slip_is_named():
    held = named(held_recording(Held(), task="slip", mass_g=400), "s.grip")
    analysis = summarize_person(analyze_session([lifts(), held]))
    why = analysis.verdicts["excess_margin"].why
    assert analysis.margin is None
    assert "The slip test (s.grip) gives no slip force: no slip was detected" in why


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_gives_the_same_text(seed):
    assert answer([lifts(seed=seed)]) == answer([lifts(seed=seed)])
