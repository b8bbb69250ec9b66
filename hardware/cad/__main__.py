"""Render everything printable: ``python -m hardware.cad FOLDER``; `make -C hardware` calls it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hardware.cad import openscad
from hardware.cad.gallery import write_pictures
from hardware.cad.mesh import read_stl

if TYPE_CHECKING:
    from collections.abc import Mapping

PETG_G_PER_MM3 = 1.27e-3
ALUMINIUM_G_PER_MM3 = 2.70e-3


def main(folder: Path) -> None:
    """Write STL, 3MF, PNG, the SVG pictures and the table of parts."""
    for kind in ("stl", "3mf", "png"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    sizes = openscad.dimensions(folder)
    (folder / "dimensions.json").write_text(json.dumps(sizes, indent=1) + "\n")
    for part in openscad.PARTS:
        _say(f"rendering {part.name}")
        openscad.render_stl(part.name, folder / "stl")
        openscad.render_stl(part.name, folder / "3mf", form="3mf")
        openscad.render_png(part.name, folder / "png" / f"{part.name}.png", "--viewall")
    _say("rendering the assembly")
    openscad.render_png("assembly", folder / "png" / "assembly.png", f"--camera={openscad.VIEW}")
    openscad.render_png(
        "assembly",
        folder / "png" / "exploded.png",
        f"--camera={openscad.EXPLODED_VIEW}",
        "-Dexplode=1",
        size="1200,1400",
    )
    write_pictures(folder / "stl", sizes)
    (folder / "parts.md").write_text(parts_table(folder / "stl", sizes))


def parts_table(stl: Path, sizes: Mapping[str, Any]) -> str:
    """Tell what to make: how often, how large, how heavy when solid."""
    lines = [
        f"Grip aperture {sizes['aperture']:g} mm. Masses are of solid PETG or aluminium.",
        "",
        "| part | make | size mm | one weighs g |",
        "|---|---|---|---|",
    ]
    for part in openscad.PARTS:
        mesh = read_stl(stl / f"{part.name}.stl")
        x, y, z = mesh.bounds[1] - mesh.bounds[0]
        grams = mesh.volume_mm3 * (ALUMINIUM_G_PER_MM3 if part.sawn else PETG_G_PER_MM3)
        lines.append(
            f"| {part.name} | {part.print_count} | {x:.0f} × {y:.0f} × {z:.0f} | {grams:.1f} |"
        )
    return "\n".join([*lines, ""])


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
