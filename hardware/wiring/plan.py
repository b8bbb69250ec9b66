"""The harness of a build, drawn from the netlist of its board: what is plugged where.

A plug's pins are those of the circuit; here stands only what hangs on the other end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hardware.board.entry import ENTRY
from hardware.board.research import RESEARCH

if TYPE_CHECKING:
    from hardware.board.circuit import Circuit

CIRCUITS: Final = {"entry": ENTRY, "research": RESEARCH}
CELLS: Final = ("grip thumb", "grip index", "load thumb (lower)", "load index (upper)")
CELL_WIRE: Final = {"E+": "RD", "S+": "GN", "S-": "WH", "E-": "BK"}
"""Colours as most sellers have them."""


@dataclass(frozen=True, slots=True)
class End:
    """What a plug's lead goes to; pins in the order of the plug's."""

    name: str
    type: str
    pins: tuple[str, ...]
    lead: str
    colours: tuple[str, ...]
    length_m: float = 0.1
    subtype: str = ""


PAIR, LEAD_2 = ("RD", "BK"), "LEAD-PH2"
ENDS: Final = {
    "TRIG_IN": End("TRIGGER", "JACK-35", ("tip", "sleeve"), LEAD_2, PAIR, subtype="trigger in"),
    "TTL_OUT": End("TTL", "JACK-35", ("tip", "sleeve"), LEAD_2, PAIR, subtype="TTL out"),
    "CONTACT_IN": End("CONTACT", "JACK-35", ("tip", "sleeve"), LEAD_2, PAIR, subtype="contact"),
    "LED_A": End("LED", "LED-STATUS", ("anode", "cathode"), LEAD_2, PAIR),
    "5V IMU": End(
        "IMU",
        "IMU-LSM6DS",
        ("VCC", "GND", "SDA", "SCL", "INT1"),
        "LEAD-PH5",
        ("RD", "BK", "YE", "BU", "WH"),
    ),
    "BAT": End("BATTERY", "BATTERY-LIPO", ("+", "-"), "the battery's own lead", PAIR),
    "BAT BAT_ON": End("SWITCH", "SWITCH-POWER", ("in", "out"), LEAD_2, ("RD", "RD")),
    "BAT_ON": End("PADS", "MCU-XIAO", ("BAT+", "BAT-"), LEAD_2, PAIR, 0.06, "pads underneath"),
}
"""By the net of the plug's first pin, with what tells two such plugs apart."""
BASE: Final = {
    "type": "SWITCH-BASE",
    "pins": [1, 2],
    "pinlabels": ["common", "normally open"],
}


def harness(build: str) -> dict[str, Any]:
    """Return the harness as WireViz takes it."""
    circuit = CIRCUITS[build]
    connectors: dict[str, Any] = {}
    cables: dict[str, Any] = {}
    connections: list[list[dict[str, Any]]] = []
    for part in circuit.components:
        if not part.ref.startswith("J") or part.ref.startswith("JP"):
            continue
        far = _end(circuit, part.ref)
        numbers = list(range(1, len(far.pins) + 1))
        labels = [part.net_of(str(n)) for n in numbers]
        connectors[part.ref] = {"type": f"BOARD-{build.upper()}", "subtype": part.kind.number}
        connectors[part.ref] |= {"pins": numbers, "pinlabels": labels}
        connectors[far.name] = {"type": far.type, "subtype": far.subtype}
        connectors[far.name] |= {"pins": numbers, "pinlabels": list(far.pins)}
        wire = f"W{part.ref[1:]}"
        cables[wire] = {"type": far.lead, "wirecount": len(numbers), "length": far.length_m}
        cables[wire] |= {"colors": list(far.colours), "gauge": "0.05 mm2"}
        connections.append([{far.name: numbers}, {wire: numbers}, {part.ref: numbers}])
    connectors |= {"BASE": BASE}
    cables["W20"] = {"type": "CABLE-SWITCH", "wirecount": 2, "length": 1.0, "gauge": "0.05 mm2"}
    cables["W20"] |= {"colors": ["WH", "BK"]}
    connections.append([{"BASE": [1, 2]}, {"W20": [1, 2]}, {"CONTACT": [1, 2]}])
    return {
        "metadata": {"title": f"gripforce {build} harness"},
        "options": {"fontname": "sans-serif", "bgcolor": "WH"},
        "connectors": connectors,
        "cables": cables,
        "connections": connections,
    }


def _end(circuit: Circuit, ref: str) -> End:
    part = circuit.part(ref)
    if part.kind_name == "cell":
        number = int(ref[1:])
        kind = "CELL-GRIP" if "grip" in CELLS[number - 1] else "CELL-LOAD"
        pins, colours = tuple(CELL_WIRE), tuple(CELL_WIRE.values())
        lead = "the cell's own cable, into LEAD-PH4"
        return End(f"C{number}", kind, pins, lead, colours, 0.15, CELLS[number - 1])
    first, second = part.net_of("1"), part.net_of("2")
    if part.kind_name == "imu":
        return ENDS[f"{first} IMU"]
    return ENDS.get(f"{first} {second}") or ENDS[str(first)]


PIN_OF_NET: Final = {
    **{f"DOUT{n}": f"HX711_DOUT_{n}" for n in (1, 2, 3, 4)},
    **{f"SCK{n}": f"HX711_SCK_{n}" for n in (1, 2, 3, 4)},
    "TTL": "TTL_OUT",
    "LED": "STATUS_LED",
    "INT1": "IMU_INT1",
    "CS": "ADC_CS",
    "DRDY": "ADC_DRDY",
    "RESET": "ADC_RESET",
}
"""The firmware's name of a pin, without ``PIN_``, by the net that the board joins to it."""


def firmware_pins(build: str) -> dict[str, str]:
    """Return the pins that the firmware has to agree with: ``PIN_TTL_OUT`` -> ``D11``."""
    circuit = CIRCUITS[build]
    chosen = circuit.part("JP1").nets["PIN"]
    names = PIN_OF_NET | {chosen: "TRIGGER"}
    processor = circuit.part("A1").nets | circuit.part("A2").nets
    return {f"PIN_{names[net]}": pin for pin, net in processor.items() if net in names}
