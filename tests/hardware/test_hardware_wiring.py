"""Harnesses: WireViz takes them, their parts are on the list, their pins are the firmware's."""

import os
import xml.etree.ElementTree as ET

import pytest

if not os.environ.get("CI"):
    pytest.importorskip("wireviz", reason="WireViz is not installed: pip install -e '.[hardware]'")

from hardware.bom import read_bom
from hardware.wiring import harness, pins

AGREED = {  # the map that firmware and harness were both built from
    "entry": {
        **{f"PIN_HX711_DOUT_{i}": str(1 + i) for i in (1, 2, 3, 4)},
        **{f"PIN_HX711_SCK_{i}": str(5 + i) for i in (1, 2, 3, 4)},
        "PIN_TRIGGER": "10",
        "PIN_TTL_OUT": "11",
        "PIN_STATUS_LED": "12",
        "PIN_IMU_INT1": "A0",
    },
    "research": {
        "PIN_ADC_CS": "10",
        "PIN_ADC_DRDY": "2",
        "PIN_ADC_RESET": "9",
        "PIN_TRIGGER": "3",
        "PIN_TTL_OUT": "4",
        "PIN_STATUS_LED": "5",
    },
}
CHANNELS = ["grip thumb", "grip index", "load thumb", "load index"]


@pytest.mark.parametrize("build", AGREED)
def test_harness_has_the_agreed_pins(build):
    assert pins.harness_pins(build) == AGREED[build]


@pytest.mark.parametrize("build", AGREED)
def test_firmware_has_the_harness_pins(build):
    if not pins.CONFIG.exists():
        pytest.skip("firmware/gripforce/config.h is not there yet")
    found = pins.config_pins(pins.CONFIG.read_text(), pins.FRONTENDS[build])
    for name, pin in pins.harness_pins(build).items():
        assert found.get(name) == {pin}, name


@pytest.mark.parametrize("build", AGREED)
def test_no_pin_is_used_twice(build):
    board = pins.harness(build)["connectors"]["MCU"]
    assert len(set(board["pins"])) == len(board["pins"]) == len(board["pinlabels"])
    ends = [
        (name, pin)
        for row in pins.harness(build)["connections"]
        for name, numbers in (next(iter(end.items())) for end in row)
        for pin in numbers
    ]
    shared = {"5V", "GND", "3V3"}
    on_board = [pin for name, pin in ends if name == "MCU" and pin not in shared]
    assert len(on_board) == len(set(on_board))
    assert set(on_board) | shared | {"D11", "D4"} >= set(board["pins"])  # only TTL out is free


@pytest.mark.parametrize("build", AGREED)
def test_each_cell_ends_on_the_channel_of_its_number(build):
    connectors = pins.harness(build)["connectors"]
    for number, channel in enumerate(CHANNELS, start=1):
        cell = connectors[f"C{number}"]
        assert cell["subtype"].startswith(channel)
        assert cell["type"] == ("CELL-GRIP" if "grip" in channel else "CELL-LOAD")
    ends = {
        name: dict(zip(_pins(row[0]), _pins(row[2]), strict=True))
        for row in pins.harness(build)["connections"]
        for name in row[0]
        if name.startswith("C") and "ADC" in row[2]
    }
    for number, name in enumerate(sorted(ends)):
        assert ends[name] == {4: 9 + 2 * number, 3: 10 + 2 * number}  # S+ on P, S- on N


def _pins(end):
    return next(iter(end.values()))


@pytest.mark.parametrize("build", AGREED)
def test_bill_of_materials_has_every_part_of_the_harness(build):
    items = {item.ref: item for item in read_bom()}
    data = pins.harness(build)
    used: dict[str, int] = {}
    for connector in data["connectors"].values():
        used[connector["type"]] = used.get(connector["type"], 0) + 1
    for ref, count in used.items():
        assert items[ref].belongs_to(build), ref
        assert items[ref].quantity == count, ref
    for cable in data["cables"].values():
        assert cable["type"] in items or cable["type"] == "the cell's own cable"
    wire = [c for c in data["cables"].values() if c["type"] == "WIRE-HOOKUP"]
    assert sum(c["length"] * c["wirecount"] for c in wire) <= 5  # metres on the list


@pytest.mark.parametrize("build", AGREED)
def test_wireviz_draws_it_and_the_picture_is_of_this_text(build, tmp_path, need):
    need("dot")
    drawn = ET.parse(harness.draw(build, tmp_path))
    words = {e.text for e in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"MCU", "C1", "C4"} <= words
    assert (tmp_path / f"{build}.bom.tsv").read_text().count("CELL-GRIP") == 2
    shown = ET.parse(harness.PICTURES / f"wiring-{build}.svg").getroot()
    stamps = [e.text for e in shown.iter("{http://www.w3.org/2000/svg}desc")]
    assert stamps == [f"sources {harness.digest(build)}"], "run `make -C hardware wiring`"


# -- the reader of config.h ------------------------------------------------------------------------

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
    assert pins.config_pins(FORMS[form], "HX711") == {"PIN_TRIGGER": {"10"}}
    assert pins.config_pins(FORMS[form], "ADS131M04") == {"PIN_TRIGGER": {"3"}}


def test_config_reader_reports_a_conflict():
    text = "#ifdef BOARD_A\n#define PIN_TRIGGER 3\n#else\n#define PIN_TRIGGER 7\n#endif\n"
    assert pins.config_pins(text, "HX711") == {"PIN_TRIGGER": {"3", "7"}}
