"""Whether a trial counts, and in words why not: while the patient is still there to repeat it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gripforce.analysis.flags import LiftFlag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.lift.lifts import Lift
    from gripforce.protocol.schema import Validity

_REASONS: Final = {
    LiftFlag.GAP: "samples are missing where it matters",
    LiftFlag.CUT: "the recording begins or ends inside the lift",
    LiftFlag.SATURATED: "a force was beyond the sensor's range",
    LiftFlag.STARTS_HELD: "the object was held already",
    LiftFlag.ENDS_HELD: "the object was not put down",
    LiftFlag.NOT_LIFTED: "the object was not lifted",
    LiftFlag.NO_LOAD: "the object was only gripped, not lifted",
    LiftFlag.NOT_RELEASED: "the object was not let go before the next lift",
    LiftFlag.ONE_DIGIT: "one digit did nearly all the work",
    LiftFlag.DROPPED: "the object was dropped",
}
_REMARKS: Final = {
    LiftFlag.DOUBLE_TOUCH: "touched twice",
    LiftFlag.SHORT_HOLD: "short hold",
    LiftFlag.LOAD_OFF_WEIGHT: "the load is not what the object weighs: check the mass",
    LiftFlag.ZERO_DRIFT: "the zero moved",
    LiftFlag.NO_BASELINE: "never untouched",
    LiftFlag.ABRUPT_END: "ended abruptly",
}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A verdict on one trial."""

    why: tuple[str, ...] = ()
    """What is wrong with it; nothing: it is good."""
    remarks: tuple[str, ...] = ()
    """Worth knowing, no reason to repeat."""
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether it counts."""
        return not self.why


def judge_lift(lift: Lift, valid: Validity, gaps: Sequence[tuple[float, float]] = ()) -> Acceptance:
    """Return the verdict on a lift; ``gaps`` are spans of time in which samples are missing."""
    why = [text for flag, text in _REASONS.items() if flag in lift.flags]
    if valid.wrong_direction and LiftFlag.PRESSED_DOWN in lift.flags:
        why.append("wrong direction: pushed down before it was lifted")
    why += lost_reasons(lift.trial.start_s, lift.trial.stop_s, gaps, valid)
    peak = lift.metrics.gf_peak_n
    if peak is not None:
        why += force_reasons(peak, valid)
    held = _held_s(lift)
    if held is not None and held < valid.hold_s:
        why.append(f"held still for {held:.1f} s instead of {valid.hold_s:g} s")
    remarks = tuple(text for flag, text in _REMARKS.items() if flag in lift.flags)
    return Acceptance(tuple(dict.fromkeys(why)), remarks, _figures(lift))


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


def _held_s(lift: Lift) -> float | None:
    """Return how long the object was in the air, less the rise of 0.5 s that is no hold."""
    phases = lift.phases
    if phases.liftoff_s is None or phases.replace_s is None:
        return None
    return max(0.0, phases.replace_s - phases.liftoff_s - _RISE_S)


_RISE_S: Final = 0.5


def _figures(lift: Lift) -> dict[str, float]:
    names = ("preload_ms", "loading_ms", "gf_peak_n", "gf_static_n", "gf_lf_ratio", "xcorr_lag_ms")
    values = {name: getattr(lift.metrics, name) for name in names}
    return {name: round(value, 3) for name, value in values.items() if value is not None}
