"""The circuit of the research build's board.

Strategy: cells come in on the left, each through its filter, to the converter in the middle; the
processor sits on the right; what leaves the object (trigger, TTL, contact) goes through clamps.
"""

from __future__ import annotations

from typing import Final

from hardware.board.circuit import ROW_MM, Circuit, Component, cell_plug


def _cell(channel: int) -> list[Component]:
    """Connector and filter: 1 kohm in each wire, 10 nF across, 1 nF from each to ground."""
    y, n = ROW_MM[channel], channel + 1
    plus, minus, in_p, in_n = (f"{name}{channel}" for name in ("S+", "S-", "AIN_P", "AIN_N"))
    return [
        cell_plug(channel, "EXC"),
        Component(f"R{2 * n - 1}", "1k", {"1": plus, "2": in_p}, (10.5, y - 2.2)),
        Component(f"R{2 * n}", "1k", {"1": minus, "2": in_n}, (10.5, y + 2.2)),
        Component(f"C{3 * n - 2}", "10n", {"1": in_p, "2": in_n}, (18.5, y), 90),
        Component(f"C{3 * n - 1}", "1n", {"1": in_p, "2": "GND"}, (14.5, y - 3.9), 0),
        Component(f"C{3 * n}", "1n", {"1": in_n, "2": "GND"}, (14.5, y + 3.9), 0),
    ]


def _converter() -> list[Component]:
    inputs = {f"AIN{c}{side}": f"AIN_{side}{c}" for c in range(4) for side in "PN"}
    return [
        Component(
            "U1",
            "ADS131M04",
            {
                "AVDD": "AVDD",
                "AGND": "GND",
                **inputs,
                "SYNC_RESET": "RESET",
                "CS": "CS",
                "DRDY": "DRDY",
                "SCLK": "SCK",
                "DOUT": "MISO",
                "DIN": "MOSI",
                "CLKIN": "CLKIN",
                "CAP": "CAP",
                "DGND": "GND",
                "DVDD": "3V3",
            },
            (26.0, 24.5),
        ),
        Component("FB1", "ferrite", {"1": "3V3", "2": "AVDD"}, (27.0, 12.0), 180),
        Component("C13", "10u", {"1": "AVDD", "2": "GND"}, (23.0, 14.5), 90),
        Component("C14", "100n", {"1": "AVDD", "2": "GND"}, (23.0, 18.5), 270),
        Component("C15", "1u", {"1": "3V3", "2": "GND"}, (31.5, 15.5), 0),
        Component("C16", "100n", {"1": "3V3", "2": "GND"}, (30.5, 18.5), 0),
        Component("C17", "220n", {"1": "CAP", "2": "GND"}, (33.5, 21.5), 0),
        Component(
            "Y1",
            "8.192MHz",
            {"OE": "3V3", "GND": "GND", "OUT": "CLOCK", "VDD": "3V3"},
            (30.5, 36.0),
            90,
        ),
        Component("R16", "33R", {"1": "CLOCK", "2": "CLKIN"}, (33.0, 31.0), 90),
        Component("C21", "100n", {"1": "3V3", "2": "GND"}, (30.0, 40.5)),
        Component("R14", "100k", {"1": "3V3", "2": "RESET"}, (25.5, 31.5), 90),
        Component("R15", "100k", {"1": "3V3", "2": "CS"}, (28.5, 31.5), 90),
    ]


def _excitation() -> list[Component]:
    return [
        Component(
            "U2",
            "LP5907-2.5",
            {"IN": "3V3", "GND": "GND", "EN": "3V3", "OUT": "EXC"},
            (22.5, 6.0),
            180,
        ),
        Component("C18", "1u", {"1": "3V3", "2": "GND"}, (25.8, 8.8), 0),
        Component("C19", "1u", {"1": "EXC", "2": "GND"}, (21.2, 10.0), 0),
        Component("C20", "10u", {"1": "EXC", "2": "GND"}, (22.5, 2.2), 0),
    ]


