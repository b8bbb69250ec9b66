"""Real lifts beside the published tables of the same study (RajKumar2019), 16 people."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.analysis.assessment.reference import RELIABILITY
from gripforce.analysis.lift.metrics import LiftMetrics
from gripforce.analysis.metric import specs_of
from gripforce.analysis.signal.filters import LowPass
from gripforce.analysis.statistics.regression import fit_plane
from gripforce.analysis.statistics.reliability import reliability
from validation.real_lifts import analyze_file, read_rows
from validation.section import Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from validation.section import Cell, Settings

AUTHORS_15_HZ: Final = LowPass(0.802 * 15.0)
"""butter(2, 15 Hz) forward and backward, as the tables were made, has -3 dB at 12 Hz."""
COLUMNS: Final = ("gf_static_n", "gf_lf_ratio", "gf_peak_n", "lf_peak_n", "gf_rate_peak_n_per_s",
                  "lf_rate_peak_n_per_s", "rate_peak_lag_ms", "xcorr_r")  # fmt: skip
TIMES: Final = ("xcorr_lag_ms", "preload_ms", "loading_ms")
FURTHER: Final = ("coupling_delay_ms", "coupling_gain", "gf_lf_peak_ratio", "gf_lf_mean_ratio",
                  "gf_lf_min_ratio", "min_ratio_after_ms", "loop_area_n2", "loop_share",
                  "gain_rising", "r_rising", "gain_falling", "r_falling",
                  "wavelet_coherence")  # fmt: skip
"""Measures without a published reliability."""
TABLE: Final = {  # mean and SD of 16 people's medians, by mass in g
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

LABELS: Final = {
    "gf_static_n": "static GF (N)", "gf_lf_ratio": "GF/LF", "gf_peak_n": "GF peak (N)",
    "lf_peak_n": "LF peak (N)", "gf_rate_peak_n_per_s": "peak GF rate (N/s)",
    "lf_rate_peak_n_per_s": "peak LF rate (N/s)", "rate_peak_lag_ms": "rate-peak lag (ms)",
    "xcorr_r": "r", "xcorr_lag_ms": "lag (ms)", "preload_ms": "preload (ms)",
    "loading_ms": "loading (ms)",
}  # fmt: skip

Key = tuple[str, str, str, int]


def measure_lifts(folder: Path) -> dict[Key, dict[str, list[float]]]:
    """Return values of lifts 2 and later by person, kind of condition, condition and mass."""
    found: dict[Key, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in (row for row in read_rows(folder, "files.csv") if row["ok"] == "True"):
        key = (row["subject"], row["cond_type"], row["cond"], int(row["mass_g"]))
        for lift in analyze_file(folder, row, AUTHORS_15_HZ)[1].lifts[1:]:
            if lift.phases.liftoff_s is None:
                continue
            for entry in (*COLUMNS, *TIMES, *FURTHER, "lf_static_n"):
                value = getattr(lift.metrics, entry)
                if value is not None:
                    found[key][entry].append(value)
    return found


def levels(measured: Mapping[Key, Mapping[str, list[float]]]) -> list[dict[str, Any]]:
    """Return each mean of medians beside the published one, and the distance in its own SE."""
    rows = []
    for mass, cells in TABLE.items():
        people = [v for k, v in measured.items() if k[1] == "W" and k[3] == mass]
        for column, (mean, sd) in zip(COLUMNS, cells, strict=True):
            ours = float(np.mean([np.median(values[column]) for values in people]))
            apart = (ours - mean) / (sd / np.sqrt(len(people)))
            rows.append({"mass_g": mass, "metric": column, "people": len(people), "ours": ours,
                         "published": mean, "z": float(apart)})  # fmt: skip
    return rows


def measure(settings: Settings) -> Iterator[Table]:
    """Yield levels and reliability."""
    folder = settings.real
    assert folder is not None, "the section needs the real lifts"
    measured = measure_lifts(folder)
    rows = []
    for found in levels(measured):
        cells: dict[str, Cell] = {
            "ours": found["ours"],
            "published": float(found["published"]),
            "z": found["z"],
        }
        rows.append(Row(f"{found['mass_g']} g, {LABELS[found['metric']]}", cells, found["people"]))
    yield Table("mean of people's medians", "people", tuple(rows))
    yield _reliability(measured)
    yield _further(measured)


def _reliability(measured: Mapping[Key, Mapping[str, list[float]]]) -> Table:
    rows = []
    published = {entry.metric: entry for entry in RELIABILITY}
    for column in (*COLUMNS, *TIMES):
        groups = [np.array(v[column]) for v in measured.values() if len(v[column]) > 1]
        ours, entry = reliability(groups), published.get(column)
        if ours is not None and entry is not None:
            cells: dict[str, Cell] = {"SEM, ours": ours.sem, "SEM, published": entry.sem,
                                      "ICC(1), ours": ours.icc, "published": entry.icc}  # fmt: skip
            rows.append(Row(LABELS[column], cells, ours.trials))
    note = (
        "One-way random effects over people and conditions, lifts 2 and later. Preload, loading "
        "and lag vary less than in the published table because onsets are extrapolated instead of "
        "crossing 0.1 N, and lift-off is taken from load force and not from the plate."
    )
    return Table("reliability of one lift", "lifts", tuple(rows), note)


def _further(measured: Mapping[Key, Mapping[str, list[float]]]) -> Table:
    rows = []
    for column in FURTHER:
        groups = [np.array(v[column]) for v in measured.values() if len(v[column]) > 1]
        found = reliability(groups)
        if found is not None:
            spec = specs_of(LiftMetrics)[column]
            cells: dict[str, Cell] = {"mean": float(np.mean(np.concatenate(groups))),
                                      "SEM": found.sem, "ICC(1)": found.icc}  # fmt: skip
            rows.append(Row(spec.title, cells, found.trials))
    exponents = _exponents(measured)
    cells = {"mean": float(np.mean(exponents)), "SEM": None, "ICC(1)": None}
    rows.append(Row("grip scaling exponent (people)", cells, len(exponents)))
    note = (
        "As above. The exponent is one figure of a person: the mean over people with three masses "
        "or more; between people it has an SD of "
        f"{float(np.std(exponents, ddof=1)):.2g}."
    )
    return Table("reliability of one lift, further measures", "lifts", tuple(rows), note)


def _exponents(measured: Mapping[Key, Mapping[str, list[float]]]) -> list[float]:
    """Return the exponent of static grip over load of each person with three masses or more."""
    people: dict[str, list[tuple[float, float]]] = defaultdict(list)
    masses: dict[str, set[int]] = defaultdict(set)
    for (person, kind, _, mass), values in measured.items():
        if kind == "W":
            people[person] += zip(values["gf_static_n"], values["lf_static_n"], strict=True)
            masses[person].add(mass)
    found = []
    for person, pairs in people.items():
        if len(masses[person]) >= 3:  # noqa: PLR2004 - a line through two masses has no scatter
            grip, load = np.log(np.array(pairs)).T
            found.append(float(fit_plane(load[:, None], grip).slopes[0]))
    return found
