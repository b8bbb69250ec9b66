"""Let the device itself raise an output when a force crosses a level: rules as its ``watch``.

Strategy: the device compares sums of raw counts, so the level is put into counts by the zeros and
gains of the calibration. That is exact for one cell without cross-talk; cells of unlike gain are
added as if they had their mean gain, and ``uncertain_pct`` says how far that may be off. A watch
fires once, so it is armed again when the force is back on the other side of the level.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gripforce.bridge.triggers import REARM_N, ForceLevel, LevelForce, parse_rule
from gripforce.errors import UsageError
from gripforce.model import Marker, Samples, Segment, Started, Unit
from gripforce.wire.commands import Watch

if TYPE_CHECKING:
    from gripforce.model import Scaling, StreamInfo, StreamItem

_MOST_COUNTS = 1 << 31


class DeviceWatch:
    """Follows a stream and says when to send which command: ``grip > 5 N -> ttl0 5ms``.

    Raises ``UsageError`` for a rule that the device cannot follow: an event, or a delay.
    """

    def __init__(self, text: str) -> None:
        self.rule = parse_rule(text)
        if not isinstance(self.rule.when, ForceLevel) or self.rule.delay_s:
            raise UsageError(
                f"The device cannot watch for '{text}'.",
                'It knows levels without a delay, such as "grip > 5 N -> ttl0 5ms".',
            )
        self._level, self._force = self.rule.when, LevelForce(self.rule.when)
        self.uncertain_pct = 0.0
        """How far the level may be off because the cells' gains differ, percent of the level."""
        self._started: Started | None = None
        self._command: Watch | None = None
        self._armed = False
        self._again_t = -float("inf")

    def feed(self, item: StreamItem) -> Watch | None:
        """Process one item; return the command to be sent now, None without one.

        Raises ``UsageError`` where the forces are not calibrated, or not all in one stream.
        """
        match item:
            case Started():
                self._command = self._of(item)
                self._armed = False
            case Segment():
                self._armed = False  # the device has restarted, and forgotten it
            case Marker(kind="watch"):
                self._armed, self._again_t = False, item.t + self.rule.pulse_ms * 1e-3
            case Samples() if self._command is not None and not item.backfilled:
                if not self._armed and self._is_back(item):
                    self._armed = True
                    return self._command
        return None

    def _is_back(self, samples: Samples) -> bool:
        """Whether the force is beyond the level again, and the last pulse is over."""
        force = self._force.of(samples)
        if force is None or not len(force) or samples.last_t < self._again_t:
            return False
        ahead = float(force[-1]) - self._level.level_n
        return (ahead if self._level.rises else -ahead) < -REARM_N

    def _of(self, started: Started) -> Watch:
        """Return the command for a device and its calibration."""
        found = {
            stream: own
            for stream in started.device.streams
            if (own := [k for k, c in enumerate(stream.channels) if self._level.counts(c.kind)])
        }
        if len(found) != 1:
            raise UsageError("The device can watch the cells of one converter, and no others.")
        [(stream, own)] = found.items()
        return self._in_counts(stream, own, started.scalings[stream.id])

    def _in_counts(self, stream: StreamInfo, own: list[int], scaling: Scaling) -> Watch:
        """Return the command, with the level as a sum of raw counts."""
        if any(scaling.units[k] is not Unit.NEWTON for k in own):
            raise UsageError(
                "The device cannot watch forces that are not calibrated.",
                "Calibrate it: gripforce calibrate SOURCE.",
            )
        gains = np.diag(scaling.matrix)[own]
        if not (np.all(gains > 0) or np.all(gains < 0)):
            raise UsageError("The device cannot watch cells of opposite sign together.")
        mean = float(gains.mean())
        self.uncertain_pct = 100 * float(np.abs(gains / mean - 1).max())
        digits = len(own) if self._level.is_grip else 1
        level = self._level.level_n * digits / mean + float(np.sum(scaling.zero_counts[own]))
        if not abs(level) < _MOST_COUNTS:
            raise UsageError(f"{self._level.level_n:g} N are beyond what the device can measure.")
        channels = sum(1 << k for k in own)
        return Watch(
            stream.id, channels, 0, self._level.rises == (mean > 0), round(level),
            self.rule.line, self.rule.pulse_ms,
        )  # fmt: skip
