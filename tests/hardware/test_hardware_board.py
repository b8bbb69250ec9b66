"""The carrier board: rules of SKiDL, ngspice against formulas, pins against the firmware."""

import logging
import os
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from math import log10, pi, sqrt
from pathlib import Path

import pytest

from hardware.board import orders, schematic, simulate
from hardware.board.entry import ENTRY
from hardware.board.research import RESEARCH
from hardware.board.rules import violations
from hardware.budget import inputs as known

XIAO = Path(__file__).parents[2] / "firmware/gripforce/src/pins/xiao.h"
BOLTZMANN, ROOM_K = 1.380649e-23, 300.15
"""ngspice's room is at 27 degrees."""
MODULATOR_HZ = 4.096e6


BOARDS = (RESEARCH, ENTRY)
KICAD = Path("/usr/share/kicad/symbols")


@pytest.mark.parametrize("circuit", BOARDS, ids=lambda c: c.name)
def test_electrical_rules_are_clean(circuit):
    assert violations(circuit) == []


def test_checking_the_rules_leaves_the_loggers_of_others_alone():
    """SKiDL's own class of logger broke the compiler that MNE uses."""
    violations(RESEARCH)
    assert logging.getLoggerClass() is logging.Logger
    assert type(logging.getLogger("made after the rules")) is logging.Logger


@pytest.mark.parametrize(("ref", "pin", "net"), [("U4", "Y", "TRIGGER"), ("U2", "IN", "LONELY")])
def test_rules_see_a_wrong_wire(ref, pin, net):
    """Two outputs on one net; a supply pin that nothing feeds."""
    wrong = tuple(
        replace(part, nets={**part.nets, pin: net}) if part.ref == ref else part
        for part in RESEARCH.components
    )
    assert violations(replace(RESEARCH, components=wrong))


@pytest.mark.parametrize("circuit", BOARDS, ids=lambda c: c.name)
def test_every_pin_is_named_and_every_reference_is_one_part(circuit):
    refs = [part.ref for part in circuit.components]
    assert len(set(refs)) == len(refs)
    for part in circuit.components:
        assert set(part.nets) <= {name for _, name, _ in part.kind.pins}, part.ref
        assert part.kind.maker
        assert part.kind.number
        assert part.kind.alternative


def test_both_boards_fit_one_body():
    """Cells, jacks, light and processor have their plugs at the same places."""
    for ref in ("J1", "J2", "J3", "J4", "J5", "J6", "J7"):
        assert RESEARCH.part(ref).at == ENTRY.part(ref).at
        assert RESEARCH.part(ref).kind_name == ENTRY.part(ref).kind_name
    assert RESEARCH.part("A1").at[0] == ENTRY.part("A1").at[0]


def xiao_pins():
    """Nets at the processor's pins, from the netlist."""
    sockets = {p.ref: p for p in RESEARCH.components if p.ref in {"A1", "A2"}}
    return {name: net for part in sockets.values() for name, net in part.nets.items()}


def test_spi_is_on_the_pins_that_the_core_gives_it():
    text = XIAO.read_text()
    spi = re.search(r"SCK (D\d+), MISO (D\d+) and MOSI (D\d+)", text).groups()
    assert [xiao_pins()[pin] for pin in spi] == ["SCK", "MISO", "MOSI"]


def test_each_cell_reaches_the_channel_of_its_number():
    joined = RESEARCH.netlist()
    adc = RESEARCH.part("U1")
    numbers = {name: number for number, name, _ in adc.kind.pins}
    for channel in range(4):
        for side, wire in (("P", "S+"), ("N", "S-")):
            at_adc = adc.nets[f"AIN{channel}{side}"]
            assert ("U1", numbers[f"AIN{channel}{side}"]) in joined[at_adc]
            resistor = next(r for r, _ in joined[at_adc] if r.startswith("R"))
            other = RESEARCH.part(resistor).nets["1"]
            cell = RESEARCH.part(f"J{channel + 1}")
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


# -- pins against KiCad's own symbols -------------------------------------------------------------

SYMBOLS = {  # kind: library, symbol, our name of a pin by KiCad's where they differ
    "HX711": ("Analog_ADC", "HX711", {}),
    "74LVC1G17": ("74xGxx", "74LVC1G17", {"~": "NC Y A"}),
    "74LVC1G34": ("74xGxx", "74LVC1G34", {"~": "NC Y A"}),
    "74AHCT1G125": ("74xGxx", "74AHCT1G125", {"~": "OE Y A"}),
    "LP5907-2.5": ("Regulator_Linear", "LP5907MFX-1.2", {"VIN": "IN", "VOUT": "OUT"}),
    "8.192MHz": ("Oscillator", "ASE-xxxMHz", {"EN": "OE", "Vdd": "VDD"}),
    "MMBT4403": ("Transistor_BJT", "MMBT3906", {}),
}
"""The transistor is compared with its sister, the regulator with another voltage. KiCad 6 knows no
ADS131M04, and does not name the pins of a BAT54S."""
PIN = re.compile(r'\(pin \w+ \w+.*?\(name "([^"]*)".*?\(number "([^"]*)"', re.DOTALL)


