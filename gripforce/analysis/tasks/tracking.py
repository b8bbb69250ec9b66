"""Ramp-and-hold and sine tracking: error where the target rises, falls and stands.

The recording names the target force under ``target`` in its metadata: ``{"force": "gf" | "lf",
"knots": [[t_s, newtons], …]}`` for ramps and holds, or ``{"force": …, "mean_n", "amplitude_n",
"frequency_hz", "start_s", "stop_s"}`` for a sine that starts at its mean, rising. About a knot
whose force is None there is no target. With ``"since": "trial"`` the knots count from the beginning
of each trial that a session asked for. Release is
scored apart from generation, because it is impaired more in Parkinson's disease and with age. Ramps
between which the target rests at its lowest for half a second are separate trials.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.measures.coupling import correlate_lag
from gripforce.analysis.measures.steadiness import hold_steadiness
from gripforce.analysis.metric import condition, metric
from gripforce.analysis.signal.baseline import ANY_ZERO, ZeroRule
from gripforce.analysis.signal.filters import runs
from gripforce.analysis.tasks.context import TaskContext
from gripforce.analysis.tasks.exclusions import asked_spans
from gripforce.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.results import TaskResult
    from gripforce.analysis.signal.filters import BoolArray, LowPass
    from gripforce.analysis.signal.prepared import PreparedSignals
    from gripforce.model import FloatArray, Recording

_STANDS_N_PER_S = 1e-6
_MAX_LAG_S = 0.6
_SETTLE_S = 0.5
_APART_S = 0.5
SINCE_TRIAL = "trial"
_BESIDE_S = 1e-3
_ZERO_TARGET_N = 0.05
_OFFSET_SHARE = 0.6
"""An unloaded level above this share of the target's lowest force is a hand, not an offset."""


@dataclass(frozen=True, slots=True)
class TrackingMetrics:
    """One stretch of tracking; None where it could not be measured."""

    force: str | None = condition("force", "gf or lf: the force that follows the target")
    target_mean_n: float | None = metric("mean target force", headline=2)
    rmse_n: float | None = metric("tracking error (RMS)", headline=1)
    rmse_generation_n: float | None = metric(
        "tracking error while force rises (RMS)", "where the target rises", headline=-3
    )
    rmse_release_n: float | None = metric(
        "tracking error while force falls (RMS)", "where the target falls", headline=-2
    )
    rmse_hold_n: float | None = metric(
        "tracking error while force holds (RMS)",
        "where the target stands, from 0.5 s after it stopped moving",
    )
    bias_n: float | None = metric("bias", "mean of force minus target; positive: too much")
    bias_generation_n: float | None = metric("bias while force rises")
    bias_release_n: float | None = metric("bias while force falls")
    release_generation_ratio: float | None = metric(
        "release/generation error ratio",
        "RMS while force falls over RMS while it rises",
        headline=-1,
    )
    xcorr_lag_ms: float | None = metric(
        "lag of force behind target", "by cross-correlation, up to ±0.6 s", decimals=0, headline=0
    )
    xcorr_r: float | None = metric("force–target correlation r")
    gf_cv_pct: float | None = metric(
        definition="100 · SD / mean of GF over the longest hold, where GF follows the target"
    )
    lf_cv_pct: float | None = metric("load force CV, holding", "the same where LF does")
    tremor_8_12_pct: float | None = metric(definition="rms of that force over its mean, hold")


