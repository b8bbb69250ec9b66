"""Drop and catch, and load steps: from the first key to the answer."""

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


async def test_drop_and_catch_ends_with_a_share_of_each(tmp_path):
    """Each share belongs to one recording.

    The simulated weights are released in turns whatever the block says, and not at the session's
    beep: the shares themselves are not asserted, and some impacts were not asked for.
    """
    folder = new_session(tmp_path, "drop-catch", "sim:lift?profile=healthy&seed=412&speed=max")
    controller = await run_through(folder)
    assert controller.session.state is SessionState.FINISHED
    analyses, refused = analyze_folder(folder.recordings)
    assert not refused
    summary = analyses["right"].by_task["drop"]
    for key in ("predictive_share_self", "predictive_share_experimenter"):
        assert summary[key].n >= 3
        assert 0 < summary[key].value < 1
