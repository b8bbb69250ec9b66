"""Protocols of changing objects from the first to the last key: they end, and answer."""

import pytest

from gripforce.session import SessionState
from gripforce.session.results import analyze_folder
from gripforce.session.summary_text import verdict_lines
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


def key_lines(analyses, hand="right"):
    lines = verdict_lines({hand: analyses[hand]}, [])
    return {line.split(":")[0].strip(): line for line in lines if ":" in line}


@pytest.mark.parametrize(("profile", "margin_pct"), [("healthy", 40.0), ("als", 180.0)])
async def test_friction_series(tmp_path, profile, margin_pct):
    """Each lift's margin is by its own surface: what was planted, on all three."""
    _, analyses = await performed(tmp_path, "friction-series", profile)
    analysis = analyses["right"]
    summary = analysis.by_task["surfaces"]
    for name in ("sandpaper", "suede", "silk"):
        slip = analysis.by_task["slip"][f"slip_force_n_{name}"]
        assert summary[f"slip_force_n_{name}"].value == pytest.approx(slip.value, rel=0.1)
        share = summary[f"static_margin_pct_of_slip_{name}"].value
        assert share == pytest.approx(margin_pct, rel=0.25, abs=15)
    assert "mu" not in analysis.by_task["slip"]
    whole = analysis.margin.static_margin_pct_of_slip.value
    assert whole == pytest.approx(margin_pct, rel=0.25, abs=15)  # over 100 by one surface alone
    assert "static margin, silk" in key_lines(analyses)
    update = summary.get("friction_update_ms")
    assert update is None or update.ci_low <= {"healthy": 100, "als": 200}[profile] + 15


async def test_split_hand(tmp_path):
    _, analyses = await performed(tmp_path, "split-hand", "healthy")
    for hand in ("left", "right"):
        summary = analyses[hand].by_task["pinch"]
        assert "mvc_n" not in summary
        ratio = summary["split_hand_ratio"]
        assert ratio.ci_low < 1.0 < ratio.ci_high  # the simulated hand knows no digits
        assert ratio.n == 6
        shown = key_lines(analyses, hand)
        assert {"split-hand pinch ratio", "split-hand asymmetry"} <= shown.keys()
        assert {"maximal pinch force, index", "maximal pinch force, little"} <= shown.keys()


async def test_observation(tmp_path):
    _, analyses = await performed(tmp_path, "observation", "healthy")
    summary = analyses["right"].by_task["weights"]
    for name in ("watch", "imagine", "pantomime"):
        contrast = summary[f"lf_rate_peak_gained_n_per_s_per_kg_{name}"]
        assert contrast.ci_low < 0 < contrast.ci_high  # this hand learns nothing by watching
        label = f"scaling of the peak load force rate gained by, {name}"
        assert label in key_lines(analyses)
