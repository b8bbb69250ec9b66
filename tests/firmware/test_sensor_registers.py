"""The registers of motion sensors and the clocks of the HX711, against drivers by other people.

The figures are those of Linux (``drivers/iio/imu/st_lsm6dsx/st_lsm6dsx_core.c``, by
STMicroelectronics; ``drivers/iio/adc/hx711.c``, by Andreas Klinger) and of Bosch's ``bmi2_defs.h``
and ``bmi270.h``, by their names there. Where a copy is at hand, ``BMI2_DEFS_H=PATH`` has the test
read Bosch's there.
"""

import math
import os
import re
from pathlib import Path

import pytest

from tests.firmware.bench import FIRMWARE

BOARD = FIRMWARE / "gripforce/src/board"
EMULATED = {
    "lsm6ds": "emulator/lsm6ds.c",
    "lsm9ds1": "host/ble/lsm9ds1.cpp",
    "bmi270": "host/ble/bmi270.cpp",
}

# Of each family: identity; block update, output of the gyroscope; register, lowest bit and code of
# rate and range; micro-g and micro-degrees/s of a count.
WHO_AM_I = 0x0F
LINUX = {
    "lsm6ds": {
        "wai": (0x6A, 0x6C), "bdu": (0x12, 6), "gyro": 0x22, "acc": 0x28,
        "acc_odr": (0x10, 4, 0x5, 208.0), "gyro_odr": (0x11, 4, 0x5, 208.0),
        "acc_fs": (0x10, 2, 0x2, 122), "gyro_fs": (0x11, 2, 0x1, 17500),
    },
    "lsm9ds1": {
        "wai": (0x68,), "bdu": (0x22, 6), "gyro": 0x18, "acc": 0x28,
        "acc_odr": (0x20, 5, 0x4, 238.0), "gyro_odr": (0x10, 5, 0x4, 238.0),
        "acc_fs": (0x20, 3, 0x2, 122), "gyro_fs": (0x10, 3, 0x1, 17500),
    },
}  # fmt: skip
BOSCH = {
    "BMI2_CHIP_ID_ADDR": 0x00, "BMI2_STATUS_ADDR": 0x03, "BMI2_ACC_X_LSB_ADDR": 0x0C,
    "BMI2_GYR_X_LSB_ADDR": 0x12, "BMI2_INTERNAL_STATUS_ADDR": 0x21, "BMI2_ACC_CONF_ADDR": 0x40,
    "BMI2_GYR_CONF_ADDR": 0x42, "BMI2_INIT_CTRL_ADDR": 0x59, "BMI2_INIT_ADDR_0": 0x5B,
    "BMI2_INIT_ADDR_1": 0x5C, "BMI2_INIT_DATA_ADDR": 0x5E, "BMI2_PWR_CONF_ADDR": 0x7C,
    "BMI2_PWR_CTRL_ADDR": 0x7D, "BMI2_CMD_REG_ADDR": 0x7E, "BMI2_I2C_PRIM_ADDR": 0x68,
    "BMI2_SOFT_RESET_CMD": 0xB6, "BMI2_CONFIG_LOAD_SUCCESS": 1, "BMI2_DRDY_ACC": 0x80,
    "BMI2_DRDY_GYR": 0x40, "BMI2_ACC_EN_MASK": 0x04, "BMI2_GYR_EN_MASK": 0x02,
    "BMI2_ACC_ODR_200HZ": 9, "BMI2_GYR_ODR_200HZ": 9, "BMI2_ACC_NORMAL_AVG4": 2,
    "BMI2_GYR_NORMAL_MODE": 2, "BMI2_ACC_BW_PARAM_POS": 4, "BMI2_GYR_BW_PARAM_POS": 4,
    "BMI2_ACC_FILTER_PERF_MODE_POS": 7, "BMI2_GYR_FILTER_PERF_MODE_POS": 7,
    "BMI2_GYR_NOISE_PERF_MODE_POS": 6, "BMI2_ACC_RANGE_4G": 1, "BMI2_GYR_RANGE_500": 2,
}  # fmt: skip
BMI270_CHIP_ID = 0x24
G = 9.80665


def source(name):
    return (BOARD / name).read_text()


