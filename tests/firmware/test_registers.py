"""The registers of the ADS131M04 in driver and emulators, against Texas Instruments' own header.

The figures are those of ``ads131m0x.h`` of TI's example code for the family (copyright 2019 Texas
Instruments): masks and values by the names that it gives them. Where a copy of it is at hand,
``ADS131M0X_H=PATH`` has the test read them there.
"""

import os
import re
from pathlib import Path

import pytest

from tests.firmware.bench import FIRMWARE

FIGURES = {
    "OPCODE_RREG": 0xA000, "OPCODE_WREG": 0x6000, "ID_ADDRESS": 0, "STATUS_ADDRESS": 1,
    "MODE_ADDRESS": 2, "CLOCK_ADDRESS": 3, "GAIN1_ADDRESS": 4, "ID_CHANCNT_4CH": 4 << 8,
    "STATUS_DEFAULT": 0x0500, "MODE_DEFAULT": 0x0510, "GAIN1_DEFAULT": 0,
    "STATUS_LOCK_MASK": 0x8000, "STATUS_RESET_MASK": 0x0400, "STATUS_WLENGTH_MASK": 0x0300,
    "STATUS_WLENGTH_24BIT": 1 << 8, "MODE_WLENGTH_24BIT": 1 << 8, "MODE_TIMEOUT_ENABLED": 1 << 4,
    "MODE_RESET_MASK": 0x0400, "CLOCK_CH3_EN_ENABLED": 1 << 11, "CLOCK_CH2_EN_ENABLED": 1 << 10,
    "CLOCK_CH1_EN_ENABLED": 1 << 9, "CLOCK_CH0_EN_ENABLED": 1 << 8, "CLOCK_PWR_HR": 2,
    "CLOCK_OSR_MASK": 0x1C, "CLOCK_OSR_1024": 3 << 2, "CLOCK_OSR_16384": 7 << 2,
    "GAIN1_PGAGAIN0_128": 7, "GAIN1_PGAGAIN3_128": 7 << 12,
}  # fmt: skip
ALL_ON = sum(FIGURES[f"CLOCK_CH{i}_EN_ENABLED"] for i in range(4))


@pytest.fixture(scope="module")
def ti():
    """Return TI's figures; from its header where that is at hand."""
    if not (path := os.environ.get("ADS131M0X_H")):
        return FIGURES
    found = {}
    value = r"\(\(uint\d+_t\)\s*(0x[0-9A-Fa-f]+)(?:\s*<<\s*(\d+))?\)"
    for name, base, shift in re.findall(rf"#define\s+(\w+)\s+{value}", Path(path).read_text()):
        found.setdefault(name, int(base, 16) << int(shift or 0))
    assert {name: found.get(name) for name in FIGURES} == FIGURES
    return found


def constants(name):
    text = (FIRMWARE / "gripforce/src/board" / name).read_text()
    return {key: int(value, 0) for key, value in re.findall(r"(k\w+) = (0x\w+|\d+)[,;]", text)}


def test_the_driver_writes_what_ti_calls_so(ti):
    driver = constants("ads131m04.cpp")
    assert driver["kReadRegister"] == ti["OPCODE_RREG"]
    assert driver["kWriteRegister"] == ti["OPCODE_WREG"]
    addresses = [driver[f"k{name}Register"] for name in ("Id", "Mode", "Clock", "Gain")]
    assert addresses == [ti[f"{n}_ADDRESS"] for n in ("ID", "MODE", "CLOCK", "GAIN1")]
    assert driver["kFourChannels"] == 0x2000 | ti["ID_CHANCNT_4CH"]
    assert driver["kMode"] == ti["MODE_WLENGTH_24BIT"] | ti["MODE_TIMEOUT_ENABLED"]
    assert driver["kClock"] == ALL_ON | ti["CLOCK_PWR_HR"]
    assert driver["kSmallestOsr"] << 2 == ti["CLOCK_OSR_1024"]
    assert driver["kLargestOsr"] << 2 == ti["CLOCK_OSR_16384"] == ti["CLOCK_OSR_MASK"]
    watched = ti["STATUS_LOCK_MASK"] | ti["STATUS_RESET_MASK"] | ti["STATUS_WLENGTH_MASK"]
    assert driver["kStateBits"] == watched
    assert driver["kAsConfigured"] == ti["STATUS_WLENGTH_24BIT"]


def test_both_emulated_converters_begin_as_ti_says(ti):
    chip = (FIRMWARE / "emulator/ads131m04.c").read_text()
    at_power_on = {k: int(v, 0) for k, v in re.findall(r"adc\.reg\[(\w+)\] = (0x\w+);", chip)}
    assert at_power_on["STATUS"] == ti["STATUS_DEFAULT"]
    assert at_power_on["MODE"] == ti["MODE_DEFAULT"]
    assert at_power_on["CLOCK"] == ALL_ON | ti["CLOCK_OSR_1024"] | ti["CLOCK_PWR_HR"]
    bits = dict(re.findall(r"(RESET_BIT|WORD_LENGTH|WORDS_OF_24_BITS) = (0x\w+)", chip))
    assert [int(bits[k], 0) for k in ("RESET_BIT", "WORD_LENGTH", "WORDS_OF_24_BITS")] == [
        ti["MODE_RESET_MASK"], ti["STATUS_WLENGTH_MASK"], ti["MODE_WLENGTH_24BIT"]
    ]  # fmt: skip
    other = Path(__file__).with_name("ads131m04.mjs").read_text()
    rows = dict(re.findall(r"\[(\d), (0x\w+)\]", other))
    assert {int(at): int(value, 0) for at, value in rows.items()} == {
        0: 0x2000 | ti["ID_CHANCNT_4CH"] | 4, 1: ti["STATUS_DEFAULT"], 2: ti["MODE_DEFAULT"],
        3: at_power_on["CLOCK"],
    }  # fmt: skip
