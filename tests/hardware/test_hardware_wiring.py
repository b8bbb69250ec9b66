"""Harnesses: WireViz takes them, their parts are on the list, their pins are the firmware's."""

import os
import xml.etree.ElementTree as ET
from collections import Counter

import pytest

if not os.environ.get("CI"):
    pytest.importorskip("wireviz", reason="WireViz is not installed: pip install -e '.[hardware]'")

from hardware.bom import read_bom
from hardware.wiring import harness, pins, plan

AGREED = {  # the map that firmware and boards were both built from
    "entry": {
        **{f"PIN_HX711_DOUT_{i}": f"D{1 + i}" for i in (1, 2, 3, 4)},
        **{f"PIN_HX711_SCK_{i}": f"D{5 + i}" for i in (1, 2, 3, 4)},
        "PIN_TRIGGER": "D10",
        "PIN_TTL_OUT": "D11",
        "PIN_STATUS_LED": "D12",
        "PIN_IMU_INT1": "A0",
    },
    "research": {
        "PIN_ADC_CS": "D2",
        "PIN_ADC_DRDY": "D1",
        "PIN_ADC_RESET": "D3",
        "PIN_TRIGGER": "D0",
        "PIN_TTL_OUT": "D6",
    },
}
CHANNELS = ["grip thumb", "grip index", "load thumb", "load index"]
ONCE = {"BOARD-ENTRY", "BOARD-RESEARCH", "MCU-XIAO"}
"""Parts with several plugs."""


@pytest.mark.parametrize("build", AGREED)
def test_board_has_the_agreed_pins(build):
    assert plan.firmware_pins(build) == AGREED[build]


@pytest.mark.parametrize("build", AGREED)
def test_firmware_has_the_boards_pins(build):
    found = pins.build_pins(build)
    for name, pin in plan.firmware_pins(build).items():
        assert {p.removeprefix("D") for p in found[name]} == {pin.removeprefix("D")}, name


@pytest.mark.parametrize("build", AGREED)
def test_every_plug_of_the_board_is_in_the_harness(build):
    data = plan.harness(build)
    plugs = {p.ref for p in plan.CIRCUITS[build].components if p.kind.footprint.startswith("Conn")}
    plugs -= {"A1", "A2", "JP1"}
    assert {name for name in data["connectors"] if name[0] == "J"} == plugs
    ends = [
        (name, n)
        for row in data["connections"]
        for end in row
        for name, ns in end.items()
        for n in ns
    ]
    assert all(ends.count(end) == 1 for end in ends if end[0] != "CONTACT")
    for name, wanted in data["connectors"].items():
        assert {n for other, n in ends if other == name} == set(wanted["pins"]), name


@pytest.mark.parametrize("build", AGREED)
def test_harness_joins_the_nets_of_the_board(build):
    """Ground on the sleeve, the cell's supply on E+, whatever the order of the pins."""
    data = plan.harness(build)
    meant = {"sleeve": "GND", "cathode": "GND", "-": "GND", "BAT-": "GND", "E-": "GND"}
    meant |= {"E+": "EXC" if build == "research" else "AVDD", "SDA": "SDA", "SCL": "SCL"}
    for row in data["connections"]:
        (far, numbers), (plug, at_plug) = (next(iter(row[i].items())) for i in (0, 2))
        labels = data["connectors"][far]["pinlabels"], data["connectors"][plug]["pinlabels"]
        for a, b in zip(numbers, at_plug, strict=True):
            if labels[0][a - 1] in meant and plug[0] == "J":
                assert labels[1][b - 1] == meant[labels[0][a - 1]], plug


@pytest.mark.parametrize("build", AGREED)
def test_each_cell_ends_on_the_channel_of_its_number(build):
    connectors = plan.harness(build)["connectors"]
    for number, channel in enumerate(CHANNELS, start=1):
        cell = connectors[f"C{number}"]
        assert cell["subtype"].startswith(channel)
        assert cell["type"] == ("CELL-GRIP" if "grip" in channel else "CELL-LOAD")
        assert cell["pinlabels"] == ["E+", "S+", "S-", "E-"]
        assert connectors[f"J{number}"]["pinlabels"][1] == f"S+{number - 1}"


