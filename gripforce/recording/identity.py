"""Recognise a recording that is there twice: a copy, a cut copy, a link to the same file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gripforce.model import Recording

Fingerprint: TypeAlias = tuple[str, ...]
"""Digests of a recording's first 500, 1000, 2000, … samples."""
T = TypeVar("T")
_FEWEST = 500


def fingerprint(recording: Recording) -> Fingerprint:
    """Return digests of device, start time and the counts of ever more samples."""
    begun = f"{recording.device.uid}|{recording.metadata.get('utc') or ''}".encode()
    streams = sorted(recording.streams.items())
    longest = max((len(samples) for _, samples in streams), default=0)
    lengths = [_FEWEST]
    while lengths[-1] * 2 <= longest:
        lengths.append(lengths[-1] * 2)
    digests = []
    for length in lengths:
        digest = hashlib.sha256(begun)
        for name, samples in streams:
            digest.update(name.encode())
            digest.update(samples.counter[:length].tobytes())
            digest.update(samples.counts[:length].tobytes())
        digests.append(digest.hexdigest())
    return tuple(digests)


def are_copies(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two recordings are the same as far as the shorter goes."""
    common = min(len(one), len(other))
    return common > 0 and one[common - 1] == other[common - 1]


def without_copies(
    items: Sequence[T], mark: Callable[[T], Fingerprint], samples: Callable[[T], int]
) -> tuple[list[T], list[tuple[T, T]]]:
    """Return items once each, in order, and each copy with the one that stays: the longest."""
    kept: dict[int, T] = {}
    copies = []
    for k in sorted(range(len(items)), key=lambda k: -samples(items[k])):
        twin = next((o for o in kept.values() if are_copies(mark(o), mark(items[k]))), None)
        if twin is None:
            kept[k] = items[k]
        else:
            copies.append((items[k], twin))
    return [kept[k] for k in sorted(kept)], copies


def size(recording: Recording) -> int:
    """Return how many samples a recording has."""
    return sum(len(samples) for samples in recording.streams.values())


def each_once(recordings: Sequence[Recording]) -> tuple[list[Recording], list[str]]:
    """Return recordings without copies of one another, and a sentence for each that is left out."""
    marks = {id(recording): fingerprint(recording) for recording in recordings}
    kept, copies = without_copies(recordings, lambda r: marks[id(r)], size)
    return kept, [f"{copy.path} {copy_words(twin.path)}" for copy, twin in copies]


def copy_words(original: str) -> str:
    """Return the end of the sentence on a copy."""
    return f"is the same recording as {original}, which counts once."
