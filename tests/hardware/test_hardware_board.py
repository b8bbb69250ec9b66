"""Both boards: rules of SKiDL; pins against data sheets, KiCad, firmware; what is ordered."""

import logging
import os
import re
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from hardware.board import orders, schematic
from hardware.board.entry import ENTRY
from hardware.board.research import RESEARCH
from hardware.board.rules import violations

XIAO = Path(__file__).parents[2] / "firmware/gripforce/src/pins/xiao.h"
BOARDS = (RESEARCH, ENTRY)
KICAD = Path("/usr/share/kicad/symbols")


def found_by_rules(circuit):
    """Check in a thread: SKiDL reads the source of all that called it, and pytest calls deeply."""
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(violations, circuit).result()


@pytest.mark.parametrize("circuit", BOARDS, ids=lambda c: c.name)
def test_electrical_rules_are_clean_and_leave_the_loggers_of_others_alone(circuit):
    """SKiDL's own class of logger broke the compiler that MNE uses."""
    assert found_by_rules(circuit) == []
    assert logging.getLoggerClass() is logging.Logger
    assert type(logging.getLogger(f"made after the {circuit.name}")) is logging.Logger


@pytest.mark.parametrize(("ref", "pin", "net"), [("U4", "Y", "TRIGGER"), ("U2", "IN", "LONELY")])
def test_rules_see_a_wrong_wire(ref, pin, net):
    """Two outputs on one net; a supply pin that nothing feeds."""
    wrong = tuple(
        replace(part, nets={**part.nets, pin: net}) if part.ref == ref else part
        for part in RESEARCH.components
    )
    assert found_by_rules(replace(RESEARCH, components=wrong))


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
ADS131M04, and does not name the pins of a BAT54S: their makers' tables are below."""
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


TI_PINS = (
    "AVDD AGND AIN0P AIN0N AIN1N AIN1P AIN2P AIN2N AIN3N AIN3P "
    "SYNC_RESET CS DRDY SCLK DOUT DIN CLKIN CAP DGND DVDD"
)
"""Pins 1 to 20 in the table of Texas Instruments' data sheet of the ADS131M04-Q1, SBASA13A,
section 5. The ADS131M03's (SBAS889A) names this package and has the same numbers."""


def test_converters_pins_are_those_of_its_makers_data_sheet():
    ours = {int(number): name for number, name, _ in library_kinds()["ADS131M04"].pins}
    assert ours == dict(enumerate(TI_PINS.split(), 1))


NEXPERIA_BAT54S = {
    "1": "anode (diode 1)",
    "2": "cathode (diode 2)",
    "3": "cathode (diode 1), anode (diode 2)",
}
"""Nexperia, BAT54 series, rev. 5 of 2012-10-05, table 2."""


@pytest.mark.parametrize("circuit", BOARDS, ids=lambda c: c.name)
def test_clamps_conduct_only_beyond_the_rails(circuit):
    """Lower diode from ground, upper diode to the supply, by the maker's names of the pins."""
    clamps = [part for part in circuit.components if part.kind_name == "BAT54S"]
    nets = {pin: net for net, pins in circuit.netlist().items() for pin in pins}
    assert clamps
    for part in clamps:
        on = {role: nets[part.ref, number] for number, role in NEXPERIA_BAT54S.items()}
        assert on["anode (diode 1)"] == "GND", part.ref
        assert on["cathode (diode 2)"] in {"3V3", "5V"}, part.ref
        assert on["cathode (diode 1), anode (diode 2)"] not in {"GND", "3V3", "5V"}, part.ref
