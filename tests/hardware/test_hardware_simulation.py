"""Both boards in ngspice, against formulas by hand and the limits of the makers' data sheets."""

from math import log10, pi, sqrt

import pytest

from gripforce.calibration.reference_cells import BUILDS
from hardware.board import simulate
from hardware.board.entry import ENTRY
from hardware.board.research import RESEARCH
from hardware.budget import inputs as known

BOLTZMANN, ROOM_K = 1.380649e-23, 300.15
"""ngspice's room is at 27 degrees."""
MODULATOR_HZ = 4.096e6
BRIDGE_OHM = known.CELL_BRIDGE_OHM.value
BY_HAND = {
    "research": (BRIDGE_OHM + 2 * 1e3, 10e-9 + 1e-9 / 2),
    "entry": (BRIDGE_OHM + 2 * 100, 100e-9),
}
"""Ohms in the loop: half a bridge and a resistor in each wire. Farads: across, two to ground."""
BOARDS = {circuit.name: circuit for circuit in (RESEARCH, ENTRY)}
MORE_NOISE = 1.03
"""What the board may add to the noise of the converter alone."""


@pytest.fixture(scope="module", params=BOARDS)
def cell(request, need):
    """A board and what ngspice finds of its first cell."""
    need("ngspice")
    band_hz = BUILDS[request.param].rate_hz / 2
    return request.param, simulate.input_filter(BOARDS[request.param], MODULATOR_HZ, band_hz)


def test_filter_by_hand(cell):
    build, found = cell
    ohm, farad = BY_HAND[build]
    assert found.corner_hz == pytest.approx(1 / (2 * pi * ohm * farad), rel=0.01)
    assert found.delay_s == pytest.approx(ohm * farad, rel=0.01)
    assert 20 * log10(found.left_at_modulator) == pytest.approx(
        -20 * log10(MODULATOR_HZ * 2 * pi * ohm * farad), abs=0.1
    )


def test_filter_adds_little_noise_and_no_lag(cell):
    build, found = cell
    converter = BUILDS[build]
    ohm, _ = BY_HAND[build]
    by_hand = sqrt(4 * BOLTZMANN * ROOM_K * ohm * converter.rate_hz / 2)
    assert found.noise_v == pytest.approx(by_hand, rel=0.02)
    # the budget's figure holds with the filter
    assert sqrt(found.noise_v**2 + converter.noise_v**2) <= MORE_NOISE * converter.noise_v
    delay_s = {"research": 750e-6, "entry": 25e-3}[build]
    assert found.delay_s <= delay_s / 20
    assert found.left_at_modulator <= 1 / 500


LP5907_NOISE_V = 6.5e-6
"""Of the regulator's output, 10 Hz to 100 kHz, as its data sheet states it."""


def test_noise_of_the_excitation_is_hidden_by_that_of_the_converter(cell):
    """A cell passes on the share that it is loaded: 1 mV/V at its capacity, by definition."""
    build, found = cell
    share = known.CELL_SENSITIVITY_MV_PER_V.value * 1e-3
    assert found.of_excitation == pytest.approx(share, rel=0.01)
    hidden_v = BUILDS[build].noise_v * sqrt(MORE_NOISE**2 - 1) / found.of_excitation
    assert hidden_v > {"research": 10 * LP5907_NOISE_V, "entry": 50e-6}[build]


def test_common_mode_is_in_the_converters_range(cell):
    build, found = cell
    excitation = simulate.EXCITATION_V[build]
    assert found.bias_v == pytest.approx(excitation / 2, rel=0.002)
    # TI: AGND - 1.3 V to AVDD - 1.8 V at gains above 4; Avia: AGND + 1.2 V to AVDD - 1.3 V
    highest = known.ADS131_SUPPLY_V.value - known.ADS131_HEADROOM_V.value
    low, high = {"research": (-1.3, highest), "entry": (1.2, excitation - 1.3)}[build]
    assert low + 0.2 <= found.bias_v <= high - 0.2


@pytest.mark.parametrize("supply_v", [4.5, 4.75, 5.25])
def test_regulator_of_the_entry_build_excites_all_cells(supply_v, need):
    """From what USB leaves behind a Nano's diode; the base takes as much as a small pin gives."""
    need("ngspice")
    found, idle = simulate.entry_excitation(supply_v), simulate.entry_excitation(supply_v, cells=0)
    by_hand = simulate.HX711_REFERENCE_V * (20e3 + 8.2e3) / 8.2e3
    assert found.volt == pytest.approx(by_hand, rel=0.002)
    assert found.volt == pytest.approx(known.HX711_EXCITATION_V.value, rel=0.002)
    assert found.volt <= supply_v - 0.1  # the chip's data sheet asks for 100 mV
    assert abs(idle.volt - found.volt) < 0.001
    load_a = found.volt * 4 / BRIDGE_OHM + 4 * simulate.HX711_SUPPLY_A
    assert load_a / 300 < found.base_a < 0.5e-3


STANDS_V = {"research": (-0.5, 4.0), "entry": (-0.5, 7.0)}
"""The buffers' absolute ratings; the LVC part stands 6.5 V, the processor's rail less."""
LOW_V, HIGH_V = {"research": 0.8, "entry": 0.8}, {"research": 2.0, "entry": 2.0}
"""SN74AHCT1G125: VIL and VIH of TI's SCLS504E and its sisters; the Schmitt buffer's lowest and
highest threshold at 3 V are quoted from memory."""


@pytest.mark.parametrize("build", BOARDS)
@pytest.mark.parametrize("applied_v", [5.0, 5.5, 12.0, -5.0, -12.0])
def test_trigger_survives_what_a_lab_applies(build, applied_v, need):
    """Within the buffer's absolute ratings; the rail takes less than the board draws anyway."""
    need("ngspice")
    clamp = simulate.trigger_clamp(BOARDS[build], applied_v)
    low, high = STANDS_V[build]
    assert low <= clamp.input_v <= min(high, simulate.SUPPLY_V[build] + 0.5)
    assert clamp.rail_a <= 0.010


@pytest.mark.parametrize("build", BOARDS)
def test_trigger_is_read_as_it_is_meant(build, need):
    """Open, 3.3 V and TTL's lowest high; a closed contact and TTL's highest low."""
    need("ngspice")
    for applied_v in (None, 3.3, 2.4):
        assert simulate.trigger_clamp(BOARDS[build], applied_v).input_v >= HIGH_V[build]
    for applied_v in (0.0, 0.4):
        assert simulate.trigger_clamp(BOARDS[build], applied_v).input_v <= LOW_V[build] - 0.1
