"""Real lifts beside the published tables: ``python -m bench.reference FOLDER``.

``FOLDER`` has ``files.csv`` and ``raw/``: a part of the lifts of Raj Kumar et al. (science S1). The
tables are of 16 people; means of a few cannot agree within 10 % where people differ by 50 %, so
each is told with its distance in standard errors of so few.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.analysis.assessment.reference import RELIABILITY
from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.analysis.signal.filters import LowPass
from gripforce.analysis.statistics.reliability import reliability
from gripforce.formats.table import read_table, table_recording
from gripforce.formats.table_map import parse_table_map

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTHORS_15_HZ: Final = LowPass(0.802 * 15.0)
"""butter(2, 15 Hz) forward and backward, as the tables were made, has -3 dB at 12 Hz."""
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
COLUMNS: Final = ("gf_static_n", "gf_lf_ratio", "gf_peak_n", "lf_peak_n", "pgfr_n_per_s",
                  "plfr_n_per_s", "rate_peak_lag_ms", "xcorr_r")  # fmt: skip
TIMES: Final = ("xcorr_lag_ms", "preload_ms", "loading_ms")
TABLE: Final = {  # science 3.1: mean and SD of 16 people's medians, by mass in g
    250: ((3.9, 1.8), (1.66, 0.74), (4.7, 2.2), (2.9, 0.8),
          (32, 13), (31, 10), (-7, 20), (0.81, 0.10)),
    300: ((4.4, 2.7), (1.75, 1.1), (5.5, 3.8), (3.2, 0.4),
          (35, 18), (35, 10), (-4, 18), (0.80, 0.10)),
    400: ((5.4, 3.5), (1.51, 0.96), (6.5, 4.2), (4.5, 0.5),
          (42, 20), (44, 12), (-15, 20), (0.81, 0.12)),
    500: ((5.9, 3.0), (1.41, 0.67), (7.1, 3.6), (5.3, 0.6),
          (44, 19), (51, 13), (-17, 22), (0.82, 0.11)),
    600: ((7.0, 3.7), (1.34, 0.63), (8.5, 4.6), (6.6, 0.7),
          (53, 25), (60, 21), (5, 87), (0.83, 0.13)),
    700: ((8.3, 4.7), (1.39, 0.79), (9.7, 4.9), (7.7, 0.7),
          (58, 23), (68, 17), (-8, 16), (0.82, 0.12)),
}  # fmt: skip

Key = tuple[str, str, str, int]


def measure(folder: Path) -> dict[Key, dict[str, list[float]]]:
    """Return values of lifts 2 and later by person, kind of condition, condition and mass."""
    found: dict[Key, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with (folder / "files.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["ok"] == "True"]
    for row in rows:
        table_map = parse_table_map(MAP.format(mass_g=row["mass_g"]))
        made = table_recording(read_table(folder / "raw" / f"{row['file']}.gz", table_map), "x")
        key = (row["subject"], row["cond_type"], row["cond"], int(row["mass_g"]))
        for lift in analyze_lifts(made, AUTHORS_15_HZ).lifts[1:]:
            if lift.phases.liftoff_s is None:
                continue
            for entry in (*COLUMNS, *TIMES):
                value = getattr(lift.metrics, entry)
                if value is not None:
                    found[key][entry].append(value)
    return found


def levels(measured: Mapping[Key, Mapping[str, list[float]]]) -> list[dict[str, Any]]:
    """Return each mean of people's medians beside table 3.1, and its distance in its own SE."""
    rows = []
    for mass, cells in TABLE.items():
        people = [v for k, v in measured.items() if k[1] == "W" and k[3] == mass]
        for column, (mean, sd) in zip(COLUMNS, cells, strict=True):
            ours = float(np.mean([np.median(values[column]) for values in people]))
            apart = (ours - mean) / (sd / np.sqrt(len(people)))
            rows.append({"mass_g": mass, "metric": column, "people": len(people), "ours": ours,
                         "published": mean, "z": float(apart)})  # fmt: skip
    return rows


def main() -> None:
    """Print both tables."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program's own name, and the folder
        raise SystemExit("Usage: python -m bench.reference FOLDER")
    measured = measure(Path(sys.argv[1]))
    out = sys.stdout.write
    out("| mass g | metric | people | ours | table 3.1 | z |\n|---|---|---|---|---|---|\n")
    for row in levels(measured):
        out(f"| {row['mass_g']} | {row['metric']} | {row['people']} | {row['ours']:.2f} | "
            f"{row['published']:g} | {row['z']:+.1f} |\n")  # fmt: skip
    published = {entry.metric: entry for entry in RELIABILITY}
    out("\n| metric | SEM | table 3.4 | ICC(1) | table 3.4 |\n|---|---|---|---|---|\n")
    for column in (*COLUMNS, *TIMES):
        ours = reliability([np.array(v[column]) for v in measured.values() if len(v[column]) > 1])
        entry = published.get(column)
        if ours is not None and entry is not None:
            out(f"| {column} | {ours.sem:.2f} | {entry.sem:g} | {ours.icc:.2f} | {entry.icc:g} |\n")


if __name__ == "__main__":
    main()
