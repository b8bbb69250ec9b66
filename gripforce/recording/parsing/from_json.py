"""Parse stream items from JSON records; records that are not valid are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from gripforce.model import Corrupt, Ended, EndReason, Gap, Health, Marker, Segment
from gripforce.model.counters import WRAP
from gripforce.recording.parsing.raw_records import MOST_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gripforce.recording.parsing.raw_records import Contents
    from gripforce.recording.records import Record

T = TypeVar("T")

MOST_SEGMENT = 0xFFFF
MOST_COUNTER = 1 << 40
"""Samples of a stream: more than ten years at 3 kHz."""
MOST_FRAMES = 1 << 17
"""Corrupt frames that one record can count, and a file's reader tells apart."""


def built(contents: Contents, kind: Record, build: Callable[[Mapping[str, Any]], T]) -> list[T]:
    """Return the items of the valid records of one kind, in their order."""
    items = (attempt(build, entry.content) for entry in contents.of_kind(kind))
    return [item for item in items if item is not None]


def attempt(build: Callable[[Mapping[str, Any]], T], content: Mapping[str, Any]) -> T | None:
    """Return the item that ``build`` makes, or None where a field is missing or not valid."""
    try:
        return build(content)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def parse_segment(content: Mapping[str, Any]) -> Segment:
    """Parse a segment."""
    return Segment(
        _whole(content["index"], MOST_SEGMENT), _whole(content["origin_us"], WRAP - 1),
        _seconds(content["t"]),
    )  # fmt: skip


def parse_gap(content: Mapping[str, Any]) -> Gap:
    """Parse a gap that was given up."""
    return Gap(
        stream=str(content["stream"]),
        t=_seconds(content["t"]),
        first=_whole(content["first"], MOST_COUNTER),
        lost=_whole(content["lost"], MOST_COUNTER),
        segment=_whole(content.get("segment", 0), MOST_SEGMENT),
    )


def parse_marker(content: Mapping[str, Any]) -> Marker:
    """Parse a marker."""
    host_s = content.get("host_s")
    return Marker(
        _seconds(content["t"]),
        str(content["kind"]),
        str(content.get("text", "")),
        None if host_s is None else _seconds(host_s),
    )


def parse_corrupt(content: Mapping[str, Any]) -> Corrupt:
    """Parse a count of corrupt frames."""
    return Corrupt(_seconds(content["arrival_s"]), _whole(content["frames"], MOST_FRAMES))


def parse_health(content: Mapping[str, Any]) -> Health:
    """Parse a device status with the clock fit of that moment."""
    battery_v = content.get("battery_v")
    return Health(
        t=_seconds(content["t"]),
        taken=_counts(content["taken"]),
        buffered=_counts(content["buffered"]),
        overflows=int(content["overflows"]),
        adc_errors=int(content["adc_errors"]),
        flags=int(content.get("flags", 0)),
        battery_v=None if battery_v is None else float(battery_v),
        resets=int(content.get("resets", 0)),
        host_s=_seconds(content.get("host_s", 0.0)),
        skew_ppm=_seconds(content.get("skew_ppm", 0.0)),
        clock_residual_s=_seconds(content.get("clock_residual_s", 0.0)),
        clock_uncertainty_s=_seconds(content.get("clock_uncertainty_s", 0.0)),
    )


def parse_ended(content: Mapping[str, Any]) -> Ended:
    """Parse an end record."""
    reconciled = content.get("reconciled")
    return Ended(
        EndReason(content["reason"]),
        None if reconciled is None else bool(reconciled),
        str(content.get("text", "")),
    )


def _whole(value: object, most: int) -> int:
    """Return a whole number from 0 to ``most``; ``ValueError`` for any other."""
    if not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError(f"{value!r} is out of range")
    return int(value)


def _seconds(value: Any) -> float:
    """Return a finite number that a time can be; ``ValueError`` for any other."""
    number = float(value)
    if not abs(number) < MOST_SECONDS:
        raise ValueError(f"{number} is out of range")
    return number


def _counts(content: Mapping[str, Any]) -> dict[str, int]:
    return {str(name): int(count) for name, count in content.items()}
