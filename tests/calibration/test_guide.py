"""Load by load: what rests, what is refused as soon as it hangs, and what comes out."""

from dataclasses import replace

import numpy as np
import pytest

from gripforce.calibration import READING_S, Guide, Readings, fit, read_masses
from gripforce.errors import CalibrationError
from gripforce.model import Channel, Samples, Scaling, StreamInfo, Unit
from tests.calibration.bench import FORCES, cell_counts, channels, up_and_down

RATE_HZ = 100.0
MASSES_G = (0.0, 500.0, 1000.0)
MATRIX = [[2e-6, 1e-7], [-5e-8, 3e-6]]
ZEROS = [4000.0, -9000.0]
G = 9.80665


def block(cells, counts, start_s):
    """Return samples of some seconds, one row a sample."""
    counts = np.asarray(counts, dtype=np.int32)
    stream = StreamInfo(0, cells, RATE_HZ)
    size = len(cells)
    scaling = Scaling(np.zeros(size), np.eye(size), (Unit.COUNT,) * size)
    t = start_s + np.arange(1, len(counts) + 1) / RATE_HZ
    flags = np.zeros(len(counts), dtype=np.uint8)
    return Samples(stream, np.arange(len(counts)), t, counts, flags, scaling)


def hold(guide, cells, loads_n, *, noise=20.0, seconds=READING_S):
    """Let a load hang still for some seconds."""
    rng = np.random.default_rng(1)
    at = cell_counts([*loads_n, 0.0][:2], MATRIX, ZEROS)[: len(cells)]
    rows = at + rng.normal(0, noise, (round(seconds * RATE_HZ), len(cells)))
    guide.readings.add(block(cells, rows, guide.readings.now_s))


def loads_of(step):
    return [step.mass_g / 1000 * G * (cell is step.cell) for cell in step.group]


def through(guide, cells):
    while (step := guide.step) is not None:
        hold(guide, cells, loads_of(step))
        guide.accept()


def test_what_was_planted_comes_back_cross_talk_and_all():
    cells = channels(2)
    guide = Guide([cells], MASSES_G)
    assert [(s.cell.kind, s.mass_g, s.rising) for s in guide.steps] == [
        (kind, mass, up)
        for kind in FORCES[:2]
        for mass, up in ((0, True), (500, True), (1000, True), (500, False), (0, False))
    ]
    through(guide, cells)
    made = guide.result("2026-01-31")
    np.testing.assert_allclose(made.newtons_per_count, MATRIX, atol=1e-9)
    np.testing.assert_allclose(made.zero_counts, ZEROS, atol=5)


def test_it_is_the_fit_of_the_same_points():
    cells = channels(2)
    guide = Guide([cells], MASSES_G)
    through(guide, cells)
    assert guide.result("2026-01-31") == fit(cells, guide.points, date="2026-01-31")


def test_cells_of_several_streams_have_no_cross_talk():
    guide = Guide([channels(1), (Channel(FORCES[1]),)], MASSES_G)
    while (step := guide.step) is not None:
        own = FORCES.index(step.cell.kind)
        loads = [0.0, 0.0]
        loads[own] = step.mass_g / 1000 * G
        counts = cell_counts(loads, MATRIX, ZEROS)[own]
        guide.readings.add(
            block(
                step.group,
                np.full((200, 1), counts) + np.arange(200)[:, None] % 3,
                guide.readings.now_s,
            )
        )
        guide.accept()
    made = guide.result("2026-01-31")
    assert made.newtons_per_count[0][1] == made.newtons_per_count[1][0] == 0


def at_second_load(cells):
    guide = Guide([cells], MASSES_G)
    hold(guide, cells, [0, 0])
    guide.accept()
    return guide


REFUSED = {
    "reads the same at 0 N and at 4.903 N": ([0, 0], 20.0),
    "is saturated at 4.903 N": ([20.0, 0], 20.0),
}


@pytest.mark.parametrize("says", REFUSED)
def test_nonsense_is_refused_as_soon_as_it_hangs_and_can_be_hung_again(says):
    cells = channels(2)
    guide = at_second_load(cells)
    hold(guide, cells, *REFUSED[says][:1], noise=REFUSED[says][1])
    with pytest.raises(CalibrationError, match=says):
        guide.accept()
    assert guide.done == 1
    hold(guide, cells, loads_of(guide.step))
    guide.accept()
    assert guide.done == 2


def test_a_lighter_mass_than_the_one_before_is_refused():
    cells = channels(2)
    guide = at_second_load(cells)
    hold(guide, cells, [6.0, 0])
    guide.accept()
    hold(guide, cells, [5.0, 0])  # 1000 g is asked for
    with pytest.raises(CalibrationError, match="turns back"):
        guide.accept()


def test_the_newest_load_can_be_taken_back():
    cells = channels(2)
    guide = at_second_load(cells)
    guide.back()
    assert (guide.done, guide.step.mass_g) == (0, 0.0)
    guide.back()
    assert guide.done == 0


