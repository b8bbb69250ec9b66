"""What KiCad found on the boards, as a page: ``rules.md``."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hardware.board.circuit import Circuit

HERE: Final = Path(__file__).parent
PAGE: Final = HERE / "rules.md"
SOURCES: Final = ("circuit", "entry", "layout", "library", "research", "router")


@dataclass(frozen=True, slots=True)
class Found:
    """One board: nets without a way, broken rules by their kind, tracks and vias."""

    circuit: Circuit
    lost: list[str]
    broken: dict[str, int]
    tracks: int
    vias: int

    @property
    def is_clean(self) -> bool:
        """Whether every net has its way and no rule is broken."""
        return not self.lost and not self.broken


def write(results: list[Found], version: str) -> None:
    """Write the page."""
    lines = [
        "# What KiCad found",
        "",
        f"`make -C hardware board`, KiCad {version.split('+', maxsplit=1)[0]}.",
        "",
        "| board | parts | nets | tracks | vias | nets without a way | broken rules, open pads |",
        "|---|---|---|---|---|---|---|",
    ]
    for found in results:
        parts, nets = len(found.circuit.components), len(found.circuit.netlist())
        broken = ", ".join(f"{n} {kind}" for kind, n in sorted(found.broken.items()))
        counted = f"{parts} | {nets} | {found.tracks} | {found.vias}"
        lost = ", ".join(found.lost) or "none"
        lines.append(f"| {found.circuit.name} | {counted} | {lost} | {broken or 'none'} |")
    PAGE.write_text("\n".join([*lines, "", f"<!-- sources {digest()} -->", ""]))


def digest() -> str:
    """Fingerprint of what the boards are made from."""
    found = hashlib.sha256()
    for name in SOURCES:
        found.update((HERE / f"{name}.py").read_bytes())
    return found.hexdigest()[:16]
