"""The carrier board: rules of SKiDL, ngspice against formulas, pins against the firmware."""

import re
from dataclasses import replace
from math import log10, pi, sqrt
from pathlib import Path

import pytest

from hardware.board import simulate
from hardware.board.circuit import components, netlist
from hardware.board.rules import violations
from hardware.budget import inputs as known

CONFIG = Path(__file__).parents[2] / "firmware/gripforce/config_nrf52840.h"
BOLTZMANN, ROOM_K = 1.380649e-23, 300.15
"""ngspice's room is at 27 degrees."""
MODULATOR_HZ = 4.096e6


def test_electrical_rules_are_clean():
    assert violations() == []


@pytest.mark.parametrize(("ref", "pin", "net"), [("U4", "A", "TTL_BUF"), ("U2", "IN", "LONELY")])
def test_rules_see_a_wrong_wire(ref, pin, net):
    """Two outputs on one net; a supply pin that nothing feeds."""
    broken = [
        replace(
            part,
            nets={**part.nets, ("Y" if ref == "U4" else pin): "TRIGGER" if ref == "U4" else net},
        )
        if part.ref == ref
        else part
        for part in components()
    ]
    assert violations(broken)


def test_every_pin_is_named_and_every_reference_is_one_part():
    refs = [part.ref for part in components()]
    assert len(set(refs)) == len(refs)
    for part in components():
        assert set(part.nets) <= {name for _, name, _ in part.kind.pins}, part.ref
        assert part.kind.maker
        assert part.kind.number
        assert part.kind.alternative


def xiao_pins():
    """Nets at the processor's pins, from the netlist."""
    sockets = {p.ref: p for p in components() if p.ref in {"A1", "A2"}}
    return {name: net for part in sockets.values() for name, net in part.nets.items()}


def test_board_has_the_firmwares_pins():
    text = CONFIG.read_text().split("#else  // BOARD_XIAO")[1]
    text = re.sub(r"#ifdef FRONTEND_HX711.*?#else(.*?)#endif", r"\1", text, flags=re.DOTALL)
    firmware = dict(re.findall(r"#define PIN_(\w+) (D\d+)", text))
    nets = xiao_pins()
    assert nets[firmware["ADC_CS"]] == "CS"
    assert nets[firmware["ADC_DRDY"]] == "DRDY"
    assert nets[firmware["ADC_RESET"]] == "RESET"
    assert nets[firmware["TTL_OUT"]] == "TTL"
    assert firmware["TRIGGER"] == "D0"
    assert nets["D0"] == next(p for p in components() if p.ref == "JP1").nets["PIN"]
    spi = re.search(r"SCK (D\d+), MISO (D\d+) and MOSI (D\d+)", text).groups()
    assert [nets[pin] for pin in spi] == ["SCK", "MISO", "MOSI"]


def test_each_cell_reaches_the_channel_of_its_number():
    joined = netlist()
    adc = next(p for p in components() if p.ref == "U1")
    numbers = {name: number for number, name, _ in adc.kind.pins}
    for channel in range(4):
        for side, wire in (("P", "S+"), ("N", "S-")):
            at_adc = adc.nets[f"AIN{channel}{side}"]
            assert ("U1", numbers[f"AIN{channel}{side}"]) in joined[at_adc]
            resistor = next(r for r, _ in joined[at_adc] if r.startswith("R"))
            other = next(p for p in components() if p.ref == resistor).nets["1"]
            cell = next(p for p in components() if p.ref == f"J{channel + 1}")
            assert cell.nets[wire] == other
            assert cell.nets["E+"] == "EXC"


@pytest.fixture(scope="module")
def found(need):
    need("ngspice")
    return simulate.input_filter(MODULATOR_HZ, known.ADS131_RATE_HZ.value / 2)


def test_filter_by_hand(found):
    # half a bridge and 1 kohm in each wire; 10 nF across and two of 1 nF in series
    ohm, farad = known.CELL_BRIDGE_OHM.value + 2 * 1e3, 10e-9 + 1e-9 / 2
    assert found.corner_hz == pytest.approx(1 / (2 * pi * ohm * farad), rel=0.01)
    assert found.delay_s == pytest.approx(ohm * farad, rel=0.01)
    assert 20 * log10(found.left_at_modulator) == pytest.approx(
        -20 * log10(MODULATOR_HZ * 2 * pi * ohm * farad), abs=0.1
    )


def test_filter_adds_little_noise_and_no_lag(found):
    ohm = known.CELL_BRIDGE_OHM.value + 2 * 1e3
    by_hand = sqrt(4 * BOLTZMANN * ROOM_K * ohm * known.ADS131_RATE_HZ.value / 2)
    assert found.noise_v == pytest.approx(by_hand, rel=0.02)
    total = sqrt(found.noise_v**2 + known.ADS131_NOISE_V.value**2)
    assert total <= 1.03 * known.ADS131_NOISE_V.value  # the budget's figure holds with the filter
    assert found.delay_s <= 50e-6  # against 750 µs of the converter
    assert found.left_at_modulator <= 1 / 500


def test_common_mode_is_in_the_converters_range_at_gain_128(found):
    highest = known.ADS131_SUPPLY_V.value - known.ADS131_HEADROOM_V.value
    assert -1.3 <= found.bias_v <= highest - 0.2


@pytest.mark.parametrize("applied_v", [5.0, 5.5, 12.0, -5.0, -12.0])
def test_trigger_survives_what_a_lab_applies(applied_v, need):
    """Within the buffer's absolute ratings; the rail takes less than the board draws anyway."""
    need("ngspice")
    clamp = simulate.trigger_clamp(applied_v)
    assert -0.5 <= clamp.input_v <= 4.0
    assert clamp.rail_a <= 0.010


def test_open_trigger_is_high_and_a_closed_contact_is_low(need):
    need("ngspice")
    assert simulate.trigger_clamp(None).input_v >= 3.0
    assert simulate.trigger_clamp(0.0).input_v <= 0.4
