"""The analog parts of both boards in ngspice: input filter, excitation, noise, trigger's clamp.

Every deck is written from the netlist: a part that is changed there is changed here.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from hardware.budget import inputs as known

if TYPE_CHECKING:
    from hardware.board.circuit import Circuit, Component

PREFIXES = {"n": 1e-9, "u": 1e-6, "k": 1e3, "R": 1.0}
VALUE = re.compile(r"(\d+)([nukR])(\d*)")
BAT54 = ".model BAT54 D(IS=1.3e-6 N=1.05 RS=2 BV=30 IBV=2e-6 CJO=1.2e-11)"
"""Fits 0.24 V at 0.1 mA and 0.40 V at 10 mA, the largest of Nexperia's data sheet (rev. 5)."""
PNP = ".model PNP4403 PNP(IS=6.5e-16 BF=216 VAF=116 IKF=1.08 RB=10 RC=0.7 BR=3.6)"
"""The MMBT4403's makers publish such figures; these are quoted from memory."""
EXCITATION_V: Final = {
    "research": known.ADS131_EXCITATION_V.value,
    "entry": known.HX711_EXCITATION_V.value,
}
SUPPLY_V: Final = {"research": 3.3, "entry": 5.0}
HX711_REFERENCE_V: Final = 1.25
HX711_SUPPLY_A: Final = 1.4e-3
"""Analogue supply of one chip, typical, from the HX711's data sheet."""


def value(part: Component) -> float:
    """Return the value of a resistor [ohm] or capacitor [F]; ``8k2`` is 8.2 kilohms."""
    found = VALUE.fullmatch(part.kind_name)
    if found is None:
        raise ValueError(f"{part.ref} has no value: {part.kind_name}")
    return float(f"{found[1]}.{found[3] or 0}") * PREFIXES[found[2]]


def _node(net: str) -> str:
    """Return a net's name as ngspice takes it; ground is 0."""
    return "0" if net == "GND" else net.translate({ord("+"): "p", ord("-"): "n"})


def _network(circuit: Circuit, nets: set[str]) -> str:
    """Return resistors, capacitors and clamps whose pins are all on these nets or on ground."""
    lines = []
    for part in circuit.components:
        if not set(part.nets.values()) <= {*nets, "GND"}:
            continue
        on = {name: _node(net) for name, net in part.nets.items()}
        if part.ref[0] in "RC":
            lines.append(f"{part.ref} {on['1']} {on['2']} {value(part)}")
        elif part.kind_name == "BAT54S":
            lines += [f"{part.ref}a {on['LOW']} {on['MIDDLE']} BAT54"]
            lines += [f"{part.ref}b {on['MIDDLE']} {on['HIGH']} BAT54"]
    return "\n".join(lines)


def _run(deck: str) -> dict[str, float]:
    """Run a deck whose control section prints ``name = value`` lines."""
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            ["ngspice", "-b"], input=deck, cwd=folder, capture_output=True, text=True, check=False
        )
    rows = re.findall(r"^(\w+)\s*=\s*([-+\d.eE]+)", done.stdout, re.MULTILINE)
    if not rows:
        raise RuntimeError(f"ngspice: {(done.stdout + done.stderr).strip()[-500:]}")
    return {name: float(number) for name, number in rows}


def input_nets(circuit: Circuit) -> tuple[str, str]:
    """Return the nets behind the two series resistors of the first cell."""
    behind = {p.nets["1"]: p.nets["2"] for p in circuit.components if p.ref[0] == "R"}
    return behind["S+0"], behind["S-0"]


def _cell_deck(circuit: Circuit, control: str) -> str:
    """Return a fully loaded cell behind its filter; AC is applied to the signal or the supply."""
    plus, minus = input_nets(circuit)
    ohm, volt = known.CELL_BRIDGE_OHM.value, EXCITATION_V[circuit.name]
    more = known.CELL_SENSITIVITY_MV_PER_V.value * 1e-3
    return f"""one cell and its filter
Vexc exc 0 DC {volt} AC 0
Vsig Sp0 sp_open DC 0 AC 1
Rb1 exc sp_open {ohm * (1 - more)}
Rb2 sp_open 0 {ohm * (1 + more)}
Rb3 exc Sn0 {ohm * (1 + more)}
Rb4 Sn0 0 {ohm * (1 - more)}
{_network(circuit, {"S+0", "S-0", plus, minus})}
.control
{control.format(p=_node(plus), n=_node(minus))}
.endc
.end
"""


