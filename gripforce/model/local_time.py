"""The time of a recording on the clock of the place where it was made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

OFFSET_KEY: Final = "utc_offset_min"
"""Metadata key of the minutes by which the local clock is ahead of UTC."""
_MOST_MIN = 24 * 60


def local_begin(metadata: Mapping[str, Any]) -> str:
    """Return when a recording began, ISO 8601 with the offset of the place; "" if not stated.

    Without a possible offset in ``metadata``, its ``utc`` is returned as it is.

    >>> local_begin({"utc": "2026-11-27T23:30:00+00:00", "utc_offset_min": 60})
    '2026-11-28T00:30:00+01:00'
    """
    utc, offset = str(metadata.get("utc") or ""), metadata.get(OFFSET_KEY)
    if not isinstance(offset, int | float) or not abs(offset) < _MOST_MIN:
        return utc
    try:
        begun = datetime.fromisoformat(utc)
        begun = begun if begun.tzinfo else begun.replace(tzinfo=UTC)
        return begun.astimezone(timezone(timedelta(minutes=int(offset)))).isoformat()
    except (ValueError, OverflowError):
        return utc
