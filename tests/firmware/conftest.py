"""Builds the images and the emulator once; skips where the tools are missing, but never in CI."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.firmware.bench import BUILD, FIRMWARE

NEEDED = ("make", "g++", "gcc", "avr-g++", "avr-objcopy")
HEADERS = ("/usr/include/simavr/sim_avr.h", "/usr/share/arduino/hardware/arduino/avr")


def missing():
    tools = [tool for tool in NEEDED if shutil.which(tool) is None]
    return tools + [path for path in HEADERS if not Path(path).exists()]


@pytest.fixture(scope="session")
def toolchain():
    if lacking := missing():
        message = f"the firmware's tools are missing: {', '.join(lacking)}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)


def make(*targets):
    """Run make in ``firmware/``; one at a time, for xdist may have several of us."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            ["make", "-s", "-j2", "-C", FIRMWARE, *targets],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def images(toolchain):
    make("emulator")
    for frontend in ("ads131m04", "hx711"):
        for imu in ("", "lsm6ds"):
            make("avr", "BOARD=uno", f"FRONTEND={frontend}", f"IMU={imu}")
    make("avr", "BOARD=uno", "FRONTEND=ads131m04", "LINK_BAUD=500000")
    make("avr", "BOARD=uno", "FRONTEND=hx711", "HX711_RATE_HZ=10")
