"""Watch the rate of a running stream, so that a wrong one is said while it can be mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gripforce.model import Counted, Samples

if TYPE_CHECKING:
    from gripforce.model import StreamInfo, StreamItem

WINDOW_S: Final = 1.0
OFF: Final = 0.05
"""Largest deviation from the announced rate, as a share."""
FREE_RUNNING_OFF: Final = 0.12
"""The same for a converter on an RC oscillator of its own, such as an HX711."""
ADVICE: Final = "Check the converter and its plug; forces may be wrong by its gain."


def allowed_deviation(stream: StreamInfo) -> float:
    """Return how far a stream's rate may be from the announced one, as a share."""
    return FREE_RUNNING_OFF if len(stream.channels) == 1 else OFF


class RateWatch:
    """Compare each second of each stream with the rate that the device announced.

    The rate is that of the device's own clock; a window with a lost sample does not count.
    """

    def __init__(self) -> None:
        self._begun: dict[str, tuple[int, float, int]] = {}
        self._said: set[str] = set()
        self.wrong: dict[str, tuple[float, float]] = {}
        """Measured and announced rate [Hz] of each stream whose last second was wrong."""

    def add(self, item: StreamItem) -> str | None:
        """Take in an item; return a sentence when a rate is wrong, once for each stream."""
        match item:
            case Counted() | Samples(backfilled=False) if len(item):
                return self._add(item.stream, item.first, len(item), item.first_t)
        return None

    def _add(self, stream: StreamInfo, first: int, n: int, t: float) -> str | None:
        name = stream.name
        begin, begin_t, expected = self._begun.get(name, (first, t, first))
        self._begun[name] = (begin, begin_t, first + n)
        if first != expected or t < begin_t:
            self._begun[name] = (first, t, first + n)
            return None
        if t - begin_t < WINDOW_S:
            return None
        self._begun[name] = (first, t, first + n)
        rate_hz = (first - begin) / (t - begin_t)
        self.wrong.pop(name, None)
        if abs(rate_hz / stream.rate_hz - 1) <= allowed_deviation(stream):
            return None
        self.wrong[name] = (rate_hz, stream.rate_hz)
        if name in self._said:
            return None
        self._said.add(name)
        return (
            f"{name} runs at {rate_hz:.1f} samples a second instead of {stream.rate_hz:g} "
            f"at {max(begin_t, 0):.1f} s. {ADVICE}"
        )
