"""List the sources that can be opened: serial ports and simulations."""

from __future__ import annotations

from dataclasses import dataclass

from serial.tools import list_ports


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


def discover() -> list[DiscoveredSource]:
    """Return the serial ports, those of USB devices first, and the simulators."""
    ports = sorted(list_ports.comports(), key=lambda port: (port.vid is None, port.device))
    found = [
        DiscoveredSource(f"serial:{port.device}", "serial", _name(port.description))
        for port in ports
    ]
    return [*found, *SIMULATORS]


SIMULATORS = (
    DiscoveredSource("sim:lift", "simulator", "a healthy hand that lifts and holds an object"),
    DiscoveredSource("sim:lift?profile=als", "simulator", "an ALS-like hand that does the same"),
)


def _name(description: str | None) -> str:
    """Return a port's name; pyserial calls a port without a name n/a."""
    return "a serial port" if description in {None, "", "n/a"} else str(description)
