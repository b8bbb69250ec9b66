"""Detect the phases of one lift: contact, load onset, lift-off, hold, replacement, release.

Every phase is a time in seconds, or None with a flag that says why. Definitions, after
[JohanssonWestling1984]:

- contact: grip force begins to rise from its unloaded level (``onsets``), before it first reaches
  a quarter of its value at lift-off;
- load onset: load force begins its rise from zero through to lift-off;
- lift-off: load force first reaches 98 % of the supported weight (``attempts``); 2 % less, because
  some loads creep up to the weight. It stays near it for 20 ms, so an impact is no lift-off;
- hold: from 1.5 s after lift-off for at most 2 s, ending 0.2 s before replacement; in a
  shorter lift the middle half of the airborne time, flagged;
- replacement: load force last falls below 0.9 of the supported weight;
- release: grip force returns to its unloaded level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.lift.attempts import AIRBORNE_UNTIL, lifted_weight
from gripforce.analysis.lift.liftoff import LIFTOFF_LEVEL, STARTS_BELOW, liftoff_width
from gripforce.analysis.lift.motion import ended_abruptly, fell, stands_still
from gripforce.analysis.signal.onsets import (
    crossing_position,
    drawn_on_position,
    first_reaching,
    last_below,
    last_reaching,
    offset_position,
    onset_position,
)

if TYPE_CHECKING:
    from gripforce.analysis.lift.attempts import Attempt
    from gripforce.analysis.signal.prepared import PreparedSignals

_LINE_S = 0.03
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
_EVENT_MARGIN_S = 0.01


@dataclass(frozen=True, slots=True)
class LiftPhases:
    """Times in seconds on the recording's axis; None where a phase was not detected."""

    contact_s: float | None = None
    load_onset_s: float | None = None
    liftoff_s: float | None = None
    hold_start_s: float | None = None
    hold_end_s: float | None = None
    replace_s: float | None = None
    release_s: float | None = None
    weight_n: float | None = None
    """The supported load [N]: the object's weight as this load cell shows it."""
    liftoff_width_s: float | None = None
    """Time that the load took from 0.85 to 0.98 of the supported weight."""
    flags: frozenset[TrialFlag] = frozenset()

    @property
    def events(self) -> dict[str, float | None]:
        """The times by their columns in a table."""
        return {
            "t_contact_s": self.contact_s,
            "t_load_onset_s": self.load_onset_s,
            "t_liftoff_s": self.liftoff_s,
            "t_hold_start_s": self.hold_start_s,
            "t_hold_end_s": self.hold_end_s,
            "t_replace_s": self.replace_s,
            "t_release_s": self.release_s,
        }


class _Search:
    """The search in one attempt; positions are fractional grid indices.

    The steps below share it, and each adds the flags that explain what it did not find.
    """

    def __init__(
        self, signals: PreparedSignals, attempt: Attempt, earliest: int, latest: int
    ) -> None:
        self.signals, self.attempt = signals, attempt
        self.earliest, self.latest = earliest, latest
        self.weight_n = attempt.weight_n or 0.0
        self.flags: set[TrialFlag] = set()
        self.start = attempt.start if attempt.follows_without_release else self._loaded_from()

    def _loaded_from(self) -> int:
        """Return where the attempt begins: at the touch, or with a load that came before it."""
        begin, signals = self.attempt.start, self.signals
        first = max(self.earliest, begin - signals.samples(_BEFORE_TOUCH_S))
        below = last_below(signals.lf_event, signals.lf_threshold, first, begin + 1)
        return begin if below is None else min(below, begin)

    def known(self, position: float | None) -> float | None:
        """Return the event's time, or None and a flag where samples are missing around it."""
        if position is None:
            return None
        margin = _EVENT_MARGIN_S * self.signals.rate_hz
        if position - margin < 0 or position + margin > len(self.signals.gf) - 1:
            self.flags.add(TrialFlag.CUT)
            return None
        if not self.signals.complete(position - margin, position + margin):
            self.flags.add(TrialFlag.GAP)
            return None
        return self.signals.time(position)


