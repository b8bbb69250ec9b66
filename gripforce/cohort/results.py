"""What is known of the recordings of a cohort: plain values that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gripforce.analysis.results import Estimate
    from gripforce.cohort.discover import RecordingKey
    from gripforce.recording.identity import Fingerprint


@dataclass(frozen=True, slots=True)
class RecordingFile:
    """A recording to be measured."""

    path: str
    """Absolute: a worker has its own working folder."""
    name: str
    """Below the cohort's folder, with ``/``."""


@dataclass(frozen=True, slots=True)
class Identified:
    """A readable recording, and whose it is."""

    file: RecordingFile
    whose: RecordingKey
    begun: str = ""
    """On the clock of the place."""
    mark: Fingerprint = ()
    samples: int = 0
    task: str = ""
    digits: str = ""


@dataclass(frozen=True, slots=True)
class CohortSession:
    """Recordings of one person's one hand on one occasion, to be measured together."""

    whose: RecordingKey
    files: tuple[RecordingFile, ...]
    filter_hz: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """One recording in numbers."""

    name: str
    whose: RecordingKey
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
    verdicts: dict[str, str] = field(default_factory=dict)
    """Answers on the whole session; each of its recordings carries them."""
    remark: str = ""
    ended: str = ""
    incomplete: str = ""
    """How it lacks its end, in words."""
    lost: int = 0
    lost_pct: float = 0.0
    reconciled: bool = True


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be used, and why."""

    name: str
    why: str
    exit_code: int
