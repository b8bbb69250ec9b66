"""Rules that raise a TTL output of the device when a force crosses a level.

A rule is ``grip > 5 N -> ttl0 5ms`` or ``load < 1 N + 120 ms -> ttl1 10ms``. It fires once for each
crossing, and again only after the force was beyond the level by ``REARM_N``. Forces are those of
the recording, neither zeroed nor filtered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gripforce.errors import UsageError
from gripforce.model import Unit

if TYPE_CHECKING:
    from gripforce.model import FloatArray, Samples

REARM_N: Final = 0.2
"""Beyond the noise of a force: a level that is only touched fires once."""
MOST_MS: Final = 60_000
EXAMPLE: Final = 'Write it like "grip > 5 N -> ttl0 5ms" or "load < 1 N + 120 ms -> ttl1 10ms".'
_RULE = re.compile(
    r"(?P<force>grip|load)\s*(?P<sign>[<>])\s*(?P<level>-?\d+(\.\d+)?)\s*N"
    r"(\s*\+\s*(?P<delay>\d+(\.\d+)?)\s*ms)?"
    r"\s*->\s*ttl(?P<line>\d{1,2})\s+(?P<width>\d+)\s*ms"
)


@dataclass(frozen=True, slots=True)
class TriggerRule:
    """When which output is raised, and for how long."""

    text: str
    is_grip: bool
    rises: bool
    level_n: float
    delay_s: float
    line: int
    pulse_ms: int


class Crossing(NamedTuple):
    """A force crossed a level at a time on the recording's axis."""

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
    return TriggerRule(
        found[0], found["force"] == "grip", found["sign"] == ">", float(found["level"]),
        delay_ms * 1e-3, int(found["line"]), pulse_ms,
    )  # fmt: skip


class TriggerWatch:
    """Finds the crossings of one rule in a stream of samples."""

    def __init__(self, rule: TriggerRule) -> None:
        self.rule = rule
        self._armed = False
        self._newest: dict[tuple[int, int], float] = {}

    def look(self, samples: Samples) -> Crossing | None:
        """Return the first crossing in a block, None without one; samples sent again are old."""
        if samples.backfilled or not len(samples):
            return None
        force = self._force(samples)
        if force is None:
            return None
        ahead = (force - self.rule.level_n) * (1.0 if self.rule.rises else -1.0)
        crossed: int | None = None
        for k, value in enumerate(ahead.tolist()):
            if self._armed and value > 0 and crossed is None:
                crossed, self._armed = k, False
            elif value < -REARM_N:
                self._armed = True
        if crossed is None:
            return None
        host_s = None if samples.host_s is None else float(samples.host_s[crossed])
        return Crossing(self.rule, float(samples.t[crossed]), host_s)

    def _force(self, samples: Samples) -> FloatArray | None:
        """Return the rule's force at the samples; other streams hold their newest value."""
        own = [
            k
            for k, channel in enumerate(samples.stream.channels)
            if (channel.kind.is_grip if self.rule.is_grip else channel.kind.is_load)
            and samples.scaling.units[k] is Unit.NEWTON
        ]
        if not own:
            return None
        total = samples.values[:, own].sum(axis=1)
        held = [v for (stream, _), v in self._newest.items() if stream != samples.stream.id]
        for k in own:
            self._newest[samples.stream.id, k] = float(samples.values[-1, k])
        count = len(own) + len(held)
        total = total + sum(held)
        return np.asarray(total / count if self.rule.is_grip else total)
