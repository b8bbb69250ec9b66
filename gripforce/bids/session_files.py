"""One session of one person, written by one process: source data, raw data, derivatives."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gripforce.analysis.assessment.visits import summarize_visit
from gripforce.analysis.tasks.registry import ANALYSES, analyze_session, analyze_task
from gripforce.bids.recording_files import write_raw, write_trials
from gripforce.bids.text import write_tsv
from gripforce.cohort.discover import moment
from gripforce.errors import GripforceError
from gripforce.recording import read_recording
from gripforce.report import write_report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.analysis.results import TaskResult
    from gripforce.bids.names import BidsName
    from gripforce.model import Recording

SOURCE: Final = "sourcedata"
DERIVED: Final = "derivatives/gripforce"
_BESIDE: Final = ("session.jsonl", "protocol.toml")
"""What a session's folder has besides recordings."""


@dataclass(frozen=True, slots=True)
class SessionWork:
    """One session: its recordings with their names, and where they go."""

    files: tuple[tuple[str, str, BidsName], ...]
    """Path, name below the study's folder, name in the data set."""
    root: str


@dataclass(frozen=True, slots=True)
class WrittenSession:
    """What was written of a session, and sentences on what was not."""

    sub: str
    ses: str
    begun: str
    """The earliest recording's time, ISO 8601; "" where none says."""
    hands: tuple[str, ...]
    recordings: int
    remarks: tuple[str, ...]


def write_session(work: SessionWork) -> WrittenSession:
    """Write a session's files; a recording that cannot be analysed stops nothing."""
    root = Path(work.root)
    name = work.files[0][2]
    remarks: list[str] = []
    recordings = {one: read_recording(path) for path, _, one in work.files}
    results = _results(recordings, remarks)
    for path, shown, one in work.files:
        _copy(Path(path), root / SOURCE / one.folder / f"{one.stem}.grip")
        why = write_raw(recordings[one], results.get(one), one, root)
        if why:
            remarks.append(f"{shown}: only its source is in the data set: {why}")
        if one in results:
            write_trials(results[one], one, root / DERIVED)
    _copy_beside({Path(path).parent for path, _, _ in work.files}, root / SOURCE / name.folder)
    _write_report(results, name, root / DERIVED, remarks)
    begun = _write_scans(recordings, name, root)
    hands = {str(one.metadata.get("hand") or "") for one in recordings.values()} - {""}
    return WrittenSession(
        name.sub, name.ses, begun, tuple(sorted(hands)), len(recordings), tuple(remarks)
    )


def _results(
    recordings: Mapping[BidsName, Recording], remarks: list[str]
) -> dict[BidsName, TaskResult]:
    """Return the results of those that can be analysed, measured together as a session is."""
    sound = {}
    for name, recording in recordings.items():
        if str(recording.metadata.get("task") or "lift") not in ANALYSES:
            continue
        try:
            analyze_task(recording)
        except GripforceError as error:
            remarks.append(f"{recording.name}: no trials: {error.args[0]}")
        else:
            sound[name] = recording
    return dict(zip(sound, analyze_session(list(sound.values())), strict=True))


def _write_report(
    results: Mapping[BidsName, TaskResult], name: BidsName, root: Path, remarks: list[str]
) -> None:
    if not results:
        return
    path = root / name.folder / f"sub-{name.sub}_ses-{name.ses}_report.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_report(summarize_visit(list(results.values())), path)
    except GripforceError as error:
        remarks.append(f"{name.folder}: no report: {error.args[0]}")


def _write_scans(recordings: Mapping[BidsName, Recording], name: BidsName, root: Path) -> str:
    """Write when each recording began; returns the earliest time."""
    rows = []
    for one, recording in recordings.items():
        physio = f"beh/{one.stem}_physio.tsv.gz"
        if (root / name.folder / physio).exists():
            rows.append((physio, acquisition_time(str(recording.metadata.get("utc") or ""))))
    if rows:
        path = root / name.folder / f"sub-{name.sub}_ses-{name.ses}_scans.tsv"
        write_tsv(path, ("filename", "acq_time"), sorted(rows))
    return min((time for _, time in rows if time), default="")


def acquisition_time(utc: str) -> str:
    """Return a time as BIDS writes UTC; "" where it is none."""
    begun = moment(utc)
    return "" if begun is None else begun.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _copy_beside(folders: set[Path], target: Path) -> None:
    """Copy journal and protocol, where all recordings come from one session's folder."""
    if len(folders) == 1:
        (folder,) = folders
        home = folder.parent if folder.name == "beh" else folder
        for name in _BESIDE:
            if (home / name).is_file():
                _copy(home / name, target / name)
