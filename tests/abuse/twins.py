"""Devices whose links break, and what is heard of a stream."""

import struct

from gripforce.device import Device
from gripforce.errors import TransportError
from gripforce.model import Gap, Marker, Samples
from gripforce.transport import MemoryTransport


class DyingTransport(MemoryTransport):
    """The link breaks at a time, and nothing answers there again."""

    def __init__(self, twin, dies_s):
        super().__init__(twin, paced=False)
        self.dies_s = dies_s

    async def open(self):
        if self._elapsed_s >= self.dies_s:
            raise TransportError("Nothing answers there.")
        await super().open()

    async def read(self):
        chunk = await super().read()
        if self._elapsed_s >= self.dies_s:
            raise TransportError("The link was lost.")
        return chunk


def device_of(twin, **options):
    return Device(MemoryTransport(twin, paced=False), **options)


async def heard(device, **options):
    """All items of a stream."""
    async with device:
        return [item async for item in device.stream(**options)]


def only(items, kind):
    return [item for item in items if isinstance(item, kind)]


def lost(items):
    return sum(gap.lost for gap in only(items, Gap))


def samples(items):
    return sum(len(s) for s in only(items, Samples))


def texts(items):
    return [marker.text for marker in only(items, Marker)]


def repacked(payload, offset, layout, *values):
    """Return a payload with fields overwritten: what no encoder of ours would send."""
    changed = bytearray(payload)
    struct.pack_into(layout, changed, offset, *values)
    return bytes(changed)
