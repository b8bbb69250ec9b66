"""Save a new calibration in the device and on this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gripforce.calibration import to_block
from gripforce.device.calibration_cache import save_calibration
from gripforce.device.identity import force_labels
from gripforce.errors import DeviceError
from gripforce.wire.commands import WriteCalibration

if TYPE_CHECKING:
    from gripforce.calibration import Calibration
    from gripforce.device.device import Device


async def save_everywhere(device: Device, calibration: Calibration) -> str:
    """Save a calibration in the device and on this computer; return where, in words.

    A device that refuses it is named in the words. Raises ``UsageError`` where this computer's
    copy cannot be written.
    """
    in_device = await _write(device, calibration)
    path = save_calibration(device.info.uid, calibration)
    return f"kept {in_device} and in {path}"


async def _write(device: Device, calibration: Calibration) -> str:
    if list(calibration.channels) != force_labels(device.info):
        return "not in the device, which takes only all its cells together,"
    try:
        await device.send(WriteCalibration(to_block(calibration)))
    except DeviceError as refused:
        return f"not in the device ({refused})"
    return "in the device"
