"""Acceptance of trials that are spans of time: the rules of all tasks, then those of the task."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.signal.align import GAP_PERIODS, align
from gripforce.analysis.signal.baseline import TOUCH_N
from gripforce.analysis.signal.filters import runs
from gripforce.analysis.tasks.registry import analyze_task
from gripforce.analysis.tasks.tracking import SINCE_TRIAL, target_from
from gripforce.constants import STANDARD_GRAVITY
from gripforce.errors import GripforceError
from gripforce.model import Flag, task_spec
from gripforce.session.acceptance.by_task import RULES, AcceptanceFinding, TrialEvidence
from gripforce.session.acceptance.common import Acceptance, force_reasons, lost_reasons

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.results import MeasuredTrial, TaskResult
    from gripforce.analysis.signal.align import Aligned
    from gripforce.analysis.signal.filters import BoolArray
    from gripforce.model import FloatArray, Recording, Samples, TaskSpec
    from gripforce.protocol.schema import Block

GRIP_ZERO: Final = "grip_zero_n"
"""Key of the metadata: grip force [N] in the session's zero block."""
MOVED_M_PER_S2: Final = 0.3
"""Range of acceleration (means over 50 ms) of an object that stands still: a knock is less."""
MEAN_S: Final = 0.05
"""Peaks are taken from means over this time: a single noisy sample is no effort."""
WEIGHTLESS: Final = 0.3
FALL_S: Final = 0.02
"""In free fall the accelerometer shows less than ``WEIGHTLESS`` of 1 g for longer than this."""


def judge_trial(
    window: Recording,
    span: tuple[float, float],
    block: Block,
    earlier: Sequence[Mapping[str, float]] = (),
) -> Acceptance:
    """Judge a span of time [s] of ``window``, which begins before it.

    ``earlier`` are figures of the block's trials that were accepted already.
    """
    force = [s for s in window.streams.values() if any(c.kind.is_force for c in s.stream.channels)]
    inside = [(s.t >= span[0]) & (s.t < span[1]) for s in force]
    if not any(mask.any() for mask in inside):
        return Acceptance(("no samples were received",))
    why = lost_reasons(*span, [hole for s in force for hole in _holes(s)], block.valid)
    if any(
        ((s.flags[mask] & Flag.SATURATED) != 0).any() for s, mask in zip(force, inside, strict=True)
    ):
        why.append(TrialFlag.SATURATED.meaning)
    try:
        if block.untouched:
            finding = _untouched(window, span, block)
        else:
            finding = _task(window, span, block, earlier, whole=not why)
    except GripforceError as error:  # a device without newtons, or without load force
        finding = AcceptanceFinding((str(error),))
    figures = {
        name: round(value, 3)
        for name, value in (finding.figures or {}).items()
        if value is not None and np.isfinite(value)
    }
    return Acceptance(tuple(dict.fromkeys((*why, *finding.why))), finding.remarks, figures)


def _untouched(window: Recording, span: tuple[float, float], block: Block) -> AcceptanceFinding:
    aligned = align(window)
    grip = _means(aligned.t, aligned.gf, aligned.valid, span)
    spec = task_spec(block.task)
    why, figures = _contact(grip, window, spec)
    if spec.near_zero and len(grip):
        why += _moved(aligned, span)
    return AcceptanceFinding(tuple(why), (), figures)


def contact_reasons(window: Recording, span: tuple[float, float], spec: TaskSpec) -> list[str]:
    """Return whether an object was touched, held or moved in a span of time [s] of a window.

    ``spec`` says how still and how near to the zero its grip force is to be.
    """
    aligned = align(window)
    why, _ = _contact(_means(aligned.t, aligned.gf, aligned.valid, span), window, spec)
    return why + _moved(aligned, span)


def _contact(
    grip: FloatArray, window: Recording, spec: TaskSpec
) -> tuple[list[str], dict[str, float]]:
    """Return whether grip varies or, where it matters, stands off the zero, and the figures."""
    varied = float(np.ptp(grip)) if len(grip) else 0.0
    figures = {"gf_peak_n": _top(grip), "gf_mean_n": _mean(grip), "gf_range_n": varied}
    why, within_n = [], spec.still_within_n or 0.0
    if varied > within_n:
        why.append(f"the object was touched (grip moved by {varied:.2f} N)")
    if spec.near_zero and len(grip):
        level_n = float(np.median(grip)) - positive_or_zero(window.metadata.get(GRIP_ZERO))
        figures["gf_level_n"] = level_n
        if abs(level_n) > within_n:
            why.append(f"the object was held: grip stood {level_n:.2f} N above the zero")
    return why, figures


