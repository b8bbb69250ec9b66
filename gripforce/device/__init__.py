"""Stream a device, or a recording of one, as an async iterator of stream items."""

from gripforce.device.calibration_store import save_everywhere
from gripforce.device.device import Device
from gripforce.device.probe import DeviceSummary, probe
from gripforce.device.source import StreamSource, open_device, open_source

__all__ = [
    "Device",
    "DeviceSummary",
    "StreamSource",
    "open_device",
    "open_source",
    "probe",
    "save_everywhere",
]
