"""What is doubtful about a whole recording: the flags of each of its trials, with a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.signal.plausibility import (
    are_exchanged,
    flat_ceiling,
    grip_unit,
    is_negative,
    load_unit,
    spikes,
)
from gripforce.constants import STANDARD_GRAVITY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.analysis.signal.align import Aligned
    from gripforce.analysis.signal.filters import BoolArray
    from gripforce.model import FloatArray, Recording

_OPPOSED_R: Final = -0.5
"""Correlation of two digits of one grip below which one of them is turned."""


@dataclass(frozen=True, eq=False, slots=True)
class RecordingDoubts:
    """Doubts that concern a recording as a whole, and times that are doubtful."""

    whole: Mapping[TrialFlag, str]
    """With a sentence each."""
    moments: Mapping[TrialFlag, FloatArray] = field(default_factory=dict)
    """Times [s] of samples that are not what the sensor felt."""

    def flags(self, start_s: float, stop_s: float) -> set[TrialFlag]:
        """Return the flags of a trial."""
        touched = {
            flag for flag, t in self.moments.items() if ((t >= start_s) & (t <= stop_s)).any()
        }
        return touched | set(self.whole)


def find_doubts(recording: Recording, aligned: Aligned, weight_n: float | None) -> RecordingDoubts:
    """Return what is doubtful; ``weight_n`` where the object is lifted and its mass known."""
    whole: dict[TrialFlag, str] = {}
    known = aligned.valid
    grip = aligned.gf[known]
    load = None if aligned.lf is None else aligned.lf[known]
    forces = {"grip": grip} | ({} if load is None else {"load": load})
    digits = {
        name.removesuffix("_n").replace("_", " "): values[known]
        for name, values in aligned.columns.items()
        if name.startswith("grip_")
    }
    below = [name for name, force in forces.items() if len(force) and is_negative(force)]
    below = below or _turned(digits)
    if below:
        lowest = min(float((forces | digits)[name].min()) for name in below)
        whole[TrialFlag.NEGATIVE_FORCE] = (
            f"{' and '.join(below)} force is below zero while held (to {lowest:.1f} N):"
            " is its sign turned, or its zero?"
        )
    elif weight_n is not None and load is not None and len(load):
        whole |= _load_doubts(grip, load, weight_n)
    wrong = grip_unit(grip, load) if load is not None and len(load) and not whole else None
    if wrong is not None:
        whole[TrialFlag.GRIP_UNIT] = wrong
    moments = {
        TrialFlag.CLIPPED: _moments(recording, flat_ceiling),
        TrialFlag.SPIKES: _moments(recording, spikes),
    }
    return RecordingDoubts(whole, {flag: t for flag, t in moments.items() if len(t)})


def _turned(digits: Mapping[str, FloatArray]) -> list[str]:
    """Return the digits whose force falls below zero as that of the others rises."""
    turned = []
    for name, force in digits.items():
        others = [other for key, other in digits.items() if key != name]
        if others and len(force) and is_negative(force):
            rest = np.sum(others, axis=0)
            if np.ptp(rest) > 0 and np.corrcoef(force, rest)[0, 1] < _OPPOSED_R:
                turned.append(name)
    return turned


def zero_doubts(moving: Mapping[str, float]) -> dict[TrialFlag, str]:
    """Return the doubt about zeros that move [N/min], by the names of the forces."""
    if not moving:
        return {}
    fastest = max(moving.values(), key=abs)
    return {
        TrialFlag.ZERO_MOVES: f"the zero of {' and '.join(moving)} force moves by {fastest:+.1f} N"
        " a minute and cannot be followed, so levels of force are wrong"
    }


def _load_doubts(grip: FloatArray, load: FloatArray, weight_n: float) -> dict[TrialFlag, str]:
    mass_g = weight_n / STANDARD_GRAVITY * 1e3
    free = load - min(0.0, float(np.percentile(load, 1)))
    if are_exchanged(grip, free, weight_n):
        return {
            TrialFlag.EXCHANGED: f"grip force keeps to the weight of {mass_g:.0f} g"
            " and load force does not: are the two exchanged?"
        }
    found = load_unit(free, weight_n)
    if found.unit is None:
        return {}
    times = f"{found.ratio:.0f} times" if found.ratio > 1 else f"1/{1 / found.ratio:.1f} of"
    return {
        TrialFlag.LOAD_UNIT: f"the load is {times} the weight of {mass_g:.0f} g:"
        f" is it in {found.unit}?"
    }


def _moments(recording: Recording, check: _Check) -> FloatArray:
    """Return the times of the samples that a check of one channel finds, of all force channels."""
    found = [np.zeros(0)]
    for samples in recording.streams.values():
        for k, channel in enumerate(samples.stream.channels):
            if channel.kind.is_force and len(samples):
                values = samples.values[:, k]
                found.append(samples.t[check(values, samples.stream.rate_hz)])
    return np.concatenate(found)


if TYPE_CHECKING:
    from collections.abc import Callable

    _Check = Callable[[FloatArray, float], BoolArray]