def find_phases(
    signals: PreparedSignals,
    attempt: Attempt,
    reference_n: float | None,
    earliest: int = 0,
    latest: int | None = None,
) -> LiftPhases:
    """Detect the phases of one attempt.

    ``reference_n`` is the object's weight [N], None where it is not known. ``earliest`` and
    ``latest`` bound the search in grid indices: they belong to the neighbouring attempts.
    """
    search = _Search(signals, attempt, earliest, len(signals.gf) if latest is None else latest)
    weight_n = lifted_weight(signals, attempt, reference_n)
    search.weight_n = search.weight_n if weight_n is None else weight_n
    liftoff = None if weight_n is None else _liftoff(search)
    replace = hold = None
    if liftoff is None:
        nothing_pulled = attempt.weight_n is None
        search.flags.add(TrialFlag.NO_LOAD if nothing_pulled else TrialFlag.NOT_LIFTED)
    else:
        replace = _replace(search, liftoff)
        hold = _hold(search, liftoff, _last_held(search, liftoff) if replace is None else replace)
    contact = _contact(search, liftoff)
    load_onset = _load_onset(search, liftoff)
    release = _release(search, liftoff if replace is None else replace)
    _flag_beginning(search, contact, load_onset)
    return LiftPhases(
        contact_s=search.known(contact),
        load_onset_s=search.known(load_onset),
        liftoff_s=search.known(liftoff),
        hold_start_s=None if hold is None else signals.time(hold[0]),
        hold_end_s=None if hold is None else signals.time(hold[1]),
        replace_s=search.known(replace),
        release_s=search.known(release),
        weight_n=weight_n,
        liftoff_width_s=None if liftoff is None else _liftoff_width_s(search),
        flags=frozenset(search.flags),
    )


def _liftoff(search: _Search) -> float | None:
    """Return where the load first reaches the weight and stays there; None where it does not."""
    signals, weight, stop = search.signals, search.weight_n, search.attempt.stop
    load, stays = signals.lf_event, max(1, signals.samples(_STAYS_S))
    index = first_reaching(load, LIFTOFF_LEVEL * weight, search.start, stop)
    if index is not None and _starts_held(search, index):
        search.flags.add(TrialFlag.STARTS_HELD)
        return None
    while index is not None:
        if float(load[index : index + stays].min()) >= _STAYS_ABOVE * weight:
            line = signals.samples(_LINE_S)
            liftoff = drawn_on_position(load, weight, LIFTOFF_LEVEL, index, line)
            return None if stands_still(signals, liftoff) else liftoff
        index = first_reaching(load, LIFTOFF_LEVEL * weight, index + stays, stop)
    return None


def _liftoff_width_s(search: _Search) -> float | None:
    stop = search.attempt.stop
    width_s, crept = liftoff_width(search.signals, search.weight_n, search.start, stop)
    search.flags |= {TrialFlag.LIFTOFF_UNCLEAR} if crept else set()
    return width_s


def _starts_held(search: _Search, index: int) -> bool:
    """Whether the object was in the air when the record, or this attempt, began."""
    lowest = float(search.signals.lf_event[search.start : index + 1].min())
    return lowest > STARTS_BELOW * search.weight_n


def _contact(search: _Search, liftoff: float | None) -> float | None:
    if search.attempt.follows_without_release:
        search.flags.add(TrialFlag.NOT_RELEASED)
        return None
    signals, attempt = search.signals, search.attempt
    grip = signals.gf_event
    lifted = attempt.stop if liftoff is None else int(liftoff) + 1
    before = min(lifted, attempt.stop) if lifted > attempt.start + 1 else attempt.stop
    level = _CONTACT_FRACTION * float(grip[attempt.start : before].max(initial=0.0))
    anchor = first_reaching(grip, level, attempt.start, before)
    start = max(search.earliest, attempt.start - signals.samples(_BEFORE_TOUCH_S))
    contact = None
    if anchor is not None:
        contact = onset_position(grip, signals.gf_threshold, start, anchor, signals.rate_hz)
    if contact is None:
        search.flags.add(TrialFlag.NOT_RELEASED if search.earliest else TrialFlag.STARTS_HELD)
    return contact


