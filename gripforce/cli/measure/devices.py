"""``gripforce devices``."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from gripforce.cli.options import Json, print_json, say

if TYPE_CHECKING:
    from gripforce.transport import DiscoveredSource


def devices(
    scan: Annotated[float, typer.Option(help="Seconds to listen for BLE; 0 for not at all.")] = 3.0,
    *,
    json: Json = False,
) -> None:
    """List serial ports, BLE peripherals and simulators that can be opened."""
    from gripforce.transport import discover

    ports, simulators = split(discover())
    found = [*ports, *(_heard(scan) if scan > 0 else []), *simulators]
    if json:
        print_json({"devices": [asdict(one) for one in found]})
        return
    width = max(len(one.url) for one in found)
    for one in found:
        strength = f", {one.rssi_dbm} dBm" if one.rssi_dbm is not None else ""
        print(f"{one.url:<{width}}  {one.name}{strength}")
    if len(found) == len(simulators):
        print("\nNo device found: plug it in or switch it on, or try a simulator.")


def split(found: list[DiscoveredSource]) -> tuple[list[DiscoveredSource], list[DiscoveredSource]]:
    """Return what is real and what is simulated."""
    real = [one for one in found if one.kind != "simulator"]
    return real, [one for one in found if one.kind == "simulator"]


def _heard(scan_s: float) -> list[DiscoveredSource]:
    """Return the BLE peripherals; a computer that cannot listen says so and has none."""
    from gripforce.errors import TransportError
    from gripforce.transport import discover_ble

    try:
        return asyncio.run(discover_ble(scan_s))
    except TransportError as error:
        say(f"gripforce: no BLE: {error}")
        return []
