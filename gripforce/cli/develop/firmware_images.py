"""Where the firmware lies: it is built in a checkout of the repository, not installed with us."""

from __future__ import annotations

from pathlib import Path

from gripforce.errors import UsageError

FIRMWARE = Path(__file__).resolve().parents[3] / "firmware"
FRONTENDS = ("ads131m04", "hx711")
IMUS = ("", "lsm6ds")


def image(board: str, frontend: str, imu: str, ending: str) -> Path:
    """Return a firmware image that ``make avr`` built."""
    how = f"avr BOARD={board} FRONTEND={frontend}" + (f" IMU={imu}" if imu else "")
    return built(f"{board}-{frontend}{'-' if imu else ''}{imu}.{ending}", how)


def built(name: str, how: str) -> Path:
    """Return a file that ``make`` built; ``UsageError`` says what to run where it is missing."""
    if not FIRMWARE.is_dir():
        raise UsageError(
            "The firmware is not here: it comes with the repository, not with the package.",
            "Install gripforce from a checkout: pip install -e .",
        )
    path = FIRMWARE / "build" / name
    if not path.exists():
        raise UsageError(f"{path} has not been built.", f"Run: make -C {FIRMWARE} {how}")
    return path
