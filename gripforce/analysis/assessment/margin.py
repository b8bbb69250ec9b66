"""The safety margin with its uncertainty: grip force beyond the slip force.

Six columns: static (over the hold) and dynamic (at the moment of the movement at which grip is
nearest to slipping), each in newtons, in percent of the slip force, and in percent of the grip
force. ``pct_of_grip = pct_of_slip / (1 + pct_of_slip)``.

Uncertainty: lifts and slips are resampled together. A slip force that was entered by hand, or that
rests on fewer than three slips, has an SD of 10 %, the least that tests of three repetitions show
(remembered, not checked).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.measures.friction import fit_friction
from gripforce.analysis.results import Estimate, SafetyMargin
from gripforce.analysis.statistics.estimates import (
    FEWEST,
    RESAMPLES,
    SEED,
    interval,
    resample_indices,
)
from gripforce.analysis.tasks.annotations import positive_number
from gripforce.analysis.tasks.context import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gripforce.analysis.measures.friction import Friction
    from gripforce.analysis.results import TaskResult
    from gripforce.model import FloatArray, Recording

NO_SLIP_TEST = (
    "No slip test of this person, session and surface: excess grip force cannot be called a "
    "safety margin; the ratio of grip to load force is reported instead."
)
UNREPEATED_SD = 0.10
_SAME_SESSION_H = 12.0
_SAME = ("subject", "surface", "hand", "session")


@dataclass(frozen=True, eq=False, slots=True)
class SlipForces:
    """A person's slips: forces and loads, or one force that was entered by hand."""

    slip_force_n: FloatArray
    load_n: FloatArray
    source: str


def find_slips(result: TaskResult, slips: Sequence[TaskResult]) -> SlipForces | None:
    """Return the slips that belong to a recording: same person, hand, surface and session.

    Slip recordings come first; without one, ``slip_n`` of the recording's own metadata, taken
    to be at the load of its own hold.
    """
    found = [s for s in slips if s is not result and _belongs(s.recording, result.recording)]
    forces = np.array([f for s in found for f in numbers(s.used, "slip_force_n")])
    loads = np.array([f for s in found for f in numbers(s.used, "load_n")])
    if len(forces):
        names = ", ".join(s.name for s in found)
        return SlipForces(forces, loads, f"slip test ({len(forces)} slips in {names})")
    entered = positive_number(result.recording.metadata, "slip_n")
    loads = np.array(numbers(result.used, "lf_static_n"))
    if entered is None or not len(loads):
        return None
    source = f"slip force of {entered:g} N given with the recording"
    return SlipForces(np.array([entered]), np.array([float(np.median(loads))]), source)


def safety_margin(result: TaskResult, slips: SlipForces | None) -> SafetyMargin | None:
    """Return the margins of a recording's lifts or movements; None without slips or holds."""
    rows = [(t.values.get("gf_static_n"), t.values.get("lf_static_n")) for t in result.used]
    static = _table(rows)
    if slips is None or not len(static):
        return None
    rows = [(t.values.get("gf_at_min_ratio_n"), t.values.get("lf_at_min_ratio_n"))
            for t in result.used]  # fmt: skip
    moving = _table(rows)
    friction = fit_friction(slips.slip_force_n, slips.load_n)
    scales = _scales(slips, friction)
    slip = _propagated(static, friction, scales, lambda _grip, slip: slip)
    mu = friction.mu(slip.value)
    spread = 1 / scales**friction.n
    return SafetyMargin(
        slip_force_n=slip,
        slip_source=slips.source,
        mu=Estimate(mu, *interval(mu * spread), len(slips.slip_force_n)),
        static_margin_n=_propagated(static, friction, scales, margin_n),
        static_margin_pct_of_slip=_propagated(static, friction, scales, margin_pct_of_slip),
        static_margin_pct_of_grip=_propagated(static, friction, scales, margin_pct_of_grip),
        dynamic_margin_n=_moving(moving, friction, scales, margin_n),
        dynamic_margin_pct_of_slip=_moving(moving, friction, scales, margin_pct_of_slip),
        dynamic_margin_pct_of_grip=_moving(moving, friction, scales, margin_pct_of_grip),
    )


def margin_n(grip_n: FloatArray, slip_n: FloatArray) -> FloatArray:
    """Return ``GF - GF_slip`` [N]."""
    return grip_n - slip_n


def margin_pct_of_slip(grip_n: FloatArray, slip_n: FloatArray) -> FloatArray:
    """Return ``100 · (GF - GF_slip) / GF_slip`` [%] (share of the slip force, [Cole1999])."""
    return 100 * (grip_n - slip_n) / slip_n


def margin_pct_of_grip(grip_n: FloatArray, slip_n: FloatArray) -> FloatArray:
    """Return ``100 · (GF - GF_slip) / GF`` [%] (share of the grip force)."""
    return 100 * (grip_n - slip_n) / grip_n


def _belongs(slip: Recording, other: Recording) -> bool:
    for key in _SAME:
        a, b = slip.metadata.get(key), other.metadata.get(key)
        if a is not None and b is not None and a != b:
            return False
    begun = [_utc(recording) for recording in (slip, other)]
    if begun[0] is None or begun[1] is None:
        return True
    return abs((begun[0] - begun[1]).total_seconds()) <= _SAME_SESSION_H * 3600


def _utc(recording: Recording) -> datetime | None:
    try:
        return datetime.fromisoformat(str(recording.metadata.get("utc")))
    except ValueError:
        return None


def _table(rows: Sequence[tuple[object, object]]) -> FloatArray:
    known = [row for row in rows if all(isinstance(cell, float) and cell > 0 for cell in row)]
    return np.array(known, dtype=np.float64).reshape(-1, 2)


def _scales(slips: SlipForces, friction: Friction) -> FloatArray:
    """Return by what factors the slip force may be off: resampled medians of repetitions."""
    ratio = slips.slip_force_n / friction.slip_force_n(slips.load_n)
    if len(ratio) >= FEWEST:
        drawn = resample_indices(len(ratio), seed=SEED + 1)
        return np.asarray(np.median(ratio[drawn], axis=1))
    rng = np.random.default_rng(SEED + 2)
    return np.exp(rng.normal(0.0, UNREPEATED_SD, RESAMPLES))


def _propagated(
    table: FloatArray,
    friction: Friction,
    scales: FloatArray,
    formula: Callable[[FloatArray, FloatArray], FloatArray],
) -> Estimate:
    """Return the median of a formula of grip and slip force, both resampled."""
    grip, slip = table[:, 0], friction.slip_force_n(table[:, 1])
    value = float(np.median(formula(grip, slip)))
    drawn = resample_indices(len(grip))
    medians = np.median(formula(grip[drawn], slip[drawn] * scales[:, None]), axis=1)
    return Estimate(value, *interval(medians), len(grip))


def _moving(
    table: FloatArray,
    friction: Friction,
    scales: FloatArray,
    formula: Callable[[FloatArray, FloatArray], FloatArray],
) -> Estimate | None:
    return _propagated(table, friction, scales, formula) if len(table) else None
