"""The phases of one lift: contact, load onset, lift-off, hold, replacement, release.

Every phase is a time in seconds, or None with a flag that says why. Definitions:

- contact: grip force begins to rise from untouched (``onsets``), before it first reaches a
  quarter of what it is at lift-off;
- load onset: load force begins its rise from zero through to lift-off;
- lift-off: load force first reaches what is held (``attempts``), less 2 % so that a load that
  creeps up to the weight is not waited for; it stays near it for 20 ms, so an impact is none;
- hold: from 1.5 s after lift-off for at most 2 s, ending 0.2 s before replacement; in a
  shorter lift the middle half of the airborne time, flagged;
- replacement: load force last falls below 0.9 of what was held;
- release: grip force returns to untouched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.flags import LiftFlag
from gripforce.analysis.lift.attempts import AIRBORNE_UNTIL, was_lifted
from gripforce.analysis.signal.filters import runs
from gripforce.analysis.signal.onsets import (
    crossing_position,
    drawn_on_position,
    first_below,
    first_reaching,
    last_reaching,
    offset_position,
    onset_position,
)

if TYPE_CHECKING:
    from gripforce.analysis.lift.attempts import Attempt
    from gripforce.analysis.signal.prepared import PreparedSignals

_LIFTOFF_LEVEL = 0.98
_LINE_S = 0.03
_STARTS_BELOW = 0.5
_STAYS_S = 0.02
_STAYS_ABOVE = 0.8
_BEFORE_TOUCH_S = 2.0
_CONTACT_FRACTION = 0.25
_DOUBLE_TOUCH_S = 0.5
_PRESS_N = 0.1
_HOLD_AFTER_S = 1.5
_HOLD_LONGEST_S = 2.0
_HOLD_BEFORE_REPLACE_S = 0.2
_HOLD_SHORTEST_S = 0.5
_SHORT_LIFT_S = 0.2
_COLLAPSE_S = 0.04
_COLLAPSE_FROM = 0.8
_COLLAPSE_TO = 0.2
_FREE_FALL = 0.3
_FREE_FALL_S = 0.02
_MOTION_SIGMAS = 5.0
_EVENT_MARGIN_S = 0.01


@dataclass(frozen=True, slots=True)
class LiftPhases:
    """Times in seconds on the recording's axis; None where a phase cannot be told."""

    contact_s: float | None = None
    load_onset_s: float | None = None
    liftoff_s: float | None = None
    hold_start_s: float | None = None
    hold_end_s: float | None = None
    replace_s: float | None = None
    release_s: float | None = None
    weight_n: float | None = None
    """The load that was held [N]: the object's weight as this load cell shows it."""
    flags: frozenset[LiftFlag] = frozenset()


class _Search:
    """One attempt's search; positions are fractional grid indices."""

    def __init__(
        self, signals: PreparedSignals, attempt: Attempt, earliest: int, latest: int
    ) -> None:
        self.signals, self.attempt = signals, attempt
        self.earliest, self.latest = earliest, latest
        self.flags: set[LiftFlag] = set()

    def known(self, position: float | None) -> float | None:
        """Return the event's time, or None and a flag where samples are missing around it."""
        if position is None:
            return None
        margin = _EVENT_MARGIN_S * self.signals.rate_hz
        if position - margin < 0 or position + margin > len(self.signals.gf) - 1:
            self.flags.add(LiftFlag.CUT)
            return None
        if not self.signals.complete(position - margin, position + margin):
            self.flags.add(LiftFlag.GAP)
            return None
        return self.signals.time(position)


def find_phases(
    signals: PreparedSignals,
    attempt: Attempt,
    reference_n: float | None,
    earliest: int = 0,
    latest: int | None = None,
) -> LiftPhases:
    """Return the phases of one attempt; ``earliest`` and ``latest`` bound the search in indices."""
    search = _Search(signals, attempt, earliest, len(signals.gf) if latest is None else latest)
    weight = attempt.weight_n
    lifted = was_lifted(weight, reference_n)
    liftoff = _liftoff(search, weight) if lifted and weight is not None else None
    if liftoff is not None and _stands_still(signals, liftoff):
        liftoff = None
    if liftoff is None:
        search.flags.add(LiftFlag.NO_LOAD if weight is None else LiftFlag.NOT_LIFTED)
    contact = _contact(search, liftoff)
    load_onset = None if weight is None else _load_onset(search, liftoff)
    replace = None if liftoff is None or weight is None else _replace(search, liftoff, weight)
    release = _release(search, liftoff if replace is None else replace)
    _remark(search, contact, load_onset)
    hold = _hold(search, liftoff, replace)
    return LiftPhases(
        contact_s=search.known(contact),
        load_onset_s=search.known(load_onset),
        liftoff_s=search.known(liftoff),
        hold_start_s=None if hold is None else signals.time(hold[0]),
        hold_end_s=None if hold is None else signals.time(hold[1]),
        replace_s=search.known(replace),
        release_s=search.known(release),
        weight_n=weight if lifted else None,
        flags=frozenset(search.flags),
    )


