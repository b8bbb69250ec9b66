"""Where the firmware's images lie: a release carries some, a checkout builds what is missing."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

from gripforce.cli.options import say
from gripforce.errors import UsageError

FIRMWARE = Path(__file__).resolve().parents[3] / "firmware"
CARRIED = Path(__file__).resolve().parent / "images"
"""Images for people without a compiler; ``make release`` puts them into the wheel."""
FRONTENDS = ("ads131m04", "hx711")
IMUS = ("", "lsm6ds")


def image(board: str, frontend: str, imu: str, ending: str) -> Path:
    """Return a firmware image for an AVR board: built as it is now, or the wheel's own.

    Where it cannot be built again, for want of a compiler, an older one serves.
    """
    how = f"avr BOARD={board} FRONTEND={frontend}" + (f" IMU={imu}" if imu else "")
    name = f"{board}-{frontend}{'-' if imu else ''}{imu}.{ending}"
    if not FIRMWARE.is_dir() and (CARRIED / name).is_file():
        return CARRIED / name
    if _path(name).exists() and _can_make():
        subprocess.run(["make", "-s", "-C", FIRMWARE, *how.split()], check=False)
    return built(name, how)


def arduino_image(board: str, fqbn: str, frontend: str, imu: str, ending: str) -> Path:
    """Return an image of ``arduino-cli``, which compiles it where it is installed."""
    name = f"{board}-{frontend}{'-' if imu else ''}{imu}"
    folder = FIRMWARE / "build" / "arduino" / name
    defines = [f"-DBOARD_{board.upper()}", f"-DFRONTEND_{frontend.upper()}"]
    defines += [f"-DIMU_{imu.upper()}="] if imu else []
    flags = f"compiler.cpp.extra_flags={' '.join(defines)}"
    command = ["arduino-cli", "compile", "--fqbn", fqbn, "--output-dir", str(folder)]
    command += ["--build-property", flags, str(FIRMWARE / "gripforce")]
    if shutil.which("arduino-cli"):
        subprocess.run(command, check=False)
    path = folder / f"gripforce.ino.{ending}"
    if not path.is_file():
        raise UsageError(
            f"{path} has not been built.",
            f"Run: {shlex.join(command)}, or give an image of the Arduino IDE with --image.",
        )
    return path


def built(name: str, how: str) -> Path:
    """Return a file that ``make`` builds; it is built where it is missing.

    ``UsageError`` says what to run, or to install, where that fails.
    """
    if not FIRMWARE.is_dir():
        raise UsageError(
            "The firmware is not here: the package carries the images of Uno and Nano without a "
            "motion sensor, and only in a release.",
            "For all others install gripforce from a checkout: pip install -e .",
        )
    path = _path(name)
    if not path.exists():
        _build(path, how)
    return path


def _path(name: str) -> Path:
    return FIRMWARE / "build" / name


def _can_make() -> bool:
    return shutil.which("make") is not None and (FIRMWARE / "Makefile").is_file()


def _build(path: Path, how: str) -> None:
    command = f"make -C {FIRMWARE} {how}"
    if not _can_make():
        raise UsageError(f"{path} has not been built.", f"Run: {command}")
    say(f"gripforce: building {path.name}.")
    done = subprocess.run(
        ["make", "-s", "-C", str(FIRMWARE), *how.split()],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode or not path.exists():
        said = (done.stdout + done.stderr).strip().splitlines()
        why = next((line for line in said if "missing" in line), said[-1] if said else "")
        raise UsageError(f"{path.name} could not be built: {why}.", f"It was tried by: {command}")