def _load_onset(search: _Search, liftoff: float | None) -> float | None:
    signals, attempt = search.signals, search.attempt
    if attempt.weight_n is None:
        return None
    load = signals.lf_event
    if liftoff is None:
        anchor = attempt.start + int(np.argmax(load[attempt.start : attempt.stop]))
    else:
        anchor = int(liftoff)
    start = max(search.earliest, attempt.start - signals.samples(_BEFORE_TOUCH_S))
    onset = onset_position(load, signals.lf_threshold, start, anchor, signals.rate_hz)
    if onset is None:
        search.flags.add(TrialFlag.NOT_RELEASED if search.earliest else TrialFlag.STARTS_HELD)
        return None
    # The rise cannot have begun before the load was lowest: it may start from below zero.
    floor = start + int(np.argmin(load[start : anchor + 1]))
    return max(onset, float(floor)) if load[floor] < 0 else onset


def _replace(search: _Search, liftoff: float) -> float | None:
    signals, weight, stop = search.signals, search.weight_n, search.attempt.stop
    load = signals.lf_event
    held = np.flatnonzero(load[int(liftoff) : stop] >= AIRBORNE_UNTIL * weight)
    end = int(liftoff) + (int(held[-1]) + 1 if len(held) else 0)  # 0: it sank back at once
    if end >= len(load):
        search.flags.add(TrialFlag.ENDS_HELD)
        return None
    if fell(search.signals, int(liftoff), search.attempt.stop):
        search.flags.add(TrialFlag.DROPPED)
        return None
    if ended_abruptly(signals, weight, int(liftoff), stop):
        search.flags.add(TrialFlag.ABRUPT_END)
    return crossing_position(load, AIRBORNE_UNTIL * weight, end)


def _release(search: _Search, anchor: float | None) -> float | None:
    signals, attempt = search.signals, search.attempt
    if attempt.precedes_without_release:
        search.flags.add(TrialFlag.NOT_RELEASED)
        return None
    grip = signals.gf_event
    if anchor is None:
        anchor = attempt.start + int(np.argmax(grip[attempt.start : attempt.stop]))
    stop = min(search.latest, attempt.stop + signals.samples(_BEFORE_TOUCH_S))
    release = offset_position(grip, signals.gf_threshold, int(anchor), stop, signals.rate_hz)
    if release is None:
        at_end = attempt.stop >= len(grip)
        search.flags.add(TrialFlag.ENDS_HELD if at_end else TrialFlag.NOT_RELEASED)
    return release


def _flag_beginning(search: _Search, contact: float | None, load_onset: float | None) -> None:
    """Flag how grip and load began."""
    signals = search.signals
    if contact is not None and load_onset is not None and load_onset < contact:
        search.flags.add(TrialFlag.LOAD_FIRST)
    if contact is None:
        return
    before = max(search.earliest, int(contact) - signals.samples(_DOUBLE_TOUCH_S))
    touched = signals.gf_event[before : max(before, int(contact) - signals.samples(_STAYS_S))]
    if float(touched.max(initial=0.0)) > max(0.2, 4 * signals.gf_threshold):
        search.flags.add(TrialFlag.DOUBLE_TOUCH)
    end = int(contact if load_onset is None else max(contact, load_onset)) + 1
    pressed = float(signals.lf_event[int(contact) : end].min(initial=0.0))
    if pressed < -max(_PRESS_N, 2 * signals.lf_threshold):
        search.flags.add(TrialFlag.PRESSED_DOWN)


def _hold(search: _Search, liftoff: float, end: float) -> tuple[float, float] | None:
    """Return start and end of the hold; ``end`` is where the object was last held in the air."""
    rate = search.signals.rate_hz
    start = liftoff + _HOLD_AFTER_S * rate
    stop = min(start + _HOLD_LONGEST_S * rate, end - _HOLD_BEFORE_REPLACE_S * rate)
    if stop - start < _HOLD_LONGEST_S * rate - 1:
        search.flags.add(TrialFlag.SHORT_HOLD)
    if stop - start >= _HOLD_SHORTEST_S * rate:
        return start, stop
    airborne = end - liftoff
    if airborne < _SHORT_LIFT_S * rate:
        return None
    return liftoff + 0.25 * airborne, end - 0.25 * airborne


def _last_held(search: _Search, liftoff: float) -> float:
    """Return where a lift without replacement was last surely held."""
    load, stop = search.signals.lf_event, search.attempt.stop
    return float(last_reaching(load, AIRBORNE_UNTIL * search.weight_n, int(liftoff), stop))
