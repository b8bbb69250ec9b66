"""What a recording says of its trials: one word each, in its metadata or by markers.

Metadata: one word for all, a list with a word a trial, or a list of ``[seconds, word]``. Markers:
a text ``key=word``. What has a time holds from then on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model import Recording


def labels_per_trial(
    recording: Recording, times: Sequence[float], *, metadata: str, marker: str
) -> list[str | None]:
    """Return the word that holds at each trial's time; None where none does."""
    told = recording.metadata.get(metadata)
    if isinstance(told, str):
        return [told] * len(times)
    changes = _timed(told)
    if changes is None and isinstance(told, list | tuple) and len(told) == len(times):
        return [str(word) for word in told]
    if changes is None:
        mark = f"{marker}="
        found = (m for m in recording.markers if m.text.startswith(mark))
        changes = [(m.t, m.text.removeprefix(mark)) for m in found]
    before = ([word for t, word in changes if t <= at_s] for at_s in times)
    return [words[-1] if words else None for words in before]


def _timed(told: Any) -> list[tuple[float, str]] | None:
    """Return ``[seconds, word]`` pairs in order; None where it is no list of them."""
    if not isinstance(told, list | tuple) or not told:
        return None
    changes = []
    for item in told:
        match item:
            case [int() | float() as t, str() as word]:
                changes.append((float(t), word))
            case _:
                return None
    return sorted(changes)
