"""The bay: everything in its place, nothing in another's, and every screw within reach.

Volumes that two bodies share are computed by manifold3d; places on the boards come from the
circuits, openings from the rendered body.
"""

from itertools import combinations

import numpy as np
import pytest

from hardware.board.entry import ENTRY
from hardware.board.research import RESEARCH
from hardware.cad import electronics, fasteners, scenes
from hardware.cad.solids import cuboid, rod, shared_mm3

TOUCH_MM3 = 0.05
PRESSED = {"plate", "carrier"}  # ribs in the plate are there to be crushed
BUILDS = {"research": RESEARCH, "entry": ENTRY}


@pytest.fixture(scope="module")
def parts(placed):
    """Parts in their places, by their files' names."""
    found = {name.removesuffix(" index"): mesh for name, mesh in placed.items()}
    return {name: mesh for name, mesh in found.items() if not name.endswith(" thumb")}


@pytest.fixture(scope="module", params=BUILDS)
def built(request, parts, dimensions):
    """The whole object: circuit and bodies."""
    circuit = BUILDS[request.param]
    return circuit, scenes.whole(parts, dimensions, circuit)


def test_nothing_overlaps(built, dimensions):
    circuit, bodies = built
    legs = electronics.legs(dimensions, circuit)
    bodies = bodies | {f"legs of {name}": mesh for name, mesh in legs.items()}
    for (name, a), (other, b) in combinations(bodies.items(), 2):
        kinds = {name.split()[0], other.split()[0]}
        allowed = 10 if kinds == PRESSED else TOUCH_MM3
        assert shared_mm3(a, b) <= allowed, f"{name} in {other}"


def test_an_overlap_is_noticed(parts, dimensions):
    thick = {**dimensions, "battery": [36, 29, 9]}
    cell = electronics.bay_bodies(thick, RESEARCH)
    assert shared_mm3(cell["battery"], cell["board"]) > 100


def test_battery_may_swell(dimensions):
    """6 mm when it is old, between the deck and the legs of the board's parts."""
    old = electronics.battery({**dimensions, "battery": [36, 29, 6.0]})
    for mesh in electronics.legs(dimensions, RESEARCH).values():
        assert shared_mm3(old, mesh) == 0


def test_usb_plug_goes_in(built, dimensions):
    """As large as the standard allows; it meets its socket before it meets the wall."""
    circuit, bodies = built
    plug = electronics.usb_plug(dimensions, circuit)
    for name, mesh in bodies.items():
        assert shared_mm3(plug, mesh) == 0, name
    assert plug.bounds[0, 1] - bodies["USB socket"].bounds[1, 1] <= 0.5


JACKS = {"trigger jack": -1, "TTL jack": -1, "contact jack": 1}


@pytest.mark.parametrize("jack", JACKS)
def test_jack_plug_goes_in(built, dimensions, jack):
    """A plug of 10 mm in each jack, with the tray in place and all at once."""
    _, bodies = built
    outwards = JACKS[jack]
    x, _, z = bodies[jack].bounds.mean(axis=0)
    out = bodies[jack].bounds[int(outwards > 0), 1]
    plug = rod((x, out, z), (x, out + outwards * 25, z), 10.0)
    for name, mesh in bodies.items():
        assert shared_mm3(plug, mesh) == 0, name


def test_openings_are_where_the_parts_are(built, dimensions):
    circuit, bodies = built
    d = dimensions
    usb = bodies["USB socket"].bounds.mean(axis=0)
    assert usb[0] == pytest.approx(d["usb_x"], abs=0.1)
    assert abs(usb[2] - d["usb_z"]) <= 1.0
    hole = cuboid(
        (d["usb_x"] - 6.5, d["usb_x"] + 6.5),
        (d["body_y1"] - 6, d["body_y1"] + 1),
        (d["usb_z"] - 4.4, d["usb_z"] + 4.4),
    )
    assert shared_mm3(hole, bodies["body"]) == 0
    (x, y), (px, py) = circuit_hole(), d["post_hole"]
    assert electronics.on_board(d, x, y) == pytest.approx((px, py))
    assert circuit.components  # both boards have the same hole


def circuit_hole():
    from hardware.board.circuit import HOLES_MM, SIZE_MM  # noqa: PLC0415

    assert SIZE_MM == (58.0, 50.0)
    return HOLES_MM[0]


def test_board_rests_on_the_body(placed, dimensions):
    """On a ledge at each corner, and on the post of its screw."""
    d = dimensions
    for side in (-1, 1):
        for y in (d["board_y1"] - 1, d["board_y0"] + 1):
            at = np.array([[side * (d["board_length"] / 2 - 0.5), y, d["board_z1"] + 0.2]])
            assert placed["body"].contains(at).all()
    x, y = d["post_hole"]
    post = np.array([[x + 2.5, y, d["board_z1"] + 0.2]])
    assert placed["body"].contains(post).all()


def test_fingers_do_not_reach_the_electronics(built, dimensions):
    """With the cover on, a rod of a small finger's width meets something before a board."""
    _, bodies = built
    d = dimensions
    finger = rod((d["usb_x"], 60, d["usb_z"]), (d["usb_x"], d["body_y1"] - 4, d["usb_z"]), 12.5)
    assert shared_mm3(finger, bodies["body"]) > 0


# -- screws ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def screws(dimensions):
    return fasteners.screws(dimensions)


def test_every_screw_meets_only_what_it_holds(screws, built):
    _, bodies = built
    for screw in screws:
        body = screw.body()
        mine = {screw.through, screw.thread}
        for name, mesh in bodies.items():
            if name not in mine:
                assert shared_mm3(body, mesh) <= TOUCH_MM3, f"{screw.ref} at {screw.at} in {name}"


def test_every_screw_can_be_turned(screws, built):
    """A straight key reaches each head, past all that is mounted by then."""
    _, bodies = built
    for screw in screws:
        for name in fasteners.present(screw, bodies):
            assert shared_mm3(screw.key(), bodies[name]) == 0, f"{screw.ref} at {screw.at}: {name}"


def test_a_foot_without_its_holes_hides_two_screws(screws, built, dimensions):
    """As the object was until these holes: nobody could have turned them."""
    _, bodies = built
    d = dimensions
    foot = cuboid(
        (-13, 13), (d["foot_y0"], d["wall_y1"]), (d["body_top"], d["body_top"] + d["foot"])
    )
    hidden = [s for s in screws if shared_mm3(s.key(), foot) > 1 and s.thread == "load cell thumb"]
    assert [s.ref for s in hidden] == ["SCREW-M3X12-CAP"] * 2
    assert bodies["spine"].bounds[0, 2] == pytest.approx(d["body_top"])


def test_a_screw_bites_and_does_not_come_out(screws, dimensions):
    """One diameter in aluminium, two in plastic; not longer than what it is in."""
    d = dimensions
    clamped = {
        "bracket": d["web"],
        "carrier": d["carrier"] + d["washer"],
        "spine": d["shelf"],
        "body": d["deck"],
        "board": 1.6,
        "bay_cover": d["cover_z1"] - d["cover_z0"],
    }
    room = {"grip cell": d["cell_height"], "load cell": d["cell_height"], "spine": d["foot_thread"]}
    room["body"] = 12.0
    for screw in screws:
        if screw.thread == "nut":
            continue
        within = screw.kind.length - clamped[screw.through.split()[0]]
        thread = screw.thread.removesuffix(" index").removesuffix(" thumb")
        bite = screw.kind.d * (1 if "cell" in thread else 1.8)
        assert bite <= within <= room[thread], screw
