"""Draw the schematic of a board from its netlist: ``python -m hardware.board.schematic``.

What is on the sheet is looked up in the circuit: a line between two nets is the part that joins
them, and what hangs on a net is every part from there to a supply. ``Sheet.drawn`` collects each
pin that was drawn, so that a test can say that none is missing.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import schemdraw
from schemdraw import elements as elm

from hardware.board.entry import ENTRY
from hardware.board.research import RESEARCH

if TYPE_CHECKING:
    from hardware.board.circuit import Circuit, Component

PICTURES = Path(__file__).parents[1] / "pictures"
SUPPLIES = ("GND", "3V3", "5V", "AVDD", "EXC")
STEP, DROP = 2.2, 1.7
"""Length of a part along a line, and of one that hangs on it."""
Point = tuple[float, float]
schemdraw.use("svg")


class Sheet:
    """A drawing of one circuit."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.drawing = schemdraw.Drawing(show=False)
        self.drawing.config(fontsize=9, lw=1.1, font="sans-serif")
        self.drawn: list[tuple[str, str]] = []

    def add(self, element: Any) -> Any:
        """Put a symbol onto the sheet."""
        return self.drawing.add(element)

    def net(self, net: str, at: Point, side: str) -> None:
        """End a line at the name of its net, or at the symbol of ground or of a supply."""
        if net == "GND" and side == "down":
            self.add(elm.Ground().at(at))
        elif net in SUPPLIES and side == "up" and net != "GND":
            self.add(elm.Vdd().at(at).label(net, fontsize=8))
        else:
            offset = {"left": (-0.1, 0), "right": (0.1, 0), "up": (0, 0.1), "down": (0, -0.1)}[side]
            align = {"left": ("right", "center"), "right": ("left", "center")}.get(
                side, ("center", "bottom" if side == "up" else "top")
            )
            text = elm.Label().at((at[0] + offset[0], at[1] + offset[1]))
            self.add(text.label(net, loc="center", halign=align[0], valign=align[1], fontsize=8))

    def box(self, ref: str, at: Point, left: str, right: str = "", width: float = 3.2) -> Any:
        """Draw a part with many pins as a box; ``left`` and ``right`` list its pins' numbers."""
        part = self.circuit.part(ref)
        names = {number: name for number, name, _ in part.kind.pins}
        sides = {"left": left.split(), "right": right.split()}
        rows = max(len(numbers) for numbers in sides.values())
        pins = [
            elm.IcPin(
                name=names[n].removesuffix("_OPEN").removesuffix("_OUT"),
                pin=n,
                side=side,
                slot=f"{rows - i}/{rows}",
                anchorname=f"p{n}",
                lblsize=9,
                pinlblsize=7,
            )
            for side, numbers in sides.items()
            for i, n in enumerate(numbers)
        ]
        size = (width, 0.75 * rows + 0.5)
        box = elm.Ic(pins=pins, size=size, leadlen=0.6, pinspacing=0.75, edgepadH=0.2)
        title = f"{ref}  {part.kind_name}"
        made = self.add(box.at(at).anchor("center").theta(0).label(title, loc="top", fontsize=9))
        for side, numbers in sides.items():
            for n in numbers:
                self.drawn.append((ref, n))
                net = part.net_of(n)
                self.net(net if net else "open", tuple(getattr(made, f"p{n}")), side)
        return made

    def between(self, a: str, b: str) -> Component:
        """Return the part with two pins that joins two nets and is not drawn yet."""
        for part in self.circuit.components:
            twins = [part.net_of(n) for n, _, _ in part.kind.pins]
            if sorted(map(str, twins)) == sorted((a, b)) and not self.is_drawn(part.ref):
                return part
        raise LookupError(f"nothing joins {a} and {b}")

    def is_drawn(self, ref: str) -> bool:
        """Whether a part is on the sheet."""
        return any(ref == other for other, _ in self.drawn)

    def two_pins(self, part: Component, start: Point, direction: str, length: float) -> Point:
        """Draw a resistor, capacitor or bead, and return where it ends."""
        symbols = {"C": elm.Capacitor, "R": elm.Resistor, "FB": elm.Inductor2}
        symbol = symbols[part.ref.rstrip("0123456789")]()
        turned = getattr(symbol.at(start), direction)(length)
        label = f"{part.ref} {part.kind_name}"
        made = self.add(
            turned.label(label, fontsize=7, loc="bottom" if direction == "down" else "top")
        )
        self.drawn += [(part.ref, n) for n, _, _ in part.kind.pins]
        return (made.end[0], made.end[1])

    def chain(self, nets: str, start: Point, tail: float = 0.0) -> Point:
        """Draw a line through nets from left to right, with what hangs on each; return its end."""
        names = nets.split()
        self.net(names[0], start, "left")
        at = start
        for i, net in enumerate(names):
            if i:
                at = self.two_pins(self.between(names[i - 1], net), at, "right", STEP)
            if net not in SUPPLIES:
                at = self._hang(net, at)
        if tail:
            at = self._wire(at, tail)
        self.net(names[-1], at, "right")
        return at

    def _hang(self, net: str, at: Point) -> Point:
        """Draw clamps and parts from a net to the supplies; return the end of the line."""
        for part in self.circuit.components:
            if self.is_drawn(part.ref):
                continue
            others = {part.net_of(n) for n, _, _ in part.kind.pins} - {net}
            if part.kind_name == "BAT54S" and part.nets["MIDDLE"] == net:
                at = self._clamp(part, at)
            elif part.ref[0] in "RC" and net in part.nets.values() and others < set(SUPPLIES):
                at = self._shunt(part, str(others.pop()), at)
        return at

    def _wire(self, at: Point, length: float = 1.3) -> Point:
        made = self.add(elm.Line().at(at).right(length))
        return (made.end[0], made.end[1])

    def _shunt(self, part: Component, supply: str, at: Point) -> Point:
        node = self._wire(at, 1.1)
        self.add(elm.Dot().at(node))
        side = "down" if supply == "GND" else "up"
        self.net(supply, self.two_pins(part, node, side, DROP), side)
        return self._wire(node, 0.6)

    def _clamp(self, part: Component, at: Point) -> Point:
        """Draw both diodes of a clamp: from ground to the line, from the line to the supply."""
        node = self._wire(at, 1.0)
        self.add(elm.Dot().at(node))
        below = (node[0], node[1] - DROP)
        self.add(elm.Schottky().at(below).to(node).label(part.ref, fontsize=7, loc="bottom"))
        self.net(part.nets["LOW"], below, "down")
        above = (node[0], node[1] + DROP)
        self.add(elm.Schottky().at(node).to(above).label(part.kind_name, fontsize=7, loc="bottom"))
        self.net(part.nets["HIGH"], above, "up")
        self.drawn += [(part.ref, n) for n, _, _ in part.kind.pins]
        return self._wire(node, 1.0)

    def bridge(self, a: str, b: str, x: float, ys: tuple[float, float]) -> None:
        """Draw the part across two lines."""
        part = self.between(a, b)
        for y in ys:
            self.add(elm.Dot().at((x, y)))
        self.two_pins(part, (x, ys[0]), "down", ys[0] - ys[1])

    def supplies(self, at: Point) -> None:
        """Draw what is left between a supply and ground: the decoupling capacitors, in a row."""
        x, y = at
        for part in self.circuit.components:
            if self.is_drawn(part.ref) or not part.ref.startswith("C"):
                continue
            first, second = (str(part.net_of(n)) for n in ("1", "2"))
            self.net(first, (x, y), "up")
            self.net(second, self.two_pins(part, (x, y), "down", DROP), "down")
            x += 1.9

    def heading(self, text: str, at: Point) -> None:
        """Write what a block does."""
        self.add(elm.Label().at(at).label(text, halign="left", fontsize=11, loc="center"))


