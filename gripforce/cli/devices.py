"""``gripforce devices``."""

from __future__ import annotations

from dataclasses import asdict

from gripforce.cli.options import Json, print_json


def devices(*, json: Json = False) -> None:
    """List serial ports, BLE peripherals and simulators that can be opened."""
    from gripforce.transport import discover

    found = discover()
    if json:
        print_json({"devices": [asdict(one) for one in found]})
        return
    width = max(len(one.url) for one in found)
    for one in found:
        print(f"{one.url:<{width}}  {one.name}")
    if all(one.kind == "simulator" for one in found):
        print("\nNo serial port found: plug the device in, or try a simulator.")
