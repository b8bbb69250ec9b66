"""What lies between a cell and its converter: the board's input filter, from its netlist."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from hardware.board.entry import ENTRY
from hardware.board.research import RESEARCH
from hardware.board.simulate import input_nets, value
from hardware.budget import inputs as known

if TYPE_CHECKING:
    from hardware.board.circuit import Circuit

BOLTZMANN_J_PER_K = 1.380649e-23


@dataclass(frozen=True, slots=True)
class Network:
    """Resistance that a converter sees [ohm], delay of slow forces [s], its tolerance (share)."""

    ohm: float
    delay_s: float
    tolerance: float

    def noise_v(self, band_hz: float) -> float:
        """Return the thermal noise of cell and filter [V rms]."""
        return sqrt(4 * BOLTZMANN_J_PER_K * known.ROOM_K.value * self.ohm * band_hz)


def _network(circuit: Circuit, tolerance: known.Input) -> Network:
    """Return the first cell's: half a bridge and a resistor in each wire, capacitors behind."""
    plus, minus = input_nets(circuit)
    ohm, across, grounded = known.CELL_BRIDGE_OHM.value, 0.0, 0.0
    for part in circuit.components:
        nets = set(part.nets.values())
        if part.ref[0] == "R" and nets in ({"S+0", plus}, {"S-0", minus}):
            ohm += value(part)
        elif part.ref[0] == "C" and nets == {plus, minus}:
            across += value(part)
        elif part.ref[0] == "C" and nets == {plus, "GND"}:
            grounded += value(part)
    return Network(ohm, ohm * (across + grounded / 2), tolerance.value)


RESEARCH_NETWORK = _network(RESEARCH, known.RESEARCH_FILTER_TOLERANCE)
ENTRY_NETWORK = _network(ENTRY, known.ENTRY_FILTER_TOLERANCE)