@pytest.mark.parametrize("build", AGREED)
def test_bill_of_materials_has_every_part_of_the_harness(build):
    items = {item.ref: item for item in read_bom()}
    data = plan.harness(build)
    used = Counter(connector["type"] for connector in data["connectors"].values())
    used.update(c["type"] for c in data["cables"].values() if c["type"] in items)
    used["LEAD-PH4"] = sum("LEAD-PH4" in c["type"] for c in data["cables"].values())
    for ref, count in used.items():
        assert items[ref].belongs_to(build), ref
        assert items[ref].quantity >= (1 if ref in ONCE else count), ref
    for cable in data["cables"].values():
        assert cable["type"] in items or "own" in cable["type"]


@pytest.mark.parametrize("build", AGREED)
def test_wireviz_draws_it_and_the_picture_is_of_this_text(build, tmp_path, need):
    need("dot")
    drawn = ET.parse(harness.draw(build, tmp_path))
    words = {e.text for e in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"J1", "C1", "C4"} <= words
    assert (tmp_path / f"{build}.bom.tsv").read_text().count("CELL-GRIP") == 2
    shown = ET.parse(harness.PICTURES / f"wiring-{build}.svg").getroot()
    stamps = [e.text for e in shown.iter("{http://www.w3.org/2000/svg}desc")]
    assert stamps == [f"sources {harness.digest(build)}"], "run `make -C hardware wiring`"


NEEDED = {
    "HX711": {f"PIN_HX711_{line}_{cell}" for line in ("DOUT", "SCK") for cell in range(1, 5)},
    "ADS131M04": {"PIN_ADC_CS", "PIN_ADC_DRDY", "PIN_ADC_RESET"},
}


@pytest.mark.parametrize("frontend", NEEDED)
@pytest.mark.parametrize("board", pins.boards())
def test_each_board_has_each_pin_once(board, frontend):
    found = pins.board_pins(board, frontend)
    assert NEEDED[frontend] | {"PIN_TRIGGER", "PIN_TTL_OUT"} <= set(found)
    others = NEEDED["HX711" if frontend == "ADS131M04" else "ADS131M04"]
    used = [pin for name, all_of in found.items() if name not in others for pin in all_of]
    assert len(set(used)) == len(used), "two lines at one pin"


def test_every_board_of_the_firmware_is_here():
    assert {*pins.BOARDS.values(), "nano33ble", "pico", "esp32", "unor4"} <= set(pins.boards())


# -- the reader of pin tables ----------------------------------------------------------------------

FORMS = {
    "value compared": (
        "#if FRONTEND == FRONTEND_HX711\n#define PIN_TRIGGER 10\n"
        "#elif FRONTEND == FRONTEND_ADS131M04\n#define PIN_TRIGGER 3 // INT1\n#endif\n"
    ),
    "defined, else": (
        "#ifdef GRIPFORCE_HX711\n#  define PIN_TRIGGER 10\n#else\n#  define PIN_TRIGGER (3)\n#endif"
    ),
    "turned round": (
        "#if !defined(FRONTEND_HX711)\n#define PIN_TRIGGER 3\n#else\n#define PIN_TRIGGER 10\n#endif"
    ),
    "with a board inside": (
        "#if defined(FRONTEND_ADS131)\n#if defined(ARDUINO_ARCH_AVR)\n#define PIN_TRIGGER 3\n"
        "#else\n#define PIN_TRIGGER 3\n#endif\n#else\nconstexpr uint8_t PIN_TRIGGER = 10;\n#endif\n"
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_config_reader_finds_the_front_end(form):
    assert pins.table_pins(FORMS[form], "HX711") == {"PIN_TRIGGER": {"10"}}
    assert pins.table_pins(FORMS[form], "ADS131M04") == {"PIN_TRIGGER": {"3"}}


def test_config_reader_reports_a_conflict():
    text = "#ifdef BOARD_A\n#define PIN_TRIGGER 3\n#else\n#define PIN_TRIGGER 7\n#endif\n"
    assert pins.table_pins(text, "HX711") == {"PIN_TRIGGER": {"3", "7"}}
