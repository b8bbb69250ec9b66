"""List the sources that can be opened: serial ports and simulations."""

from __future__ import annotations

from dataclasses import dataclass

from serial.tools import list_ports

from gripforce.language import translatable


@dataclass(frozen=True, slots=True)
class DiscoveredSource:
    """A source that can be opened."""

    url: str
    kind: str
    """``serial``, ``ble`` or ``simulator``."""
    name: str
    """Name to show to a user."""
    rssi_dbm: int | None = None
    """Strength of the radio signal."""
    likely: bool = True
    """Whether it may well be a device to measure with: a port that is no USB device hardly is."""


def discover() -> list[DiscoveredSource]:
    """Return the serial ports, those of USB devices first, and the simulators."""
    ports = sorted(list_ports.comports(), key=lambda port: (port.vid is None, port.device))
    found = [
        DiscoveredSource(
            f"serial:{port.device}", "serial", _name(port.description), likely=port.vid is not None
        )
        for port in ports
    ]
    return [*found, *SIMULATORS]


SIMULATORS = (
    DiscoveredSource(
        "sim:lift", "simulator", translatable("a healthy hand that lifts and holds an object")
    ),
    DiscoveredSource(
        "sim:lift?profile=als", "simulator", translatable("an ALS-like hand that does the same")
    ),
)


def _name(description: str | None) -> str:
    """Return a port's name; pyserial calls a port without a name n/a."""
    return translatable("a serial port") if description in {None, "", "n/a"} else str(description)
