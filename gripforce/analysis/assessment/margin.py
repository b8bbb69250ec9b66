"""The safety margin with its uncertainty: grip force beyond the slip force.

Six columns: static (over the hold) and dynamic (at the moment of the movement at which grip is
nearest to slipping), each in newtons, in percent of the slip force, and in percent of the grip
force. ``pct_of_grip = pct_of_slip / (1 + pct_of_slip)``.

Uncertainty: lifts and slips are resampled together. A slip force that was entered by hand, or that
rests on fewer than three slips, has an SD of 10 %, the least that tests of three repetitions show
(remembered, not checked); three to five slips have Student's t.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.measures.friction import fit_friction
from gripforce.analysis.results import Estimate, SafetyMargin
from gripforce.analysis.statistics.estimates import (
    FEWEST,
    RESAMPLES,
    SEED,
    interval,
    resample_indices,
    stretch,
    student_factor,
)
from gripforce.analysis.tasks.annotations import positive_number
from gripforce.analysis.tasks.context import numbers
from gripforce.model.whose import hand_of, person_of, session_of, surface_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gripforce.analysis.measures.friction import Friction
    from gripforce.analysis.results import MeasuredTrial, TaskResult
    from gripforce.model import FloatArray, Recording

NO_SLIP_FORCE = (
    "No slip force of this person, session and surface: excess grip force cannot be called a "
    "safety margin; the ratio of grip to load force is reported instead."
)
UNREPEATED_SD = 0.10
_FEWEST_REPEATED = 3
_SAME_SESSION_H = 12.0


@dataclass(frozen=True, eq=False, slots=True)
class SlipForces:
    """A person's slips: forces and loads, or one force that was entered by hand."""

    slip_force_n: FloatArray
    load_n: FloatArray
    source: str


def by_surface(result: TaskResult) -> list[TaskResult]:
    """Return a result as one for each surface that was lifted; most have one and stay as they are.

    A slip force that was entered for the recording is that of its own surface alone.
    """
    names = dict.fromkeys(trial.values.get("lifted_surface") for trial in result.trials)
    known = [str(name) for name in names if name is not None]
    if not known:
        return [result]
    own, parts = surface_of(result.recording.metadata), []
    for name in known:
        metadata = {**result.recording.metadata, "surface": name}
        if name != own:
            metadata.pop("slip_n", None)
        parts.append(
            replace(
                result,
                recording=replace(result.recording, metadata=metadata),
                trials=tuple(t for t in result.trials if t.values.get("lifted_surface") == name),
            )
        )
    return parts


def find_slips(result: TaskResult, slips: Sequence[TaskResult]) -> SlipForces | None:
    """Return the slips that belong to a recording: same person, hand, surface and session.

    Slip recordings come first; without one, ``slip_n`` of the recording's own metadata, taken
    to be at the load of its own hold.
    """
    found = [s for s in slips if s is not result and _belongs(s.recording, result.recording)]
    found = sorted((s for s in found if numbers(_sound(s), "slip_force_n")), key=lambda s: s.name)
    forces = np.array([f for s in found for f in numbers(_sound(s), "slip_force_n")])
    loads = np.array([f for s in found for f in numbers(_sound(s), "load_n")])
    if len(forces):
        names = ", ".join(s.name for s in found)
        return SlipForces(forces, loads, f"slip test ({len(forces)} slips in {names})")
    entered = positive_number(result.recording.metadata, "slip_n")
    loads = np.array(numbers(result.used, "lf_static_n"))
    if entered is None or not len(loads):
        return None
    source = f"slip force of {entered:g} N given with the recording"
    return SlipForces(np.array([entered]), np.array([float(np.median(loads))]), source)


def why_no_slips(result: TaskResult, slips: Sequence[TaskResult]) -> str | None:
    """Return why the slip tests that belong to a recording give no slip force; None without any."""
    found = [s for s in slips if s is not result and _belongs(s.recording, result.recording)]
    if not found:
        return None
    flags = {flag for slip in found for trial in slip.trials for flag in trial.flags}
    names = ", ".join(slip.name for slip in found)
    if TrialFlag.ONE_SIDED_LOAD in flags:
        reason = TrialFlag.ONE_SIDED_LOAD.meaning
    else:
        reason = "no slip was detected in it" if len(found) == 1 else "no slip was detected"
    return f"The slip test ({names}) gives no slip force: {reason}."


def by_margin_rank(results: Sequence[TaskResult]) -> list[TaskResult]:
    """Return the recordings that a margin can be taken from, the most suitable task first."""
    suitable = [result for result in results if result.spec.margin_rank is not None]
    return sorted(suitable, key=lambda result: result.spec.margin_rank or 0)