def analyze_tracking(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Measure the error of tracking the target force that the recording names."""
    given = recording.metadata.get("target")
    starts_s = [span.start_s for span in asked_spans(recording)]
    target = None if given is None else target_from(_checked(given), starts_s)
    zero = ANY_ZERO if target is None else _zero_rule(target)
    context = TaskContext(recording, "tracking", low_pass, zero)
    if target is None:
        _without_target(context)
        remark = "The recording names no target force, so there is no tracking error."
        return context.result(TrackingMetrics, remarks=(remark,))
    _measure(context, target)
    return context.result(TrackingMetrics)


def target_from(target: Mapping[str, Any], starts_s: Sequence[float]) -> Mapping[str, Any]:
    """Return a target on the recording's own clock, given the beginnings of its trials [s].

    One that is on that clock already stays as it is.
    """
    if target.get("since") != SINCE_TRIAL or not len(_knots(target)):
        return target
    own = _knots(target)
    blank = np.array([[own[0, 0] - _BESIDE_S, np.nan], [own[-1, 0] + _BESIDE_S, np.nan]])
    trial = np.concatenate([blank[:1], own, blank[1:]])
    knots = [trial + np.array([start_s, 0.0]) for start_s in sorted(starts_s)]
    force = target.get("force", "gf")
    return {"force": force, "knots": np.concatenate([np.zeros((0, 2)), *knots])}


def target_force(target: Mapping[str, Any], t: FloatArray) -> FloatArray:
    """Return the target [N] at times on the recording's axis; NaN outside of it."""
    if "knots" in target:
        knots, nowhere = _knots(target), float("nan")
        if not len(knots):
            return np.full(len(t), nowhere)
        return np.interp(t, knots[:, 0], knots[:, 1], left=nowhere, right=nowhere)
    since = t - float(target["start_s"])
    swing = np.sin(2 * np.pi * float(target["frequency_hz"]) * since)
    force = float(target["mean_n"]) + float(target["amplitude_n"]) * swing
    return np.where((since >= 0) & (t <= float(target["stop_s"])), force, np.nan)


def _knots(target: Mapping[str, Any]) -> FloatArray:
    """Return the knots, one a row: time [s] and force [N], NaN where none is asked for."""
    return np.asarray(target["knots"], dtype=np.float64).reshape(-1, 2)


def _zero_rule(target: Mapping[str, Any]) -> ZeroRule:
    """Return what the target says of the zero: where it asks for force, the object is gripped.

    What is held outside of it may be the target's lowest force already; that is no offset.
    """
    if target.get("force", "gf") != "gf":
        return ANY_ZERO

    def touched(t: FloatArray) -> BoolArray:
        return np.asarray(np.nan_to_num(target_force(target, t)) > _ZERO_TARGET_N)

    lowest = _lowest(target)
    if lowest <= _ZERO_TARGET_N:
        return ZeroRule(touched=touched)
    return ZeroRule(min(ANY_ZERO.most_n, _OFFSET_SHARE * lowest), touched)


def _lowest(target: Mapping[str, Any]) -> float:
    if "knots" in target:
        return float(np.nanmin(_knots(target)[:, 1], initial=np.inf))
    return float(target["mean_n"]) - abs(float(target["amplitude_n"]))


def _checked(target: Any) -> Mapping[str, Any]:
    try:
        target_force(target, np.zeros(1))
        known = target.get("force", "gf") in {"gf", "lf"}
    except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
        raise UsageError("The recording's tracking target cannot be read.") from error
    if not known:
        raise UsageError("A tracking target is for the force 'gf' or 'lf'.")
    checked: Mapping[str, Any] = target
    return checked


def _without_target(context: TaskContext) -> None:
    signals = context.signals
    for start, stop in signals.baseline.touches:
        raw = signals.aligned.gf - signals.baseline.gf_zero
        steady = _steadiness(signals, "gf", raw, (start, stop))
        metrics = TrackingMetrics(force="gf", **steady)
        context.add((start, stop), metrics, {}, {TrialFlag.NO_TARGET})


def _measure(context: TaskContext, target: Mapping[str, Any]) -> None:
    signals = context.signals
    wanted = target_force(target, signals.aligned.t)
    word = str(target.get("force", "gf"))
    force = signals.gf if word == "gf" else signals.lf
    for start, stop in _stretches(wanted, signals.samples(_APART_S)):
        events: dict[str, float | None] = {
            "t_start_s": signals.time(start),
            "t_end_s": signals.time(stop - 1),
        }
        if not signals.complete(start, stop - 1):
            context.add((start, stop), TrackingMetrics(force=word), events, {TrialFlag.GAP})
            continue
        metrics = _metrics(context, word, force, wanted, (start, stop))
        context.add((start, stop), metrics, events)


def _stretches(wanted: FloatArray, apart: int) -> list[tuple[int, int]]:
    """Return where the target asks for something: apart where it rests at its lowest for long."""
    return [
        stretch
        for start, stop in runs(np.isfinite(wanted))
        for stretch in _between_rests(wanted, start, stop, apart)
    ]


def _between_rests(wanted: FloatArray, start: int, stop: int, apart: int) -> list[tuple[int, int]]:
    up = runs(wanted[start:stop] > float(wanted[start:stop].min()))
    cuts = [(a, b) for (_, a), (b, _) in itertools.pairwise(up) if b - a >= apart]
    if not cuts:
        return [(start, stop)]
    begins = [up[0][0], *(b for _, b in cuts)]
    ends = [*(a for a, _ in cuts), up[-1][1]]
    return [(start + a, start + b) for a, b in zip(begins, ends, strict=True)]


def _metrics(
    context: TaskContext, word: str, force: FloatArray, wanted: FloatArray, span: tuple[int, int]
) -> TrackingMetrics:
    signals = context.signals
    error, asked = (force - wanted)[slice(*span)], wanted[slice(*span)]
    slope = np.gradient(asked) * signals.rate_hz
    rising, falling = slope > _STANDS_N_PER_S, slope < -_STANDS_N_PER_S
    holding = _settled(~(rising | falling), signals.samples(_SETTLE_S))
    generation, release = _rmse(error, rising), _rmse(error, falling)
    raw, zero = signals.aligned.gf, signals.baseline.gf_zero
    if word == "lf" and signals.aligned.lf is not None:
        raw, zero = signals.aligned.lf, signals.baseline.lf_zero
    lag_ms, r = _lag(context, force, wanted, span)
    return TrackingMetrics(
        force=word,
        target_mean_n=float(asked.mean()),
        rmse_n=float(np.sqrt((error**2).mean())),
        rmse_generation_n=generation,
        rmse_release_n=release,
        rmse_hold_n=_rmse(error, holding),
        bias_n=float(error.mean()),
        bias_generation_n=_mean(error, rising),
        bias_release_n=_mean(error, falling),
        release_generation_ratio=release / generation if generation and release else None,
        xcorr_lag_ms=lag_ms,
        xcorr_r=r,
        **_steadiness(signals, word, raw - zero, _longest(holding, span[0])),
    )


def _lag(
    context: TaskContext, force: FloatArray, wanted: FloatArray, span: tuple[int, int]
) -> tuple[float | None, float | None]:
    signals = context.signals
    reach = signals.samples(_MAX_LAG_S) + 2
    if not context.timed or span[1] - span[0] < 4 * reach:
        return None, None
    found = correlate_lag(
        force, wanted, span[0] + reach, span[1] - reach,
        rate_hz=signals.rate_hz, max_lag_s=_MAX_LAG_S,
    )  # fmt: skip
    if found is None:
        return None, None
    return None if found.at_edge else 1e3 * found.lag_s, found.r


def _steadiness(
    signals: PreparedSignals, force: str, raw: FloatArray, span: tuple[int, int]
) -> dict[str, Any]:
    """Return CV and tremor of an unfiltered force (``gf`` or ``lf``) in a span."""
    steady = hold_steadiness(raw[slice(*span)], signals.rate_hz)
    if steady is None:
        return {}
    return {f"{force}_cv_pct": steady.cv_pct, "tremor_8_12_pct": steady.tremor_8_12_pct}


def _settled(standing: BoolArray, wait: int) -> BoolArray:
    """Return where the target has stood for that many samples."""
    moved = np.where(standing, 0, np.arange(1, len(standing) + 1))
    since = np.arange(1, len(standing) + 1) - np.maximum.accumulate(moved)
    return np.asarray(standing & (since > wait))


def _longest(mask: BoolArray, offset: int) -> tuple[int, int]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    spans = list(zip(edges[::2], edges[1::2], strict=True))
    a, b = max(spans, key=lambda span: span[1] - span[0], default=(0, 0))
    return offset + int(a), offset + int(b)


def _rmse(error: FloatArray, where: BoolArray) -> float | None:
    return float(np.sqrt((error[where] ** 2).mean())) if where.any() else None


def _mean(error: FloatArray, where: BoolArray) -> float | None:
    return float(error[where].mean()) if where.any() else None
