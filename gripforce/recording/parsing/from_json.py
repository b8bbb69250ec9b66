"""Parse stream items from JSON records; records that are not valid are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from gripforce.model import Corrupt, Ended, EndReason, Gap, Health, Marker, Segment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gripforce.recording.parsing.raw_records import Contents
    from gripforce.recording.records import Record

T = TypeVar("T")


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
    return Segment(int(content["index"]), int(content["origin_us"]), float(content["t"]))


def parse_gap(content: Mapping[str, Any]) -> Gap:
    """Parse a gap that was given up."""
    return Gap(
        stream=str(content["stream"]),
        t=float(content["t"]),
        first=int(content["first"]),
        lost=int(content["lost"]),
        segment=int(content.get("segment", 0)),
    )


def parse_marker(content: Mapping[str, Any]) -> Marker:
    """Parse a marker."""
    return Marker(float(content["t"]), str(content["kind"]), str(content.get("text", "")))


def parse_corrupt(content: Mapping[str, Any]) -> Corrupt:
    """Parse a count of corrupt frames."""
    return Corrupt(float(content["arrival_s"]), int(content["frames"]))


def parse_health(content: Mapping[str, Any]) -> Health:
    """Parse a device status with the clock fit of that moment."""
    battery_v = content.get("battery_v")
    return Health(
        t=float(content["t"]),
        taken=_counts(content["taken"]),
        buffered=_counts(content["buffered"]),
        overflows=int(content["overflows"]),
        adc_errors=int(content["adc_errors"]),
        flags=int(content.get("flags", 0)),
        battery_v=None if battery_v is None else float(battery_v),
        resets=int(content.get("resets", 0)),
        host_s=float(content.get("host_s", 0.0)),
        skew_ppm=float(content.get("skew_ppm", 0.0)),
        clock_residual_s=float(content.get("clock_residual_s", 0.0)),
    )


def parse_ended(content: Mapping[str, Any]) -> Ended:
    """Parse an end record."""
    reconciled = content.get("reconciled")
    return Ended(
        EndReason(content["reason"]),
        None if reconciled is None else bool(reconciled),
        str(content.get("text", "")),
    )


def _counts(content: Mapping[str, Any]) -> dict[str, int]:
    return {str(name): int(count) for name, count in content.items()}