def _cells(sheet: Sheet, inputs: tuple[str, str]) -> None:
    for channel in range(4):
        y = -7.5 * channel
        sheet.box(f"J{channel + 1}", (0, y), "", "1 2 3 4", 1.8)
        ends = [f"{name}{channel}" for name in inputs]
        ys = (y + 1.0, y - 1.6)
        last = [
            sheet.chain(
                f"S{sign}{channel} {end}", (4.2, line), tail=2.2 if end[-2] in "P+" else 1.6
            )
            for sign, end, line in zip("+-", ends, ys, strict=True)
        ]
        sheet.bridge(ends[0], ends[1], min(x for x, _ in last) - 0.4, ys)


def research() -> Sheet:
    """Draw the board of the research build."""
    sheet = Sheet(RESEARCH)
    sheet.heading("Cells: 1 kohm in each wire, corner at 5 kHz", (-1, 3.2))
    _cells(sheet, ("AIN_P", "AIN_N"))
    sheet.heading("Converter: four channels at one instant, its own clock", (15, 3.2))
    sheet.box("U1", (20, -2.5), "1 2 3 4 6 5 7 8 10 9 18", "20 19 17 16 15 14 13 12 11", 3.6)
    sheet.box("Y1", (17.5, -11.2), "1 2", "4 3", 2.8)
    sheet.chain("CLOCK CLKIN", (21.5, -11.2))
    sheet.chain("3V3 AVDD", (15.5, -15.0))
    sheet.chain("3V3 RESET", (19.5, -15.0))
    sheet.chain("3V3 CS", (24.0, -15.0))
    sheet.heading("Excitation: 2.5 V, so that the inputs rest at 1.25 V", (15, -18.2))
    sheet.box("U2", (18.5, -20.6), "1 3 4", "5 2", 3.0)
    sheet.heading("Processor: XIAO nRF52840 Sense in its sockets", (28, 3.2))
    sheet.box("A1", (31, -1.2), "", "1 2 3 4 5 6 7", 2.4)
    sheet.box("A2", (36.5, -1.2), "1 2 3 4 5 6 7", "", 2.4)
    for ref, x in (("J8", 30), ("J9", 33.6), ("J10", 37.2)):
        sheet.box(ref, (x, -6.4), "", "1 2", 1.3)
    sheet.chain("3V3 LED_A", (29.5, -9.6))
    sheet.box("J12", (37.2, -9.6), "1 2", "", 1.3)
    _outside(sheet, {"U3": ("2 3 1", "4 5"), "U4": ("2 3 1", "4 5")}, "TTL_BUF", -13.6)
    sheet.heading("Decoupling", (-1, -29.6))
    sheet.supplies((0, -31.6))
    return sheet


