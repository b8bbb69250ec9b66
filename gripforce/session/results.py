"""Analyse a session's own recordings: slip forces, verdicts, reports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gripforce.analysis.assessment.person import summarize_person
from gripforce.analysis.assessment.visits import VisitAnalysis, baseline_of
from gripforce.analysis.tasks.registry import analyze_session, analyze_task
from gripforce.errors import GripforceError
from gripforce.model import TASKS
from gripforce.model.whose import by_hand
from gripforce.recording import read_recording
from gripforce.report import write_report
from gripforce.session.folder import SessionFolder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gripforce.analysis.results import Analysis

REPORT: Final = "report"
"""Name of the report in a session's folder, without its ending."""
MOST_EARLIER: Final = 5
"""Earlier sessions that a report is compared with; each is analysed again."""


def slip_force(path: Path) -> float | None:
    """Return the median slip force of a slip test [N]; None where no slip was found."""
    try:
        result = analyze_task(read_recording(path))
    except GripforceError:
        return None  # the summary at the end says why
    estimate = result.summary.get("slip_force_n")
    return None if estimate is None else estimate.value


def analyze_folder(
    folder: Path, earlier: Sequence[VisitAnalysis] = ()
) -> tuple[dict[str, Analysis], list[str]]:
    """Analyse the recordings in a folder, hand by hand; a hand's baseline is its last visit.

    Returns the analysis of each hand (``left``, ``right``), and a sentence for each recording or
    hand that could not be analysed.
    """
    errors: list[str] = []
    readable = []
    for path in sorted(folder.glob("*.grip")):
        try:
            recording = read_recording(path)
        except GripforceError as error:
            errors.append(f"{path.name}: {error}")
            continue
        if recording.metadata.get("task") in TASKS:
            readable.append(recording)
    analyses = {}
    for hand, recordings in sorted(by_hand(readable, lambda r: r.metadata).items()):
        try:
            results = analyze_session(recordings)
            analyses[hand] = summarize_person(results, baseline=baseline_of(earlier, hand))
        except GripforceError as error:
            errors.append(f"{hand} hand: {error}")
    return analyses, errors


def write_visit_report(
    analyses: Mapping[str, Analysis],
    folder: Path,
    missed: Sequence[str] = (),
    earlier: Sequence[VisitAnalysis] = (),
) -> tuple[Path | None, list[str]]:
    """Write the report of a session's visit into its folder, beside the ``earlier`` ones.

    ``missed`` are sentences on what the session asked for and did not get. A report that exists
    is never overwritten. Returns the report's path, None where it could not
    be written or nothing was analysed, and a sentence for what went wrong.
    """
    if not analyses:
        return None, []
    path, number = folder / f"{REPORT}.html", 1
    while path.exists():
        number += 1
        path = folder / f"{REPORT}_{number}.html"
    try:
        write_report(replace(_visit(analyses), missed=tuple(missed)), path, earlier)
    except GripforceError as error:
        return None, [f"No report: {error}"]
    return path, []


def earlier_visits(folder: Path) -> list[VisitAnalysis]:
    """Return the visits of a person's sessions before the one in a folder, the oldest first."""
    sessions = sorted(path for path in folder.parent.glob("ses-*") if path.name < folder.name)
    found = [analyze_folder(SessionFolder(path).recordings)[0] for path in sessions[-MOST_EARLIER:]]
    return [_visit(analyses) for analyses in found if analyses]


def _visit(analyses: Mapping[str, Analysis]) -> VisitAnalysis:
    return VisitAnalysis({hand: analyses[hand] for hand in sorted(analyses, reverse=True)})