def _liftoff(search: _Search, weight: float) -> float | None:
    load, stop = search.signals.lf_event, search.attempt.stop
    stays = max(1, search.signals.samples(_STAYS_S))
    index = first_reaching(load, _LIFTOFF_LEVEL * weight, search.attempt.start, stop)
    if index is not None and float(load[search.attempt.start : index + 1].min()) > (
        _STARTS_BELOW * weight
    ):
        search.flags.add(LiftFlag.STARTS_HELD)
        return None  # it was in the air when the record, or this attempt, began
    while index is not None:
        if float(load[index : index + stays].min()) >= _STAYS_ABOVE * weight:
            return drawn_on_position(
                load, weight, _LIFTOFF_LEVEL, index, search.signals.samples(_LINE_S)
            )
        index = first_reaching(load, _LIFTOFF_LEVEL * weight, index + stays, stop)
    return None


def _stands_still(signals: PreparedSignals, liftoff: float) -> bool:
    """Whether an accelerometer contradicts the lift: no motion from 0.1 s before to 0.5 s after."""
    force, (rest, noise) = signals.specific_force, signals.rest_motion
    if force is None or rest is None:
        return False
    a = max(0, int(liftoff) - signals.samples(0.1))
    b = int(liftoff) + signals.samples(0.5)
    if not signals.aligned.motion_valid[a:b].all():
        return False
    return float(np.abs(force[a:b] - rest).max()) < _MOTION_SIGMAS * noise


def _contact(search: _Search, liftoff: float | None) -> float | None:
    if search.attempt.follows_without_release:
        search.flags.add(LiftFlag.NOT_RELEASED)
        return None
    signals, attempt = search.signals, search.attempt
    grip = signals.gf_event
    before = attempt.stop if liftoff is None else min(int(liftoff) + 1, attempt.stop)
    level = _CONTACT_FRACTION * float(grip[attempt.start : before].max(initial=0.0))
    anchor = first_reaching(grip, level, attempt.start, before)
    start = max(search.earliest, attempt.start - signals.samples(_BEFORE_TOUCH_S))
    contact = (
        None
        if anchor is None
        else onset_position(grip, signals.gf_threshold, start, anchor, signals.rate_hz)
    )
    if contact is None:
        search.flags.add(LiftFlag.NOT_RELEASED if search.earliest else LiftFlag.STARTS_HELD)
    return contact


def _load_onset(search: _Search, liftoff: float | None) -> float | None:
    signals, attempt = search.signals, search.attempt
    load = signals.lf_event
    if liftoff is None:
        anchor = attempt.start + int(np.argmax(load[attempt.start : attempt.stop]))
    else:
        anchor = int(liftoff)
    start = max(search.earliest, attempt.start - signals.samples(_BEFORE_TOUCH_S))
    onset = onset_position(load, signals.lf_threshold, start, anchor, signals.rate_hz)
    if onset is None:
        search.flags.add(LiftFlag.NOT_RELEASED if search.earliest else LiftFlag.STARTS_HELD)
        return None
    # The rise cannot have begun before the load was lowest: it may start from below zero.
    floor = start + int(np.argmin(load[start : anchor + 1]))
    return max(onset, float(floor)) if load[floor] < 0 else onset


def _replace(search: _Search, liftoff: float, weight: float) -> float | None:
    signals, stop = search.signals, search.attempt.stop
    load = signals.lf_event
    held = np.flatnonzero(load[int(liftoff) : stop] >= AIRBORNE_UNTIL * weight)
    end = int(liftoff) + int(held[-1]) + 1
    if end >= len(load):
        search.flags.add(LiftFlag.ENDS_HELD)
        return None
    if _fell(search, int(liftoff)):
        search.flags.add(LiftFlag.DROPPED)
        return None
    if _ended_abruptly(search, int(liftoff), weight):
        search.flags.add(LiftFlag.ABRUPT_END)
    return crossing_position(load, AIRBORNE_UNTIL * weight, end)