def test_nothing_more_than_all_loads_can_be_read():
    cells = channels(1)
    guide = Guide([cells], MASSES_G)
    through(guide, cells)
    with pytest.raises(CalibrationError, match="All loads"):
        guide.accept()


def test_a_load_rests_when_it_has_not_moved_for_as_long_as_is_averaged():
    (cell,) = cells = channels(1)
    band = 0.0005 * cell.full_scale_counts  # 1 % of the least span, 5 % of full scale
    readings = Readings()
    assert readings.reading(cell) is None
    readings.add(block(cells, np.full((100, 1), 5 * band), 0.0))
    readings.add(block(cells, np.full((100, 1), 0.0), 1.0))
    half = readings.reading(cell)
    assert (half.counts, half.rests) == (0.0, False)
    assert half.still_s == pytest.approx(1.0)
    readings.add(block(cells, np.full((100, 1), 0.9 * band), 2.0))
    assert readings.reading(cell).rests


def test_a_mean_is_of_the_seconds_before():
    cells = channels(1)
    readings = Readings()
    readings.add(block(cells, np.full((300, 1), 7), 0.0))
    readings.add(block(cells, np.full((300, 1), 9), 3.0))
    assert readings.average(cells[0].label, until_s=3.0) == (7.0, 0.0)
    assert readings.average(cells[0].label) == (9.0, 0.0)
    with pytest.raises(CalibrationError, match="nothing to average"):
        readings.average(cells[0].label, until_s=30.0)


@pytest.mark.parametrize("text", ["a,b", "", "0,-5,10", "0,nan,10", "0,500", "200,500,1000"])
def test_masses_that_cannot_calibrate_are_refused(text):
    with pytest.raises(CalibrationError):
        read_masses(text)


def test_masses_are_sorted_without_duplicates():
    assert read_masses("500, 0,200,500") == [0.0, 200.0, 500.0]


def last_calibration(factor=1.0):
    """Return a calibration whose gains are ``factor`` times the bench's."""
    cells = channels(2)
    guide = Guide([cells], MASSES_G)
    through(guide, cells)
    made = guide.result("2026-01-01")
    scaled = tuple(tuple(factor * gain for gain in row) for row in made.newtons_per_count)
    return replace(made, newtons_per_count=scaled)


UNITS = {"kilograms": 1000.0, "newtons": 101.972, "ounces": 28.3495, "pounds": 453.592}


@pytest.mark.parametrize("unit", UNITS)
def test_masses_in_another_unit_are_refused_at_the_second_load_with_its_name(unit):
    cells = channels(2)
    guide = Guide([cells], [mass / UNITS[unit] for mass in MASSES_G], before=last_calibration())
    hold(guide, cells, [0, 0])
    guide.accept()
    hold(guide, cells, [MASSES_G[1] / 1000 * G, 0])
    with pytest.raises(CalibrationError, match=f"look like {unit}"):
        guide.accept()
    assert guide.done == 1


@pytest.mark.parametrize("factor", [1000, 102, 35.27, 28.35, 9.80665])
@pytest.mark.parametrize("turned", [1, -1])
def test_a_gain_off_by_the_ratio_of_two_units_is_refused(factor, turned):
    cells = channels(2)
    guide = Guide([cells], MASSES_G, before=last_calibration(factor**turned))
    hold(guide, cells, [0, 0])
    guide.accept()
    hold(guide, cells, loads_of(guide.step))
    with pytest.raises(CalibrationError, match="--new-cell"):
        guide.accept()
    new = Guide([cells], MASSES_G, before=last_calibration(factor**turned), new_cell=True)
    through(new, cells)
    assert new.result("2026-01-31").newtons_per_count[0][0] == pytest.approx(2e-6, rel=1e-3)


@pytest.mark.parametrize("factor", [0.1, 0.5, 0.9, 1.1, 2, 5, 10, 20])
def test_a_cell_of_another_capacity_is_accepted(factor):
    cells = channels(2)
    guide = Guide([cells], MASSES_G, before=last_calibration(factor))
    through(guide, cells)
    assert guide.step is None


@pytest.mark.parametrize("known", [True, False])
def test_exchanged_cells_are_refused_at_the_second_load(known):
    cells = channels(2)
    guide = Guide([cells], MASSES_G, before=last_calibration() if known else None)
    hold(guide, cells, [0, 0])
    guide.accept()
    hold(guide, cells, [0, MASSES_G[1] / 1000 * G])
    with pytest.raises(CalibrationError, match="is read by grip_index"):
        guide.accept()
    assert guide.done == 1


def test_strong_cross_talk_is_noted():
    gains = np.linalg.inv([[1 / 2e-6, 0.6 / 2e-6], [0.0, 1 / 3e-6]])
    points = up_and_down(gains, ZEROS, masses_g=(0, 500, 1000))
    made = fit(channels(2), points, date="2026-01-31")
    assert any("shows 60 % of a load on another cell" in note for note in made.notes)
