"""Candidates of the shell's completion: what may follow on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gripforce.constants import HANDS
from gripforce.language import LANGUAGES
from gripforce.model.task import TASKS

if TYPE_CHECKING:
    from collections.abc import Iterable


def sources(incomplete: str) -> list[str]:
    """Return ports, simulations and files that begin so."""
    from gripforce.transport import discover

    found = [one.url for one in discover()]
    simulated = [f"sim:{task}" for task in TASKS]
    played = [f"replay:{name}" for name in recordings(incomplete.removeprefix("replay:"))]
    return _beginning([*found, *simulated, *played], incomplete)


def recordings(incomplete: str) -> list[str]:
    """Return recordings, and the folders on the way to them, that begin so."""
    typed = Path(incomplete)
    folder = typed if incomplete.endswith("/") or not incomplete else typed.parent
    try:
        inside = sorted(folder.iterdir())
    except OSError:
        return []
    names = [
        f"{path}/" if path.is_dir() else str(path)
        for path in inside
        if not path.name.startswith(".") and (path.is_dir() or path.suffix == ".grip")
    ]
    return _beginning(names, incomplete)


def protocols(incomplete: str) -> list[tuple[str, str]]:
    """Return the shipped protocols that begin so, with what they are for."""
    from gripforce.protocol.library import shipped_protocols

    return [(one.name, one.about) for one in shipped_protocols() if one.name.startswith(incomplete)]


def tasks(incomplete: str) -> list[str]:
    """Return tasks that begin so."""
    return _beginning(TASKS, incomplete)


def hands(incomplete: str) -> list[str]:
    """Return hands that begin so."""
    return _beginning(HANDS, incomplete)


def languages(incomplete: str) -> list[str]:
    """Return languages that begin so."""
    return _beginning(LANGUAGES, incomplete)


def formats(incomplete: str) -> list[str]:
    """Return export formats that begin so."""
    from gripforce.formats.export import FORMATS

    return _beginning(FORMATS, incomplete)


def _beginning(words: Iterable[str], incomplete: str) -> list[str]:
    return [word for word in dict.fromkeys(words) if word.startswith(incomplete)]