@dataclass(frozen=True, slots=True)
class InputFilter:
    """Corner [Hz], delay of slow forces [s], what is left at the modulator's rate, noise [V rms].

    ``bias_v`` is the voltage of an input against ground; ``of_excitation`` the share of a slow
    change of the excitation that is seen as signal, with the cell at its capacity.
    """

    corner_hz: float
    delay_s: float
    left_at_modulator: float
    noise_v: float
    bias_v: float
    of_excitation: float


def input_filter(circuit: Circuit, modulator_hz: float, band_hz: float) -> InputFilter:
    """Simulate the filter of one cell; noise is integrated over a band from 1 Hz [Hz]."""
    control = f"""op
let bias = v({{p}})
print bias
ac dec 200 10 20meg
let out = db(v({{p}}) - v({{n}}))
meas ac corner when out=-3.0103
let phase_deg = 180/pi*ph(v({{p}}) - v({{n}}))
meas ac lag find phase_deg at=100
meas ac modulator find out at={modulator_hz}
noise v({{p}},{{n}}) Vsig lin 500 1 {band_hz}
setplot noise2
let total = onoise_total
print total
alter Vsig ac = 0
alter Vexc ac = 1
ac lin 1 1 1
let supply = mag(v({{p}}) - v({{n}}))
print supply
"""
    found = _run(_cell_deck(circuit, control))
    return InputFilter(
        corner_hz=found["corner"],
        delay_s=-found["lag"] / 360 / 100,
        left_at_modulator=10 ** (found["modulator"] / 20),
        noise_v=found["total"],
        bias_v=found["bias"],
        of_excitation=found["supply"],
    )


@dataclass(frozen=True, slots=True)
class Excitation:
    """Voltage of cells and chips [V], and what the chip's amplifier draws from the base [A]."""

    volt: float
    base_a: float


def entry_excitation(supply_v: float, cells: int = 4) -> Excitation:
    """Simulate the entry build's regulator: the first chip's amplifier, Q1, divider and load.

    The amplifier drives the base from ground to its supply; its gain is of no account.
    """
    from hardware.board.entry import ENTRY  # noqa: PLC0415 - the deck of this one board

    q1 = {name: _node(net) for name, net in ENTRY.part("Q1").nets.items()}
    load_a = 4 * HX711_SUPPLY_A
    found = _run(f"""regulator of the entry build
Vsup 5V 0 {supply_v}
Q1 {q1["C"]} {q1["B"]} {q1["E"]} PNP4403
Bamp BASE 0 V = 0.5*v(5V)*(1+tanh(2000*(v(VFB)-{HX711_REFERENCE_V})))
{_network(ENTRY, {"AVDD", "VFB"})}
Rcells AVDD 0 {known.CELL_BRIDGE_OHM.value / cells if cells else 1e9}
Ichips AVDD 0 {load_a}
{PNP}
.control
op
let excitation = v(AVDD)
let base = i(Bamp)
print excitation
print base
.endc
.end
""")
    return Excitation(found["excitation"], found["base"])


@dataclass(frozen=True, slots=True)
class Clamp:
    """Voltage at the buffer's input [V] and current into the supply's rail [A]."""

    input_v: float
    rail_a: float


def trigger_clamp(circuit: Circuit, applied_v: float | None) -> Clamp:
    """Apply a voltage to the trigger's jack; None leaves it open."""
    rail = circuit.part("D1").nets["HIGH"]
    source = "" if applied_v is None else f"Vin TRIG_IN 0 {applied_v}"
    found = _run(f"""clamp of the trigger
{source}
Vdd {_node(rail)} 0 {SUPPLY_V[circuit.name]}
{_network(circuit, {"TRIG_IN", "TRIG", rail})}
Rleak TRIG_IN 0 1e9
{BAT54}
.control
op
let input = v(TRIG)
let rail = i(Vdd)
print input
print rail
.endc
.end
""")
    return Clamp(found["input"], found["rail"])
