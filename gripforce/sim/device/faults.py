"""What is to go wrong, as the text of a URL or option says it: ``drop=0.02,no_resend``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields
from typing import Any, Final, NamedTuple, Self

from gripforce.errors import UsageError


class Window(NamedTuple):
    """A span of the run, in seconds since the first ``start``."""

    start_s: float
    duration_s: float

    def end_if_inside(self, at_s: float) -> float | None:
        """Return when it ends, if it covers ``at_s``."""
        end = self.start_s + self.duration_s
        return end if self.start_s <= at_s < end else None


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """Probabilities are per frame that leaves the device; times count from the first ``start``."""

    drop: float = 0.0
    corrupt: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    drop_host: float = 0.0
    """Probability that a frame from the host does not reach the device."""
    stall_s: tuple[Window, ...] = ()
    """The device cannot send; what does not fit in its ring is lost to overflow."""
    link_loss: tuple[Window, ...] = ()
    """The device sends and nothing arrives, in either direction."""
    burst_ms: float = 0.0
    """Bytes leave only at multiples of this, as over USB or BLE."""
    reset_at_s: tuple[float, ...] = ()
    saturate: float | None = None
    """Newtons at which the force channels reach full scale."""
    capacity: float | None = None
    """Newtons that the device says its grip cells can bear."""
    skew_ppm: float = 0.0
    """How much faster than true time the device's clock runs."""
    no_resend: bool = False
    """A board without the memory to send blocks again."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a comma list; ``UsageError`` names the item that cannot be."""
        plan: dict[str, Any] = {}
        for item in filter(None, (part.strip() for part in text.split(","))):
            key, _, value = item.partition("=")
            if key not in _READERS:
                known = ", ".join(_READERS)
                raise UsageError(f"There is no fault called {key!r}.", hint=f"Known: {known}.")
            read = _READERS[key](key, value)
            plan[key] = plan.get(key, ()) + read if isinstance(read, tuple) else read
        return cls(**plan)

    def __str__(self) -> str:
        return ",".join(_item(f.name, getattr(self, f.name)) for f in self._changed())

    def _changed(self) -> list[Any]:
        return [f for f in fields(self) if getattr(self, f.name) != f.default]


DEFAULT_WINDOW_START_S: Final = 5.0
"""Where a stall or a link loss begins when only its duration is given."""

_MAX_SKEW_PPM: Final = 10_000.0


def _item(key: str, value: object) -> str:
    match value:
        case True:
            return key
        case tuple():
            spans = (
                "+".join(map(_short, v)) if isinstance(v, Window) else _short(v) for v in value
            )
            return ",".join(f"{key}={span}" for span in spans)
        case _:
            return f"{key}={value}"


def _short(value: float) -> str:
    return f"{value:g}"


def _refuse(key: str, value: str, wanted: str) -> UsageError:
    return UsageError(f"The fault {key}={value} cannot be.", hint=f"Give {wanted}.")


def _number(key: str, value: str, low: float, high: float, wanted: str) -> float:
    try:
        number = float(value)
    except ValueError:
        raise _refuse(key, value, wanted) from None
    if not (math.isfinite(number) and low <= number <= high):
        raise _refuse(key, value, wanted)
    return number


def _probability(key: str, value: str) -> float:
    return _number(key, value, 0.0, 1.0, "a probability from 0 to 1")


def _positive(key: str, value: str) -> float:
    return _number(key, value, 1e-6, math.inf, "a number above 0")


def _skew(key: str, value: str) -> float:
    limits = f"parts per million from -{_MAX_SKEW_PPM:g} to {_MAX_SKEW_PPM:g}"
    return _number(key, value, -_MAX_SKEW_PPM, _MAX_SKEW_PPM, limits)


def _times(key: str, value: str) -> tuple[float, ...]:
    return (_number(key, value, 0.0, math.inf, "seconds since start"),)


def _windows(key: str, value: str) -> tuple[Window, ...]:
    """Read ``start+duration`` or ``duration``; a URL's decoder turns ``+`` into a space."""
    wanted = f"{key}=start+duration in seconds, or the duration alone"
    parts = re.split(r"\s*[+ ]\s*", value.strip())
    numbers = [_number(key, part, 0.0, math.inf, wanted) for part in parts]
    match numbers:
        case [duration]:
            return (Window(DEFAULT_WINDOW_START_S, duration),)
        case [start, duration]:
            return (Window(start, duration),)
        case _:
            raise _refuse(key, value, wanted)


def _bare(key: str, value: str) -> bool:
    if value:
        raise _refuse(key, value, f"{key} alone")
    return True


_READERS: Final = {
    "drop": _probability,
    "corrupt": _probability,
    "duplicate": _probability,
    "reorder": _probability,
    "drop_host": _probability,
    "stall_s": _windows,
    "link_loss": _windows,
    "burst_ms": _positive,
    "reset_at_s": _times,
    "saturate": _positive,
    "capacity": _positive,
    "skew_ppm": _skew,
    "no_resend": _bare,
}