def _fell(search: _Search, liftoff: int) -> bool:
    """Whether an accelerometer saw the object weightless for 20 ms."""
    signals = search.signals
    force, (rest, _) = signals.specific_force, signals.rest_motion
    if force is None or rest is None:
        return False
    after = force[liftoff : search.attempt.stop + signals.samples(0.2)]
    longest = max((b - a for a, b in runs(after < _FREE_FALL * rest)), default=0)
    return longest >= signals.samples(_FREE_FALL_S)


def _ended_abruptly(search: _Search, liftoff: int, weight: float) -> bool:
    """Whether load and grip went together in 40 ms: force alone cannot tell a drop from that."""
    signals, stop = search.signals, search.attempt.stop
    load, grip = signals.lf_event, signals.gf_event
    high = last_reaching(load, _COLLAPSE_FROM * weight, liftoff, stop)
    gone = first_below(load, _COLLAPSE_TO * weight, high, stop)
    quick = signals.samples(_COLLAPSE_S)
    if gone is None or gone - high > quick:
        return False
    return float(grip[min(gone + quick, len(grip) - 1)]) < _COLLAPSE_TO * float(grip[high])


def _release(search: _Search, anchor: float | None) -> float | None:
    signals, attempt = search.signals, search.attempt
    if attempt.precedes_without_release:
        search.flags.add(LiftFlag.NOT_RELEASED)
        return None
    grip = signals.gf_event
    if anchor is None:
        anchor = attempt.start + int(np.argmax(grip[attempt.start : attempt.stop]))
    stop = min(search.latest, attempt.stop + signals.samples(_BEFORE_TOUCH_S))
    release = offset_position(grip, signals.gf_threshold, int(anchor), stop, signals.rate_hz)
    if release is None:
        at_end = attempt.stop >= len(grip)
        search.flags.add(LiftFlag.ENDS_HELD if at_end else LiftFlag.NOT_RELEASED)
    return release


def _remark(search: _Search, contact: float | None, load_onset: float | None) -> None:
    """Add the flags that say how the grip and the pull began."""
    signals = search.signals
    if contact is not None and load_onset is not None and load_onset < contact:
        search.flags.add(LiftFlag.LOAD_FIRST)
    if contact is None:
        return
    before = max(search.earliest, int(contact) - signals.samples(_DOUBLE_TOUCH_S))
    touched = signals.gf_event[before : max(before, int(contact) - signals.samples(_STAYS_S))]
    if float(touched.max(initial=0.0)) > max(0.2, 4 * signals.gf_threshold):
        search.flags.add(LiftFlag.DOUBLE_TOUCH)
    end = int(contact if load_onset is None else max(contact, load_onset)) + 1
    pressed = float(signals.lf_event[int(contact) : end].min(initial=0.0))
    if pressed < -max(_PRESS_N, 2 * signals.lf_threshold):
        search.flags.add(LiftFlag.PRESSED_DOWN)


def _hold(
    search: _Search, liftoff: float | None, replace: float | None
) -> tuple[float, float] | None:
    if liftoff is None:
        return None
    signals = search.signals
    rate = signals.rate_hz
    end = replace if replace is not None else _last_held(search, liftoff)
    start = liftoff + _HOLD_AFTER_S * rate
    stop = min(start + _HOLD_LONGEST_S * rate, end - _HOLD_BEFORE_REPLACE_S * rate)
    if stop - start < _HOLD_LONGEST_S * rate - 1:
        search.flags.add(LiftFlag.SHORT_HOLD)
    if stop - start >= _HOLD_SHORTEST_S * rate:
        return start, stop
    airborne = end - liftoff
    if airborne < _SHORT_LIFT_S * rate:
        return None
    return liftoff + 0.25 * airborne, end - 0.25 * airborne


def _last_held(search: _Search, liftoff: float) -> float:
    """Return where a lift without replacement was last surely held."""
    weight = search.attempt.weight_n or 0.0
    load, stop = search.signals.lf_event, search.attempt.stop
    return float(last_reaching(load, AIRBORNE_UNTIL * weight, int(liftoff), stop))
