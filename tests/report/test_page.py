"""The page as a reader finds it: all parts there, numbers as in the table, nothing from outside."""

import re
from dataclasses import replace

import numpy as np
import pytest

from gripforce.analysis.assessment.visits import visit_of
from gripforce.analysis.columns import column_spec
from gripforce.analysis.metric import MISSING
from gripforce.analysis.results import Decision
from gripforce.analysis.tasks.registry import result_table
from gripforce.errors import UsageError
from gripforce.model import StreamTally
from gripforce.report import write_report
from gripforce.report.task_section import typical
from tests.analysis.analytic_lifts import AnalyticLift, lifts_recording
from tests.dashboard.reading import PSEUDO, lines_in_english, pseudo_language, read_page
from tests.report.sessions import (
    EVIL,
    Page,
    analysis,
    cyclic,
    lifts,
    pinch,
    rendered,
    slips,
    untouched,
    up_and_down,
)

SECTIONS = {"summary", "file", "margin", "excluded", "trials", "provenance"}
SESSIONS = {
    "lifts": (lifts,),
    "one lift": (lambda: lifts(1),),
    "nothing": (untouched,),
    "no mass": (lambda: lifts(3, mass_g=None),),
    "lifts and slips": (lifts, slips),
    "several tasks": (lifts, slips, up_and_down, cyclic),
    "two of a task": (lifts, lifts),
    "no load cell": (pinch,),
}


@pytest.fixture(scope="module", params=SESSIONS, ids=str)
def session(request):
    found = analysis(*(make() for make in SESSIONS[request.param]))
    return found, Page(rendered(found))


@pytest.fixture(scope="module")
def lifted():
    found = analysis(lifts(8, subject="P07", hand="left", surface="sandpaper", utc="2026-02-03T10"))
    return found, Page(rendered(found))


def test_every_part_is_there(session):
    found, page = session
    ids = {attributes.get("id") for tag, attributes in page.tags if tag == "section"} - {None}
    assert ids == SECTIONS | {f"task-{result.task}" for result in found.results}
    for result in found.results:
        assert result.name in page.text("provenance")
        assert result.traces.filter in page.text("provenance")


def test_no_sentence_is_left_in_english(session):
    found, _ = session
    with pseudo_language():
        text = read_page(rendered(found)).replace("test, ", "")  # the board's name
        english = lines_in_english([text], PSEUDO)
    assert not english, "\n".join(f"{sorted(w)}: {line}" for line, w in english.items())


def test_verdicts_stand_first_in_their_own_words(session):
    found, page = session
    answers = [a["data-answer"] for _, a in page.tags if "data-answer" in a]
    assert answers == [verdict.answer.value for verdict in found.verdicts.values()]
    assert set(answers) <= {answer.value for answer in Decision}
    for verdict in found.verdicts.values():
        assert verdict.question in page.text("summary")
        assert verdict.why in page.text("summary")
    assert "no diagnosis" in page.text(None)


def test_nothing_is_fetched_or_run(session):
    found, page = session
    html = rendered(found)
    assert page.links == []
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "use"}
    assert re.findall(r"url\((?!#)|@import|https?://|\bon\w+=", html) == []
    policy = next(a for t, a in page.tags if t == "meta" and "http-equiv" in a)
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"


def test_drawings_hold_only_numbers(session):
    _, page = session
    for tag, attributes in page.tags:
        drawn = " ".join(v for k, v in attributes.items() if k in {"d", "points", "x", "y", "x1"})
        assert "nan" not in drawn, tag
        assert "inf" not in drawn, tag


def test_drawings_are_named_for_those_who_cannot_see_them(session):
    _, page = session
    drawings = [a for tag, a in page.tags if tag == "svg" and a.get("class") != "hidden"]
    assert all(a["role"] == "img" and a["aria-label"] for a in drawings)


def mains(columns, task):
    return [c for c in columns if column_spec(c, task).headline is not None]


def test_trials_are_those_of_the_table(session):
    """The main results of each trial; every other measure is in the exported table."""
    found, page = session
    assert "is in the exported table" in page.text("trials")
    for result in found.results:
        table = result_table(result)
        for column in mains(result.value_columns, result.task):
            if any(isinstance(trial.values.get(column), bool) for trial in result.trials):
                continue  # "yes" and "no" on the page
            cells = [c for c in table[column] if isinstance(c, float) and np.isfinite(c)]
            shown = [v for name, v, _, where in page.data if name == column and where == "trials"]
            assert all(any(v == cell for v in shown) for cell in cells), column


def test_medians_are_those_of_the_analysis(session):
    found, page = session
    for task, summary in found.by_task.items():
        for column, estimate in ((c, summary[c]) for c in mains(summary, task)):
            shown = [v for name, v, _, _ in page.data if name == column]
            if any(r.task == task and r.trials for r in found.results):
                assert estimate.value in shown, column


def test_each_number_is_its_value_rounded(session):
    for column, value, text, _ in session[1].data:
        written = float(text.replace("−", "-"))
        assert written == pytest.approx(value, abs=0.5000001 * 10 ** -column_spec(column).decimals)


def test_intervals_stand_beside_the_medians(lifted):
    found, page = lifted
    lag = found.by_task["lift"]["gf_static_n"]
    cells = [a for tag, a in page.tags if tag == "td" and "data-low" in a]
    ends = [(float(a["data-low"]), float(a["data-high"])) for a in cells]
    assert (lag.ci_low, lag.ci_high) in ends


