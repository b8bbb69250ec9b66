"""The printable parts: closed, printable, and meeting each other where the parameters say.

Holes, pads and clearances are looked for in the rendered meshes; where they have to be follows
from the cell's drawing and the screws, worked out here a second time.
"""

from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest

from hardware.cad import mesh, openscad
from hardware.cad.solids import shared_mm3

PART_NAMES = [part.name for part in openscad.PARTS]
CAD = Path(openscad.__file__).parent

CRUSHED = {"carrier", "plate"}  # ribs in the plate are there to be crushed
CRUSHED_MM3 = 20

CELL = {"length": 47, "width": 12, "height": 6, "inset": 4, "pitch": 7, "pad": 14}
SCREW_HOLE_MM = 3.4


@pytest.mark.parametrize("name", PART_NAMES)
def test_part_is_one_closed_body(printed, name):
    part = printed[name]
    assert part.open_edges() == 0
    assert part.volume_mm3 > 0
    assert part.pieces() == 1


@pytest.mark.parametrize("name", PART_NAMES)
def test_part_lies_on_a_200_mm_bed(printed, name):
    low, high = printed[name].bounds
    assert low[2] == pytest.approx(0, abs=1e-3)
    assert max((high - low)[:2]) <= 200


def test_no_two_parts_are_in_one_place(placed):
    standing = {k: v for k, v in placed.items() if not k.startswith("jig")}
    for (name_a, a), (name_b, b) in combinations(standing.items(), 2):
        shared = shared_mm3(a, b)
        pressed = {name_a.split()[0], name_b.split()[0]} == CRUSHED
        assert shared <= (CRUSHED_MM3 if pressed else 0.5), f"{name_a} in {name_b}: {shared} mm³"


@pytest.mark.parametrize(
    ("jig", "takes_the_place_of"),
    [("jig_plate", "plate index"), ("jig_stand", "tray"), ("jig_clamp", None)],
)
def test_jig_fits_on_the_object(placed, jig, takes_the_place_of):
    away = {takes_the_place_of, "base"} | {k for k in placed if k.startswith("jig")}
    for name in placed.keys() - away:
        allowed = CRUSHED_MM3 if (jig, name) == ("jig_plate", "carrier index") else 0.5
        assert shared_mm3(placed[jig], placed[name]) <= allowed, name


# -- screw joints: [part, axis, point on the axis, from, to] -------------------------------------


def holes():
    """Every through hole, from the cell's drawing and the screws' places."""
    outer = CELL["length"] / 2 - CELL["inset"]
    inner = outer - CELL["pitch"]
    top = 1 + CELL["height"]
    for y in (outer, inner):
        yield "bracket index", "z", (0, -y), top, top + 3
        yield "bracket thumb", "z", (0, -y), -top - 3, -top
        yield "bracket index", "x", (-y, 0), 8.1, 9.5  # behind the countersink
        yield "bracket thumb", "x", (-y, 0), -9.5, -8.1
        yield "carrier index", "x", (y, 0), 16.0, 17.2
        yield "carrier thumb", "x", (y, 0), -17.2, -16.0
        yield "spine", "z", (0, y), top, top + 8
        yield "spine", "z", (0, y), -top - 8, -top
    for x, y in product((-8, 8), (15.5, 30.5)):
        yield "body", "z", (x, y), -29, -26
    for x in (-26.5, 26.5):
        yield "bay_cover", "z", (x, -24.5), -56.95, -56.5  # behind the countersink


@pytest.mark.parametrize("hole", holes(), ids=lambda h: f"{h[0]} {h[1]} {h[2]}")
def test_screw_hole_is_there(placed, hole):
    name, axis, at, low, high = hole
    along = np.linspace(low + 0.1, high - 0.1, 7)
    assert not placed[name].contains(ring(axis, at, along, 0)).any(), "blocked"
    assert not placed[name].contains(ring(axis, at, along, SCREW_HOLE_MM / 2 - 0.15)).any()
    rim = placed[name].contains(ring(axis, at, along, SCREW_HOLE_MM / 2 + 0.25))
    assert rim.all(), "the hole is larger than its screw, or breaks through an edge"


