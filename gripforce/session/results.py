"""Analyse a session's own recordings: slip forces, verdicts, reports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gripforce.analysis.assessment.person import summarize_person
from gripforce.analysis.tasks.registry import analyze_session, analyze_task
from gripforce.errors import GripforceError
from gripforce.model import TASKS
from gripforce.recording import read_recording
from gripforce.report import write_report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gripforce.analysis.results import Analysis


def slip_force(path: Path) -> float | None:
    """Return the median slip force of a slip test [N]; None where no slip was found."""
    try:
        result = analyze_task(read_recording(path))
    except GripforceError:
        return None  # the summary at the end says why
    estimate = result.summary.get("slip_force_n")
    return None if estimate is None else estimate.value


def analyze_folder(folder: Path) -> tuple[dict[str, Analysis], list[str]]:
    """Analyse the recordings in a folder, hand by hand.

    Returns the analysis of each hand (``left``, ``right``), and a sentence for each recording or
    hand that could not be analysed.
    """
    by_hand: dict[str, list[Path]] = {}
    errors: list[str] = []
    readable = {}
    for path in sorted(folder.glob("*.grip")):
        try:
            recording = read_recording(path)
        except GripforceError as error:
            errors.append(f"{path.name}: {error}")
            continue
        if recording.metadata.get("task") in TASKS:
            readable[path] = recording
            by_hand.setdefault(str(recording.metadata.get("hand", "")), []).append(path)
    analyses = {}
    for hand, paths in sorted(by_hand.items()):
        try:
            analyses[hand] = summarize_person(analyze_session([readable[path] for path in paths]))
        except GripforceError as error:
            errors.append(f"{hand} hand: {error}")
    return analyses, errors


def write_reports(
    analyses: Mapping[str, Analysis], folder: Path, missed: Sequence[str] = ()
) -> tuple[dict[str, Path], list[str]]:
    """Write a report for each hand into a folder; a report that exists is never overwritten.

    ``missed`` are sentences on what the session asked for and did not get.

    Returns the report's path for each hand, and a sentence for each that could not be written.
    """
    written, errors = {}, []
    for hand, analysis in analyses.items():
        path, number = folder / f"report_hand-{hand}.html", 1
        while path.exists():
            number += 1
            path = folder / f"report_hand-{hand}_{number}.html"
        try:
            write_report(replace(analysis, missed=tuple(missed)), path)
            written[hand] = path
        except GripforceError as error:
            errors.append(f"No report of the {hand} hand: {error}")
    return written, errors
