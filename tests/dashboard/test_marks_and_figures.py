"""Marks at the time of their key, notes without names, and the figures that a task is about."""

import pytest

from gripforce.dashboard.screens.dialogs import Ask
from gripforce.dashboard.widgets.task import trial_words
from gripforce.errors import UsageError
from gripforce.model import Marker
from gripforce.online import MonitorState
from gripforce.recording import check_note
from gripforce.session import EventKind
from gripforce.session.events import TrialEntry
from tests.dashboard.session_screens import app_of, scene
from tests.online.patients import recorded, sentence


async def test_a_mark_has_its_label_and_the_time_of_its_key(tmp_path):
    """A cough could be noted only in a box over the trial, with the wall clock's time."""
    bench = await scene("live", tmp_path)
    app = app_of(bench)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("m")
        bench.clock.now += 0.4
        await pilot.press("1")
        await pilot.pause()
        await bench.controller.settle()
    assert ("mark", "cough") in bench.recorder.markers
    assert bench.recorder.ages[bench.recorder.markers.index(("mark", "cough"))] == pytest.approx(
        0.4
    )
    notes = [event for event in bench.journal.events if event.kind is EventKind.NOTE]
    assert notes[-1].data["text"] == "cough"
    assert notes[-1].data["at_s"] == pytest.approx(bench.controller.live.newest_t, abs=1e-5)


def test_the_label_stands_on_the_trace():
    live = MonitorState()
    for item in [*sentence(recorded(6.0), end=None), Marker(5.0, "mark", "cramp")]:
        live.feed(item, 0.0)
    assert "▾cramp" in [mark.letter for mark in live.snapshot(0.0).marks]


@pytest.mark.parametrize(
    "text",
    ["Marie Dupont is tired, born 1956", "Mr Schmidt's hand", "tired, says Frau Müller",
     "record 1234567", "visit of 3.4.2025"],
)  # fmt: skip
def test_a_note_that_names_a_person_is_refused(text):
    """It was journalled, while the pseudonym field refuses even a first name."""
    with pytest.raises(UsageError, match="The note"):
        check_note(text)


@pytest.mark.parametrize(
    "text", ["tired after 4 lifts", "Hand zittert, Pause von 30 s", "Kälte", "dropped it: 330 g"]
)
def test_other_notes_are_kept(text):
    assert check_note(f" {text} ") == text


async def test_the_box_says_why_a_note_is_refused(tmp_path):
    bench = await scene("live", tmp_path)
    app = app_of(bench)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n", *"Marie", "space", *"Dupont", "enter")
        assert isinstance(app.screen, Ask)
        assert "seems to name a person" in str(app.screen.query_one("#refusal").content)
        await pilot.press("escape")
    assert EventKind.NOTE not in [event.kind for event in bench.journal.events]


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"gf_peak_n": 2.9, "gf_mean_n": 1.7, "slip_force_n": 1.23, "mu": 0.8, "lf_range_n": 1.0},
         "slips at 1.23 N, µ 0.80"),
        ({"gf_peak_n": 58.3, "gf_mean_n": 41.5, "mvc_n": 55.0, "duration_s": 3.0},
         "strength 55.0 N"),
        ({"gf_peak_n": 5.0, "cycles": 28.0, "frequency_hz": 0.98, "xcorr_r": 0.97,
          "xcorr_lag_ms": -12.0}, "28 cycles, 0.98 a second, r 0.97, grip leads by 12 ms"),
        ({"gf_peak_n": 8.7, "gf_static_n": 7.0, "gf_lf_ratio": 1.78, "xcorr_lag_ms": 3.0},
         "GF peak 8.7 N, hold 7.0 N, GF/LF 1.78"),
        ({"gf_peak_n": 8.7, "gf_mean_n": 2.0}, "GF peak 8.7 N, mean 2.0 N"),
    ],
)  # fmt: skip
def test_the_line_after_a_trial_has_the_tasks_own_figures(figures, words):
    """A slip test showed the peak of grip, not the slip force."""
    trial = TrialEntry(2, "a.grip", 1.0, 5.0, good=True, figures=figures, remarks=("odd",))
    assert trial_words(trial) == f"Trial 2: good. {words} (odd)"


def test_a_figure_that_the_reason_names_is_not_said_twice():
    """'The object was touched (grip moved by 7.70 N). grip moved by 7.70 N'."""
    why = ("the object was touched (grip moved by 7.70 N)",)
    trial = TrialEntry(1, "a.grip", 0.0, 4.0, good=False, why=why, figures={"gf_range_n": 7.7})
    assert trial_words(trial) == f"Trial 1: one more: {why[0]}."