def positive_or_zero(value: object) -> float:
    """Return a number of the metadata, 0 where it is none."""
    return float(value) if isinstance(value, int | float) else 0.0


def _moved(aligned: Aligned, span: tuple[float, float]) -> list[str]:
    """Return whether the accelerometer, if there is one, shows that the object was moved."""
    force = aligned.specific_force
    if force is None:
        return []
    inside = (aligned.t >= span[0]) & (aligned.t < span[1]) & aligned.motion_valid
    moved = _means(aligned.t, force, inside, span)
    if not len(moved) or float(np.ptp(moved)) <= MOVED_M_PER_S2:
        return []
    return ["the object was moved"]


def _task(
    window: Recording,
    span: tuple[float, float],
    block: Block,
    earlier: Sequence[Mapping[str, float]],
    *,
    whole: bool,
) -> AcceptanceFinding:
    """Judge by the force window and, if no data are missing, by the task's own rule."""
    metadata = {**window.metadata, "task": block.task}
    if block.target_knots:
        target = {"since": SINCE_TRIAL, "knots": block.target_knots}
        metadata["target"] = target_from(target, [span[0]])
    result = analyze_task(replace(window, metadata=metadata))
    traces = result.traces
    grip = _means(traces.t, traces.gf, traces.valid, span)
    load = None if traces.lf is None else _means(traces.t, traces.lf, traces.valid, span)
    moved = float(np.ptp(load)) if load is not None and len(load) else np.nan
    why = force_reasons(_top(grip), block.valid)
    if moved < block.valid.movement_n:
        least = block.valid.movement_n
        why.append(f"the load moved by {moved:.1f} N only, at least {least:g} N are asked for")
    figures = {"gf_peak_n": _top(grip), "gf_mean_n": _mean(grip), "lf_range_n": moved}
    rule = RULES.get(block.task)
    if rule is None or not whole:
        return AcceptanceFinding(tuple(why), (), figures)
    trials = _trials_in(result, span)
    found = rule(TrialEvidence(block, *span, result, trials, _fell(window, result, span), earlier))
    return AcceptanceFinding(
        (*why, *found.why), found.remarks, {**figures, **(found.figures or {})}
    )


def _trials_in(result: TaskResult, span: tuple[float, float]) -> list[MeasuredTrial]:
    return [trial for trial in result.trials if _is_in(trial, result.spec.occurs_at, span)]


def _is_in(trial: MeasuredTrial, event: str | None, span: tuple[float, float]) -> bool:
    """Whether a trial's event, or any of it where that is unknown, lies in a span."""
    at = trial.events.get(event) if event else None
    if at is not None:
        return span[0] <= at < span[1]
    return trial.trial.start_s < span[1] and trial.trial.stop_s > span[0]


def _fell(window: Recording, result: TaskResult, span: tuple[float, float]) -> bool:
    """Whether the accelerometer, if there is one, showed free fall of an ungripped object.

    A quick downward movement is nearly as weightless, but gripped.
    """
    traces = result.traces
    aligned = align(window, traces.rate_hz)
    if aligned.specific_force is None:
        return False
    known = (traces.t >= span[0]) & (traces.t < span[1]) & aligned.motion_valid
    light = aligned.specific_force < WEIGHTLESS * STANDARD_GRAVITY
    falls = runs(known & light & (traces.gf < TOUCH_N))
    return any(stop - start >= FALL_S * traces.rate_hz for start, stop in falls)


def _holes(samples: Samples) -> list[tuple[float, float]]:
    """Return spans of time in which samples are missing, for whatever reason."""
    after = np.flatnonzero(np.diff(samples.t) > GAP_PERIODS / samples.stream.rate_hz)
    return [(float(samples.t[k]), float(samples.t[k + 1])) for k in after]


def _means(
    t: FloatArray, values: FloatArray, valid: BoolArray, span: tuple[float, float]
) -> FloatArray:
    """Return means over ``MEAN_S`` of what is known in a span."""
    inside = (t >= span[0]) & (t < span[1]) & valid
    slot = ((t[inside] - span[0]) / MEAN_S).astype(np.int64)
    if not len(slot):
        return np.zeros(0)
    count = np.bincount(slot)
    total = np.bincount(slot, weights=values[inside])
    return np.asarray(total[count > 0] / count[count > 0])


def _top(values: FloatArray) -> float:
    return float(values.max()) if len(values) else np.nan


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if len(values) else np.nan
