"""A small study: two people, two sessions, two hands; a damaged file and a foreign one."""

from dataclasses import replace

import pytest

from gripforce.recording import write_recording
from tests.analysis.analytic_lifts import AnalyticLift, lifts_recording

GAINS = {"1": (1.2, 1.25, 1.22, 1.3, 1.21), "2": (1.7, 1.72, 1.78, 1.75, 1.7)}
LEAST_FREE = 0


def session_recording(session, seed=0, **metadata):
    """Lifts whose grip is so many times the load, in the second session more."""
    gains = [gain + 0.01 * seed for gain in GAINS[session]]
    lifts = [
        AnalyticLift(contact_s=1 + 5 * k, hold_s=2.5, gain=gain) for k, gain in enumerate(gains)
    ]
    return lifts_recording(lifts, **({"task": "lift"} | metadata))


def write(recording, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    device = replace(recording.device, firmware="0.0.0", uid="00")
    write_recording(replace(recording, device=device), path, least_free_bytes=LEAST_FREE)


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    root = tmp_path_factory.mktemp("study")
    for seed, (person, hand) in enumerate([("P01", "left"), ("P01", "right"), ("P02", "left")]):
        for session in GAINS:
            name = f"sub-{person}/ses-{session}/sub-{person}_ses-{session}_hand-{hand}.grip"
            write(session_recording(session, seed), root / name)
    (root / "notes.txt").write_text("not a recording")
    return root
