"""Protocol files: those that come with gripforce, and the problems of wrong ones."""

import re

import numpy as np
import pytest

from gripforce.errors import UsageError
from gripforce.protocol.library import find_protocol, shipped_protocols
from gripforce.protocol.parse import read_protocol

GOOD = """\
title = "Mine"

[defaults]
mass_g = 300

[[block]]
task = "lift"
title = "Lifts"
instruction = "Lift."
hands = ["first", "second"]
trials = 2
"""


def wrong(text: str) -> list[str]:
    protocol, problems = read_protocol("mine", text)
    assert protocol is None
    return [str(problem) for problem in problems]


def test_the_shipped_ones_are_all_there():
    assert {p.name for p in shipped_protocols()} == {
        "als-battery", "als-battery-light", "quick-lift", "friction-series", "weight-series",
        "observation", "split-hand", "try-out", "drop-catch", "load-steps", "tracking",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "minutes"),
    [("als-battery", 15), ("als-battery-light", 15), ("quick-lift", 5), ("try-out", 2.5)],
)
def test_they_are_as_short_as_they_say(name, minutes):
    assert find_protocol(name).estimate_s <= 60 * minutes


def test_the_battery_has_what_the_issue_names_for_both_hands():
    blocks = find_protocol("als-battery").blocks
    assert [b.task for b in blocks[:2]] == ["check", "zero"]
    for hand in ("first", "second"):
        trials = {b.task: b.trials for b in blocks if b.hand == hand and b.measured}
        assert trials == {"pinch": 3, "slip": 3, "lift": 10, "p2p": 1, "cyclic": 1}
    assert {b.trial_s for b in blocks if b.task == "cyclic"} == {30.0}
    for b in blocks:  # ten movements up and ten down, each with its beat
        if b.task == "p2p":
            assert b.trial_s / b.beat_s == 20
    assert any(b.task == "rest" for b in blocks)


def test_a_block_for_each_hand_with_defaults():
    protocol, problems = read_protocol("mine", GOOD)
    assert not problems
    assert [(b.hand, b.mass_g, b.trials) for b in protocol.blocks] == [
        ("first", 300.0, 2),
        ("second", 300.0, 2),
    ]
    assert protocol.text == GOOD


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('task = "lift"', 'task = "lfit"', 7, "Did you mean lift?"),
        ("trials = 2", "trails = 2", 11, "did you mean trials?"),
        ("trials = 2", "trials = 0", 11, "at least 1"),
        ("trials = 2", 'trials = "two"', 11, "whole number"),
        ("trials = 2", "trials = true", 11, "whole number"),
        ("mass_g = 300", "mass_g = 3", 4, "between 20 and 2000 g"),
        ("mass_g = 300", "mas_g = 300", 4, "did you mean mass_g?"),
        ('title = "Mine"', "", 0, "needs a title"),
        ('title = "Lifts"\n', "", 6, "needs title"),
        ("trials = 2", "valid = { grip_n = [5, 1] }", 11, "first number must be below"),
        ("trials = 2", "valid = { grip = [1, 5] }", 11, "did you mean grip_n?"),
        ("trials = 2", "valid = 3", 11, "must be a table"),
        ("trials = 2", "masses_g = [100, 200, 300]\ntrials = 2", 11, "has 3 values"),
        ("mass_g = 300", "", 7, "needs mass_g"),
        ("trials = 2", "trials = ", 11, "TOML"),
        ('hands = ["first", "second"]', 'hands = "first"', 10, "a list"),
    ],
)
def test_a_problem_is_reported_with_its_line(old, new, line, words):
    problems = wrong(GOOD.replace(old, new))
    place = f"line {line}: " if line else ""
    assert any(text.startswith(place) and words in text for text in problems), problems


def test_every_problem_is_reported():
    text = GOOD.replace("trials = 2", "trials = 0").replace('"lift"', '"lfit"')
    assert len(wrong(text)) == 2


def test_lines_are_those_of_the_block_that_is_wrong():
    second = '\n[[block]]\ntask = "slip"\ntitle = "Slip"\ninstruction = "Open."\ntrial_s = -1\n'
    assert wrong(GOOD + second)[0].startswith("line 17: trial_s")


@pytest.mark.parametrize(
    "text", ["", "block = 3\n", "title = 3\n", "[[block]]\n", "\0", "title='x'"]
)
def test_nonsense_is_refused_without_a_traceback(text):
    assert wrong(text)


def test_a_name_that_is_not_there():
    with pytest.raises(UsageError, match="Use one of `als-battery"):
        find_protocol("nosuch")


def test_a_file_that_is_wrong_names_file_and_line(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(GOOD.replace("trials = 2", "trials = 0"))
    with pytest.raises(UsageError, match=r"mine\.toml, line 11"):
        find_protocol(str(file))
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="not a text file"):
        find_protocol(str(file))


def test_a_block_says_who_drops_the_weight():
    blocks = [b for b in find_protocol("drop-catch").blocks if b.task == "drop"]
    assert [b.dropped_by for b in blocks] == ["self", "experimenter"]
    assert all(b.trials >= 8 for b in blocks)
    lifts = GOOD + '\ndropped_by = "self"\n'
    assert "nothing is dropped" in wrong(lifts)[0]
    assert "dropped_by" in wrong(GOOD + '\ndropped_by = "nurse"\n')[0]


KNOTS = [[1, 1], [2, 1], [5, 4], [9, 4], [12, 1], [13, 1]]
TRACKING = GOOD.replace('"lift"', '"tracking"') + "trial_s = 13\n"


def test_a_target_force_over_time():
    text = f"{TRACKING}target_knots = {KNOTS}\n"
    protocol, problems = read_protocol("mine", text)
    assert not problems
    block, (at_s, force_n) = protocol.blocks[0], np.transpose(KNOTS)
    for since_s in np.arange(0, 15, 0.1):
        assert block.target_at(since_s) == pytest.approx(np.interp(since_s, at_s, force_n))
    assert find_protocol("quick-lift").blocks[-1].target_at(1.0) is None


@pytest.mark.parametrize(
    ("knots", "words"),
    [
        ("[[1, 1]]", "a list of knots"),
        ("[[1, 1], [1, 2]]", "later than the one before"),
        ("[[1, 1], [2]]", "must be \\[seconds, newtons\\]"),
        ("[[1, 1], [2, 0]]", "between 0.5 and 500 N"),
        ("[[1, 1], [14, 2]]", "after the trial"),
    ],
)
def test_a_target_that_cannot_be_followed_is_refused(knots, words):
    assert re.search(words, wrong(f"{TRACKING}target_knots = {knots}\n")[0])


def test_a_target_belongs_to_tracking_alone_and_is_one():
    knots = f"target_knots = {KNOTS}\n"
    assert "follows no target" in wrong(GOOD + "trial_s = 13\n" + knots)[0]
    assert "not both" in wrong(TRACKING + knots + "target_n = [1, 2]\n")[0]
