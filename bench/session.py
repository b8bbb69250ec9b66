"""What a session's screen costs: a real one on a pty, its recorder in a process of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.dashboard import DashboardCost, measure_dashboard
from gripforce.protocol.parse import require_protocol
from gripforce.session.storage import create_session

PROTOCOL = """\
title = "Lifts"

[[block]]
task = "lift"
title = "Lifts"
instruction = "Lift the object a hand's breadth, hold it still, put it down, let go."
word = "Lift"
mass_g = 300
trials = 100
"""
BEGIN = b"\r\r"
"""Go on with the session, then begin its block."""
ANSWERS = {"subject": "p01", "first_hand": "right", "source": "sim:lift?profile=als&seed=3"}


def measure_session(stretch_s: float = 2.0) -> DashboardCost:
    """Run a block of lifts; the session is left before it ends."""
    with tempfile.TemporaryDirectory() as root:
        create_session(Path(root), require_protocol("lifts", PROTOCOL, "lifts"), ANSWERS)
        return measure_dashboard(
            stretch_s,
            words=("-m", "gripforce", "session", "--subject", "p01", "-d", root),
            settle_s=7.5,  # the traces fill from the first key on
            begin=BEGIN,
            leave=b"q2",
        )


if __name__ == "__main__":
    print(measure_session())
