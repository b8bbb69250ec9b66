"""Protocols of changing objects from the first to the last key: they end, and answer."""

import pytest

from gripforce.session import SessionState
from gripforce.session.results import analyze_folder
from tests.session.fast_time import new_session, run_through


async def performed(tmp_path, protocol, profile, seed=4711):
    """Return a finished session and its analyses by hand."""
    folder = new_session(tmp_path, protocol, f"sim:lift?profile={profile}&seed={seed}&speed=max")
    controller = await run_through(folder)
    session = controller.session
    assert session.state is SessionState.FINISHED
    for index, block in enumerate(session.protocol.blocks):
        if block.recorded:
            done = session.progress.block(index)
            assert done.counted == block.trials, (block.title, [t.why for t in done.trials])
    analyses, refused = analyze_folder(folder.recordings)
    assert not refused
    return session, analyses


@pytest.mark.parametrize(("profile", "memory"), [("healthy", 0.8), ("als", 0.8)])
async def test_weight_series(tmp_path, profile, memory):
    _, analyses = await performed(tmp_path, "weight-series", profile)
    summary = analyses["right"].by_task["weights"]
    slope = summary["lf_rate_peak_scaling_n_per_s_per_kg"]
    assert slope.n == 18
    assert slope.ci_low > 0
    share = summary["lf_rate_peak_carry_over"]
    assert share.value == pytest.approx(memory, rel=0.2)