def test_body_and_cover_and_tray_share_their_screws(placed):
    for x, y in product((-8, 8), (15.5, 30.5)):
        along = np.linspace(-25.9, -19, 6)
        assert not placed["spine"].contains(ring("z", (x, y), along, 1.0)).any()
        assert placed["spine"].contains(ring("z", (x, y), along, 2.4)).all()
    for x in (-26.5, 26.5):
        along = np.linspace(-56.2, -46, 6)
        assert not placed["body"].contains(ring("z", (x, -24.5), along, 1.0)).any()
        assert placed["body"].contains(ring("z", (x, -24.5), along, 2.4)).all()
    for name, (low, high) in {"body": (-30.3, -24), "tray": (-33.6, -30.8)}.items():
        along = np.linspace(low, high, 6)
        assert not placed[name].contains(ring("y", (0, -53), along, 1.4)).any(), name
        assert placed[name].contains(ring("y", (0, -53), along[:2], 2.4)).all(), name


def ring(axis, at, along, radius):
    """Points at ``radius`` around an axis; radius 0 is the axis itself."""
    angles = np.arange(8) * np.pi / 4 + 0.2
    points = []
    for depth, angle in product(along, angles if radius else angles[:1]):
        a, b = at[0] + radius * np.cos(angle), at[1] + radius * np.sin(angle)
        points.append({"x": (depth, a, b), "y": (a, depth, b), "z": (a, b, depth)}[axis])
    return np.array(points)


# -- the cells: held at their ends only, free between, each in its own axis ------------------------


def cells():
    """Middle and size of each cell: load cells one above the other, a grip cell at each side."""
    load = (CELL["width"], CELL["length"], CELL["height"])
    grip = (CELL["height"], CELL["length"], CELL["width"])
    return {
        "load index": ((0, 0, 4), load),
        "load thumb": ((0, 0, -4), load),
        "grip index": ((12.5, 0, 0), grip),
        "grip thumb": ((-12.5, 0, 0), grip),
    }


def test_parameters_describe_these_cells(dimensions):
    assert dimensions["cell_length"] == CELL["length"]
    assert dimensions["cell_width"] == CELL["width"]
    assert dimensions["cell_height"] == CELL["height"]
    assert dimensions["grip_x0"] == 12.5 - CELL["height"] / 2
    assert dimensions["load_z"] == 4


@pytest.mark.parametrize("cell", cells())
def test_nothing_stands_inside_a_cell(placed, cell):
    middle, size = cells()[cell]
    for name, part in placed.items():
        if not name.startswith("jig"):
            assert not part.contains(box_grid(middle, np.array(size) - 0.2)).any(), name


@pytest.mark.parametrize("cell", cells())
def test_flexure_of_each_cell_is_free(placed, cell):
    middle, size = cells()[cell]
    free = np.array(size, dtype=float)
    free[1] = CELL["length"] - 2 * CELL["pad"] - 0.2
    free += np.where(np.arange(3) == 1, 0, 2 * 0.4)  # 0.4 mm around it
    for name, part in placed.items():
        if not name.startswith("jig"):
            assert not part.contains(box_grid(middle, free)).any(), name


PADS = [  # cell, end (-1 near the subject), face normal, what it sits on, gap
    ("load index", -1, (0, 0, 1), "bracket index", 0),
    ("load thumb", -1, (0, 0, -1), "bracket thumb", 0),
    ("load index", 1, (0, 0, 1), "spine", 0),
    ("load thumb", 1, (0, 0, -1), "spine", 0),
    ("grip index", -1, (-1, 0, 0), "bracket index", 0),
    ("grip thumb", -1, (1, 0, 0), "bracket thumb", 0),
    ("grip index", 1, (1, 0, 0), "carrier index", 0.5),  # a washer lies between
    ("grip thumb", 1, (-1, 0, 0), "carrier thumb", 0.5),
]


@pytest.mark.parametrize("pad", PADS, ids=lambda p: f"{p[0]} on {p[3]}")
def test_each_cell_end_lies_flat_on_its_mount(placed, pad):
    cell, end, normal, mount, gap = pad
    middle, size = (np.array(v, dtype=float) for v in cells()[cell])
    face = middle + np.array(normal) * size / 2
    sideways = np.array((0, 0, 4.5) if "grip" in cell else (4.5, 0, 0))  # away from the holes
    for y, side in product((1.0, CELL["pad"] - 0.5), (-1, 1)):
        at = face + side * sideways
        at[1] = end * (CELL["length"] / 2 - y)
        assert placed[mount].contains(at + np.array(normal) * (gap + 0.1))[0], "not supported"
        assert not placed[mount].contains(at + np.array(normal) * (gap - 0.1))[0], "in the way"


