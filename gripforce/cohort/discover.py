"""Find recordings and identify person, session and hand, from the path or the metadata.

``sub-P01/ses-2/sub-P01_ses-2_hand-left_task-lift.grip``: the path takes precedence over the
recording's metadata, because files are sorted after they were recorded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gripforce.errors import UsageError
from gripforce.model.local_time import local_begin
from gripforce.model.whose import hand_of, person_of

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

_ENTITY: Final = re.compile(r"(sub|ses|hand)-([^_/\\.]+)")
_LITTER: Final = frozenset(
    {"__macosx", "$recycle.bin", "system volume information", "@eadir", "#recycle", "lost+found",
     "#snapshot", "thumbs.db"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class RecordingKey:
    """Person, session and hand; empty where unknown."""

    subject: str = ""
    session: str = ""
    hand: str = ""


def find_recordings(folder: str | os.PathLike[str]) -> list[Path]:
    """Return the ``.grip`` files in a folder and below it, in the order of their names."""
    root = Path(folder)
    if not root.is_dir():
        raise UsageError(
            f"{root} is not a folder.", "Give the folder that contains the recordings."
        )
    found = sorted(
        path
        for path in root.rglob("*.grip")
        if path.is_file() and not _is_litter(path.relative_to(root).parts)
    )
    if not found:
        raise UsageError(f"There is no .grip file in {root} or its subfolders.")
    return found


def _is_litter(parts: tuple[str, ...]) -> bool:
    """Whether a path is hidden, or in a folder that a system keeps for itself."""
    return any(part.startswith((".", "~")) or part.lower() in _LITTER for part in parts)


def moment(utc: str) -> datetime | None:
    """Return when a recording began; None where it does not say."""
    try:
        found = datetime.fromisoformat(utc)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def day_of(utc: str) -> str:
    """Return the date of a time on its own clock."""
    return utc[:10]


def whose(name: str, metadata: Mapping[str, Any]) -> RecordingKey:
    """Identify a recording by its path below the folder and its metadata.

    Without a session ID, the local date of the recording is used.

    >>> whose("sub-P01/ses-2/a.grip", {"hand": "left"})
    RecordingKey(subject='P01', session='2', hand='left')
    """
    named = dict(_ENTITY.findall(name))
    day = day_of(local_begin(metadata))
    return RecordingKey(
        subject=named.get("sub") or person_of(metadata),
        session=named.get("ses") or _text(metadata, "session") or day,
        hand=hand_of({"hand": named["hand"]} if "hand" in named else metadata),
    )


def contradiction(name: str, metadata: Mapping[str, Any]) -> str:
    """Return how a path and its recording's metadata disagree; empty where they agree."""
    named = dict(_ENTITY.findall(name))
    pairs = (("sub", "subject"), ("ses", "session"), ("hand", "hand"))
    differ = [
        f"{key} {_text(metadata, key)!r}"
        for entity, key in pairs
        if entity in named and _text(metadata, key) not in {"", named[entity]}
    ]
    return f"its metadata say {', '.join(differ)}; its path takes precedence" if differ else ""


def _text(metadata: Mapping[str, Any], key: str) -> str:
    value = metadata.get(key)
    return "" if value is None else str(value)
