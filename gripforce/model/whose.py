"""Whose a recording is: person, hand and surface as its metadata state them; never mixed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

T = TypeVar("T")
_HANDS: Final = {"l": "left", "r": "right", "left": "left", "right": "right"}


def person_of(metadata: Mapping[str, Any]) -> str:
    """Return the person's code, empty where none is stated."""
    return _text(metadata, "subject")


def hand_of(metadata: Mapping[str, Any]) -> str:
    """Return ``left`` or ``right`` however it is written, empty where none is stated.

    >>> hand_of({"hand": "L"}), hand_of({"hand": "Right "}), hand_of({})
    ('left', 'right', '')
    """
    hand = _text(metadata, "hand")
    return _HANDS.get(hand.lower(), hand)


def surface_of(metadata: Mapping[str, Any]) -> str:
    """Return the surface, empty where none is stated."""
    return _text(metadata, "surface")


def session_of(metadata: Mapping[str, Any]) -> str:
    """Return the session, empty where none is stated."""
    return _text(metadata, "session")


def by_hand(items: Iterable[T], metadata: Callable[[T], Mapping[str, Any]]) -> dict[str, list[T]]:
    """Return items by hand, ``right`` first; one that states none joins those of the only hand."""
    listed = list(items)
    stated = sorted({hand_of(metadata(item)) for item in listed} - {""}, reverse=True)
    only = stated[0] if len(stated) == 1 else ""
    groups: dict[str, list[T]] = {hand: [] for hand in stated}
    for item in listed:
        groups.setdefault(hand_of(metadata(item)) or only, []).append(item)
    return groups


def _text(metadata: Mapping[str, Any], key: str) -> str:
    value = metadata.get(key)
    return "" if value is None else str(value).strip()
