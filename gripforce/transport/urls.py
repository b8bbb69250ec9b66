"""Parse source URLs such as ``sim:lift?profile=als&seed=3`` or ``serial:/dev/ttyACM0``."""

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
    """The parts of a source's URL."""

    scheme: str
    target: str
    options: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> SourceUrl:
        """Parse a URL; raises ``UsageError`` where it is not valid."""
        scheme, colon, rest = text.partition(":")
        if not colon or scheme not in SCHEMES or not rest:
            raise UsageError(
                f"'{text}' is not a source.",
                "Try sim:lift, serial:PORT, tcp:HOST:PORT, ble:NAME or replay:FILE.grip; "
                "`gripforce devices` lists the sources that were found.",
            )
        target, _, query = rest.partition("?")
        return cls(scheme, target, dict(parse_qsl(query, keep_blank_values=True)))

    def only(self, known: Iterable[str]) -> Mapping[str, str]:
        """Return the options; raises ``UsageError`` where one is not among the ``known``."""
        strange = sorted(set(self.options) - set(known))
        if strange:
            raise UsageError(
                f"A {self.scheme}: source has no option '{strange[0]}'.",
                f"It has: {', '.join(known) or 'none'}.",
            )
        return self.options
