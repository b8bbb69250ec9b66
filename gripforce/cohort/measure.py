"""Measure sessions for a cohort: plain values that travel between processes.

Strategy: files are read once to identify person, session and hand, and again to be measured with
the others of their session, because lifts take their slip force from its slip test.
"""

from __future__ import annotations

import platform
from dataclasses import asdict, replace
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from gripforce.analysis.assessment.person import summarize_person
from gripforce.analysis.signal.filters import LowPass
from gripforce.analysis.tasks.annotations import positive_number
from gripforce.analysis.tasks.registry import analyze_session, analyze_task
from gripforce.cohort import memory as restored
from gripforce.cohort.discover import RecordingKey, contradiction, day_of, moment, whose
from gripforce.cohort.memory import Memory
from gripforce.cohort.results import (
    CohortSession,
    Identified,
    Measured,
    RecordingFile,
    Skipped,
)
from gripforce.errors import GripforceError
from gripforce.model.local_time import local_begin
from gripforce.model.whose import surface_of
from gripforce.recording import read_recording
from gripforce.recording.identity import (
    copy_words,
    fingerprint,
    size,
    without_copies,
)
from gripforce.version import software_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from gripforce.analysis.results import TaskResult
    from gripforce.cohort.executors import CohortExecutor, ProgressReport

T = TypeVar("T")
_VISIT = timedelta(hours=6)
"""Longest pause within a visit."""


def measure_cohort(
    folder: Path,
    files: Iterable[Path],
    run: CohortExecutor,
    filter_hz: float | None = None,
    progress: ProgressReport | None = None,
    *,
    memory: Memory | None = None,
) -> list[Measured | Skipped]:
    """Return each file's numbers, or why there are none, in the order of their names.

    What ``memory`` holds already is not measured again.
    """
    kept = Memory(None, {}) if memory is None else memory
    found = [
        RecordingFile(str(path.resolve()), path.relative_to(folder).as_posix()) for path in files
    ]
    digests = {file.path: kept.digest(file.path) for file in found} if memory else {}
    identified = kept.answer(
        found,
        lambda file: _depends((file,), digests),
        lambda files: run(identify, files, progress),
        restored.identified,
    )
    readable, skipped = each_once(identified)
    results: list[Measured | Skipped] = [*skipped]
    for session in kept.answer(
        _sessions(readable, filter_hz),
        lambda one: _depends(one.files, digests, asdict(one.whose), one.filter_hz),
        lambda sessions: run(measure_session, sessions, progress),
        restored.measured,
    ):
        results += session
    return sorted(results, key=lambda result: result.name)


def _depends(
    files: Iterable[RecordingFile], digests: Mapping[str, str], *more: object
) -> list[object] | None:
    """Return what an answer on files depends on; None where one of them cannot be read."""
    contents = [[file.name, digests.get(file.path, "")] for file in files]
    return [contents, *more] if all(digest for _, digest in contents) else None


def each_once(
    identified: Iterable[Identified | Skipped],
) -> tuple[list[Identified], list[Skipped]]:
    """Return recordings in the order of their names, dated by visit; and copies and bad files."""
    answers = list(identified)
    readable, copies = _without_copies(one for one in answers if isinstance(one, Identified))
    return in_visits(readable), [*(one for one in answers if isinstance(one, Skipped)), *copies]


def identify(file: RecordingFile) -> Identified | Skipped:
    """Return whose a recording is, or why it cannot be read."""
    return _guarded(file, _identified)


def measure_session(session: CohortSession) -> list[Measured | Skipped]:
    """Return the numbers of a session's recordings: a bad file stops nothing."""
    low_pass = None if session.filter_hz is None else LowPass(session.filter_hz)
    skipped, good = _sorted(session.files, lambda file: read_recording(file.path))
    try:
        results = analyze_session(list(good.values()), low_pass)
    except Exception:  # noqa: BLE001 - the next lines find the recording at fault
        spoilt, sound = _sorted(good, lambda file: analyze_task(good[file], low_pass))
        skipped += spoilt
        good = {file: good[file] for file in sound}
        results = analyze_session(list(good.values()), low_pass)
    decided = summarize_person(results).verdicts if results else {}
    verdicts = {name: verdict.answer.value for name, verdict in decided.items()}
    owner = session.whose
    return [
        *skipped,
        *(_measured(f.name, owner, r, verdicts) for f, r in zip(good, results, strict=True)),
    ]