def _outside(sheet: Sheet, gates: dict[str, tuple[str, str]], driver: str, y: float) -> None:
    """Draw trigger in, TTL out and the contact switch."""
    sheet.heading("Trigger in, TTL out, contact switch: clamped to both rails", (28, y + 2.0))
    sheet.box("J5", (28.6, y - 1.2), "", "1 2", 1.3)
    sheet.chain("TRIG_IN TRIG", (33.2, y - 1.0))
    sheet.chain("CONTACT_IN CONTACT", (33.2, y - 6.6))
    sheet.box("J7", (28.6, y - 6.8), "", "1 2", 1.3)
    sheet.chain(f"{driver} TTL_OUT", (33.2, y - 12.0))
    sheet.box("J6", (28.6, y - 12.2), "", "1 2", 1.3)
    for i, (ref, (left, right)) in enumerate(gates.items()):
        sheet.box(ref, (45.7, y - 1.2 - 10.6 * i), left, right, 2.6)
    sheet.box("JP1", (45.7, y - 6.2), "1 2 3", "", 1.8)


def entry() -> Sheet:
    """Draw the board of the entry build."""
    sheet = Sheet(ENTRY)
    sheet.heading("Cells: the filter of the chip's datasheet", (-1, 3.2))
    _cells(sheet, ("IN+", "IN-"))
    sheet.heading("Converters: 80 samples a second, each with its own clock", (13.2, 3.2))
    for channel in range(4):
        at = (18.2, -7.5 * channel - 0.3)
        sheet.box(f"U{channel + 1}", at, "1 2 3 4 5 6 7 8", "16 15 14 13 12 11 10 9", 3.2)
    sheet.heading("Supply of cells and chips: 4.3 V", (28, 3.2))
    sheet.box("Q1", (30.5, 0.6), "1 2", "3", 2.0)
    sheet.chain("AVDD VFB", (34.5, 0.6))
    sheet.heading("Processor: Arduino Nano in its sockets", (28, -3.2))
    numbers = " ".join(str(n) for n in range(1, 16))
    sheet.box("A1", (31, -10), "", numbers, 2.4)
    sheet.box("A2", (37, -10), numbers, "", 2.4)
    sheet.box("J11", (43.5, -6.5), "1 2 3 4 5", "", 1.8)
    sheet.chain("LED LED_A", (41.5, -11.5))
    sheet.box("J12", (47, -13.4), "1 2", "", 1.3)
    _outside(sheet, {"U5": ("1 2 3", "5 4")}, "TTL", -20)
    sheet.heading("Decoupling", (-1, -29.6))
    sheet.supplies((0, -31.6))
    return sheet


SHEETS = {"research": research, "entry": entry}
SOURCES = ("circuit", "entry", "library", "research", "schematic")


def digest() -> str:
    """Fingerprint of what the schematics are drawn from."""
    found = hashlib.sha256()
    for name in SOURCES:
        found.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return found.hexdigest()[:16]


def main() -> None:
    """Write both schematics beside the other pictures."""
    for name, draw in SHEETS.items():
        text = draw().drawing.get_imagedata("svg").decode()
        stamp = f"<desc>sources {digest()}</desc></svg>"
        (PICTURES / f"schematic-{name}.svg").write_text(text.replace("</svg>", stamp))


if __name__ == "__main__":
    main()
