"""The real lifts of Raj Kumar et al. (RajKumar2019), read in place: never a part of the project.

The folder has ``files.csv``, ``raw/``, ``plate_events.csv`` and ``published_peak_rates.csv``.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import TYPE_CHECKING, Final

from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.formats.tables.table import read_table
from gripforce.formats.tables.table_map import parse_table_map
from gripforce.formats.tables.table_recording import table_recording

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gripforce.analysis.lift.lifts import LiftAnalysis
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.model import Recording

MAP: Final = """
[table]
separator = "\\t"
header_rows = 1
time_column = 1
[channels]
grip_n = {{ mean = [3] }}
load_n = {{ sum = [4, 5] }}
[zero]
from_s = 0.2
to_s = 1.0
[trial]
task = "lift"
mass_g = {mass_g}
"""
DEVELOPMENT_PERSON: Final = "1656"
"""Whose files were looked at while the analysis was built."""


def read_rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of one of the folder's tables."""
    with (folder / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def import_file(folder: Path, row: Mapping[str, str]) -> Recording:
    """Return one raw file as a recording; ``row`` is its row of ``files.csv``."""
    return _imported(folder, row["file"], row["mass_g"])


@cache
def _imported(folder: Path, name: str, mass_g: str) -> Recording:
    """Read each file once: sections and tests analyze it again with other filters."""
    table_map = parse_table_map(MAP.format(mass_g=mass_g))
    return table_recording(read_table(folder / "raw" / f"{name}.gz", table_map), name)


def analyze_file(
    folder: Path, row: Mapping[str, str], low_pass: LowPass | None = None
) -> tuple[Recording, LiftAnalysis]:
    """Return one raw file as a recording, and its lifts."""
    recording = import_file(folder, row)
    return recording, analyze_lifts(recording, low_pass)
