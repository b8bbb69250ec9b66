"""What a session must know of its own recordings before it is over: slip forces, verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gripforce.analysis.assessment.person import summarize_person
from gripforce.analysis.tasks.registry import analyze_session, analyze_task
from gripforce.errors import GripforceError
from gripforce.model import TASKS
from gripforce.recording import read_recording

if TYPE_CHECKING:
    from pathlib import Path

    from gripforce.analysis.results import Analysis


def slip_force(path: Path) -> float | None:
    """Return the median slip force of a slip test, None where it shows none."""
    try:
        result = analyze_task(read_recording(path))
    except GripforceError:
        return None  # the summary at the end says why
    estimate = result.summary.get("slip_force_n")
    return None if estimate is None else estimate.value


def analyze_folder(recordings: Path) -> tuple[dict[str, Analysis], list[str]]:
    """Return the analysis of each hand's recordings, and what could not be analysed."""
    by_hand: dict[str, list[Path]] = {}
    refused: list[str] = []
    opened = {}
    for path in sorted(recordings.glob("*.grip")):
        try:
            recording = read_recording(path)
        except GripforceError as error:
            refused.append(f"{path.name}: {error}")
            continue
        if recording.metadata.get("task") in TASKS:
            opened[path] = recording
            by_hand.setdefault(str(recording.metadata.get("hand", "")), []).append(path)
    analyses = {}
    for hand, paths in sorted(by_hand.items()):
        try:
            analyses[hand] = summarize_person(analyze_session([opened[path] for path in paths]))
        except GripforceError as error:
            refused.append(f"{hand} hand: {error}")
    return analyses, refused
