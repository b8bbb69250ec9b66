"""A device as an async iterator of stream items, whatever lies between."""

from gripforce.device.device import Device
from gripforce.device.keep import keep_calibration
from gripforce.device.look import Look, look_at
from gripforce.device.source import Source, open_device, open_source

__all__ = ["Device", "Look", "Source", "keep_calibration", "look_at", "open_device", "open_source"]