def constants(text):
    return {key: int(value, 0) for key, value in re.findall(r"(k\w+) = (0x\w+|\d+)[,;]", text)}


def settings(text):
    """Return the register and value of each setting, in the driver's order."""
    table = re.search(r"kSettings\[\][^{]*{(.*?)};", text, re.DOTALL)[1]
    return {int(at, 0): int(value, 0) for at, value in re.findall(r"(0x\w+), (0x\w+)", table)}


def scales(text):
    """Return rad/s and m/s² of a count."""
    found = re.findall(r"(kRadianPerS|kMetrePerS2), (\d+), (-?\d+)", text)
    rows = {unit: int(mantissa) * 10.0 ** int(exponent) for unit, mantissa, exponent in found}
    return rows["kRadianPerS"], rows["kMetrePerS2"]


@pytest.mark.parametrize("family", LINUX)
def test_the_driver_writes_what_linux_does(family):
    linux, text = LINUX[family], source(f"{family}.cpp") + source(f"{family}.h")
    driver, written = constants(text), settings(text)
    assert WHO_AM_I in {driver.get("kIdentity"), driver.get("kWhoAmI")}
    names = {"lsm6ds": ("kLsm6ds3trc", "kLsm6dso"), "lsm9ds1": ("kIdentity",)}[family]
    assert tuple(driver[name] for name in names) == linux["wai"]
    assert driver.get("kRotation", driver.get("kFirstOutput")) == linux["gyro"]
    assert driver.get("kAcceleration", linux["gyro"] + 6) == linux["acc"]
    at, bit = linux["bdu"]
    assert written[at] >> bit & 1
    for key in ("acc_odr", "gyro_odr"):
        at, shift, code, rate_hz = linux[key]
        assert written[at] >> shift == code
        assert driver["kRateMhz"] == 1000 * rate_hz
    for key in ("acc_fs", "gyro_fs"):
        at, shift, code, _ = linux[key]
        assert written[at] >> shift & 3 == code
    rad_s, m_s2 = scales(text)
    assert rad_s == pytest.approx(math.radians(linux["gyro_fs"][3] * 1e-6), rel=1e-4)
    assert m_s2 == pytest.approx(linux["acc_fs"][3] * 1e-6 * G, rel=1e-4)


@pytest.fixture(scope="module")
def bosch():
    """Return Bosch's figures; from its header where that is at hand."""
    if path := os.environ.get("BMI2_DEFS_H"):
        row = r"#define\s+(\w+)\s+UINT8_C\((\w+)\)"
        found = {name: int(value, 0) for name, value in re.findall(row, Path(path).read_text())}
        assert {name: found.get(name) for name in BOSCH} == BOSCH
    return BOSCH


def test_the_driver_of_the_bmi270_writes_what_bosch_calls_so(bosch):
    text = source("bmi270.cpp") + source("bmi270.h")
    driver, written = constants(text), settings(text)
    for ours, theirs in {
        "kChipId": "CHIP_ID_ADDR", "kData": "ACC_X_LSB_ADDR", "kStatus": "STATUS_ADDR",
        "kInternalStatus": "INTERNAL_STATUS_ADDR", "kInitControl": "INIT_CTRL_ADDR",
        "kInitAddress": "INIT_ADDR_0", "kInitData": "INIT_DATA_ADDR", "kReset": "SOFT_RESET_CMD",
        "kPowerConfig": "PWR_CONF_ADDR", "kCommand": "CMD_REG_ADDR", "kAddress": "I2C_PRIM_ADDR",
        "kProgramRuns": "CONFIG_LOAD_SUCCESS",
    }.items():  # fmt: skip
        assert driver[ours] == bosch[f"BMI2_{theirs}"], ours
    assert driver["kIdentity"] == BMI270_CHIP_ID
    assert bosch["BMI2_GYR_X_LSB_ADDR"] == driver["kData"] + 6
    assert bosch["BMI2_INIT_ADDR_1"] == driver["kInitAddress"] + 1
    assert driver["kReady"] == bosch["BMI2_DRDY_ACC"] | bosch["BMI2_DRDY_GYR"]
    acc = (
        bosch["BMI2_ACC_ODR_200HZ"]
        | bosch["BMI2_ACC_NORMAL_AVG4"] << bosch["BMI2_ACC_BW_PARAM_POS"]
    )
    acc |= 1 << bosch["BMI2_ACC_FILTER_PERF_MODE_POS"]
    gyr = (
        bosch["BMI2_GYR_ODR_200HZ"]
        | bosch["BMI2_GYR_NORMAL_MODE"] << bosch["BMI2_GYR_BW_PARAM_POS"]
    )
    gyr |= 1 << bosch["BMI2_GYR_FILTER_PERF_MODE_POS"] | 1 << bosch["BMI2_GYR_NOISE_PERF_MODE_POS"]
    acc_at, gyr_at = bosch["BMI2_ACC_CONF_ADDR"], bosch["BMI2_GYR_CONF_ADDR"]
    both = bosch["BMI2_ACC_EN_MASK"] | bosch["BMI2_GYR_EN_MASK"]
    ranges = {acc_at + 1: bosch["BMI2_ACC_RANGE_4G"], gyr_at + 1: bosch["BMI2_GYR_RANGE_500"]}
    assert written == {acc_at: acc, gyr_at: gyr, bosch["BMI2_PWR_CTRL_ADDR"]: both} | ranges
    rad_s, m_s2 = scales(text)
    assert rad_s == pytest.approx(math.radians(500 / 2**15), rel=1e-4)
    assert m_s2 == pytest.approx(4 * G / 2**15, rel=1e-4)


