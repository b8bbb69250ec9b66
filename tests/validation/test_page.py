"""The validation page: tables with n, seed and targets, sections replaced one by one."""

import re
import sys

import pytest

from tests.docs.bibliography import ROOT
from validation.__main__ import parse
from validation.page import HEAD, merge, render
from validation.registry import SECTIONS
from validation.section import Row, Section, Settings, Table, Target

DAY = "2026-01-31"


def section(name, *rows):
    return Section(name, name.title(), "About it.", lambda _: [Table("what", "trials", rows)])


def rendered(one):
    return render(one, list(one.measure(Settings())), f"python -m validation {one.name}", DAY)


GOOD = Row("good", {"error (ms)": -1.25}, n=12, seed=7, asked=(Target("error (ms)", 2),))
BAD = Row("bad", {"error (ms)": 3.0}, n=12, seed=8, asked=(Target("error (ms)", 2),))
EMPTY = Row("empty", {"error (ms)": None}, n=0, asked=(Target("error (ms)", 2),))


def test_a_row_says_what_was_measured_on_how_many_and_whether_it_met_the_target():
    text = rendered(section("lag", GOOD, BAD, EMPTY))
    assert "| what | error (ms) | met | trials | seed |" in text
    assert "| good | −1.25 | yes | 12 | 7 |" in text
    assert "| bad | 3 | **not met:** error (ms) | 12 | 8 |" in text
    assert "| empty | – | **not met:** error (ms) | 0 | – |" in text
    assert "Asked: error (ms) ≤ 2." in text
    assert "`python -m validation lag` · gripforce 0.1.0, numpy" in text


def test_a_floor_and_a_ceiling():
    assert Target("share", 90, floor=True).is_met(90.0)
    assert not Target("share", 90, floor=True).is_met(89.9)
    assert Target("bias", 2).is_met(-2.0)
    assert not Target("bias", 2).is_met(-2.1)
    assert not Target("bias", 2).is_met("word")


def test_one_section_is_replaced_and_the_others_stay():
    first, second = section("lag", GOOD), section("onsets", GOOD)
    page = merge("", [("lag", rendered(first)), ("onsets", rendered(second))])
    changed = merge(page, [("lag", rendered(section("lag", BAD))), ("onsets", "")])
    assert "| bad |" in changed
    assert changed.count("| good |") == 1
    assert changed.index("begin lag") < changed.index("begin onsets")
    assert merge(changed, [("lag", ""), ("onsets", "")]) == changed


def test_a_section_that_was_never_measured_leaves_no_trace():
    assert merge("", [("lag", "")]) == HEAD.strip() + "\n"


def test_a_smaller_scale_takes_fewer_trials_but_enough():
    assert Settings(scale=0.1).count(100) == 10
    assert Settings(scale=0.001).count(100, 4) == 4


def test_section_names_are_unique():
    names = [one.name for one in SECTIONS]
    assert len(set(names)) == len(names)


def test_the_page_was_written_by_the_command():
    page = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    assert page.startswith(HEAD.strip())
    assert re.findall(r"<!-- begin (\w+) -->", page) == [one.name for one in SECTIONS]
    assert merge(page, [(one.name, "") for one in SECTIONS]) == page


@pytest.mark.parametrize("arguments", [["nonsense"], ["--real", "nowhere", "lifts"]])
def test_bad_arguments_are_refused_in_a_sentence(arguments, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["validation", *arguments])
    with pytest.raises(SystemExit) as refused:
        parse()
    assert refused.value.code == 2
    assert ({"nonsense", "nowhere"} & set(arguments)).pop() in capsys.readouterr().err
