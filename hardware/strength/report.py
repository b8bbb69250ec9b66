"""The table of strength, written into ``strength.md`` by ``python -m hardware.strength``."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hardware.cad.openscad import HERE
from hardware.strength.cases import LOAD_N, Case, Result, Sizes, cases, run
from hardware.strength.materials import material

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hardware.cad.mesh import Mesh

PAGE = HERE.parent / "strength.md"
START, END = "<!-- strength -->\n", "<!-- end of strength -->"
SIZE_MM = {"spine": 3.5}
USUAL_SIZE_MM = 2.5
SOLVED_AS = ("cases", "calculix", "judge", "materials", "solid")


@dataclass(frozen=True, slots=True)
class Compliance:
    """How far the parts that hold the cells give way [mm/N] on one digit, cells left aside."""

    grip: float
    load: float


def solve_all(parts: Mapping[str, Mesh], sizes: Sizes) -> dict[Case, Result]:
    """Solve every case at the object's capacity."""
    return {
        case: run(case, parts[case.part], sizes, SIZE_MM.get(case.part, USUAL_SIZE_MM))
        for case in cases(sizes, sizes["capacity_n"], LOAD_N)
    }


def compliance(parts: Mapping[str, Mesh], sizes: Sizes) -> Compliance:
    """Add up what bracket, carrier and spine give way under one newton of grip, and of load."""

    def moved(axis: int, grip_n: float, load_n: float) -> float:
        in_path = [
            c for c in cases(sizes, grip_n, load_n) if c.name in {"bracket", "spine", MIDDLE}
        ]
        results = (run(c, parts[c.part], sizes, 2 * USUAL_SIZE_MM) for c in in_path)
        return float(sum(-result.moved[0][axis] for result in results))

    return Compliance(grip=moved(0, 1.0, 0.0), load=moved(2, 0.0, 1.0))


MIDDLE = "carrier, finger in the middle"


def gap_left_mm(results: Mapping[Case, Result], sizes: Sizes) -> float:
    """Return the gap between a bracket's web and the other digit's load cell at the capacity."""
    by_name = {case.name: result for case, result in results.items()}
    spine, bracket = by_name["spine"], by_name["bracket"]
    index, thumb = (moved[0] for moved in spine.moved)
    turn = spine.turned[:, 2]
    web = -index - turn[0] * sizes["bracket_end"]  # towards the thumb, at the web's far end
    cell = thumb + turn[1] * sizes["cell_length"] / 2
    own = -bracket.moved[0][0] + abs(bracket.turned[0][2]) * sizes["bracket_end"]
    return float(sizes["web_gap"] - web - cell - own)


def table(results: Mapping[Case, Result], sizes: Sizes, gives_way: Compliance) -> str:
    """Return the table and the figures below it as Markdown."""
    lines = [
        f"Grip {sizes['capacity_n']:g} N on each digit, load {LOAD_N:g} N on each digit.",
        "",
        "| part | of | safety factor | weakest at x, y, z mm | finger moves, mm |",
        "|---|---|---|---|---|",
    ]
    for case, result in results.items():
        at = ", ".join(f"{x:.0f}" for x in result.at)
        moved = float(np.linalg.norm(result.moved[0]))
        lines.append(
            f"| {case.name} | {material(case.part).name} | {result.factor:.1f} "
            f"| {at} | {moved:.2f} |"
        )
    lines += [
        "",
        f"At that grip {gap_left_mm(results, sizes):.2f} mm of the {sizes['web_gap']:g} mm between "
        "a bracket and the other digit's load cell are left.",
        "",
        f"The parts between the cells give way by {gives_way.grip * 1e3:.1f} µm/N of grip and "
        f"{gives_way.load * 1e3:.1f} µm/N of load on a digit.",
        "",
        f"<!-- sources {digest()} -->",
    ]
    return "\n".join([*lines, ""])


def write(text: str) -> None:
    """Put the table into the page."""
    before, rest = PAGE.read_text().split(START)
    PAGE.write_text(before + START + text + END + rest.split(END)[1])


def digest() -> str:
    """Fingerprint of the drawings and of the method."""
    sources = [
        HERE / f"{name}.scad" for name in ("parameters", "bracket", "carrier", "plate", "spine")
    ]
    sources += [Path(__file__).with_name(f"{name}.py") for name in SOLVED_AS]
    content = b"".join(path.read_bytes() for path in sources)
    return hashlib.sha256(content).hexdigest()[:16]
