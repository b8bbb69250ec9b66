"""What a recording's metadata and markers say of its trials and of its object.

Labels of trials in metadata: one word for all, a list with a word a trial, or a list of
``[seconds, word]``. In markers: a text ``key=word``. A label with a time holds from then on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.errors import UsageError

PREPARING: Final = "preparing"
"""Marker of what precedes a lift, at its beginning; ``prepared`` is that at its end."""
_PREPARATION: Final = re.compile(r"prepar(ing|ed)=")

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.model import Recording


def positive_number(metadata: Mapping[str, Any], key: str) -> float | None:
    """Return a number above zero from a recording's metadata, None where it is not given."""
    value = metadata.get(key)
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number) or number <= 0:
        raise UsageError(f"The recording says {key} = {value!r}.", "Give a number above 0.")
    return number


def is_shown(recording: Recording, start_s: float) -> bool:
    """Whether a lift that began at a time [s] was shown to a participant who watched.

    A session marks ``preparing=watch`` when watching begins, and ``prepared=watch`` when it ends.
    """
    marks = [m.text for m in recording.markers if m.t <= start_s and _PREPARATION.match(m.text)]
    return bool(marks) and marks[-1] == f"{PREPARING}=watch"


def labels_per_trial(
    recording: Recording, times: Sequence[float], *, metadata: str, marker: str
) -> list[str | None]:
    """Return the word that holds at each trial's time; None where none does."""
    given = recording.metadata.get(metadata)
    if isinstance(given, str):
        return [given] * len(times)
    changes = _timed(given)
    if changes is None and isinstance(given, list | tuple) and len(given) == len(times):
        return [str(word) for word in given]
    if changes is None:
        mark = f"{marker}="
        found = (m for m in recording.markers if m.text.startswith(mark))
        changes = [(m.t, m.text.removeprefix(mark)) for m in found]
    before = ([word for t, word in changes if t <= at_s] for at_s in times)
    return [words[-1] if words else None for words in before]


def _timed(given: Any) -> list[tuple[float, str]] | None:
    """Return ``[seconds, word]`` pairs in order; None where it is no list of them."""
    if not isinstance(given, list | tuple) or not given:
        return None
    changes = []
    for item in given:
        match item:
            case [int() | float() as t, str() as word]:
                changes.append((float(t), word))
            case _:
                return None
    return sorted(changes)
