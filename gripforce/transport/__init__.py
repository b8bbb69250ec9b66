"""Transports: serial port, TCP, Bluetooth LE and simulation, each a pipe of bytes to a device."""

from __future__ import annotations

from gripforce.errors import UsageError
from gripforce.transport.base import Chunk, Transport
from gripforce.transport.ble import BleTransport
from gripforce.transport.ble_scan import discover_ble
from gripforce.transport.discover import DiscoveredSource, discover
from gripforce.transport.memory import MemoryTransport
from gripforce.transport.serial_port import SerialTransport
from gripforce.transport.tcp import TcpTransport
from gripforce.transport.urls import SourceUrl

__all__ = [
    "BleTransport",
    "Chunk",
    "DiscoveredSource",
    "MemoryTransport",
    "SourceUrl",
    "Transport",
    "discover",
    "discover_ble",
    "make_transport",
    "open_transport",
]


def make_transport(url: str) -> Transport:
    """Return the transport that a URL names, not yet opened; ``UsageError`` for other URLs."""
    source = SourceUrl.parse(url)
    match source.scheme:
        case "sim":
            from gripforce.transport.simulated import simulated  # noqa: PLC0415 - scipy is slow to come

            return simulated(source)
        case "serial":
            return SerialTransport(source)
        case "tcp":
            return TcpTransport(source)
        case "ble":
            return BleTransport(source)
        case _:
            raise UsageError(
                f"{source.scheme}: is not a device.", "Try sim:, serial:, tcp: or ble:."
            )


async def open_transport(url: str) -> Transport:
    """Return the opened transport that a URL names."""
    transport = make_transport(url)
    await transport.open()
    return transport
