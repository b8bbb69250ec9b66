"""Lift-off against the contact plate of the real lifts, and their published peak rates."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.analysis.signal.filters import LowPass
from validation.real_lifts import DEVELOPMENT_PERSON, analyze_file, read_rows
from validation.section import Row, Table, Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from gripforce.analysis.lift.lifts import LiftAnalysis
    from gripforce.model import FloatArray, Recording
    from validation.section import Settings

SAME_LIFT_S: Final = 0.2
AFTER_PULSE_S: Final = (0.05, 0.25)
RATE_HZ: Final = 2000.0
PUBLISHED_S: Final = 9.23
"""The authors analysed the first 18 460 samples of each file."""
TOLERANCE: Final = 0.01

Analyses = dict[str, tuple["Recording", "LiftAnalysis"]]


@dataclass
class Matches:
    """Plate pulses of one person matched with lift-offs."""

    differences_ms: list[float] = field(default_factory=list)
    """Pulse minus lift-off."""
    pulses: int = 0
    loaded: int = 0
    """Pulses after which the object hung from the hand."""
    loaded_found: int = 0
    extra: int = 0
    """Lift-offs without a pulse."""


def measure(settings: Settings) -> Iterator[Table]:
    """Yield both comparisons."""
    folder = settings.real
    assert folder is not None, "the section needs the real lifts"
    files = {row["file"]: row for row in read_rows(folder, "files.csv")}
    analyses = {name: analyze_file(folder, row) for name, row in files.items()}
    yield _liftoffs(match_pulses(folder, files, analyses))
    yield _rates(folder, files, analyses)


def match_pulses(
    folder: Path, files: Mapping[str, Mapping[str, str]], analyses: Analyses
) -> dict[str, Matches]:
    """Return, by person, plate pulses and lift-offs paired within 0.2 s; plausible files only."""
    pulses = defaultdict(list)
    for row in read_rows(folder, "plate_events.csv"):
        if row["event"] == "liftoff":
            pulses[row["file"]].append(float(row["t_s"]))
    found: dict[str, Matches] = defaultdict(Matches)
    for name, file in files.items():
        if file["ok"] != "True":
            continue
        analysis = analyses[name][1]
        person, lifts = found[file["subject"]], analysis.lifts
        free = [lift.phases.liftoff_s for lift in lifts if lift.phases.liftoff_s is not None]
        person.pulses += len(pulses[name])
        for pulse in pulses[name]:
            nearest = min(free, key=lambda t: abs(t - pulse), default=np.inf)
            is_found, is_loaded = abs(nearest - pulse) < SAME_LIFT_S, carries_load(analysis, pulse)
            person.loaded += is_loaded
            person.loaded_found += is_loaded and is_found
            if is_found:
                person.differences_ms.append(1e3 * (pulse - nearest))
                free.remove(nearest)
        person.extra += len(free)
    return dict(found)


def carries_load(analysis: LiftAnalysis, pulse_s: float) -> bool:
    """Return whether load after a pulse is half of what the file's lifts weigh, or more.

    The plate also pulses where the object is pushed or set down.
    """
    weights = [x.phases.weight_n for x in analysis.lifts if x.phases.weight_n is not None]
    signals = analysis.signals
    start = signals.aligned.index(pulse_s + AFTER_PULSE_S[0])
    stop = signals.aligned.index(pulse_s + AFTER_PULSE_S[1])
    here = signals.lf[start:stop]
    return len(here) > 0 and bool(np.median(here) >= np.median(weights) / 2)


def _liftoffs(by_person: Mapping[str, Matches]) -> Table:
    everyone = Matches(
        [d for person in by_person.values() for d in person.differences_ms],
        *(
            sum(getattr(person, name) for person in by_person.values())
            for name in ("pulses", "loaded", "loaded_found", "extra")
        ),
    )
    asked = (
        Target("found, loaded (%)", 99, floor=True),
        Target("found (%)", 97.5, floor=True),
        Target("extra (%)", 1),
        Target("90th percentile (ms)", 18),
    )
    rows = [_liftoff_row("all", everyone, asked)]
    for person, found in sorted(by_person.items()):
        seen = " (seen in development)" if person == DEVELOPMENT_PERSON else ""
        rows.append(_liftoff_row(f"participant {person}{seen}", found))
    note = (
        "Error: pulse of the contact plate minus lift-off, less its median over the row, which is "
        "the offset. Extra: lift-offs without a pulse within 0.2 s; found: pulses with a "
        "lift-off; loaded: of pulses after which (50 to 250 ms) load is half of the file's weight "
        "or more, a rule of physics that was written with these files at hand. All five people "
        "have been seen: what is asked is asked of people who have not."
    )
    return Table("lift-off against the contact plate", "pulses", tuple(rows), note)


def _liftoff_row(label: str, found: Matches, asked: tuple[Target, ...] = ()) -> Row:
    differences = np.array(found.differences_ms)
    offset = float(np.median(differences))
    errors = np.abs(differences - offset)
    measured = {
        "found, loaded (%)": 100 * found.loaded_found / found.loaded if found.loaded else None,
        "found (%)": 100 * len(differences) / found.pulses,
        "extra (%)": 100 * found.extra / found.pulses,
        "offset (ms)": offset,
        "median abs. error (ms)": float(np.median(errors)),
        "90th percentile (ms)": float(np.percentile(errors, 90)),
    }
    return Row(label, measured, found.pulses, asked=asked)


def _rates(folder: Path, files: Mapping[str, Mapping[str, str]], analyses: Analyses) -> Table:
    rows = []
    for label, measure_name, column in (
        ("peak grip force rate", "PGFR_ATI", 0),
        ("peak load force rate", "PLFR_ATI", 1),
    ):
        hits, total = count_reproduced(folder, files, analyses, measure_name, column)
        share = {"within 1 % (%)": 100 * hits / total, "reproduced": hits}
        rows.append(Row(label, share, total, asked=(Target("within 1 % (%)", 85, floor=True),)))
    note = (
        "The authors' per-lift peaks against ours with their filter and smoothing, in the order of "
        "time: the longest common subsequence of values that agree within 1 %."
    )
    return Table("published peak rates", "peaks", tuple(rows), note)


def count_reproduced(
    folder: Path,
    files: Mapping[str, Mapping[str, str]],
    analyses: Analyses,
    measure_name: str,
    column: int,
) -> tuple[int, int]:
    """Return how many published peaks of one measure are reproduced, and of how many."""
    published = defaultdict(list)
    table = read_rows(folder, "published_peak_rates.csv")
    for row in sorted(table, key=lambda r: int(r["peak_no"])):
        if row["measure"] == measure_name:
            published[row["subject"], row["cond"]].append(float(row["value_N_per_s"]))
    hits = total = 0
    for name, file in files.items():
        recording, analysis = analyses[name]
        stop = round(PUBLISHED_S * RATE_HZ)
        rate = authors_rate(recording.streams["force"].values[:stop, column])
        theirs = published[file["subject"], file["cond"]]
        hits += common(theirs, _peaks(rate, analysis))
        total += len(theirs)
    return hits, total


def _peaks(rate: FloatArray, analysis: LiftAnalysis) -> list[float]:
    peaks = []
    for lift in analysis.lifts:
        liftoff_s = lift.phases.liftoff_s
        stop_s = lift.trial.stop_s if liftoff_s is None else liftoff_s + 0.25
        part = rate[round(lift.trial.start_s * RATE_HZ) : round(stop_s * RATE_HZ)]
        peaks += [float(part.max())] if len(part) else []
    return peaks


def authors_rate(force: FloatArray) -> FloatArray:
    """Return the force rate as the authors computed it.

    8 Hz Butterworth of 2nd order forward and backward, 49-point mean, central difference over
    ±10 samples, negatives to 0, 5-point mean. Their double pass has -3 dB at 8 Hz pulled down by
    (sqrt 2 - 1)**(1/4) in the warped frequency.
    """
    warped = np.tan(np.pi * 8 / RATE_HZ) * (np.sqrt(2) - 1) ** 0.25
    smooth = LowPass(RATE_HZ / np.pi * np.arctan(warped)).apply(force, RATE_HZ)
    smooth = np.convolve(smooth, np.ones(49) / 49, "same")
    rate = np.zeros_like(smooth)
    rate[10:-10] = (smooth[20:] - smooth[:-20]) * RATE_HZ / 20
    return np.convolve(np.maximum(rate, 0), np.ones(5) / 5, "same")


def common(published: Sequence[float], ours: Iterable[float]) -> int:
    """Return the length of the longest common subsequence, values alike within 1 %.

    Both lists run in time, and each may lack some of the other's peaks.
    """
    found = list(ours)
    longest = np.zeros((len(published) + 1, len(found) + 1), dtype=int)
    for i, theirs in enumerate(published):
        for j, value in enumerate(found):
            same = abs(value / theirs - 1) <= TOLERANCE
            longest[i + 1, j + 1] = max(longest[i, j + 1], longest[i + 1, j], longest[i, j] + same)
    return int(longest[-1, -1])
