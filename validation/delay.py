"""The delay of load-coupled grip: against planted delays, and in real people."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.assessment.person import summarize_person
from gripforce.analysis.statistics.estimates import estimate_median
from gripforce.analysis.tasks.context import numbers
from gripforce.analysis.tasks.registry import analyze_task
from gripforce.sim.person.profiles import PROFILES, profile
from validation.real_lifts import import_file, read_rows
from validation.section import Row, Table, Target
from validation.simulated_hands import HABITS, lifting_hand

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from gripforce.analysis.results import Estimate, TaskResult
    from validation.section import Cell, Settings

FIRST_SEED = 9_450_000
HANDS, ABLATED = 12, 4
LIFTS = 12
ASKED = (Target("bias (ms)", 5), Target("interval covers (%)", 90, floor=True))
SIMULATED_NOTE = (
    "What is planted is the mean time by which the part of grip that follows the load comes later "
    "than it, over the load's newtons: the lag, and what a rise in steps adds to it "
    "(`coupling_delay_ms` of the ground truth). Bias: median over hands of the median delay less "
    "the planted one; the interval is the 95 % one, and its half width the median over hands. The "
    "equation has no overshoot and no steps; what they do is in the next table. The interval is "
    "as wide as that of one lift, because they move all lifts alike; by the scatter of the lifts "
    "alone it would hold as in *by scatter*. *Holds the lag*: the share of intervals that hold "
    "the lag alone. Where grip rises in two or three steps its parts come up to 45 ms sooner or "
    "later than their load, and no figure, nor any residual, separates that from a lag."
)
ABLATION_NOTE = (
    "Bias (ms) of the median delay, as above, where one habit of a person is taken away, and "
    "where all are: what remains is a squeeze before the load, which the equation allows. *Best "
    "correlation*: the same of `xcorr_lag_ms`, of people as they are and without these habits. "
    "Hands a cell: the last column but one."
)
REAL_NOTE = (
    "All files of a person together. Health and age are not stated. Files without a usable lift "
    "are counted, and give nothing."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One hand's delay and lag less what was planted [ms], and whether intervals hold it."""

    delay_ms: float | None = None
    lag_ms: float | None = None
    half_width_ms: float = 0.0
    held: bool = False
    held_by_scatter: bool = False
    lag_held: bool = False


def measure(settings: Settings) -> Iterator[Table]:
    """Yield errors of the delay by profile, and what each habit has to do with them."""
    hands, ablated = settings.count(HANDS, 6), settings.count(ABLATED, 4)
    plain = [(name, "as they are", FIRST_SEED + 1000 * k + hand)
             for k, name in enumerate(PROFILES) for hand in range(hands)]  # fmt: skip
    changed = [(name, habit, FIRST_SEED + 500 + 1000 * k + hand)
               for k, name in enumerate(PROFILES) for habit in HABITS
               for hand in range(ablated)]  # fmt: skip
    with ProcessPoolExecutor(settings.workers) as pool:
        first = list(pool.map(observe, plain, chunksize=4))
        second = list(pool.map(observe, changed, chunksize=4))
    rows = [_row("all", first, FIRST_SEED)]
    for k, name in enumerate(PROFILES):
        of = [found for job, found in zip(plain, first, strict=True) if job[0] == name]
        rows.append(_row(name, of, FIRST_SEED + 1000 * k))
    yield Table("`coupling_delay_ms`, simulated people", "hands", tuple(rows), SIMULATED_NOTE)
    by_job: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for job, found in zip(changed, second, strict=True):
        by_job[job[:2]].append(found)
    rows = [_ablation(name, by_job, FIRST_SEED + 500 + 1000 * k) for k, name in enumerate(PROFILES)]
    yield Table("bias of the delay (ms), habits taken away", "hands", tuple(rows), ABLATION_NOTE)