def test_grip_surfaces_are_as_wide_apart_as_promised(placed, dimensions):
    sheet = dimensions["face_x"] - dimensions["plate_x1"]
    outside = placed["plate index"].bounds[1, 0] - placed["plate thumb"].bounds[0, 0]
    assert outside + 2 * sheet == pytest.approx(dimensions["aperture"])
    assert 30 <= dimensions["aperture"] <= 45
    low, high = placed["plate index"].bounds
    assert high[2] - low[2] == pytest.approx(35)
    assert low[2] + high[2] == pytest.approx(0)  # its middle is on the grip axis
    assert low[1] + high[1] == pytest.approx(-1.5)  # but for the wall that ends it


def test_grip_axis_crosses_the_middle_of_every_cell():
    for middle, _ in cells().values():
        assert middle[1] == 0
    assert all(middle[2] == 0 for name, (middle, _) in cells().items() if "grip" in name)


def test_tray_takes_its_steel_and_slides_on_the_body(placed, dimensions):
    d = dimensions
    bottom = d["tray_bottom"] + d["tray_wall"]
    stack = d["steel"] * d["steel_count"]
    room = box_grid((0, 0, bottom + stack / 2), (d["steel_side"], d["steel_side"], stack - 0.1))
    assert not placed["tray"].contains(room).any()
    kilograms = d["steel_side"] ** 2 * stack * 7.85e-6
    assert 0.75 <= kilograms <= 0.80
    # its rails overlap the body's lips: it cannot fall
    rail = placed["tray"].bounds[:, 0]
    lip = d["body_inner"] - (d["rail_half"] - d["tray_half"])
    assert rail[1] - lip >= 2.5


def test_tray_stands_in_the_base_on_the_switch(placed, dimensions):
    d = dimensions
    assert d["floor_z"] == pytest.approx(placed["tray"].bounds[0, 2], abs=1e-3)
    plunger = d["switch_z"] + d["switch_tip"]
    assert 0.1 <= plunger - d["floor_z"] <= 0.5  # pressed past its click, not to its end
    slot = box_grid((0, 0, d["floor_z"] - 1), (d["switch_length"], d["switch_width"], 1.8))
    assert not placed["base"].contains(slot).any()


def test_masses_hang_under_the_grip(placed, dimensions):
    """Printed parts and steel balance within 4 mm of the grip axis, front to back."""
    bodies = [v for k, v in placed.items() if not k.startswith(("jig", "base"))]
    grams = np.array([m.volume_mm3 * 1.27e-3 for m in bodies])
    y = np.array([m.centroid[1] for m in bodies])
    assert abs((grams @ y) / (grams.sum() + 400)) <= 4  # with half of the steel, which is central


def box_grid(middle, size):
    axes = [m + np.linspace(-0.5, 0.5, 9) * s for m, s in zip(middle, size, strict=True)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)


# -- the checks themselves -------------------------------------------------------------------------


def cube(side):
    corners = np.array(list(product((0.0, side), repeat=3)))
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = [t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))]
    return mesh.Mesh(corners[np.array(faces)])


def test_mesh_measures_a_cube():
    part = cube(3.0)
    assert part.volume_mm3 == pytest.approx(27)
    assert part.centroid == pytest.approx([1.5, 1.5, 1.5])
    assert part.open_edges() == 0
    assert part.contains(np.array([[1, 1, 1], [4, 1, 1], [-0.1, 1, 1]])).tolist() == [1, 0, 0]


def test_mesh_sees_a_hole_in_the_skin():
    torn = mesh.Mesh(cube(3.0).triangles[1:])
    assert torn.open_edges() == 3


def test_overlap_of_two_cubes():
    assert shared_mm3(cube(3.0), cube(2.0)) == pytest.approx(8)


def test_a_moved_hole_is_noticed(dimensions, tmp_path):
    """Break the cell's drawing on purpose: the bracket no longer meets it."""
    for source in CAD.glob("*.scad"):
        text = source.read_text()
        text = text.replace("cell_hole_pitch = 7;", "cell_hole_pitch = 9;")
        (tmp_path / source.name).write_text(text)
    moved = mesh.read_stl(openscad.render_stl("bracket", tmp_path, tmp_path))
    moved = moved.moved(mesh.inverse(dimensions["print_bracket"]))
    hole = ring("z", (0, -12.5), np.linspace(7.1, 10.9, 7), 1.5)
    assert moved.contains(hole).any()
