"""Store copies of calibrations on this computer, by the device's unique id."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import platformdirs

from gripforce.calibration import from_json, to_json
from gripforce.errors import CalibrationError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from gripforce.calibration import Calibration


def calibration_path(uid: str) -> Path:
    """Return the path of a device's calibration on this computer."""
    return platformdirs.user_data_path("gripforce") / "calibrations" / f"{uid}.json"


def load_calibration(uid: str) -> Calibration | None:
    """Return this computer's calibration of a device; None where it is missing or unreadable."""
    try:
        return from_json(json.loads(calibration_path(uid).read_text(encoding="utf-8")))
    except (OSError, ValueError, CalibrationError):
        return None


def save_calibration(uid: str, calibration: Calibration) -> Path:
    """Save a calibration and return its path; the previous one is renamed to ``.before.json``.

    Raises ``UsageError`` where the file cannot be written.
    """
    path = calibration_path(uid)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            path.replace(path.with_suffix(".before.json"))
        path.write_text(json.dumps(to_json(calibration), indent=1), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
    return path
