"""Which recordings there are, and whose: by their place in the folder, or by what they say.

``sub-P01/ses-2/sub-P01_ses-2_hand-left_task-lift.grip``: what a path names goes before what the
recording says of itself, because whoever sorted the files did so later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gripforce.errors import UsageError

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

_ENTITY: Final = re.compile(r"(sub|ses|hand)-([^_/\\.]+)")
_HANDS: Final = {"l": "left", "r": "right"}


@dataclass(frozen=True, slots=True, order=True)
class RecordingKey:
    """Person, session and hand; empty where nothing tells."""

    subject: str = ""
    session: str = ""
    hand: str = ""


def find_recordings(folder: str | os.PathLike[str]) -> list[Path]:
    """Return the ``.grip`` files in a folder and below it, in the order of their names."""
    root = Path(folder)
    if not root.is_dir():
        raise UsageError(f"{root} is no folder.", "Give the folder that the recordings are in.")
    found = sorted(path for path in root.rglob("*.grip") if path.is_file())
    if not found:
        raise UsageError(f"There is no .grip file in {root}, nor below it.")
    return found


def whose(name: str, metadata: Mapping[str, Any]) -> RecordingKey:
    """Return whose recording it is, from its path below the folder and from what it says.

    Without a session, the day on which it was recorded is one.

    >>> whose("sub-P01/ses-2/a.grip", {"hand": "left"})
    Whose(subject='P01', session='2', hand='left')
    """
    named = dict(_ENTITY.findall(name))
    day = str(metadata.get("utc") or "")[:10]
    hand = named.get("hand") or _said(metadata, "hand")
    return RecordingKey(
        subject=named.get("sub") or _said(metadata, "subject"),
        session=named.get("ses") or _said(metadata, "session") or day,
        hand=_HANDS.get(hand.lower(), hand),
    )


def contradiction(name: str, metadata: Mapping[str, Any]) -> str:
    """Return where a path and its recording disagree, in words; empty where they do not."""
    named = dict(_ENTITY.findall(name))
    pairs = (("sub", "subject"), ("ses", "session"), ("hand", "hand"))
    differ = [
        f"{key} {_said(metadata, key)!r}"
        for entity, key in pairs
        if entity in named and _said(metadata, key) not in {"", named[entity]}
    ]
    return f"says {', '.join(differ)} of itself; its path is believed" if differ else ""


def _said(metadata: Mapping[str, Any], key: str) -> str:
    value = metadata.get(key)
    return "" if value is None else str(value)
