"""The report of a visit: both hands side by side, strips, earlier visits, conditions, paper."""

import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from gripforce.analysis.assessment.margin_decision import baseline_words
from gripforce.analysis.assessment.person import summarize_person
from gripforce.analysis.assessment.reference import reference
from gripforce.analysis.assessment.visits import summarize_visit, summarize_visits
from gripforce.analysis.evidence import Evidence
from gripforce.analysis.results import Estimate
from gripforce.analysis.tasks.registry import analyze_session
from gripforce.errors import UsageError
from gripforce.model import Marker, task_spec
from gripforce.report import pdf, render_report, write_report
from gripforce.report.strips import Place, band_of, place, strips
from tests.analysis.recordings import pinch_recording
from tests.report.sessions import Page, cyclic, lifts, slips, up_and_down

ABOUT = {
    "subject": "p01",
    "session": "ses-02",
    "utc": "2026-03-01T10:00:00+00:00",
    "skin": "dry",
    "medication_h": 3.0,
    "dominant_hand": "left",
    "age_decade": 60,
    "protocol": "als-battery",
    "surface": "sandpaper",
}
EARLIER = {"session": "ses-01", "utc": "2026-01-01T10:00:00+00:00"}


def of_hand(hand, **about):
    made = (lifts(), slips(), up_and_down(), cyclic())
    told = ABOUT | {"hand": hand} | about
    return [
        replace(one, path=f"{hand}-{one.path}", metadata={**one.metadata, **told}) for one in made
    ]


@pytest.fixture(scope="module")
def visit():
    return summarize_visit(analyze_session([*of_hand("left"), *of_hand("right")]))


@pytest.fixture(scope="module")
def earlier():
    return summarize_visits(analyze_session(of_hand("right", **EARLIER)))


@pytest.fixture(scope="module")
def page(visit, earlier):
    return Page(render_report(visit, earlier))


def test_both_hands_stand_side_by_side(page, visit):
    summary = page.text("summary")
    assert list(visit.hands) == ["right", "left"]
    for question in {v.question for a in visit.hands.values() for v in a.verdicts.values()}:
        assert summary.count(question) == 1
    assert summary.count("Right hand:") == summary.count("Left hand:") == 2


def efforts(hand, digits, peaks_n):
    made = pinch_recording(peaks_n)
    told = ABOUT | {"hand": hand, "digits": digits}
    return replace(made, path=f"{hand}-{digits}.grip", metadata={**made.metadata, **told})


def test_the_split_hand_stands_left_beside_right():
    """The planted ratios: 40 / 50 in the right hand, 60 / 40 in the left one."""
    peaks = {"right": (40.0, 50.0), "left": (60.0, 40.0)}
    made = [
        efforts(hand, digits, [0.98 * n, n, 1.02 * n])
        for hand, both in peaks.items()
        for digits, n in zip(("thumb-index", "thumb-little"), both, strict=True)
    ]
    html = render_report(summarize_visit(analyze_session(made)))
    row = re.search(r"<tr><th>[^<]*split-hand pinch ratio</th>(.*?)</tr>", html)[1]
    right, left = re.findall(r"<td>(\S+) ", row)
    assert (float(right), float(left)) == (
        pytest.approx(0.8, abs=0.01),
        pytest.approx(1.5, abs=0.02),
    )
    assert "no published definition, no norms" in Page(html).text("summary")


def test_the_deciding_task_and_figure_come_first(page, visit):
    verdict = visit.hands["right"].verdicts["anticipatory_coupling"]
    after_why = page.text("summary").split(verdict.why)[1]
    deciding = [p for p in verdict.evidence.recordings if p.supports(verdict.answer)]
    assert after_why.strip().startswith(task_spec(deciding[0].task).title)


def test_conditions_are_on_the_first_page(page):
    head = page.text(None)
    for words in ("dry", "3 h", "Dominant hand", "60s", "als-battery", "sandpaper"):
        assert words in head


def test_what_is_not_stated_is_said_so():
    bare = summarize_visit(analyze_session([lifts()]))
    assert "Not stated: skin, since medication, protocol." in Page(render_report(bare)).text(None)


def test_ids_are_unique(page):
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_no_dictionary_is_printed(visit):
    notes = (
        {"kind": "verdict", "event": "trial", "block": 6, "number": 1, "good": True},
        {"event": "decision", "number": 1, "decision": "keep"},
        {"trial": 2, "verdict": "reject", "why": "coughed"},
        {"text": "a cramp"},
    )
    noted = replace(lifts(), notes=notes)
    provenance = Page(render_report(summarize_visit(analyze_session([noted])))).text("provenance")
    assert "a cramp" in provenance
    assert "trial 2: reject, coughed" in provenance
    assert not re.search(r"\{'|\['", render_report(visit) + provenance)


