"""What counts is what was asked: one number of trials in journal, summary, analysis and report."""

from gripforce.analysis.assessment.advice import repeat_words
from gripforce.analysis.assessment.visits import visit_of
from gripforce.analysis.tasks.registry import analyze_task
from gripforce.protocol.library import find_protocol
from gripforce.recorder import RecorderService
from gripforce.recording import read_recording
from gripforce.report import write_report
from gripforce.session import EventKind, Journal, read_journal
from gripforce.session.controller import SessionContext, SessionController
from gripforce.session.results import analyze_folder
from gripforce.session.storage import create_session, restore_session
from tests.session.fast_time import answers, run_through

SOURCE = "sim:lift?profile=healthy&seed=7&speed=max"
PROTOCOL = """
title = "Four lifts"
[[block]]
task = "lift"
title = "Lifts"
instruction = "Lift it."
mass_g = 250
surface = "sandpaper"
trials = 4
most_repeats = 5
"""


def four_lifts(tmp_path):
    path = tmp_path / "four.toml"
    path.write_text(PROTOCOL)
    return create_session(tmp_path, find_protocol(str(path)), answers(SOURCE))


def paused_after(counted, lifts):
    """Return a watcher that pauses after some trials, until so many more lifts were made."""
    state = {"paused_at": None}

    def watch(controller):
        session = controller.session
        if session.block_progress.counted == counted and state["paused_at"] is None:
            session.pause(controller.now_s)
            state["paused_at"] = len(controller.frame().lifts)
        elif session.paused and len(controller.frame().lifts) >= state["paused_at"] + lifts:
            session.resume(controller.now_s)

    return watch


async def test_lifts_in_a_pause_are_in_no_figure(tmp_path):
    """The lifts of a pause were in the medians and in the verdict."""
    folder = four_lifts(tmp_path)
    await run_through(folder, watch=paused_after(2, 2))
    events = read_journal(folder.journal)
    trials = [event for event in events if event.kind is EventKind.TRIAL]
    pauses = [e.data["at_s"] for e in events if e.kind in {EventKind.PAUSED, EventKind.CONTINUED}]
    (path,) = folder.recordings.glob("*.grip")
    recording = read_recording(path)
    result = analyze_task(recording)
    inside = [t for t in result.trials if pauses[0] < t.trial.start_s < pauses[1] - 1.0]
    assert len(inside) >= 1, "the hand lifted in the pause"
    used = {trial.trial.number for trial in result.used}
    assert not used & {trial.trial.number for trial in inside}
    reasons = {one.trial: one.why for one in result.excluded}
    assert "paused" in reasons[inside[0].trial.number]
    assert len(trials) == 4
    assert (result.counts.asked, result.counts.good) == (4, 4)
    assert result.counts.used == len(result.used) == 3, "the first lift of a series is left out"
    analyses, _ = analyze_folder(folder.recordings)
    write_report(visit_of(analyses["right"]), tmp_path / "page.html")
    assert "4 asked, 4 good, 3 used" in (tmp_path / "page.html").read_text()
    assert not repeat_words(analyses["right"].results), "nobody asked for them: nothing is missing"
    noted = [note["event"] for note in recording.notes if "event" in note]
    assert noted.count("paused") == noted.count("continued") == noted.count("block done") == 1


async def test_a_decision_between_blocks_reaches_the_recording_of_its_trial(tmp_path):
    """It stood in the journal only, so that session and analysis disagreed."""
    folder = four_lifts(tmp_path)
    await run_through(folder)
    session, progress = restore_session(folder)
    with Journal(folder.journal) as journal:
        context = SessionContext(folder, str(progress.about["source"]), lambda: 0.0, lambda: None)
        controller = SessionController(session, journal, RecorderService(), context)
        session.decide(2, "repeat", 0.0, 0)
        controller.tick()
        await controller.settle()
        counts, lacking = [_counts(folder)], _to_repeat(folder)
        session.undo(0.0)
        controller.tick()
        await controller.settle()
        counts.append(_counts(folder))
    assert counts == [(4, 3), (4, 4)]
    assert lacking[0].startswith("Repeat 1 lift of ")
    assert lacking[0].endswith(": 3 of 4 good.")
    assert _to_repeat(folder) == []


def _to_repeat(folder):
    return repeat_words(analyze_task(read_recording(p)) for p in folder.recordings.glob("*.grip"))


def _counts(folder):
    (path,) = folder.recordings.glob("*.grip")
    counts = analyze_task(read_recording(path)).counts
    return counts.asked, counts.good
