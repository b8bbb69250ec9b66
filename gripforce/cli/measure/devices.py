"""``gripforce devices``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from gripforce.cli.options import Json, print_json, print_line, say

if TYPE_CHECKING:
    from gripforce.transport import DiscoveredSource


def devices(
    scan: Annotated[
        float, typer.Option(help="Seconds to search for BLE devices (0: do not search).")
    ] = 3.0,
    *,
    json: Json = False,
) -> None:
    """List devices and simulators that can be opened."""
    from gripforce.transport import discover

    ports, simulators = split(discover())
    found = [*ports, *(_ble_peripherals(scan) if scan > 0 else []), *simulators]
    if json:
        print_json({"devices": [asdict(one) for one in found]})
        return
    width = max(len(one.url) for one in found)
    for one in found:
        strength = f", {one.rssi_dbm} dBm" if one.rssi_dbm is not None else ""
        print_line(f"{one.url:<{width}}  {one.name}{strength}")
    if len(found) == len(simulators):
        print_line("")
        print_line("No device found: plug one in, switch it on, or use a simulator.")


def split(found: list[DiscoveredSource]) -> tuple[list[DiscoveredSource], list[DiscoveredSource]]:
    """Return the real devices and the simulators."""
    real = [one for one in found if one.kind != "simulator"]
    return real, [one for one in found if one.kind == "simulator"]


def _ble_peripherals(scan_s: float) -> list[DiscoveredSource]:
    """Return the BLE peripherals; where Bluetooth does not work, print why and return none."""
    import asyncio

    from gripforce.errors import TransportError
    from gripforce.transport import discover_ble

    try:
        return asyncio.run(discover_ble(scan_s))
    except TransportError as error:
        say(f"gripforce: no Bluetooth: {error}")
        return []