def symbol_pins(library, symbol):
    """Name of each numbered pin in KiCad's library; a symbol may extend another one's pins."""
    text = (KICAD / f"{library}.kicad_sym").read_text()
    start = text.index(f'(symbol "{symbol}"')
    body = text[start : text.index("\n  (symbol ", start + 1)]
    parent = re.match(r'\(symbol "[^"]*" \(extends "([^"]*)"\)', body)
    if parent:
        return symbol_pins(library, parent[1])
    return {number: name for name, number in PIN.findall(body)}


@pytest.mark.parametrize("kind", SYMBOLS)
def test_pins_are_those_of_kicads_symbols(kind, need_symbols):
    library, symbol, ours = SYMBOLS[kind]
    theirs = symbol_pins(library, symbol)
    assert theirs
    for number, name, _ in library_kinds()[kind].pins:
        said = theirs.get(number, "NC")
        plain = re.sub(r"[{}~]", "", said).upper() or "~"
        wanted = ours.get(said, plain) if said in ours else plain
        assert name.upper() in wanted.split(), (number, name, said)


def library_kinds():
    from hardware.board.library import KINDS  # noqa: PLC0415

    return KINDS


@pytest.fixture
def need_symbols():
    if not KICAD.is_dir():
        reason = "the package kicad-symbols is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def test_nano_has_its_pins_where_kicad_has_them(need_symbols):
    """KiCad counts the Nano round: 1 to 15 down one side, 16 to 30 up the other."""
    theirs = symbol_pins("MCU_Module", "Arduino_Nano_v2.x")
    rows = {
        p.ref: [name for _, name, _ in p.kind.pins] for p in ENTRY.components if p.ref[0] == "A"
    }
    left = [theirs[str(n)] for n in range(16, 31)]
    right = [theirs[str(n)] for n in range(15, 0, -1)]
    for ours, kicad in ((rows["A1"], left), (rows["A2"], right)):
        for mine, name in zip(ours, kicad, strict=True):
            assert plain_pin(mine) == plain_pin(name)


def plain_pin(name):
    name = re.sub(r"_OUT|_OPEN|[{}~]", "", name).split("/")[0]
    return {"+5V": "5V", "RESET": "RST", "D1": "TX", "D0": "RX"}.get(name, name)


# -- what is drawn and ordered --------------------------------------------------------------------


@pytest.mark.parametrize("circuit", BOARDS, ids=lambda c: c.name)
def test_schematic_shows_each_pin_once(circuit):
    sheet = schematic.SHEETS[circuit.name]()
    pins = [(part.ref, number) for part in circuit.components for number, _, _ in part.kind.pins]
    assert sorted(sheet.drawn) == sorted(pins)


@pytest.mark.parametrize("circuit", BOARDS, ids=lambda c: c.name)
def test_schematic_names_each_net(circuit):
    """The picture, read as a foreign program would read it."""
    picture = ET.parse(schematic.PICTURES / f"schematic-{circuit.name}.svg").getroot()
    tag = "{http://www.w3.org/2000/svg}"
    words = {"".join(text.itertext()).strip() for text in picture.iter(f"{tag}text")}
    assert set(circuit.netlist()) - words == {"GND"} - words
    assert {f"{p.ref} {p.kind_name}" for p in circuit.components if p.ref[0] in "RC"} <= words
    stamp = [d.text for d in picture.iter(f"{tag}desc")]
    assert stamp == [f"sources {schematic.digest()}"], "run `make -C hardware schematic`"


@pytest.mark.parametrize("circuit", BOARDS, ids=lambda c: c.name)
def test_order_names_each_part_once(circuit):
    head, rows = orders.parts_table(circuit)
    refs = [ref for row in rows for ref in row[0].split()]
    assert sorted(refs) == sorted(part.ref for part in circuit.components)
    assert all(int(row[1]) == len(row[0].split()) for row in rows)
    assert all(all(row) for row in rows)
    assert len(orders.places_table(circuit)[1]) == len(circuit.components)
    assert "maker" in head


def test_converters_pins_go_round_as_its_sisters_do():
    """The ADS131M08, in a part library of SamacSys, without what the M04 does not have."""
    inputs = ["AIN0P", "AIN0N", "AIN1N", "AIN1P", "AIN2P", "AIN2N", "AIN3N", "AIN3P"]
    digital = ["SYNC_RESET", "CS", "DRDY", "SCLK", "DOUT", "DIN", "CLKIN", "CAP", "DGND", "DVDD"]
    ours = [name for _, name, _ in library_kinds()["ADS131M04"].pins]
    assert ours == ["AVDD", "AGND", *inputs, *digital]
