"""All pictures of the pages, written as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hardware.cad.assembly_steps import ASSEMBLY, on_the_bed
from hardware.cad.labels import LABELS
from hardware.cad.openscad import PARTS
from hardware.cad.picture import PICTURES, View, draw
from hardware.cad.scenes import SCENES, colour_of, printed_part
from hardware.cad.wiring_steps import WIRING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

BED = "bed"
STEPS = ASSEMBLY | WIRING
NAMES = (*SCENES, *STEPS, BED)
"""Of all pictures."""


def write_pictures(stl: Path, sizes: Mapping[str, Any], names: Sequence[str] = NAMES) -> None:
    """Draw pictures of the pages, all or some, from rendered parts."""
    PICTURES.mkdir(exist_ok=True)
    parts = {part.name: printed_part(stl, sizes, part.name) for part in PARTS}
    bed = {BED: (on_the_bed(stl), View(12, 40), "All printed parts as they are printed")}
    scenes = SCENES | STEPS | bed
    for name in names:
        scene, view, title = scenes[name]
        bodies = scene(parts, sizes)
        drawn = [(body, colour_of(body), mesh) for body, mesh in bodies.items()]
        words = {at: text.format(**sizes) for at, text in LABELS.get(name, {}).items()}
        (PICTURES / f"{name}.svg").write_text(draw(drawn, view, title, words))
