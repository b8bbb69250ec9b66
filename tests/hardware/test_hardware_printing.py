"""What a printer can do: no overhang but ledges and bridges, and files that it reads."""

import xml.etree.ElementTree as ET
import zipfile

import numpy as np
import pytest

from hardware.cad import mesh, openscad
from hardware.cad.overhangs import overhangs
from hardware.cad.solids import cuboid, union

PART_NAMES = [part.name for part in openscad.PARTS]


@pytest.mark.parametrize("name", PART_NAMES)
def test_part_prints_without_support(printed, name):
    assert overhangs(printed[name]) == []


def table(reach_mm):
    """A block with a plate on top that stands out on one side."""
    return union([cuboid((0, 20), (0, 20), (0, 20)), cuboid((0, 20 + reach_mm), (0, 20), (20, 22))])


def gate(span_mm):
    """Two blocks and a plate across them."""
    far = 10 + span_mm
    legs = [cuboid((x, x + 10), (0, 8), (0, 20)) for x in (0, far)]
    return union([*legs, cuboid((0, far + 10), (0, 8), (19.9, 22))])


@pytest.mark.parametrize(
    ("part", "prints"),
    [(table(1.5), True), (table(4), False), (gate(20), True), (gate(40), False)],
    ids=["short ledge", "long ledge", "bridge", "too far"],
)
def test_overhangs_are_told_from_bridges(part, prints):
    assert (overhangs(part) == []) is prints


def test_3mf_holds_the_same_part(tmp_path, printed):
    """Read as any program reads it: a ZIP with one XML model, in millimetres."""
    made = openscad.render_stl("gauge", tmp_path, form="3mf")
    with zipfile.ZipFile(made) as archive:
        model = ET.fromstring(archive.read("3D/3dmodel.model"))
    tag = "{http://schemas.microsoft.com/3dmanufacturing/core/2015/02}"
    assert model.get("unit") == "millimeter"
    points = [[float(v.get(k)) for k in "xyz"] for v in model.iter(f"{tag}vertex")]
    corners = [[int(t.get(k)) for k in ("v1", "v2", "v3")] for t in model.iter(f"{tag}triangle")]
    part = mesh.Mesh(np.array(points)[np.array(corners)])
    assert part.volume_mm3 == pytest.approx(printed["gauge"].volume_mm3, rel=1e-3)
