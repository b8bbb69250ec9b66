"""Each shipped protocol from its first block to its answer, in a hand whose truth is known.

`make validation SECTIONS=protocols` runs all of them in a healthy and in an ALS-like hand, by keys
on the screen.
"""

import pytest

from gripforce.analysis.tasks.exclusions import NOT_ASKED
from gripforce.protocol.library import shipped_protocols
from gripforce.session import SessionState
from gripforce.session.summary_text import verdict_lines
from tests.session.answers import ANSWERS, Performed, answers_of, unfinished
from tests.session.fast_time import new_session, run_through

SEED = 4711
RUN_WITH_KEYS = {"als-battery"}
"""Of `tests/dashboard/test_session_pilot.py`."""
HEALTHY = {"drop-catch", "load-steps", "quick-lift", "try-out"}
"""What a healthy hand performs here, an ALS-like one the rest."""
RUNS = [
    (protocol.name, "healthy" if protocol.name in HEALTHY else "als")
    for protocol in shipped_protocols()
    if protocol.name not in RUN_WITH_KEYS
]

SHOWN = {
    "drop-catch": {
        "share of anticipated impacts, self-released",
        "share of anticipated impacts, experimenter-released",
        "onset difference, experimenter minus self",
    },
    "load-steps": {"grip response latency"},
    "tracking": {
        "tracking error while force rises (RMS)",
        "tracking error while force falls (RMS)",
        "lag of force behind target",
    },
    "split-hand": {"split-hand pinch ratio", "maximal pinch force, little"},
    "weight-series": {"carry-over of the previous weight (load force rate)"},
    "observation": {"scaling of the peak load force rate gained by, watch"},
    "friction-series": {"static margin, silk", "slip force, silk"},
}
"""Labels that the last screen has, each with a figure."""


async def performed(root, name, profile):
    """Return a session that is over, and its folder."""
    folder = new_session(root, name, f"sim:lift?profile={profile}&seed={SEED}&speed=max")
    controller = await run_through(folder)
    assert controller.session.state is SessionState.FINISHED
    return controller.session, folder


@pytest.mark.parametrize(("name", "profile"), RUNS)
async def test_a_shipped_protocol_ends_and_answers(tmp_path, name, profile):
    session, folder = await performed(tmp_path, name, profile)
    assert not unfinished(session)
    done = Performed(session, folder)
    assert not [answer for answer in answers_of(done) if not answer.right]
    assert NOT_ASKED not in {e.why for a in done.analyses.values() for e in a.excluded}
    lines = verdict_lines(done.analyses, [])
    assert SHOWN.get(name, set()) <= {line.split(":")[0].strip() for line in lines if ":" in line}


def test_every_shipped_protocol_has_its_answer():
    assert ANSWERS.keys() == {protocol.name for protocol in shipped_protocols()}