def observe(job: tuple[str, str, int]) -> Outcome:
    """Return what is found in one hand: its profile, the habits taken away, its seed."""
    name, habits, seed = job
    recording, truths = lifting_hand(replace(profile(name), **HABITS[habits]), seed, LIFTS)
    result = analyze_task(recording)
    true, lag_ms = (  # the first lift is left out
        float(np.median([truth[key] for truth in truths[1:]]))
        for key in ("coupling_delay_ms", "lag_ms")
    )
    lag = result.summary.get("xcorr_lag_ms")
    lag_error_ms = None if lag is None else lag.value - true
    found = result.summary.get("coupling_delay_ms")
    if found is None or found.ci_low is None or found.ci_high is None:
        return Outcome(lag_ms=lag_error_ms)
    scatter = estimate_median(numbers(result.used, "coupling_delay_ms"))
    assert scatter is not None
    return Outcome(
        found.value - true,
        lag_error_ms,
        (found.ci_high - found.ci_low) / 2,
        _holds(found, true),
        _holds(scatter, true),
        _holds(found, lag_ms),
    )


def _holds(found: Estimate, true: float) -> bool:
    return (found.ci_low or 0.0) <= true <= (found.ci_high or 0.0)


def _row(label: str, outcomes: Sequence[Outcome], seed: int) -> Row:
    told = [found for found in outcomes if found.delay_ms is not None]
    errors = np.array([found.delay_ms for found in told], dtype=float)
    measured: dict[str, Cell] = {
        "bias (ms)": float(np.median(errors)),
        "90 % within (ms)": float(np.quantile(np.abs(errors), 0.9)),
        "half width (ms)": float(np.median([found.half_width_ms for found in told])),
        "interval covers (%)": 100 * float(np.mean([found.held for found in told])),
        "by scatter (%)": 100 * float(np.mean([found.held_by_scatter for found in told])),
        "holds the lag (%)": 100 * float(np.mean([found.lag_held for found in told])),
        "no delay (%)": 100 * (1 - len(told) / len(outcomes)),
        "best correlation, bias (ms)": _bias(found.lag_ms for found in outcomes),
    }
    return Row(label, measured, len(outcomes), seed, ASKED)


def _ablation(name: str, by_job: Mapping[tuple[str, str], Sequence[Outcome]], seed: int) -> Row:
    cells: dict[str, Cell] = {
        habit: _bias(found.delay_ms for found in by_job[name, habit]) for habit in HABITS
    }
    for habit, label in (("as they are", "best correlation"), ("none of these", "the same, none")):
        cells[label] = _bias(found.lag_ms for found in by_job[name, habit])
    return Row(name, cells, len(by_job[name, "as they are"]), seed)


def _bias(errors: Iterable[float | None]) -> float | None:
    known = [error for error in errors if error is not None]
    return float(np.median(known)) if known else None


def measure_real(settings: Settings) -> Iterator[Table]:
    """Yield delay, spread of lags and decision of each real person."""
    if settings.real is None:
        return
    people = _people(settings.real)
    rows = []
    for person, results in people.items():
        analysis = summarize_person(results)
        cells: dict[str, Cell] = {
            f"{name} (ms)": analysis.summary[column].value if column in analysis.summary else None
            for name, column in (
                ("delay", "coupling_delay_ms"),
                ("lag", "xcorr_lag_ms"),
                ("spread of lags", "lag_spread_ms"),
                ("spread of delays", "delay_spread_ms"),
            )
        }
        cells["coupled"] = str(analysis.verdicts["anticipatory_coupling"].answer)
        rows.append(Row(f"participant {person}", cells, len(results)))
    yield Table("real people", "files", tuple(rows), REAL_NOTE)
    single = [summarize_person([r]).verdicts["anticipatory_coupling"].answer
              for results in people.values() for r in results]  # fmt: skip
    shares: dict[str, Cell] = {
        word: sum(str(answer) == word for answer in single) for word in ("yes", "no", "cannot tell")
    }
    yield Table("decision, each file alone", "files", (Row("coupled", shares, len(single)),))


def _people(folder: Path) -> dict[str, list[TaskResult]]:
    people: dict[str, list[TaskResult]] = defaultdict(list)
    for row in read_rows(folder, "files.csv"):
        people[row["subject"]].append(analyze_task(import_file(folder, row)))
    return people
