"""Every screw of the object: where its head lies, how far it reaches, what it holds, who is there.

``step`` counts the assembly: a screw is turned when every part named in ``PRESENT`` up to its step
is there, and a key has to reach it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hardware.cad.solids import rod, union

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hardware.cad.mesh import Floats, Mesh


@dataclass(frozen=True, slots=True)
class Kind:
    """A screw as it is sold [mm]; a countersunk one is as long as it is with its head."""

    d: float
    length: float
    head_d: float
    head_h: float
    key_d: float
    """Room that its key needs."""
    sunk: bool = False


KINDS = {
    "SCREW-M3X8-CSK": Kind(3.0, 8.0, 6.0, 1.7, 2.6, sunk=True),
    "SCREW-M3X8-CAP": Kind(3.0, 8.0, 5.5, 3.0, 3.0),
    "SCREW-M3X10-CAP": Kind(3.0, 10.0, 5.5, 3.0, 3.0),
    "SCREW-M3X12-CAP": Kind(3.0, 12.0, 5.5, 3.0, 3.0),
    "SCREW-M25X8-CAP": Kind(2.5, 8.0, 4.5, 2.5, 2.5),
}


@dataclass(frozen=True, slots=True)
class Screw:
    """A screw: face that its head lies on, direction of its tip, what it goes through and into."""

    ref: str
    at: tuple[float, float, float]
    into: tuple[float, float, float]
    through: str
    thread: str
    step: int

    @property
    def kind(self) -> Kind:
        """Its size."""
        return KINDS[self.ref]

    def _point(self, depth: float) -> Floats:
        return np.array(self.at) + depth * np.array(self.into)

    def body(self) -> Mesh:
        """Return head and shaft; the shaft is thinner by its thread, which cuts into plastic."""
        k = self.kind
        core = 0.8 * k.d
        if k.sunk:
            head = rod(self._point(0.05), self._point(k.head_h), k.head_d, core)
        else:
            head = rod(self._point(-k.head_h), self._point(-0.02), k.head_d)
        return union([head, rod(self._point(0.1 if k.sunk else -0.1), self._point(k.length), core)])

    def key(self, length: float = 60.0) -> Mesh:
        """Return the room that a straight key needs behind the head."""
        k = self.kind
        start = 0.0 if k.sunk else -k.head_h
        return rod(self._point(start - 0.05), self._point(start - length), k.key_d)

    def moved(self, matrix: Any) -> Screw:
        """Return the same screw on the other digit."""
        m = np.asarray(matrix, dtype=np.float64)
        at = tuple(float(v) for v in m[:3, :3] @ np.array(self.at) + m[:3, 3])
        into = tuple(float(v) for v in m[:3, :3] @ np.array(self.into))
        names = (name.replace("index", "thumb") for name in (self.through, self.thread))
        return Screw(self.ref, at, into, *names, self.step)  # type: ignore[arg-type]


PRESENT = (
    ("bracket", "grip cell"),
    ("carrier",),
    ("spine", "load cell"),
    (),
    ("body",),
    ("board", "battery", "processor", "USB socket", "A"),
    (
        "bay_cover",
        "trigger jack",
        "TTL jack",
        "contact jack",
        "cables",
        "power switch",
        "light",
        "J",
    ),
    ("tray", "plate"),
)
"""What is there at each step, by the beginnings of names; 0 and 1 concern one digit alone."""


def screws(sizes: Mapping[str, Any]) -> list[Screw]:
    """Return every screw of the object."""
    digit = _digit(sizes)
    return [*digit, *(s.moved(sizes["other_digit"]) for s in digit), *_frame(sizes)]


def _digit(d: Mapping[str, Any]) -> list[Screw]:
    top = d["load_top"] + d["flange"]
    shelf = d["load_top"] + d["shelf"]
    grip = [
        Screw(
            "SCREW-M3X8-CSK", (d["web_x0"], y, z), (1, 0, 0), "bracket index", "grip cell index", 0
        )
        for y, z in d["digit_grip_holes"]
    ]
    plates = [
        Screw(
            "SCREW-M3X8-CSK",
            (d["carrier_x1"], y, z),
            (-1, 0, 0),
            "carrier index",
            "grip cell index",
            1,
        )
        for y, z in d["carrier_holes"]
    ]
    fixed = [
        Screw("SCREW-M3X12-CAP", (x, y, shelf), (0, 0, -1), "spine", "load cell index", 2)
        for x, y in d["spine_load_holes"]
    ]
    free = [
        Screw("SCREW-M3X8-CAP", (x, y, top), (0, 0, -1), "bracket index", "load cell index", 3)
        for x, y in d["digit_load_holes"]
    ]
    return [*grip, *plates, *fixed, *free]


def _frame(d: Mapping[str, Any]) -> list[Screw]:
    up = (0, 0, 1)
    foot = [
        Screw("SCREW-M3X10-CAP", (x, y, d["bay_top"]), up, "body", "spine", 4)
        for x, y in d["foot_holes"]
    ]
    x, y = d["post_hole"]
    board = Screw("SCREW-M25X8-CAP", (x, y, d["board_z0"]), up, "board", "body", 5)
    cover = [
        Screw("SCREW-M3X8-CSK", (x, y, d["cover_z0"]), up, "bay_cover", "body", 6)
        for x, y in d["cover_holes"]
    ]
    x, z = d["tab_hole"]
    front = d["body_y0"] - 0.3 - d["tab"]
    tray = Screw("SCREW-M3X10-CAP", (x, front, z), (0, 1, 0), "tray", "nut", 7)
    return [*foot, board, *cover, tray]


def present(screw: Screw, bodies: Mapping[str, Mesh]) -> list[str]:
    """Name the bodies that are there when a screw is turned."""
    first = 0 if screw.step > 1 else screw.step
    names = tuple(name for step in PRESENT[first : screw.step + 1] for name in step)
    digit = "thumb" if "index" in f"{screw.through} {screw.thread}" else "index"
    lonely = screw.step <= 1
    return [n for n in bodies if n.startswith(names) and not (lonely and digit in n)]
