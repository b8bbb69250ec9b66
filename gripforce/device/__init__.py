"""A device as an async iterator of stream items, whatever lies between."""

from gripforce.device.device import Device
from gripforce.device.source import Source, open_device, open_source

__all__ = ["Device", "Source", "open_device", "open_source"]
