"""Scan for Bluetooth peripherals: one by its name or address, or all that gripforce can read."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from gripforce.errors import TransportError
from gripforce.transport.ble_errors import Trouble, translated, trouble
from gripforce.transport.discover import DiscoveredSource
from gripforce.transport.gatt import profile_offered

if TYPE_CHECKING:
    from bleak.backends.device import BLEDevice
    from bleak.backends.scanner import AdvertisementData

DISCOVER_S = 3.0
"""Duration of a scan: thirty advertisements of a device that sends ten a second."""
NAMESAKE_S = 0.3
"""Time to find a second peripheral of the same name after the first."""


async def find_peripheral(target: str, timeout_s: float) -> BLEDevice:
    """Find the peripheral of a name or address; ``TransportError`` where there is none, or two.

    The scan ends with the first advertisement of an address; with that of a name it goes on for
    ``NAMESAKE_S``.
    """
    seen: dict[str, tuple[BLEDevice, AdvertisementData]] = {}
    found = asyncio.Event()
    wanted = target.lower()

    def detected(device: BLEDevice, data: AdvertisementData) -> None:
        if wanted in {device.address.lower(), _name(device, data).lower()}:
            seen[device.address] = device, data
            found.set()

    from bleak import BleakScanner  # noqa: PLC0415 - `import gripforce` opens no Bluetooth stack

    with translated(target):
        async with BleakScanner(detected):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(found.wait(), timeout_s)
            if seen and wanted not in map(str.lower, seen):
                await asyncio.sleep(NAMESAKE_S)
    if not seen:
        raise trouble(Trouble.NOT_FOUND, target)
    if len(seen) > 1:
        rows = sorted(seen.values(), key=lambda row: -row[1].rssi)
        who = " and ".join(f"{device.address} ({data.rssi} dBm)" for device, data in rows)
        raise TransportError(
            f"Several peripherals are called '{target}': {who}.",
            f"Choose one by its address, such as ble:{rows[0][0].address}.",
        )
    return next(iter(seen.values()))[0]


async def discover_ble(timeout_s: float = DISCOVER_S) -> list[DiscoveredSource]:
    """Find all peripherals that gripforce can read, the strongest first.

    Raises ``TransportError`` at once where there is no adapter, or where it is off.
    """
    seen: dict[str, tuple[BLEDevice, AdvertisementData]] = {}

    def detected(device: BLEDevice, data: AdvertisementData) -> None:
        seen[device.address] = device, data

    from bleak import BleakScanner  # noqa: PLC0415

    with translated("the adapter"):
        async with BleakScanner(detected):
            await asyncio.sleep(timeout_s)
    found = [one for device, data in seen.values() if (one := _found(device, data)) is not None]
    return sorted(found, key=lambda one: -(one.rssi_dbm or 0))


def _found(device: BLEDevice, data: AdvertisementData) -> DiscoveredSource | None:
    profile = profile_offered(data.service_uuids)
    name = _name(device, data)
    if profile is None:
        return None
    return DiscoveredSource(
        f"ble:{device.address}", "ble", f"{name or 'unnamed'}, {profile.title}", data.rssi
    )


def _name(device: BLEDevice, data: AdvertisementData) -> str:
    return data.local_name or device.name or ""
