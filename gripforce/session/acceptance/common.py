"""Acceptance of lifts during a session, while the participant is still there to repeat them."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING, Final

from gripforce.analysis.flags import TrialFlag
from gripforce.constants import STANDARD_GRAVITY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.lift.lifts import Lift
    from gripforce.protocol.schema import Validity

REJECTING: Final = (
    TrialFlag.GAP,
    TrialFlag.CUT,
    TrialFlag.SATURATED,
    TrialFlag.STARTS_HELD,
    TrialFlag.ENDS_HELD,
    TrialFlag.NOT_LIFTED,
    TrialFlag.NO_LOAD,
    TrialFlag.NOT_RELEASED,
    TrialFlag.ONE_DIGIT,
    TrialFlag.DROPPED,
)
"""Flags for which a lift is repeated."""
REMARKED: Final = (
    TrialFlag.DOUBLE_TOUCH,
    TrialFlag.SHORT_HOLD,
    TrialFlag.LOAD_OFF_WEIGHT,
    TrialFlag.ZERO_DRIFT,
    TrialFlag.ZERO_MOVES,
    TrialFlag.NO_BASELINE,
    TrialFlag.ABRUPT_END,
)
"""Flags that are shown to the examiner, without a repeat."""
WRONG_OBJECT: Final = "wrong object"
_RISE_S: Final = 0.5
"""From lift-off to the hold."""
_FIGURES: Final = (
    "preload_ms", "loading_ms", "gf_peak_n", "gf_static_n", "gf_lf_ratio", "xcorr_lag_ms",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Whether one trial is accepted."""

    why: tuple[str, ...] = ()
    """Reasons to repeat it; none: it is accepted."""
    remarks: tuple[str, ...] = ()
    """Observations that are no reason to repeat it."""
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether it counts."""
        return not self.why


def judge_lift(
    lift: Lift,
    valid: Validity,
    gaps: Sequence[tuple[float, float]] = (),
    asked_g: float | None = None,
    masses_g: Sequence[float] = (),
) -> Acceptance:
    """Judge a lift by its flags and a protocol's rules.

    ``gaps`` are spans of missing samples [s]; ``asked_g`` is the mass that was asked for, where
    the block has several ``masses_g``.
    """
    why = [flag.meaning for flag in REJECTING if flag in lift.flags]
    why += wrong_object_reasons(lift.phases.weight_n, asked_g, masses_g)
    if valid.wrong_direction and TrialFlag.PRESSED_DOWN in lift.flags:
        why.append("wrong direction: pushed down before it was lifted")
    why += lost_reasons(lift.trial.start_s, lift.trial.stop_s, gaps, valid)
    peak = lift.metrics.gf_peak_n
    if peak is not None:
        why += force_reasons(peak, valid)
    hold_s = _hold_s(lift)
    if hold_s is not None and hold_s < valid.hold_s:
        why.append(f"held still for {hold_s:.1f} s instead of {valid.hold_s:g} s")
    remarks = tuple(flag.meaning for flag in REMARKED if flag in lift.flags)
    return Acceptance(tuple(dict.fromkeys(why)), remarks, _figures(lift))


def wrong_object_reasons(
    weight_n: float | None, asked_g: float | None, masses_g: Sequence[float]
) -> list[str]:
    """Return whether another mass of the series was lifted than the one that was asked for."""
    if weight_n is None or weight_n <= 0 or asked_g is None:
        return []
    lifted_g = 1e3 * weight_n / STANDARD_GRAVITY
    nearest_g = min({asked_g, *masses_g}, key=lambda mass_g: abs(log(mass_g / lifted_g)))
    if nearest_g == asked_g:
        return []
    return [
        f"{WRONG_OBJECT}: {lifted_g:.0f} g were lifted, {asked_g:g} g were asked for; "
        f"put the {asked_g:g} g on the table"
    ]


def lost_reasons(
    start_s: float, stop_s: float, gaps: Sequence[tuple[float, float]], valid: Validity
) -> list[str]:
    """Return whether too many samples are missing between two times."""
    inside = [min(b, stop_s) - max(a, start_s) for a, b in gaps if a < stop_s and b > start_s]
    if not inside:
        return []
    longest_ms, total_ms = 1e3 * max(inside), 1e3 * sum(inside)
    if longest_ms > valid.longest_gap_ms:
        return [f"{longest_ms:.0f} ms of samples are missing in one place"]
    if total_ms > valid.lost_ms:
        return [f"{total_ms:.0f} ms of samples are missing in all"]
    return []


def force_reasons(peak_n: float, valid: Validity) -> list[str]:
    """Return whether a trial's highest grip is outside of what is asked for."""
    low, high = valid.grip_n
    if peak_n < low:
        return [f"grip reached {peak_n:.1f} N only, at least {low:g} N are asked for"]
    if peak_n > high:
        return [f"grip reached {peak_n:.1f} N, at most {high:g} N are allowed"]
    return []


def _hold_s(lift: Lift) -> float | None:
    """Return how long the object was in the air [s], without the 0.5 s of rising."""
    phases = lift.phases
    if phases.liftoff_s is None or phases.replace_s is None:
        return None
    return max(0.0, phases.replace_s - phases.liftoff_s - _RISE_S)


def _figures(lift: Lift) -> dict[str, float]:
    values = {name: getattr(lift.metrics, name) for name in _FIGURES}
    return {name: round(value, 3) for name, value in values.items() if value is not None}