def environment() -> dict[str, str]:
    """Return what a number depends on to the last bit."""
    versions = {name: import_module(name).__version__ for name in ("numpy", "scipy")}
    return {"python": platform.python_version(), "gripforce": software_version(), **versions}


def _identified(file: RecordingFile) -> Identified:
    recording = read_recording(file.path)
    return Identified(
        file,
        whose(file.name, recording.metadata),
        local_begin(recording.metadata),
        fingerprint(recording),
        size(recording),
        str(recording.metadata.get("task") or ""),
        str(recording.metadata.get("digits") or ""),
    )


def _without_copies(identified: Iterable[Identified]) -> tuple[list[Identified], list[Skipped]]:
    """Return the recordings without copies; of copies the longest stays, else the first."""
    ordered = sorted(identified, key=lambda one: one.file.name)
    kept, copies = without_copies(ordered, lambda one: one.mark, lambda one: one.samples)
    return kept, [Skipped(copy.file.name, copy_words(twin.file.name), 0) for copy, twin in copies]


def in_visits(identified: Iterable[Identified]) -> list[Identified]:
    """Return recordings without a session ID with the date of the visit that they belong to.

    A visit goes on while the next recording of the person begins within six hours, so it may pass
    midnight; its date is that of its first recording.
    """
    dated: dict[str, list[tuple[datetime, Identified]]] = {}
    others = []
    for one in identified:
        begun = moment(one.begun)
        if begun is None or one.whose.session != day_of(one.begun):
            others.append(one)
        else:
            dated.setdefault(one.whose.subject, []).append((begun, one))
    for visits in dated.values():
        visits.sort(key=lambda pair: pair[0])
        latest, day = None, ""
        for begun, one in visits:
            if latest is None or begun - latest > _VISIT:
                day = day_of(one.begun)
            latest = begun
            others.append(replace(one, whose=replace(one.whose, session=day)))
    return sorted(others, key=lambda one: one.file.name)


def _sessions(identified: Iterable[Identified], filter_hz: float | None) -> list[CohortSession]:
    found: dict[tuple[RecordingKey, str], list[RecordingFile]] = {}
    for one in identified:
        # Recordings without a subject ID cannot be grouped: each stands alone.
        alone = "" if one.whose.subject else one.file.name
        found.setdefault((one.whose, alone), []).append(one.file)
    return [CohortSession(whose, tuple(files), filter_hz) for (whose, _), files in found.items()]


def _sorted(
    files: Iterable[RecordingFile], work: Callable[[RecordingFile], T]
) -> tuple[list[Skipped], dict[RecordingFile, T]]:
    """Return what failed, and what came of the rest by file."""
    tried = [(file, _guarded(file, work)) for file in files]
    skipped = [one for _, one in tried if isinstance(one, Skipped)]
    return skipped, {file: one for file, one in tried if not isinstance(one, Skipped)}


def _guarded(file: RecordingFile, work: Callable[[RecordingFile], T]) -> T | Skipped:
    try:
        return work(file)
    except GripforceError as error:
        # The path below the cohort's folder identifies a file on every machine.
        return Skipped(file.name, str(error).replace(file.path, file.name), error.exit_code)
    except Exception as error:  # noqa: BLE001 - one damaged file must not end the whole cohort
        return Skipped(file.name, f"gripforce failed on it: {error!r}. Please report this.", 1)


def _measured(
    name: str, owner: RecordingKey, result: TaskResult, verdicts: dict[str, str]
) -> Measured:
    metadata, integrity = result.recording.metadata, result.recording.integrity
    values = {column: _numbers(result, column) for column in result.value_columns}
    return Measured(
        name=name,
        whose=owner,
        utc=str(metadata.get("utc") or ""),
        task=result.task,
        mass_g=positive_number(metadata, "mass_g"),
        surface=surface_of(metadata),
        filter=result.traces.filter,
        trials=len(result.trials),
        used=len(result.used),
        values={column: found for column, found in values.items() if found},
        series={k: v for k, v in result.summary.items() if not values.get(k)},
        verdicts=verdicts,
        remark=contradiction(name, metadata),
        ended=str(integrity.ended),
        incomplete=integrity.ended.incomplete,
        lost=integrity.lost,
        lost_pct=integrity.lost_pct,
        reconciled=integrity.reconciled,
    )


def _numbers(result: TaskResult, column: str) -> tuple[float, ...]:
    cells: Sequence[Any] = [trial.values.get(column) for trial in result.used]
    return tuple(float(cell) for cell in cells if isinstance(cell, int | float))