@pytest.mark.parametrize(
    ("estimate", "where"),
    [
        (Estimate(5.0, 4.0, 6.0, 9), Place.WITHIN),
        (Estimate(13.0, 12.0, 14.0, 9), Place.ABOVE),
        (Estimate(12.0, 10.0, 14.0, 9), Place.PERHAPS_ABOVE),
        (Estimate(12.0, None, None, 1), Place.PERHAPS_ABOVE),
        (Estimate(1.0, 0.5, 1.5, 9), Place.BELOW),
        (Estimate(1.0, 0.5, 2.0, 9), Place.PERHAPS_BELOW),
    ],
)
def test_outside_the_band_is_said_only_where_the_interval_is(estimate, where):
    assert place(estimate, reference("gf_static_n")) is where


def test_without_a_band_nothing_is_outside():
    assert band_of("mu", "slip") is None
    assert place(Estimate(5.0, 4.0, 6.0, 9), None) is None
    assert band_of("gf_cv_pct", "") is None, "what is only remembered is no band"


def test_a_value_outside_is_marked_in_words(page, visit, earlier):
    marked = {
        place(estimate, strip.band)
        for strip in strips(visit, earlier)
        for estimate in strip.now.values()
    } - {None, Place.WITHIN}
    assert marked, "the analytic hand squeezes more than others do"
    for where in marked:
        assert str(where) in page.text("summary")


def test_earlier_visits_are_open_dots_and_numbers(page, earlier, visit):
    dots = [a for tag, a in page.tags if tag == "circle" and a.get("class") == "open"]
    assert dots, "drawn"
    was = earlier[0].hands["right"].by_task["lift"]["gf_static_n"].value
    assert was in [
        v for name, v, _, where in page.data if name == "gf_static_n" and where == "file"
    ]
    assert "ses-01" in page.text("file")
    assert "Earlier visits" not in Page(render_report(visit)).text("file")


def test_recordings_and_visits_of_somebody_else_are_refused(visit):
    """Two people were pooled, under 'Person p01, p02'."""
    results = analyze_session(of_hand("right", subject="p02", **EARLIER))
    with pytest.raises(UsageError, match="different people"):
        summarize_person([*visit.results, *results])
    with pytest.raises(UsageError, match="different people"):
        summarize_visit(visit.results, None, summarize_visits(results))


@pytest.mark.skipif(
    pdf.find_browser() is None or shutil.which("pdftotext") is None,
    reason="no browser, or no pdftotext, is installed",
)
def test_a_pdf_has_four_pages_and_an_appendix(visit, earlier, tmp_path):
    printed = tmp_path / "report.pdf"
    write_report(visit, printed, earlier)
    done = subprocess.run(["pdftotext", "-layout", printed, "-"], capture_output=True, check=True)
    sheets = done.stdout.decode().split("\f")
    begins = ["Grip force and load force", "For the patient", "Right hand: forces", "Left hand"]
    for sheet, words in zip(sheets, [*begins, "Appendix. Right hand"], strict=False):
        assert sheet.strip().startswith(words)
    for words in ("Planned grip", "Squeezes harder", "Safety margin", "What is missing"):
        assert words in sheets[0]
    with pytest.raises(UsageError, match="exists already"):
        write_report(visit, printed)


def test_without_a_browser_a_pdf_is_refused_with_advice(visit, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    if pdf.find_browser() is not None:
        pytest.skip("a browser stands at a fixed path")
    with pytest.raises(UsageError, match=r"write \.html"):
        write_report(visit, tmp_path / "report.pdf")
    assert list(tmp_path.iterdir()) == []


def test_marks_stand_on_the_traces_in_the_file_and_in_the_appendix():
    markers = (
        Marker(4.0, "mark", "cough"),
        Marker(6.0, "overload", "grip thumb 80 N"),
        Marker(5.0, "beat", "1"),
        Marker(5.5, "cue", "trial=1"),
    )
    page = Page(
        render_report(summarize_visit(analyze_session([replace(lifts(), markers=markers)])))
    )
    assert "cough (4.0 s)" in page.text("file")
    assert "grip thumb 80 N (6.0 s)" in page.text("file")
    assert "beat" not in page.text("file")
    assert "▾ cough" in page.text("task-lift")
    assert "2 cues and beats" in page.text("provenance")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, ""),
        ({"ratio_change": {"change": 0.4, "mdc95": 0.2, "answer": "up"}}, "changed by +0.40: up"),
        (
            {"ratio_change": {"change": 0.1, "mdc95": 0.2, "answer": "no larger than noise"}},
            "no larger than noise (noise within a session reaches 0.20",
        ),
        (
            {"ratio_change": {"change": 0.1, "mdc95": None, "answer": "cannot tell"}},
            "whether that is more than noise cannot be told",
        ),
    ],
)
def test_a_change_since_the_last_visit_is_said_with_its_noise(facts, words):
    found = baseline_words(Evidence(facts=facts))
    assert (words in found) if words else not found


def test_the_last_visit_is_each_hands_baseline(earlier):
    visit = summarize_visit(analyze_session(of_hand("right")), earlier=earlier)
    page = Page(render_report(visit, earlier))
    assert "Since the last visit GF/LF has changed by" in page.text("summary")
