"""The circuit of the entry build's board.

Strategy: a row for each cell: plug, filter, HX711. The first chip's regulator feeds all four chips
and the cells through one transistor; the Nano sits on the right.
"""

from __future__ import annotations

from typing import Final

from hardware.board.circuit import LEFT_OPEN, ROW_MM, Circuit, Component, cell_plug


def _cell(channel: int) -> list[Component]:
    """Plug, filter of the chip's datasheet (100 ohm, 100 nF), chip at 80 samples a second."""
    y, n = ROW_MM[channel], channel + 1
    plus, minus, in_p, in_n = (f"{name}{channel}" for name in ("S+", "S-", "IN+", "IN-"))
    regulator = (
        {"BASE": "BASE", "VFB": "VFB"} if channel == 0 else {"BASE": LEFT_OPEN, "VFB": "GND"}
    )
    chip = {
        "VSUP": "5V",
        "AVDD": "AVDD",
        "AGND": "GND",
        "VBG": f"VBG{channel}",
        "INA-": in_n,
        "INA+": in_p,
        "INB-": "GND",
        "INB+": "GND",
        "PD_SCK": f"SCK{n}",
        "DOUT": f"DOUT{n}",
        "XI": "GND",
        "RATE": "5V",
        "DVDD": "5V",
        **regulator,
    }
    return [
        cell_plug(channel, "AVDD"),
        Component(f"R{2 * n - 1}", "100R", {"1": plus, "2": in_p}, (10.3, y - 2.2)),
        Component(f"R{2 * n}", "100R", {"1": minus, "2": in_n}, (10.3, y + 2.2)),
        Component(f"C{4 * n - 3}", "100n", {"1": in_p, "2": in_n}, (13.6, y), 90),
        Component(f"U{n}", "HX711", chip, (20.6, y), 90),
        Component(f"C{4 * n - 2}", "100n", {"1": "AVDD", "2": "GND"}, (16.6, y - 5.3)),
        Component(f"C{4 * n - 1}", "100n", {"1": f"VBG{channel}", "2": "GND"}, (20.4, y - 5.3)),
        Component(f"C{4 * n}", "100n", {"1": "5V", "2": "GND"}, (24.2, y - 5.3)),
    ]


def _regulator() -> list[Component]:
    """4.3 V: 1.25 V x (20 k + 8.2 k) / 8.2 k."""
    return [
        Component("Q1", "MMBT4403", {"B": "BASE", "E": "5V", "C": "AVDD"}, (31.5, 9.6)),
        Component("R9", "20k", {"1": "AVDD", "2": "VFB"}, (31.0, 12.6)),
        Component("R10", "8k2", {"1": "VFB", "2": "GND"}, (31.0, 14.9)),
        Component("C17", "10u", {"1": "AVDD", "2": "GND"}, (33.6, 6.4)),
        Component("C18", "10u", {"1": "5V", "2": "GND"}, (34.4, 2.6)),
    ]


def _processor() -> list[Component]:
    sck = {f"D{5 + n}": f"SCK{n}" for n in (1, 2, 3, 4)}
    dout = {f"D{1 + n}": f"DOUT{n}" for n in (1, 2, 3, 4)}
    left = {"A0": "INT1", "A4": "SDA", "A5": "SCL", "5V": "5V", "GND": "GND"}
    right = {"D12": "LED", "D11": "TTL", "D10": "D10", **sck, **dout, "GND": "GND"}
    imu = {"VCC": "5V", "GND": "GND", "SDA": "SDA", "SCL": "SCL", "INT1": "INT1"}
    return [
        Component("A1", "nano left", left, (38.5, 4.5)),
        Component("A2", "nano right", right, (53.74, 4.5)),
        Component("J11", "imu", imu, (32.0, 27.2), 90),
        Component("J12", "pair", {"1": "LED_A", "2": "GND"}, (28.9, 41.5)),
        Component("R15", "1k", {"1": "LED", "2": "LED_A"}, (50.0, 6.0), 180),
    ]


def _outside() -> list[Component]:
    """Trigger in, TTL out, contact switch: series resistor, clamp to both rails."""
    clamp = {"LOW": "GND", "HIGH": "5V"}
    gate = {"OE": "GND", "GND": "GND", "VCC": "5V"}
    return [
        Component("J5", "pair", {"1": "TRIG_IN", "2": "GND"}, (36.0, 46.0)),
        Component("R11", "1k", {"1": "TRIG_IN", "2": "TRIG"}, (44.0, 38.5)),
        Component("D1", "BAT54S", {**clamp, "MIDDLE": "TRIG"}, (44.0, 35.0)),
        Component("R12", "20k", {"1": "5V", "2": "TRIG"}, (44.0, 31.5)),
        Component("U5", "74AHCT1G125", {**gate, "A": "TRIG", "Y": "TRIGGER"}, (44.0, 27.6)),
        Component("C19", "100n", {"1": "5V", "2": "GND"}, (44.0, 24.0)),
        Component("J6", "pair", {"1": "TTL_OUT", "2": "GND"}, (43.0, 46.0)),
        Component("R13", "100R", {"1": "TTL", "2": "TTL_OUT"}, (49.3, 20.0)),
        Component("D2", "BAT54S", {**clamp, "MIDDLE": "TTL_OUT"}, (49.3, 24.0)),
        Component("J7", "pair", {"1": "CONTACT_IN", "2": "GND"}, (50.0, 46.0)),
        Component("R14", "10k", {"1": "5V", "2": "CONTACT_IN"}, (49.6, 38.5)),
        Component("R16", "1k", {"1": "CONTACT_IN", "2": "CONTACT"}, (49.3, 35.5)),
        Component("D3", "BAT54S", {**clamp, "MIDDLE": "CONTACT"}, (49.3, 32.0)),
        Component("C20", "100n", {"1": "CONTACT", "2": "GND"}, (49.3, 28.5)),
        Component(
            "JP1",
            "choice",
            {"TRIGGER": "TRIGGER", "PIN": "D10", "CONTACT": "CONTACT"},
            (33.2, 32.2),
        ),
    ]


def _components() -> tuple[Component, ...]:
    cells = [part for channel in range(4) for part in _cell(channel)]
    return (*cells, *_regulator(), *_processor(), *_outside())


ENTRY: Final = Circuit(
    name="entry",
    title="Board of the entry build",
    components=_components(),
    driven=("5V", "GND"),
    fed=("AVDD",),
    wide_mm={"5V": 0.4, "AVDD": 0.4},
)