def safety_margin(parts: Sequence[tuple[TaskResult, SlipForces]]) -> SafetyMargin | None:
    """Return the margins of recordings, each with its slips; None where nothing was held."""
    static = [_Part.of(holds(result), slips) for result, slips in parts]
    static = [part for part in static if len(part.grip_n)]
    if not static:
        return None
    moving = [_Part.of(_table(result, "gf_at_min_ratio_n", "lf_at_min_ratio_n"), slips)
              for result, slips in parts]  # fmt: skip
    moving = [part for part in moving if len(part.grip_n)]
    sources = list(dict.fromkeys(slips.source for _, slips in parts))
    surfaces = {surface_of(result.recording.metadata) for result, _ in parts}
    return SafetyMargin(
        slip_force_n=_of_slips(static, lambda part: part.slip_n),
        slip_source="; ".join(sources),
        mu=None if len(surfaces) > 1 else _of_slips(static, lambda part: part.mu),
        static_margin_n=_propagated(static, margin_n),
        static_margin_pct_of_slip=_propagated(static, margin_pct_of_slip),
        static_margin_pct_of_grip=_propagated(static, margin_pct_of_grip),
        dynamic_margin_n=_propagated(moving, margin_n) if moving else None,
        dynamic_margin_pct_of_slip=_propagated(moving, margin_pct_of_slip) if moving else None,
        dynamic_margin_pct_of_grip=_propagated(moving, margin_pct_of_grip) if moving else None,
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Part:
    """One recording's grip, the slip force at its load, and by what factors that may be off."""

    grip_n: FloatArray
    slip_n: FloatArray
    mu: FloatArray
    scales: FloatArray
    slips: SlipForces

    @classmethod
    def of(cls, table: FloatArray, slips: SlipForces) -> _Part:
        friction = fit_friction(slips.slip_force_n, slips.load_n)
        slip_n = friction.slip_force_n(table[:, 1])
        mu = np.array([friction.mu(float(n)) for n in slip_n])
        return cls(table[:, 0], slip_n, mu, _scales(slips, friction), slips)


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
    for name_of in (person_of, hand_of, surface_of, session_of):
        a, b = name_of(slip.metadata), name_of(other.metadata)
        if a and b and a != b:
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


def _sound(result: TaskResult) -> list[MeasuredTrial]:
    """Return the used trials whose load is that of both digits."""
    return [trial for trial in result.used if TrialFlag.ONE_SIDED_LOAD not in trial.flags]


def holds(result: TaskResult) -> FloatArray:
    """Return static grip and load [N] of the lifts that a margin can be taken from."""
    return _table(result, "gf_static_n", "lf_static_n")


def _table(result: TaskResult, grip: str, load: str) -> FloatArray:
    rows = [(t.values.get(grip), t.values.get(load)) for t in _sound(result)]
    known = [row for row in rows if all(isinstance(cell, float) and cell > 0 for cell in row)]
    return np.array(known, dtype=np.float64).reshape(-1, 2)


def _scales(slips: SlipForces, friction: Friction) -> FloatArray:
    """Return by what factors the slip force may be off.

    Resampled medians of repetitions from six on; fewer have Student's t, their variance pooled
    with that of a test that was not repeated.
    """
    ratio = slips.slip_force_n / friction.slip_force_n(slips.load_n)
    n = len(ratio)
    if n >= FEWEST:
        drawn = np.log(np.median(ratio[resample_indices(n, seed=SEED + 1)], axis=1))
        return np.asarray(np.exp(student_factor(n) * drawn))
    rng = np.random.default_rng(SEED + 2)
    if n < _FEWEST_REPEATED:
        return np.asarray(np.exp(rng.normal(0.0, UNREPEATED_SD, RESAMPLES)))
    spread = float(np.sum((np.log(ratio) - np.log(ratio).mean()) ** 2))
    variance = (UNREPEATED_SD**2 + spread) / n
    return np.asarray(np.exp(rng.standard_t(n, RESAMPLES) * np.sqrt(variance / n)))


def _of_slips(parts: Sequence[_Part], value: Callable[[_Part], FloatArray]) -> Estimate:
    """Return the median of a figure of slips; ``n`` and interval are those of the slips."""
    middle = float(np.median(np.concatenate([value(part) for part in parts])))
    tests = {part.slips.source: part for part in parts}
    n = sum(len(part.slips.slip_force_n) for part in tests.values())
    if n < FEWEST:
        return Estimate(middle, None, None, n)
    drawn = np.mean([part.scales for part in tests.values()], axis=0)
    return Estimate(middle, *interval(middle * drawn, middle), n)


def _propagated(
    parts: Sequence[_Part], formula: Callable[[FloatArray, FloatArray], FloatArray]
) -> Estimate:
    """Return the median of a formula of grip and slip force, both resampled, over all parts."""
    values = np.concatenate([formula(part.grip_n, part.slip_n) for part in parts])
    value, n = float(np.median(values)), len(values)
    if n < FEWEST:
        return Estimate(value, None, None, n)
    resampled = []
    for part in parts:
        drawn = resample_indices(len(part.grip_n))
        resampled.append(formula(part.grip_n[drawn], part.slip_n[drawn] * part.scales[:, None]))
    medians = np.median(np.concatenate(resampled, axis=1), axis=1)
    return Estimate(value, *interval(medians, value, stretch(values)), n)
