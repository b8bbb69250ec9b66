"""A whole session of a simulated patient, from the first cue to the summary: is it the truth?"""

import numpy as np
import pytest

from gripforce.analysis.results import Decision
from gripforce.model import EndReason
from gripforce.recording import read_recording
from gripforce.session import SessionState
from gripforce.session.results import analyze_folder
from gripforce.session.summary_text import verdict_lines
from gripforce.sim.person.profiles import profile
from tests.session.answers import LIMIT_PCT_OF_SLIP, is_planned
from tests.session.fast_time import ground_truth

SLIP_WITHIN = 0.05
UNDETERMINED = Decision.UNDETERMINED
"""A battery may leave a decision open; it may not decide wrongly."""


def answers_of(truth, hand):
    """Return what is true of a hand: does grip anticipate load, and is its margin in excess?"""
    lifts, _ = truth[hand, "lift"]
    slips, facts = truth[hand, "slip"]
    slip_n = np.median([trial["slip_force_n"] for trial in slips])
    margin_pct = 100 * (np.median([trial["gf_static_n"] for trial in lifts[1:]]) / slip_n - 1)
    return {
        "anticipatory_coupling": is_planned(profile(facts["profile"]), lifts[1:], moves=True),
        "excess_margin": Decision.YES if margin_pct > LIMIT_PCT_OF_SLIP else Decision.NO,
    }


def require_truth(controller, folder, source):
    """Compare the verdicts on both hands with the simulated ground truth."""
    session = controller.session
    truth = ground_truth(session, source)
    analyses, refused = analyze_folder(folder.recordings)
    assert not refused
    assert analyses.keys() == {"left", "right"}
    decided = 0
    for hand, analysis in analyses.items():
        found = {key: verdict.answer for key, verdict in analysis.verdicts.items()}
        true = answers_of(truth, hand)
        said = (hand, verdict_lines({hand: analysis}, []))
        assert all(found[key] in {answer, UNDETERMINED} for key, answer in true.items()), said
        decided += sum(answer is not UNDETERMINED for answer in found.values())
        true_n = np.median([t["slip_force_n"] for t in truth[hand, "slip"][0]])
        for key, slip_n in session.progress.slip_n.items():
            if key.startswith(hand):
                assert slip_n == pytest.approx(true_n, rel=SLIP_WITHIN)
    assert decided >= 2, "of four decisions"


def require_whole(controller, folder):
    """Compare each block's trials and recordings with the protocol."""
    session = controller.session
    assert session.state is SessionState.FINISHED
    for index, block in enumerate(session.protocol.blocks):
        done = session.progress.block(index)
        if not block.recorded:
            continue
        assert done.counted == block.trials, (block.title, done)
        for file in done.files:
            recording = read_recording(folder.recordings / file)
            assert recording.integrity.ended in {EndReason.STOPPED, EndReason.FINISHED}
            assert recording.integrity.reconciled
            metadata = recording.metadata
            assert metadata["task"] == block.task
            assert metadata["hand"] == session.hand_of(block)
            if block.task in {"lift", "p2p", "cyclic"}:
                key = f"{session.hand_of(block)}/{block.surface}/{block.mass_g}"
                assert metadata["slip_n"] == session.progress.slip_n[key]
