"""Slip tests: the object is held in the air and released slowly until it slips.

Strategy: a slip is where the load force, steady while grip force fell, drops by 10 % within 50 ms
(or the accelerometer leaves 1 g by 0.1 g). It begins where the load leaves its hold band. An
object that the accelerometer shows pushed up was set down. The slip force is the grip force at
that moment in the 50 Hz band: a slip occurs at the momentary grip, noise and tremor included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.lift.attempts import is_one_sided, off_weight
from gripforce.analysis.lift.holds import find_holds
from gripforce.analysis.metric import given_figures, metric
from gripforce.analysis.statistics.estimates import estimate_statistic
from gripforce.analysis.tasks.annotations import positive_number
from gripforce.analysis.tasks.context import TaskContext, numbers
from gripforce.constants import STANDARD_GRAVITY

if TYPE_CHECKING:
    from gripforce.analysis.lift.holds import Hold
    from gripforce.analysis.results import Estimate, TaskResult
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.analysis.signal.prepared import PreparedSignals
    from gripforce.model import FloatArray, Recording

_DROP = 0.90
"""Of the supported load; sliding friction leaves about 0.85 of it, where half would be missed."""
_DROP_WITHIN_S = 0.05
_ACCEL_M_PER_S2 = (1 - _DROP) * STANDARD_GRAVITY
_BAND = 0.02
_BAND_SIGMAS = 4.0
_STEADY_S = 0.3
_FALLING_S = 0.6
"""Background force variability (1.5 Hz) can raise grip for half as long during a release."""
_FALL_S = 0.06
_FALLS_BELOW = 0.96
_BEFORE_S = 0.010
_LEVEL_S = 0.4
_SLOWEST_N_PER_S = 0.1
_FASTEST_N_PER_S = 3.0
_HELD_SHARE = 0.85


@dataclass(frozen=True, slots=True)
class SlipMetrics:
    """One slow release; None where it could not be measured."""

    slip_force_n: float | None = metric(
        definition="GF (mean of the digits) at which the object began to slip", headline=1
    )
    load_n: float | None = metric(
        "load force at the slip", "LF (sum of the digits) that it slipped under", headline=2
    )
    mu: float | None = metric(definition="of one digit: (load / 2) / slip force", headline=3)
    slip_ratio: float | None = metric("slip ratio 1/µ", "GF per newton of one digit's load")
    release_rate_n_per_s: float | None = metric(
        "grip release rate", "how fast GF fell before the slip; positive"
    )
    gf_static_n: float | None = metric(definition="90th percentile of GF before the slip")
    seen_by: str | None = metric("slip seen by", "load, accel or both")


@dataclass(frozen=True, slots=True)
class SlipSeries:
    """What belongs to all slips together."""

    slip_force_cv_pct: Estimate | None = metric("slip force CV", "100 · SD / mean over slips")


def analyze_slip(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Detect every slow release of a recording and measure its slip force."""
    context = TaskContext(recording, "slip", low_pass)
    for hold in find_holds(context.signals):
        _measure(context, hold)
    forces = np.array(numbers(context.trials, "slip_force_n"))
    series = SlipSeries(slip_force_cv_pct=estimate_statistic(forces, _spread_pct))
    remarks = () if len(forces) else ("No slip was found: the slip force is not known.",)
    return context.result(SlipMetrics, series=given_figures(series), remarks=remarks)


def find_slip(signals: PreparedSignals, hold: Hold) -> tuple[int, str] | None:
    """Return the grid index at which the object begins to slip, and what showed it."""
    by_load = _by_load(signals, hold)
    by_accel = _by_accel(signals, hold)
    found = [k for k in (by_load, by_accel) if k is not None and _may_fall(signals, k)]
    if not found:
        return None
    word = "both" if len(found) > 1 else ("load" if by_load in found else "accel")
    return min(found), word


def _may_fall(signals: PreparedSignals, at: int) -> bool:
    """Whether the accelerometer, if there is one, feels less than 1 g after an index.

    An object that is set down loses load as fast, but its support pushes it up.
    """
    force, rest = signals.specific_force, signals.rest_motion[0]
    after = slice(at, at + signals.samples(_FALL_S))
    if force is None or rest is None or not signals.aligned.motion_valid[after].all():
        return True
    return float(force[after].mean()) < _FALLS_BELOW * rest


