"""Sources as people type them: ``sim:lift?profile=als&seed=3`` or ``serial:/dev/ttyACM0``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from gripforce.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SCHEMES = ("sim", "serial", "tcp", "ble", "replay")


@dataclass(frozen=True, slots=True)
class SourceUrl:
    """A source's URL in its parts."""

    scheme: str
    target: str
    options: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> SourceUrl:
        """Read a URL; ``UsageError`` where it is none."""
        scheme, colon, rest = text.partition(":")
        if not colon or scheme not in SCHEMES or not rest:
            raise UsageError(
                f"'{text}' is not a source.",
                "Try sim:lift, serial:PORT, tcp:HOST:PORT, ble:NAME or replay:FILE.grip; "
                "`gripforce devices` lists what is there.",
            )
        target, _, query = rest.partition("?")
        return cls(scheme, target, dict(parse_qsl(query, keep_blank_values=True)))

    def only(self, known: Iterable[str]) -> Mapping[str, str]:
        """Return the options; ``UsageError`` where one is not known."""
        strange = sorted(set(self.options) - set(known))
        if strange:
            raise UsageError(
                f"A {self.scheme}: source has no option '{strange[0]}'.",
                f"It has: {', '.join(known) or 'none'}.",
            )
        return self.options
