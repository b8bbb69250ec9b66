"""Drop and catch, and load steps: from the first key to the answer."""

from gripforce.analysis.tasks.exclusions import NOT_ASKED
from gripforce.session import SessionState
from gripforce.session.results import analyze_folder
from tests.session.fast_time import new_session, run_through


async def test_load_steps_end_with_a_latency(tmp_path):
    """A healthy simulated hand answers some 100 ms after a step, an intact reflex 60 to 150."""
    folder = new_session(tmp_path, "load-steps", "sim:lift?profile=healthy&seed=411&speed=max")
    controller = await run_through(folder)
    assert controller.session.state is SessionState.FINISHED
    analyses, refused = analyze_folder(folder.recordings)
    assert not refused
    latency = analyses["right"].by_task["step"]["latency_ms"]
    assert latency.n >= 6
    assert 60 < latency.ci_low <= latency.value < 150


async def test_drop_and_catch_tells_who_dropped(tmp_path):
    """The healthy hand grips 150 ms before its own impacts, 65 ms after those of another person.

    Each impact falls into a trial that was asked for: nothing is repeated, nothing left out.
    """
    folder = new_session(tmp_path, "drop-catch", "sim:lift?profile=healthy&seed=412&speed=max")
    controller = await run_through(folder)
    session = controller.session
    assert session.state is SessionState.FINISHED
    assert not any(session.progress.block(k).repeats for k in range(len(session.protocol.blocks)))
    analyses, refused = analyze_folder(folder.recordings)
    assert not refused
    analysis = analyses["right"]
    assert NOT_ASKED not in [excluded.why for excluded in analysis.excluded]
    summary = analysis.by_task["drop"]
    for by, share, onset_ms in (("self", 1.0, -150), ("experimenter", 0.0, 65)):
        assert summary[f"predictive_share_{by}"].n == 8
        assert summary[f"predictive_share_{by}"].value == share
        onset = summary[f"gf_onset_{by}_ms"]
        assert onset.ci_low - 2 <= onset_ms <= onset.ci_high + 2
    earlier = summary["gf_onset_self_before_experimenter_ms"]
    assert 150 < earlier.ci_low < 215 < earlier.ci_high