def _by_load(signals: PreparedSignals, hold: Hold) -> int | None:
    load, within = signals.lf_event, signals.samples(_DROP_WITHIN_S)
    stop = min(hold.stop + within, len(load) - 1)
    start = hold.start + signals.samples(_STEADY_S)
    low = np.flatnonzero(load[start:stop] < _DROP * hold.weight_n)
    for at in (start + int(k) for k in low[:: max(1, within // 5)]):
        begin = _leaves_band(load, hold.weight_n, start, at, signals.baseline.lf_noise)
        if at - begin <= within and _is_releasing(signals, begin):
            return begin
    return None


def _by_accel(signals: PreparedSignals, hold: Hold) -> int | None:
    force, (rest, noise) = signals.specific_force, signals.rest_motion
    if force is None or rest is None:
        return None
    away = np.abs(force - rest)
    start = hold.start + signals.samples(_STEADY_S)
    stop = min(hold.stop + signals.samples(_DROP_WITHIN_S), len(force) - 1)
    away = away[start:stop]
    band = max(0.02 * rest, _BAND_SIGMAS * noise)
    places = np.arange(len(away))
    begins = np.maximum.accumulate(np.where(away < band, places + 1, 0))
    high = np.flatnonzero(away > _ACCEL_M_PER_S2)
    quick = high - begins[high] <= signals.samples(_DROP_WITHIN_S)
    for begin in np.unique(begins[high[quick]]).tolist():
        if _is_releasing(signals, start + begin):
            return start + int(begin)
    return None


def _leaves_band(load: FloatArray, weight_n: float, start: int, at: int, noise: float) -> int:
    """Return where the load that is low at ``at`` last was what it is while holding."""
    band = max(_BAND * weight_n, _BAND_SIGMAS * noise)
    inside = np.flatnonzero(load[start:at] > weight_n - band)
    return start + int(inside[-1]) + 1 if len(inside) else start


def _is_releasing(signals: PreparedSignals, at: int) -> bool:
    """Whether before an index grip fell for 0.6 s and load stood for 0.3 s."""
    before = slice(max(0, at - signals.samples(_STEADY_S)), at - 1)
    falling = slice(max(0, at - signals.samples(_FALLING_S)), at - 1)
    slope = _slope(signals.gf[falling], signals.rate_hz)
    load = signals.lf_event[before]
    steady = len(load) > 1 and float(load.min()) > _HELD_SHARE * float(load.max())
    return steady and slope < -_SLOWEST_N_PER_S


def _slope(values: FloatArray, rate_hz: float) -> float:
    n = len(values)
    if n < 2:  # noqa: PLR2004 - one point has no slope
        return 0.0
    x = np.arange(n) - (n - 1) / 2
    return float(x @ values / (x @ x) * rate_hz)


def _measure(context: TaskContext, hold: Hold) -> None:
    signals = context.signals
    found = find_slip(signals, hold)
    span = (hold.start, hold.stop)
    times = {"t_hold_start_s": signals.time(hold.start), "t_slip_s": None}
    if found is None:
        context.add(span, SlipMetrics(), times, {TrialFlag.NO_SLIP})
        return
    at, seen_by = found
    level = slice(max(hold.start, at - signals.samples(_LEVEL_S)), at)
    if not signals.complete(level.start, at):
        context.add(span, SlipMetrics(), times, {TrialFlag.GAP})
        return
    slip_n = float(signals.gf_event[at - max(1, signals.samples(_BEFORE_S)) : at].mean())
    load_n = float(np.median(signals.lf_event[level]))
    rate = -_slope(signals.gf[level], signals.rate_hz)
    flags = _flags(context, at, hold, rate)
    before = signals.gf[hold.start : at]
    metrics = SlipMetrics(
        slip_force_n=slip_n,
        load_n=load_n,
        mu=load_n / 2 / slip_n if slip_n > 0 else None,
        slip_ratio=slip_n / (load_n / 2) if load_n > 0 else None,
        release_rate_n_per_s=rate if context.timed else None,
        gf_static_n=float(np.percentile(before, 90)),
        seen_by=seen_by,
    )
    context.add(span, metrics, times | {"t_slip_s": signals.time(at)}, flags)


def _flags(context: TaskContext, at: int, hold: Hold, rate_n_per_s: float) -> set[TrialFlag]:
    mass_g = positive_number(context.recording.metadata, "mass_g")
    middle = (hold.start + at) // 2
    applies = {
        TrialFlag.FAST_RELEASE: rate_n_per_s > _FASTEST_N_PER_S,
        TrialFlag.LOAD_OFF_WEIGHT: off_weight(hold.weight_n, mass_g),
        TrialFlag.ONE_SIDED_LOAD: is_one_sided(context.signals, middle, hold.weight_n, mass_g),
    }
    return {flag for flag, is_so in applies.items() if is_so}


def _spread_pct(forces: FloatArray) -> float:
    return 100 * float(np.std(forces, ddof=1)) / float(np.mean(forces))
