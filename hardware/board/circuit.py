"""A circuit: every part of a board, what each of its pins is joined to, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hardware.board.library import KINDS, OPEN, Kind

SIZE_MM: Final = (58.0, 50.0)
HOLES_MM: Final = ((29.0, 3.2),)
"""Middle of the M2.5 hole. Both boards have the same outline, and lie in the same body: this
screw holds the back, two hooks hold the front."""
LEFT_OPEN: Final = "left open"
"""Stands for a net where a pin is open on purpose."""
ROW_MM: Final = (6.5, 18.5, 30.5, 42.5)
"""Middle of each cell's connector and filter, on both boards."""


@dataclass(frozen=True, slots=True)
class Component:
    """A part; ``at`` is x and y [mm] from the board's upper left corner, ``turn`` in degrees."""

    ref: str
    kind_name: str
    nets: dict[str, str]
    at: tuple[float, float]
    turn: float = 0.0

    @property
    def kind(self) -> Kind:
        """The part as it can be ordered."""
        return KINDS[self.kind_name]

    def net_of(self, number: str) -> str | None:
        """Return the net of a pin by its number; None where it is left open."""
        name = next(name for pin, name, _ in self.kind.pins if pin == number)
        net = self.nets.get(name)
        return None if net == LEFT_OPEN else net

    def is_open(self, name: str, role: str) -> bool:
        """Whether a pin is open on purpose, here or in every use of this part."""
        return role == OPEN or self.nets.get(name) == LEFT_OPEN


@dataclass(frozen=True, slots=True)
class Circuit:
    """One board; ``driven`` are nets that a plug or module feeds, ``fed`` those behind a bead."""

    name: str
    title: str
    components: tuple[Component, ...]
    driven: tuple[str, ...]
    fed: tuple[str, ...]
    wide_mm: dict[str, float]
    """Width of the tracks of supplies."""

    def part(self, ref: str) -> Component:
        """Return the part of a reference."""
        return next(part for part in self.components if part.ref == ref)

    def netlist(self) -> dict[str, list[tuple[str, str]]]:
        """Return of each net the pins that it joins, as reference and pin number."""
        found: dict[str, list[tuple[str, str]]] = {}
        for part in self.components:
            for number, _, _ in part.kind.pins:
                net = part.net_of(number)
                if net is not None:
                    found.setdefault(net, []).append((part.ref, number))
        return found


def cell_plug(channel: int, excitation: str) -> Component:
    """Return the plug of a cell: the same place on both boards."""
    wires = {"E+": excitation, "S+": f"S+{channel}", "S-": f"S-{channel}", "E-": "GND"}
    return Component(f"J{channel + 1}", "cell", wires, (4.2, ROW_MM[channel] + 3.0), 90)
