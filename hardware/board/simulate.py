"""The analog parts of the board in ngspice: input filter, its noise, the clamp of the trigger."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from tempfile import TemporaryDirectory

from hardware.board.research import RESEARCH
from hardware.budget import inputs as known

ABSOLUTE_ZERO_C = -273.15
PREFIXES = {"n": 1e-9, "u": 1e-6, "k": 1e3, "R": 1.0}
BAT54 = ".model BAT54 D(IS=1.3e-6 N=1.05 RS=2 BV=30 IBV=2e-6 CJO=1.2e-11)"
"""Fits 0.24 V at 0.1 mA and 0.40 V at 10 mA, as the diode's datasheet gives them (remembered)."""


def value(ref: str) -> float:
    """Return the value of a resistor [ohm] or capacitor [F] of the circuit."""
    part = RESEARCH.part(ref)
    found = re.fullmatch(r"([\d.]+)([nukR])", part.kind_name)
    if found is None:
        raise ValueError(f"{ref} has no value: {part.kind_name}")
    return float(found[1]) * PREFIXES[found[2]]


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


def _filter_deck(control: str) -> str:
    """Return a cell behind its filter: half of the bridge in each wire, both wires driven."""
    half = known.CELL_BRIDGE_OHM.value / 2
    return f"""input filter of one cell
Vp cp 0 DC {known.ADS131_EXCITATION_V.value / 2} AC 0.5
Vn cn 0 DC {known.ADS131_EXCITATION_V.value / 2} AC -0.5
Rp cp sp {half}
Rn cn sn {half}
R1 sp ap {value("R1")}
R2 sn an {value("R2")}
C1 ap an {value("C1")}
C2 ap 0 {value("C2")}
C3 an 0 {value("C3")}
.control
{control}
.endc
.end
"""


@dataclass(frozen=True, slots=True)
class InputFilter:
    """Corner [Hz], delay of slow forces [s], what is left at the modulator's rate, noise [V rms].

    ``bias_v`` is the voltage of both inputs against ground without a force.
    """

    corner_hz: float
    delay_s: float
    left_at_modulator: float
    noise_v: float
    bias_v: float


def input_filter(modulator_hz: float, band_hz: float) -> InputFilter:
    """Simulate the filter of one cell; noise is integrated over a band from 1 Hz [Hz]."""
    found = _run(
        _filter_deck(f"""op
let bias = v(ap)
print bias
ac dec 200 10 10meg
let out = db(v(ap) - v(an))
meas ac corner when out=-3.0103
let phase_deg = 180/pi*ph(v(ap) - v(an))
meas ac lag find phase_deg at=100
meas ac modulator find out at={modulator_hz}
noise v(ap,an) Vp lin 500 1 {band_hz}
setplot noise2
let total = onoise_total
print total
""")
    )
    return InputFilter(
        corner_hz=found["corner"],
        delay_s=-found["lag"] / 360 / 100,
        left_at_modulator=10 ** (found["modulator"] / 20),
        noise_v=found["total"],
        bias_v=found["bias"],
    )


@dataclass(frozen=True, slots=True)
class Clamp:
    """Voltage at the buffer's input [V] and current into the 3.3 V rail [A]."""

    input_v: float
    rail_a: float


def trigger_clamp(applied_v: float | None, supply_v: float = 3.3) -> Clamp:
    """Apply a voltage to the trigger's jack; None leaves it open."""
    source = "" if applied_v is None else f"Vin in 0 {applied_v}"
    found = _run(f"""clamp of the trigger
{source}
Vdd rail 0 {supply_v}
R9 in node {value("R9")}
R10 rail node {value("R10")}
D1 0 node BAT54
D2 node rail BAT54
Rleak in 0 1e9
{BAT54}
.control
op
let input = v(node)
let rail = i(Vdd)
print input
print rail
.endc
.end
""")
    return Clamp(found["input"], found["rail"])
