"""A device as an async iterator of stream items, whatever lies between."""

from gripforce.device.calibration_store import keep_calibration
from gripforce.device.device import Device
from gripforce.device.probe import DeviceSummary, look_at
from gripforce.device.source import StreamSource, open_device, open_source

__all__ = [
    "Device",
    "DeviceSummary",
    "StreamSource",
    "keep_calibration",
    "look_at",
    "open_device",
    "open_source",
]