def test_figures_that_rest_on_fewer_trials_than_were_used_say_so(lifted):
    """'5 good and used' stood beside medians of two to four."""
    found, page = lifted
    assert "rest on" not in page.text("file")
    few = {column: replace(one, n=2) for column, one in found.by_task["lift"].items()}
    short = Page(rendered(replace(found, by_task={"lift": few})))
    assert "7 used." in short.text("file")
    assert "Some figures rest on 2 only" in short.text("file")


def test_who_and_what(lifted):
    _, page = lifted
    head = page.text(None)
    for word in ("P07", "left", "400 g", "sandpaper", "2026-02-03"):
        assert word in head
    assert "8 lifts, 7 used" in page.text("file")
    assert "first lift of the condition" in page.text("excluded")
    assert "slip test" in page.text("summary")


def test_a_margin_comes_with_its_slip_line():
    page = Page(rendered(analysis(lifts(), slips())))
    lines = [a["class"] for tag, a in page.tags if tag == "line" and "class" in a]
    assert lines.count("slip") == 2, "in the margin's figure and in grip against load"
    assert "static margin" in page.text("margin")


def test_without_a_slip_test_no_margin_is_named(lifted):
    _, page = lifted
    assert "cannot be called a safety margin" in page.text("margin")
    assert "static margin" not in page.text("margin")


def test_what_is_to_be_repeated_is_said_by_name():
    spoiled = lifts(4, mass_g=400.0)
    spoiled = replace(spoiled, notes=({"trial": 3, "verdict": "reject", "why": "coughed"},))
    page = Page(rendered(analysis(spoiled)))
    assert "Repeat 1 lift of lift.grip: 3 (coughed)." in page.text("summary")
    assert "coughed" in page.text("excluded")


def test_losses_are_told():
    whole = lifts(3)
    tally = StreamTally("force", 1000.0, 1000, 37, 2)
    lossy = replace(whole, integrity=replace(whole.integrity, streams=(tally,), corrupt=5))
    page = Page(rendered(analysis(lossy)))
    assert "37 lost in 2 gaps" in page.text("provenance")
    assert "5 corrupt frames" in page.text("provenance")
    assert "37 samples lost" in page.text("file")


def test_a_spike_is_told():
    whole = lifts(3)
    force = whole.streams["force"]
    counts = force.counts.copy()
    counts[[1500, 1600], 0] *= 2
    torn = replace(whole, streams={"force": replace(force, counts=counts)})
    said = Page(rendered(analysis(torn))).text("provenance")
    assert "grip jumped by" in said
    assert "This happened 2 times." in said
    assert "jumped by" not in Page(rendered(analysis(whole))).text("provenance")


def test_what_comes_from_outside_is_text():
    words = dict.fromkeys(
        ("subject", "hand", "surface", "session", "utc", "software", "source"), EVIL
    )
    made = lifts(3, **words, calibration={"date": EVIL})
    device = replace(made.device, board=EVIL, uid=EVIL, firmware=EVIL)
    notes = ({"text": EVIL}, {"trial": 2, "verdict": "reject", "why": EVIL})
    made = replace(made, path="x/<b>&.grip", device=device, notes=notes)
    html = rendered(analysis(made))
    page = Page(html)
    assert "<script" not in html
    assert EVIL in page.text("provenance")
    assert "<b>&.grip" in page.text("provenance")
    assert EVIL not in html


def test_a_broken_calibration_is_said_to_be_broken():
    page = Page(rendered(analysis(lifts(3, calibration={"version": 1}))))
    assert "no gripforce calibration" in page.text("provenance")


def test_the_same_analysis_gives_the_same_page():
    found = analysis(lifts(4))
    assert rendered(found) == rendered(found)


def test_a_page_is_never_overwritten(tmp_path):
    found = analysis(lifts(2))
    target = tmp_path / "out.html"
    write_report(visit_of(found), target)
    before = target.read_bytes()
    with pytest.raises(UsageError, match="exists already"):
        write_report(visit_of(found), target)
    assert target.read_bytes() == before
    with pytest.raises(UsageError, match="cannot be written"):
        write_report(visit_of(found), tmp_path / "no" / "such" / "folder.html")


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("gf_static_n", 3.14159, "3.14"),
        ("preload_ms", -4.4, "−4"),
        ("preload_ms", -0.2, "0"),
        ("xcorr_lag_ms", 12.34, "12.3"),
        ("static_margin_pct_of_slip", 120.4, "120"),
        ("drop.gf_onset_ms", 60.0, "60"),
        ("no_such_thing", None, MISSING),
        ("mode", "predictive", "predictive"),
        ("early_rise", True, "yes"),
        ("gf_peak_n", float("nan"), MISSING),
    ],
)
def test_cells_are_written_as_people_do(column, value, text):
    assert column_spec(column).write(value) == text


def test_the_trial_shown_is_a_usual_one():
    gains = (1.2, 1.9, 1.25, 0.8, 1.3, 1.24, 1.6)
    made = [AnalyticLift(contact_s=1 + 6 * k, hold_s=3, gain=g) for k, g in enumerate(gains)]
    found = analysis(lifts_recording(made, task="lift"))
    chosen = typical(found.results, found.by_task["lift"])
    assert chosen is not None
    assert chosen.trial.trial.number in {3, 5}, "of all but the first, 1.25 and 1.3 are midmost"


def test_of_equal_trials_none_is_preferred_for_being_first():
    found = analysis(lifts(9))
    used = found.results[0].used
    lag = found.by_task["lift"]["xcorr_lag_ms"]
    chosen = typical(found.results, {"in_no_trial": lag, "xcorr_lag_ms": lag, "nor_here": lag})
    off = [abs(trial.values["xcorr_lag_ms"] - lag.value) for trial in used]
    assert int(np.argmin(off)) > 1
    assert chosen is not None
    assert chosen.trial is used[int(np.argmin(off))]
