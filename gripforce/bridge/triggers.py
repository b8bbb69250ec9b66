"""Rules that raise a TTL output of the device at an event, or when a force crosses a level.

A rule is ``load_onset -> ttl0 5ms``, ``lift_off + 120 ms -> ttl1 10ms`` or ``grip > 5 N -> ttl0
5ms``. Events are those of the analysis (``online.events``). A level fires once for each crossing,
and again only after the force was beyond it by ``REARM_N``; its forces are those of the recording,
neither zeroed nor filtered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gripforce.errors import UsageError
from gripforce.model import Samples, Unit
from gripforce.model.forces import NewestForces, grip_force, load_force
from gripforce.online.events import EVENTS, EventWatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model import FloatArray, Kind, StreamItem

REARM_N: Final = 0.2
"""Beyond the noise of a force: a level that is only touched fires once."""
MOST_MS: Final = 60_000
EXAMPLE: Final = (
    'Write it like "lift_off + 120 ms -> ttl0 5ms" or "grip > 5 N -> ttl1 10ms"; '
    f"events are {', '.join(EVENTS)}."
)
_RULE = re.compile(
    rf"((?P<event>{'|'.join(EVENTS)})"
    r"|(?P<force>grip|load)\s*(?P<sign>[<>])\s*(?P<level>-?\d+(\.\d+)?)\s*N)"
    r"(\s*\+\s*(?P<delay>\d+(\.\d+)?)\s*ms)?"
    r"\s*->\s*ttl(?P<line>\d{1,2})\s+(?P<width>\d+)\s*ms"
)


@dataclass(frozen=True, slots=True)
class ForceLevel:
    """A force that rises or falls through a level."""

    is_grip: bool
    rises: bool
    level_n: float

    def counts(self, kind: Kind) -> bool:
        """Whether a channel of this kind is part of the force."""
        return kind.is_grip if self.is_grip else kind.is_load


@dataclass(frozen=True, slots=True)
class TriggerRule:
    """When which output is raised, and for how long."""

    text: str
    when: ForceLevel | str
    """A level, or the name of an event."""
    delay_s: float
    line: int
    pulse_ms: int

    @property
    def kind(self) -> str:
        """Kind of the marker that says when the rule fired."""
        return "crossing" if isinstance(self.when, ForceLevel) else "event"


class RuleFired(NamedTuple):
    """A rule's event or crossing, at a time on the recording's axis and of the host [s]."""

    rule: TriggerRule
    t: float
    host_s: float | None


def parse_rule(text: str) -> TriggerRule:
    """Parse a rule; raises ``UsageError`` where it is none."""
    found = _RULE.fullmatch(" ".join(text.split()))
    if found is None:
        raise UsageError(f"'{text}' is no trigger.", EXAMPLE)
    delay_ms, pulse_ms = float(found["delay"] or 0.0), int(found["width"])
    if not 0 < pulse_ms <= MOST_MS or delay_ms > MOST_MS:
        raise UsageError(f"'{text}' has an impossible time.", f"Give 1 to {MOST_MS} ms.")
    level = ForceLevel(found["force"] == "grip", found["sign"] == ">", float(found["level"] or 0.0))
    return TriggerRule(
        found[0], found["event"] or level, delay_ms * 1e-3, int(found["line"]), pulse_ms
    )


class Triggers:
    """Follows a stream and says when each of the rules fires."""

    def __init__(self, rules: Sequence[TriggerRule]) -> None:
        self._levels = [LevelWatch(r, r.when) for r in rules if isinstance(r.when, ForceLevel)]
        self._by_event = {name: [r for r in rules if r.when == name] for name in EVENTS}
        names = [name for name, own in self._by_event.items() if own]
        self._events = EventWatch(names) if names else None

    @property
    def refusal(self) -> str:
        """Why events cannot be detected in this stream, as a sentence."""
        return self._events.refusal if self._events is not None else ""

    def feed(self, item: StreamItem) -> list[RuleFired]:
        """Process one item; return what fired."""
        fired = []
        if isinstance(item, Samples):
            looked = (watch.look(item) for watch in self._levels)
            fired = [found for found in looked if found is not None]
        events = self._events.feed(item) if self._events is not None else []
        for event in events:
            host_s = _host_s(item, event.t)
            fired += [RuleFired(rule, event.t, host_s) for rule in self._by_event[event.name]]
        return fired


def _host_s(item: StreamItem, t: float) -> float | None:
    """Return the host's time of an event by that of the block that showed it."""
    if not isinstance(item, Samples) or item.host_s is None:
        return None
    return float(item.host_s[-1]) - (item.last_t - t)


class LevelForce:
    """The force of a level in a stream of samples."""

    def __init__(self, level: ForceLevel) -> None:
        self._level = level
        self._newest = NewestForces()

    def of(self, samples: Samples) -> FloatArray | None:
        """Return the force [N] at the samples; other streams hold their newest value."""
        own = [
            samples.values[:, k]
            for k, channel in enumerate(samples.stream.channels)
            if self._level.counts(channel.kind) and samples.scaling.units[k] is Unit.NEWTON
        ]
        self._newest.add(samples)
        if not own:
            return None
        is_grip = self._level.is_grip
        others = self._newest.of_others(samples.stream.id, grip=is_grip)
        digits = [*own, *(np.full(len(samples), value) for value in others)]
        return grip_force(digits) if is_grip else load_force(digits)


class LevelWatch:
    """Finds the crossings of one rule's level in a stream of samples."""

    def __init__(self, rule: TriggerRule, level: ForceLevel) -> None:
        self._rule, self._level = rule, level
        self._force = LevelForce(level)
        self._armed = False

    def look(self, samples: Samples) -> RuleFired | None:
        """Return the first crossing in a block, None without one; samples sent again are old."""
        if samples.backfilled or not len(samples):
            return None
        force = self._force.of(samples)
        if force is None:
            return None
        ahead = (force - self._level.level_n) * (1.0 if self._level.rises else -1.0)
        crossed: int | None = None
        for k, value in enumerate(ahead.tolist()):
            if self._armed and value > 0 and crossed is None:
                crossed, self._armed = k, False
            elif value < -REARM_N:
                self._armed = True
        if crossed is None:
            return None
        host_s = None if samples.host_s is None else float(samples.host_s[crossed])
        return RuleFired(self._rule, float(samples.t[crossed]), host_s)