def _processor() -> list[Component]:
    return [
        Component(
            "A1",
            "xiao left",
            {
                "D0": "D0",
                "D1": "DRDY",
                "D2": "CS",
                "D3": "RESET",
                "D6": "TTL",
            },
            (38.5, 3.6),
        ),
        Component(
            "A2",
            "xiao right",
            {
                "GND": "GND",
                "3V3": "3V3",
                "D10": "MOSI",
                "D9": "MISO",
                "D8": "SCK",
                "D7": "CONTACT",
            },
            (53.74, 3.6),
        ),
        Component("C25", "10u", {"1": "3V3", "2": "GND"}, (49.5, 8.7), 180),
        Component("J8", "pair", {"1": "BAT", "2": "GND"}, (36.2, 25.0)),
        Component("J9", "pair", {"1": "BAT", "2": "BAT_ON"}, (43.3, 25.0)),
        Component("J10", "pair", {"1": "BAT_ON", "2": "GND"}, (50.4, 25.0)),
        Component("J12", "pair", {"1": "LED_A", "2": "GND"}, (20.8, 46.5)),
        Component("R17", "1k", {"1": "3V3", "2": "LED_A"}, (24.5, 42.6)),
    ]


def _outside() -> list[Component]:
    """Trigger in, TTL out, contact switch: series resistor, clamp to both rails, buffer."""
    clamp = {"LOW": "GND", "HIGH": "3V3"}
    gate = {"GND": "GND", "VCC": "3V3"}
    return [
        Component("J5", "pair", {"1": "TRIG_IN", "2": "GND"}, (36.0, 46.0)),
        Component("R9", "1k", {"1": "TRIG_IN", "2": "TRIG"}, (36.0, 41.5)),
        Component("D1", "BAT54S", {**clamp, "MIDDLE": "TRIG"}, (36.0, 38.0), 0),
        Component("R10", "10k", {"1": "3V3", "2": "TRIG"}, (36.5, 34.5), 0),
        Component("U3", "74LVC1G17", {**gate, "A": "TRIG", "Y": "TRIGGER"}, (41.0, 38.0)),
        Component("C22", "100n", {"1": "3V3", "2": "GND"}, (41.5, 41.5), 0),
        Component("J6", "pair", {"1": "TTL_OUT", "2": "GND"}, (43.0, 46.0)),
        Component("R11", "100R", {"1": "TTL_BUF", "2": "TTL_OUT"}, (48.5, 41.5), 180),
        Component("D2", "BAT54S", {**clamp, "MIDDLE": "TTL_OUT"}, (46.0, 38.0), 0),
        Component("U4", "74LVC1G34", {**gate, "A": "TTL", "Y": "TTL_BUF"}, (53.0, 38.0), 180),
        Component("C23", "100n", {"1": "3V3", "2": "GND"}, (54.0, 41.5), 0),
        Component("J7", "pair", {"1": "CONTACT_IN", "2": "GND"}, (50.0, 46.0)),
        Component("R12", "10k", {"1": "3V3", "2": "CONTACT_IN"}, (55.5, 46.0), 90),
        Component("R13", "1k", {"1": "CONTACT_IN", "2": "CONTACT"}, (54.4, 34.0), 0),
        Component("D3", "BAT54S", {**clamp, "MIDDLE": "CONTACT"}, (49.6, 34.0), 0),
        Component("C24", "100n", {"1": "CONTACT", "2": "GND"}, (48.6, 30.6), 0),
        Component(
            "JP1",
            "choice",
            {"TRIGGER": "TRIGGER", "PIN": "D0", "CONTACT": "CONTACT"},
            (40.0, 32.2),
            90,
        ),
    ]


def _components() -> tuple[Component, ...]:
    cells = [part for channel in range(4) for part in _cell(channel)]
    return (*cells, *_converter(), *_excitation(), *_processor(), *_outside())


RESEARCH: Final = Circuit(
    name="research",
    title="Board of the research build",
    components=_components(),
    driven=("3V3", "5V", "GND", "BAT"),
    fed=("AVDD",),
    wide_mm={"3V3": 0.4, "BAT": 0.6, "BAT_ON": 0.6, "EXC": 0.4, "AVDD": 0.3},
)
