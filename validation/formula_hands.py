"""Held objects as tables written by formulas, which share nothing with the simulator.

A grip of 4 N carries 400 g. Its slow variability is a first-order process below 2 Hz, in proportion
to force; converters add white noise. A response is a rise of grip force along one of four courses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.signal import lfilter

from gripforce.formats.tables.table import ImportedTable
from gripforce.formats.tables.table_recording import table_recording

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gripforce.model import FloatArray, Recording

COURSES: Final = ("linear", "minimum jerk", "half cosine", "critically damped")
STANDARD_GRAVITY: Final = 9.80665
_WEIGHT_N: Final = 0.4 * STANDARD_GRAVITY
_STATIC_N: Final = 4.0
_TO_95_PCT: Final = 4.744
"""Time constants in which a critically damped response covers 95 % of its way."""
_APART_S: Final = 5.0


def course(name: str, since_s: FloatArray, duration_s: float) -> FloatArray:
    """Return a rise from 0 to 1 along a course, ``since_s`` its onset."""
    x = np.clip(since_s / duration_s, 0.0, 1.0)
    if name == "linear":
        return np.asarray(x)
    if name == "minimum jerk":
        return np.asarray(x**3 * (10 + x * (6 * x - 15)))
    if name == "half cosine":
        return np.asarray(0.5 * (1 - np.cos(np.pi * x)))
    decay = np.maximum(since_s, 0.0) / (duration_s / _TO_95_PCT)
    return np.asarray(1 - (1 + decay) * np.exp(-decay))


def slow_variability(count: int, rate_hz: float, rng: np.random.Generator) -> FloatArray:
    """Return a process of unit variance with a corner at 2 Hz and another at 6 Hz."""
    values = rng.normal(size=count + round(2 * rate_hz))
    for corner_hz in (2.0, 6.0):
        keep = np.exp(-2 * np.pi * corner_hz / rate_hz)
        values = lfilter([1 - keep], [1, -keep], values)
    values = values[round(2 * rate_hz) :]
    return np.asarray(values / values.std())


def held_table(
    task: str,
    onsets_s: Sequence[float],
    extra_load_n: Callable[[FloatArray], FloatArray],
    *,
    kind: str,
    duration_s: float,
    rate_hz: float = 1000.0,
    slow_pct: float = 1.0,
    rise_n: float = 3.0,
    seed: int = 0,
    **metadata: Any,
) -> Recording:
    """Return a held object that is pulled at; grip rises from each onset and settles again."""
    rng = np.random.default_rng(seed)
    end_s = _APART_S * (len(onsets_s) + 1) + 1.0
    t = np.arange(round((end_s + 1.0) * rate_hz)) / rate_hz
    rises = [
        course(kind, t - onset, duration_s) * (1 - course("half cosine", t - onset - 1.2, 0.8))
        for onset in onsets_s
    ]
    held = np.minimum(course("half cosine", t - 1.0, 0.4), course("half cosine", end_s - t, 0.3))
    air = np.minimum(
        course("half cosine", t - 1.1, 0.4), course("half cosine", end_s - 0.2 - t, 0.3)
    )
    shaky = 1 + 0.01 * slow_pct * slow_variability(len(t), rate_hz, rng)
    grip = (_STATIC_N + rise_n * np.sum(rises, axis=0)) * held * shaky
    load = (_WEIGHT_N + extra_load_n(t)) * air
    columns = {
        "grip_n": grip + rng.normal(0, 0.003, len(t)),
        "load_n": load + rng.normal(0, 0.003, len(t)),
    }
    facts = {"task": task, "mass_g": 400.0} | metadata
    return table_recording(ImportedTable(t, columns, rate_hz, facts), f"{task}-{seed}")


def dropped_weights(latencies_s: Sequence[float], **options: Any) -> Recording:
    """Return falling weights, caught 5 s apart: impacts of 20 ms, half sines of 6 N."""
    impacts = [_APART_S * (k + 1) for k in range(len(latencies_s))]

    def load(t: FloatArray) -> FloatArray:
        since = [np.clip(t - impact, 0.0, 0.02) / 0.02 for impact in impacts]
        return np.asarray(6.0 * np.sum(np.sin(np.pi * np.array(since)), axis=0))

    onsets = [impact + latency for impact, latency in zip(impacts, latencies_s, strict=True)]
    return held_table("drop", onsets, load, dropped_by="self", **options)


def load_steps(latencies_s: Sequence[float], **options: Any) -> Recording:
    """Return load steps of 1.5 N at 15 N/s, 5 s apart, each taken away again after 2 s."""
    starts = [_APART_S * (k + 1) for k in range(len(latencies_s))]

    def load(t: FloatArray) -> FloatArray:
        up = [np.clip((t - start) / 0.1, 0.0, 1.0) for start in starts]
        down = [np.clip((t - start - 2.0) / 0.5, 0.0, 1.0) for start in starts]
        return np.asarray(1.5 * (np.sum(up, axis=0) - np.sum(down, axis=0)))

    onsets = [start + latency for start, latency in zip(starts, latencies_s, strict=True)]
    return held_table("step", onsets, load, **options)
