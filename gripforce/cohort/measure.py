"""One recording to what a cohort needs of it: plain values that travel between processes."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from gripforce.analysis.dispatch import analyze_task
from gripforce.analysis.filters import LowPass
from gripforce.analysis.lifts import positive_number
from gripforce.cohort.find import Whose, contradiction, whose
from gripforce.errors import GripforceError
from gripforce.recording import read_recording

if TYPE_CHECKING:
    from pathlib import Path

    from gripforce.analysis.results import Estimate, TaskResult


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be measured."""

    path: str
    """Absolute: a worker has its own working folder."""
    name: str
    """Below the cohort's folder, with ``/``."""
    filter_hz: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """One recording in numbers."""

    name: str
    whose: Whose
    utc: str
    task: str
    mass_g: float | None
    surface: str
    filter: str
    trials: int
    used: int
    values: dict[str, tuple[float, ...]]
    """By metric, of the trials that count, in order."""
    series: dict[str, Estimate]
    """Figures that belong to all trials together."""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be used, and why."""

    name: str
    why: str
    exit_code: int


def jobs(folder: Path, files: list[Path], filter_hz: float | None) -> list[Job]:
    """Return what is to be done, in the order of the files."""
    return [
        Job(str(file.resolve()), file.relative_to(folder).as_posix(), filter_hz) for file in files
    ]


def measure(job: Job) -> Measured | Skipped:
    """Return one file's numbers, or why there are none: a bad file stops no cohort."""
    try:
        recording = read_recording(job.path)
        low_pass = None if job.filter_hz is None else LowPass(job.filter_hz)
        result = analyze_task(recording, low_pass)
        return _measured(job.name, result)
    except GripforceError as error:
        # The absolute path is this machine's affair; the name is the cohort's.
        return Skipped(job.name, str(error).replace(job.path, job.name), error.exit_code)


def environment() -> dict[str, str]:
    """Return what a number depends on to the last bit."""
    packages = ("gripforce", "numpy", "scipy")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def _measured(name: str, result: TaskResult) -> Measured:
    metadata = result.recording.metadata
    values = {column: _numbers(result, column) for column in _columns(result)}
    return Measured(
        name=name,
        whose=whose(name, metadata),
        utc=str(metadata.get("utc") or ""),
        task=result.task,
        mass_g=positive_number(metadata, "mass_g"),
        surface=str(metadata.get("surface") or ""),
        filter=result.traces.filter,
        trials=len(result.trials),
        used=len(result.used),
        values={column: found for column, found in values.items() if found},
        series={k: v for k, v in result.summary.items() if not values.get(k)},
        remark=contradiction(name, metadata),
    )


def _columns(result: TaskResult) -> list[str]:
    """Return all that is measured trial by trial, promised columns first."""
    more = (column for trial in result.trials for column in trial.values)
    return list(dict.fromkeys([*result.value_columns, *more]))


def _numbers(result: TaskResult, column: str) -> tuple[float, ...]:
    cells: list[Any] = [trial.values.get(column) for trial in result.used]
    return tuple(float(cell) for cell in cells if isinstance(cell, int | float))
