"""Unmodified bleak, a true bluetoothd and a true Linux kernel; only the radio is simulated."""

import asyncio
import dataclasses
import os
from pathlib import Path

import numpy as np
import pytest

from gripforce.device import open_device
from gripforce.model import Ended, EndReason, Gap, Marker, Samples
from gripforce.sim.device.device import SimDevice
from gripforce.sim.device.faults import FaultPlan
from gripforce.sim.device.frontend import frontend
from gripforce.sim.tasks.registry import make_scene
from gripforce.transport import discover_ble
from gripforce.transport.ble_peripheral import FramedTwin
from tests.ble.air import advertising
from tests.ble.radio import Radio, RadioController, RadioModel
from tests.ble.vm.image import build, why_not
from tests.ble.vm.machine import running

BUILD = Path(__file__).parents[2] / "build" / "ble-vm"
pytestmark = pytest.mark.skipif(
    why_not() is not None and not os.environ.get("CI"), reason=f"no machine: {why_not()}"
)
OUT_S = (3.0, 4.0)
"""How long the radio goes out: both longer than the supervision time-out."""
BETWEEN_S = 4.0
"""From the start, and from each time that the link is back, to what comes next."""


def device(ring_s):
    """Return a device with a longer ring: an emulated system can be slower than any radio."""
    usual = frontend("research")
    scene = make_scene(trials=15)
    blocks = round(ring_s * sum(s.info.rate_hz / s.info.block_samples for s in usual.streams))
    return SimDevice(
        scene, frontend=dataclasses.replace(usual, ring_blocks=blocks), faults=FaultPlan(), seed=1
    )


async def stream_through_drop_outs(opened, radio):
    """Return the items of a stream that is stopped when the last drop-out is over."""
    outages, items = iter(OUT_S), []

    def go_on():
        lasts_s = next(outages, None)
        opened.stop() if lasts_s is None else radio.go_out(lasts_s)

    async for item in opened.stream():
        if not items or (isinstance(item, Marker) and item.text == "restored"):
            asyncio.get_running_loop().call_later(BETWEEN_S, go_on)
        items.append(item)
    return items


async def test_a_stream_through_bluez_with_two_drop_outs(tmp_path):
    radio = Radio(RadioModel(), seed=1)

    def adapter(source, sink):
        RadioController("hci0", radio, "00:AA:01:00:00:42", host_source=source, host_sink=sink)

    twin = FramedTwin(device(ring_s=60.0))
    async with running(build(BUILD), tmp_path, adapter), advertising(radio, twin, name="GF-1"):
        (found,) = await discover_ble(2.0)
        async with open_device("ble:GF-1") as opened:
            items = await stream_through_drop_outs(opened, radio)
        radio.close()
    assert found.name == "GF-1, gripforce device"
    assert items[-1] == Ended(EndReason.STOPPED, reconciled=True)
    assert not [item for item in items if isinstance(item, Gap)]
    assert radio.drops == len(OUT_S)
    links = [item.text for item in items if isinstance(item, Marker) and item.kind == "link"]
    assert links == ["lost", "restored"] * len(OUT_S)
    force = [s for s in items if isinstance(s, Samples) and s.stream.name == "force"]
    counters = np.sort(np.concatenate([s.counter for s in force]))
    assert np.array_equal(counters, np.arange(len(counters)))
    assert len(counters) >= 1000 * (sum(OUT_S) + len(OUT_S) * BETWEEN_S)
    assert sum(len(s) for s in force if s.backfilled) > 1000 * sum(OUT_S)
