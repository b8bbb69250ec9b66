"""BLE: how late the data are and how much fits through, in process and through BlueZ."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figure import STRETCHES, Figure
from gripforce.device import open_device
from gripforce.model import Samples
from gripforce.sim.options import sim_from_options
from gripforce.transport import make_transport
from gripforce.transport.ble_peripheral import FramedTwin, PacketTwin
from tests.ble.air import advertising, on_air
from tests.ble.radio import Radio, RadioController, RadioModel
from tests.ble.vm.image import build, why_not
from tests.ble.vm.machine import running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from contextlib import AbstractAsyncContextManager

    Air = Callable[[PacketTwin, RadioModel], AbstractAsyncContextManager[Radio]]

SECONDS, LEAST_BLOCKS = 7.0, 300
USUAL = RadioModel()
"""Connection events each 15 to 30 ms that carry 3 to 6 packets; one in twenty is lost."""
FAST = RadioModel(interval_s=(0.0075, 0.0075), packets=(6, 6), lost=0.0)
"""As fast as BLE's shortest interval allows: 195 kB/s."""


class Flood:
    """Sends full notifications without end."""

    def receive(self, data: bytes) -> None:
        """Take in bytes from the host."""

    def advance(self, until_s: float) -> Sequence[bytes]:
        """Return more than any radio carries in a hundredth of a second."""
        del until_s
        return [bytes(244)] * 32


def in_process() -> Iterator[Figure]:
    """Measure over bumble on both sides."""
    yield from asyncio.run(_measure("in process", _in_process, 60, 150))


def through_bluez() -> Iterator[Figure]:
    """Measure through a true bluetoothd in an emulated machine, where one can be built."""
    if why_not() is None:
        yield from asyncio.run(_measure("BlueZ emulated", _through_bluez, 120, 300))


async def _measure(where: str, air: Air, median_ms: float, p99_ms: float) -> list[Figure]:
    late_s = await _latencies(air)
    rates = [rate / 1e3 for rate in await _throughput(air)]
    what, late_ms = f"BLE {where}: device tick to data, median", [1e3 * late for late in late_s]
    doubt = "" if len(late_ms) > LEAST_BLOCKS else f"{len(late_ms)} blocks arrived"
    return [
        Figure.of_stretches(what, median_ms, late_ms, "ms", doubt=doubt, pct=50),
        Figure.of_stretches(f"BLE {where}: the same, p99", p99_ms, late_ms, "ms", doubt=doubt),
        Figure.of_runs(f"BLE {where}: throughput", 30, rates, "kB/s", floor=True),
    ]


async def _latencies(air: Air) -> list[float]:
    """Return how long after a block's newest sample its samples are handed out."""
    twin = sim_from_options(trials=5)
    loop = asyncio.get_running_loop()
    late_s = []
    async with air(FramedTwin(twin), USUAL) as radio, open_device("ble:GF-1") as device:
        async for item in device.stream(duration_s=SECONDS):
            if isinstance(item, Samples) and not item.backfilled and item.t[-1] > 1.0:
                zero_s = radio.lives_since_s + twin._session.scene_zero_s  # noqa: SLF001 - the truth
                late_s.append(loop.time() - zero_s - float(item.t[-1]))
    return late_s


async def _throughput(air: Air) -> list[float]:
    """Return bytes a second that come out of the transport, in each of several seconds."""
    async with air(Flood(), FAST):
        transport = make_transport("ble:GF-1")
        await transport.open()
        chunk = await transport.read()
        rates = []
        for _ in range(STRETCHES):
            begin_s, received = chunk.arrival_s, 0
            while chunk.arrival_s - begin_s < 1.0:
                chunk = await transport.read()
                received += len(chunk.data)
            rates.append(received / (chunk.arrival_s - begin_s))
        await transport.close()
    return rates


def _in_process(twin: PacketTwin, model: RadioModel) -> AbstractAsyncContextManager[Radio]:
    return on_air(twin, model=model, packets=True)


@contextlib.asynccontextmanager
async def _through_bluez(twin: PacketTwin, model: RadioModel) -> AsyncIterator[Radio]:
    radio = Radio(model)

    def adapter(source: object, sink: object) -> None:
        RadioController("hci0", radio, "00:AA:01:00:00:42", host_source=source, host_sink=sink)

    image = build(Path("build") / "ble-vm")
    with tempfile.TemporaryDirectory() as folder:
        async with running(image, Path(folder), adapter), advertising(radio, twin):
            radio.lives_since_s = asyncio.get_running_loop().time()
            yield radio
            radio.close()