def test_the_emulated_sensors_answer_as_those_do(bosch):
    chip = {name: (FIRMWARE / path).read_text() for name, path in EMULATED.items()}
    assert (
        int(re.search(r"imu\.reg\[WHO\] = (0x\w+)", chip["lsm6ds"])[1], 0) in LINUX["lsm6ds"]["wai"]
    )
    assert int(re.search(r"registers\[kWhoAmI\] = (0x\w+)", chip["lsm9ds1"])[1], 0) == 0x68
    rates = re.search(r"kRatesMhz\[\] = {(.*?)}", chip["lsm9ds1"])[1].split(",")
    assert int(rates[LINUX["lsm9ds1"]["gyro_odr"][2]]) == 238_000
    assert int(re.search(r"registers\[kChipId\] = (0x\w+)", chip["bmi270"])[1], 0) == BMI270_CHIP_ID
    model = constants(chip["bmi270"])
    assert model["kInitAddress1"] == bosch["BMI2_INIT_ADDR_1"]
    assert model["kBothOn"] == bosch["BMI2_ACC_EN_MASK"] | bosch["BMI2_GYR_EN_MASK"]


# Linux's hx711.c: 24 clocks for the bits and so many more for a gain; 60 us with the clock high
# switch the chip off; a count is AVDD / gain / 2^24.
CLOCKS_OF_GAIN = {128: 24 + 1, 32: 24 + 2, 64: 24 + 3}
OFF_US = 60


def test_the_hx711_is_clocked_as_linux_does_it():
    driver, chip = source("hx711.cpp"), (FIRMWARE / "emulator/hx711.c").read_text()
    read = driver[driver.index("bool Hx711Cells::read_word") :]
    read = read[: read.index("\n}\n")]
    bits = [int(n) for n in re.findall(r"byte = (\d+)|i < (\d+)", read)[0] if n]
    assert bits == [3]
    assert read.count("clock.high();") == 2
    assert int(re.search(r"i < (\d)", read)[1]) * bits[0] + 1 == CLOCKS_OF_GAIN[128]
    assert int(re.search(r"delayMicroseconds\((\d+)\)", driver)[1]) > OFF_US
    assert int(re.search(r"POWER_DOWN_CYCLES \((\d+)ull", chip)[1]) == OFF_US
    assert f"measured == {CLOCKS_OF_GAIN[32]}) counts = 0" in chip
    assert f"measured == {CLOCKS_OF_GAIN[64]}) counts /= 2" in chip
    mantissa = int(re.search(r"kMantissa = .*?(\d+)UL \* HX711_SUPPLY_MV / 5000", driver)[1])
    exponent = int(re.search(r"kVolt, kMantissa, (-\d+)", driver)[1])
    assert mantissa * 10.0**exponent == pytest.approx(5.0 / 128 / 2**24, rel=1e-4)
