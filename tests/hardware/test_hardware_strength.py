"""Strength: the method against textbook formulas, the parts against the capacity, one capacity.

The parts are computed again here with a coarser mesh than the page's.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from gripforce.model import DeviceInfo
from gripforce.protocol.library import find_protocol
from gripforce.session.acceptance.capacity import grip_capacity, too_much
from gripforce.sim.device.frontend import frontend
from gripforce.wire.hello import Hello
from hardware.budget import inputs as known
from hardware.cad.picture import block
from hardware.strength import cases, judge, report
from hardware.strength.calculix import Push, solve
from hardware.strength.materials import PETG, material
from hardware.strength.solid import fill

ROOT = Path(__file__).parents[2]
COARSE_MM = {"bracket": 4.0, "carrier, finger 10 mm off": 6.0, "spine": 6.0}
"""For the cases that decide; coarser where the factor is the page's all the same."""
FACTOR = 2.0


def test_a_beam_bends_as_in_the_textbook(tmp_path, need):
    need("ccx")
    solid = fill(block((0, 20, 0), (4, 40, 6)), tmp_path, 2.0)
    assert solid.volume_mm3 == pytest.approx(4 * 40 * 6)
    y = solid.nodes[:, 1]
    end = Push(np.flatnonzero(y > 40 - 1e-6), (5.0, 0, 0), (0, 40, 0))
    answer = solve(solid, np.flatnonzero(y < 1e-6), [end], PETG, tmp_path)
    inertia = 6 * 4**3 / 12
    bending = 5 * 40**3 / (3 * PETG.modulus_mpa * inertia)
    assert answer.pushed[0, 0] == pytest.approx(bending, rel=0.03)
    assert answer.turned[0, 2] == pytest.approx(-5 * 40**2 / (2 * 2000 * inertia), rel=0.03)
    middle = np.abs(y - 20) < 0.3
    assert answer.stress[middle, 1].max() == pytest.approx(5 * 20 * 2 / inertia, rel=0.05)


def test_equivalent_stress_of_simple_states():
    pull, shear = [30.0, 0, 0, 0, 0, 0], [0, 0, 0, 10.0, 0, 0]
    assert judge.von_mises(np.array([pull, shear])) == pytest.approx([30, 10 * np.sqrt(3)])


def test_layers_part_under_tension_across_them_alone():
    pull, press = [25.0, 0, 0, 0, 0, 0], [-25.0, 0, 0, 0, 0, 0]
    across, along = np.array([1.0, 0, 0]), np.array([0, 0, 1.0])
    stress = np.array([pull, press])
    assert judge.safety_factor(stress, PETG, across) == pytest.approx([1.0, 44 / 25])
    assert judge.safety_factor(stress, PETG, along) == pytest.approx([44 / 25, 44 / 25])


@pytest.fixture(scope="module")
def coarse(placed, dimensions, need):
    """The cases that decide, by their names."""
    need("ccx")
    return {
        case.name: cases.run(case, _part(placed, case.part), dimensions, COARSE_MM[case.name])
        for case in cases.cases(dimensions, dimensions["capacity_n"], cases.LOAD_N)
        if case.name in COARSE_MM
    }


def _part(placed, name):
    return placed.get(name) or placed[f"{name} index"]


def test_every_part_bears_twice_the_capacity(coarse):
    for name, result in coarse.items():
        assert result.factor >= FACTOR, name
    for name, factor in page_factors().items():
        assert factor >= FACTOR, name


def test_page_was_computed_from_these_parts(coarse):
    assert f"<!-- sources {report.digest()} -->" in report.PAGE.read_text(), (
        "run `make -C hardware strength`"
    )
    page = page_factors()
    for name, result in coarse.items():
        assert page[name] == pytest.approx(result.factor, rel=0.3), name


def page_factors():
    rows = re.findall(r"^\| ([a-z0-9, ]+) \| \w+ \| ([\d.]+) \|", report.PAGE.read_text(), re.M)
    return {name: float(factor) for name, factor in rows}


def test_a_printed_bracket_would_not_do(placed, dimensions, need):
    """The reason for the aluminium: the same part in PETG."""
    need("ccx")
    case = cases.cases(dimensions, dimensions["capacity_n"], cases.LOAD_N)[0]
    assert case.part == "bracket"
    assert material("bracket").name == "aluminium"
    printed = cases.run(case, _part(placed, "bracket"), dimensions, COARSE_MM["bracket"], PETG)
    assert printed.factor < 1


def test_nothing_touches_a_load_cell_at_the_capacity():
    left = float(re.search(r"grip ([\d.]+) mm of the", report.PAGE.read_text())[1])
    assert left >= 0.1


def test_mounts_are_as_stiff_as_the_budget_assumes():
    found = re.search(
        r"by ([\d.]+) µm/N of grip and ([\d.]+) µm/N of load", report.PAGE.read_text()
    )
    assert float(found[1]) <= known.MOUNT_GRIP_UM_PER_N.value
    assert float(found[2]) <= known.MOUNT_LOAD_UM_PER_N.value


# -- one capacity ----------------------------------------------------------------------------------


def test_capacity_is_within_what_the_cells_bear(dimensions):
    cell = known.GRIP_CAPACITY_KG.value * known.STANDARD_GRAVITY_M_PER_S2.value
    assert dimensions["capacity_n"] <= cell * known.CELL_SAFE_OVERLOAD.value
    assert dimensions["capacity_n"] >= 3 * known.LIFT_GRIP_N.value


@pytest.mark.parametrize("page", ["safety.md", "README.md", "strength.md", "why/tether.md"])
def test_pages_name_the_capacity(page, dimensions):
    text = (ROOT / "hardware" / page).read_text()
    assert f"{dimensions['capacity_n']:g} N" in text


def test_firmware_states_the_capacity(dimensions):
    text = (ROOT / "firmware/gripforce/config.h").read_text()
    stated = re.findall(r"#define GRIP_CAPACITY_DN (\d+)", text)
    assert [int(n) for n in stated] in ([], [10 * dimensions["capacity_n"]])


def test_session_leaves_out_a_maximal_pinch_on_this_object(dimensions):
    said = Hello(_device(dimensions["capacity_n"])).encode()
    heard = Hello.decode(said)
    assert isinstance(heard, Hello)
    stated = grip_capacity(heard.device)
    assert stated == dimensions["capacity_n"]
    blocks = find_protocol("als-battery").blocks
    left_out = {block.task for block in blocks if too_much(block, stated)}
    assert left_out == {"pinch"}


def _device(capacity_n):
    made = frontend("research").with_capacity(capacity_n)
    streams = tuple(plan.info for plan in made.streams)
    return DeviceInfo(made.board, "00112233", "1.0.0", 1, 1, streams)
