"""Onsets of grip at falling weights and load steps: rises of four courses, by formula."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.analysis.tasks.drop import analyze_drop
from gripforce.analysis.tasks.step import analyze_step
from validation.formula_hands import COURSES, dropped_weights, load_steps
from validation.section import Row, Table, Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gripforce.analysis.results import TaskResult
    from gripforce.model import FloatArray
    from validation.section import Cell, Settings

FIRST_SEED: Final = 9_147_000
SERIES: Final = 6
EVENTS: Final = 10
RATES_HZ: Final = (500.0, 1000.0, 2000.0)
DURATIONS_S: Final = (0.1, 0.2, 0.4)
_SPREAD_S: Final = 0.004
_NEAR_S: Final = 0.1

NOTE: Final = (
    "Bias: median of reported minus planted onsets. Single: share of planted onsets within the "
    "90 % interval of the trial. Series: share of series whose 95 % interval of the median holds "
    "the planted median. Timed: share of events with a reported onset. Rates 500, 1000 and 2000 Hz "
    "in turn."
)


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of event, and when grip rises after it."""

    label: str
    task: str
    latency_s: float
    slow_pct: float


CASES: Final = (
    Case("drop, reactive (80 ms)", "drop", 0.08, 1.0),
    Case("drop, predictive (−150 ms)", "drop", -0.15, 1.0),
    Case("step (100 ms)", "step", 0.1, 0.3),
)


@dataclass(slots=True)
class _Found:
    errors_ms: list[float] = field(default_factory=list)
    single: list[bool] = field(default_factory=list)
    series: list[bool] = field(default_factory=list)
    clear: int = 0
    events: int = 0


def measure(settings: Settings) -> Iterator[Table]:
    """Yield onsets by kind of event, course and duration."""
    for case in CASES:
        rows = [
            _row(case, course, duration_s, settings.count(SERIES))
            for course in COURSES
            for duration_s in DURATIONS_S
        ]
        yield Table(case.label, "events", tuple(rows), NOTE)


def _row(case: Case, course: str, duration_s: float, series: int) -> Row:
    found = _Found()
    for k in range(series):
        _add(found, case, (course, duration_s), FIRST_SEED + k, RATES_HZ[k % len(RATES_HZ)])
    measured: dict[str, Cell] = {
        "bias (ms)": float(np.median(found.errors_ms)) if found.errors_ms else None,
        "SD (ms)": float(np.std(found.errors_ms)) if found.errors_ms else None,
        "single (%)": 100 * float(np.mean(found.single)) if found.single else None,
        "series (%)": 100 * float(np.mean(found.series)) if found.series else None,
        "timed (%)": 100 * len(found.errors_ms) / max(1, found.events),
        "right mode (%)": 100 * found.clear / found.events if case.task == "drop" else None,
    }
    asked = (Target("bias (ms)", 8), Target("single (%)", 90, floor=True),
             Target("series (%)", 90, floor=True))  # fmt: skip
    return Row(f"{course}, {1e3 * duration_s:.0f} ms", measured, found.events, FIRST_SEED, asked)


def _add(found: _Found, case: Case, rise: tuple[str, float], seed: int, rate_hz: float) -> None:
    latencies_s = case.latency_s + np.random.default_rng(seed).normal(0, _SPREAD_S, EVENTS)
    make = dropped_weights if case.task == "drop" else load_steps
    recording = make(
        latencies_s.tolist(), kind=rise[0], duration_s=rise[1], rate_hz=rate_hz,
        slow_pct=case.slow_pct, seed=seed,
    )  # fmt: skip
    result = (analyze_drop if case.task == "drop" else analyze_step)(recording)
    found.events += EVENTS
    _trials(found, case, result, latencies_s)
    key = "gf_onset_self_ms" if case.task == "drop" else "latency_ms"
    pooled, planted_ms = result.summary.get(key), 1e3 * float(np.median(latencies_s))
    if pooled is not None and pooled.ci_low is not None and pooled.ci_high is not None:
        found.series.append(pooled.ci_low <= planted_ms <= pooled.ci_high)


def _trials(found: _Found, case: Case, result: TaskResult, latencies_s: FloatArray) -> None:
    column, event = ("gf_onset_ms", "t_impact_s") if case.task == "drop" else (
        "latency_ms", "t_step_s")  # fmt: skip
    mode = "predictive" if case.latency_s < 0 else "reactive"
    for k, latency_s in enumerate(latencies_s):
        at = 5.0 * (k + 1)
        near = [t for t in result.trials if abs((t.events[event] or 0.0) - at) < _NEAR_S]
        if not near:
            continue
        values = near[0].values
        found.clear += values.get("mode") == mode
        onset_ms, width_ms = values[column], values["onset_width_ms"]
        if isinstance(onset_ms, float) and isinstance(width_ms, float):
            late_ms = onset_ms - 1e3 * float(latency_s)
            found.errors_ms.append(late_ms)
            found.single.append(abs(late_ms) <= 0.5 * width_ms)
