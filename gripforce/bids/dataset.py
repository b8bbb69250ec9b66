"""Write a study as a BIDS data set: sessions, participants, descriptions."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final

from gripforce.bids.names import names_of, refuse_collisions, refuse_reason
from gripforce.bids.session_files import (
    DERIVED,
    SOURCE,
    SessionWork,
    WrittenSession,
    write_session,
)
from gripforce.bids.text import write_json, write_tsv
from gripforce.cohort.measure import each_once, identify
from gripforce.cohort.results import RecordingFile, Skipped
from gripforce.errors import RecordingError, UsageError
from gripforce.version import software_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gripforce.cohort.executors import CohortExecutor, ProgressReport
    from gripforce.cohort.results import Identified

BIDS_VERSION: Final = "1.10.0"
_README: Final = """# {name}

Grip force and load force of a precision-grip object: {people} people, {sessions} sessions,
{recordings} recordings.

- `sub-*/ses-*/beh/*_physio.tsv.gz`: forces in newtons, unfiltered, on the recording's axis
  (`StartTime`); `n/a` in a gap.
- `*_events.tsv`: trials and their events, the session's verdicts, cues and other markers, gaps.
- `sourcedata/`: the recordings themselves, with the device's own counts; `gripforce info FILE`
  describes one.
- `derivatives/gripforce/`: tables of trials, and a report for each session.

Subjects are pseudonyms. Made by gripforce {version} (`gripforce bids`). Research use: not a
medical device.
"""
_DERIVED_README: Final = """# Trials and reports

Each recording's trials with their metrics (`*_desc-trials_beh.tsv`; a metric is defined in the
sidecar of its table), and a report for each session, by gripforce {version}.
`gripforce analyze FILE` gives the same table of one recording, `gripforce cohort` one table of all.
"""
_IGNORED: Final = "*_report.html\n*/*/beh/*_desc-trials_beh.*\n"


@dataclass(frozen=True, slots=True)
class DatasetLabels:
    """What a data set says of itself."""

    name: str = "Grip and load force"
    authors: tuple[str, ...] = ()
    licence: str = ""
    """As BIDS names it: CC0, CC-BY-4.0."""


@dataclass(frozen=True, slots=True)
class StudyDataset:
    """What was written, and what was left out."""

    sessions: tuple[WrittenSession, ...]
    skipped: tuple[Skipped, ...]


def write_dataset(
    folder: Path,
    files: Iterable[Path],
    output: Path,
    run: CohortExecutor,
    *,
    labels: DatasetLabels = DatasetLabels(),
    progress: ProgressReport | None = None,
) -> StudyDataset:
    """Write the recordings of a folder as a new data set; the same study gives the same bytes.

    Raises ``UsageError`` where ``output`` exists, no recording has a subject and a session, or two
    people would have the same label, and ``RecordingError`` where it cannot be written.
    """
    if output.exists():
        raise UsageError(
            f"{output} exists already.", "Nothing is overwritten: choose another name."
        )
    found = [RecordingFile(str(p.resolve()), p.relative_to(folder).as_posix()) for p in files]
    identified, skipped = each_once(run(identify, found))
    placed = [one for one in identified if not refuse_reason(one)]
    skipped += [Skipped(one.file.name, why, 1) for one in identified if (why := refuse_reason(one))]
    if not placed:
        raise UsageError("No recording names a subject and a session; nothing is written.")
    refuse_collisions(placed)
    try:
        building = Path(mkdtemp(prefix=f".{output.name}-", dir=output.resolve().parent))
    except OSError as error:
        raise _unwritable(output, error) from error
    try:
        sessions = run(write_session, _work(placed, building), progress)
        _describe(sessions, labels, building)
        building.chmod(0o755)
        building.rename(output)
    except OSError as error:
        raise _unwritable(output, error) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return StudyDataset(tuple(sessions), tuple(sorted(skipped, key=lambda one: one.name)))


def _work(placed: Sequence[Identified], root: Path) -> list[SessionWork]:
    """Return the sessions in the order of their names."""
    names = names_of(placed)
    sessions: dict[str, list[Identified]] = {}
    for one in placed:
        sessions.setdefault(names[one.file.name].folder, []).append(one)
    return [
        SessionWork(
            tuple(
                sorted(((one.file.path, one.file.name, names[one.file.name]) for one in members),
                       key=lambda file: file[2])
            ),
            str(root),
        )
        for _, members in sorted(sessions.items())
    ]  # fmt: skip


def _describe(sessions: Sequence[WrittenSession], labels: DatasetLabels, root: Path) -> None:
    """Write what stands at the root of the data set, and of its derivatives."""
    about: dict[str, Any] = {
        "Name": labels.name,
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "raw",
        "GeneratedBy": [_generator("Conversion of recordings")],
        "SourceDatasets": [{"URL": f"file://./{SOURCE}"}],
    }
    if labels.authors:
        about["Authors"] = list(labels.authors)
    if labels.licence:
        about["License"] = labels.licence
    write_json(root / "dataset_description.json", about)
    people = _by_person(sessions)
    counts = {
        "people": len(people),
        "sessions": len(sessions),
        "recordings": sum(one.recordings for one in sessions),
    }
    readme = _README.format(name=labels.name, version=software_version(), **counts)
    (root / "README.md").write_text(readme, encoding="utf-8", newline="\n")
    _participants(people, root)
    derived = root / DERIVED
    if derived.is_dir():
        _describe_derivatives(labels, derived)


def _describe_derivatives(labels: DatasetLabels, derived: Path) -> None:
    about = {
        "Name": f"{labels.name}: trials and reports",
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "derivative",
        "GeneratedBy": [_generator("Detection and measurement of trials")],
        "SourceDatasets": [{"URL": "file://../.."}],
    }
    write_json(derived / "dataset_description.json", about)
    (derived / ".bidsignore").write_text(_IGNORED, encoding="utf-8", newline="\n")
    readme = _DERIVED_README.format(version=software_version())
    (derived / "README.md").write_text(readme, encoding="utf-8", newline="\n")


def _participants(people: Mapping[str, Sequence[WrittenSession]], root: Path) -> None:
    rows = []
    for person, sessions in sorted(people.items()):
        hands = sorted({hand for one in sessions for hand in one.hands})
        rows.append((f"sub-{person}", "homo sapiens", len(sessions), ",".join(hands)))
        times = [(f"ses-{one.ses}", one.begun) for one in sessions]
        path = root / f"sub-{person}" / f"sub-{person}_sessions.tsv"
        write_tsv(path, ("session_id", "acq_time"), times)
    header = ("participant_id", "species", "session_count", "hands_tested")
    write_tsv(root / "participants.tsv", header, rows)
    write_json(
        root / "participants.json",
        {
            "session_count": {"Description": "Number of sessions in this data set."},
            "hands_tested": {"Description": "Hands that were measured."},
        },
    )


def _by_person(sessions: Sequence[WrittenSession]) -> dict[str, list[WrittenSession]]:
    people: dict[str, list[WrittenSession]] = {}
    for one in sessions:
        people.setdefault(one.sub, []).append(one)
    return people


def _generator(what: str) -> dict[str, str]:
    return {"Name": "gripforce", "Version": software_version(), "Description": what}


def _unwritable(output: Path, error: OSError) -> RecordingError:
    reason = error.strerror or str(error)
    return RecordingError(
        f"{output} cannot be written ({reason}).", "Check the folder and the disk."
    )
