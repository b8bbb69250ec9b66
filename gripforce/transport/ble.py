"""Bluetooth Low Energy transport: reads notifications, writes to a characteristic.

Strategy: notifications are a stream of bytes whose boundaries have no meaning. Every wait for the
peripheral also waits for the end of the connection, because no operating system reliably ends the
wait by itself. A lost link is opened again by the peripheral's address, so that another peripheral
of the same name is not mistaken for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, TypeVar

from gripforce.errors import TransportError
from gripforce.transport.base import Chunk
from gripforce.transport.ble_errors import Trouble, translated, trouble
from gripforce.transport.ble_scan import find_peripheral
from gripforce.transport.gatt import PROGRESSOR, choose_profile, profile_named
from gripforce.transport.progressor import ProgressorBridge

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from bleak import BleakClient
    from bleak.backends.characteristic import BleakGATTCharacteristic

    from gripforce.transport.gatt import GattProfile
    from gripforce.transport.urls import SourceUrl

FIND_S = 8.0
"""Duration of the first scan for a peripheral: some advertise once in two seconds."""
FIND_AGAIN_S = 3.0
"""Duration of a scan after the link was lost; the caller repeats it."""
CONNECT_S = 10.0
CONNECT_TRIES = 3
"""BlueZ drops some new connections (one in eight was observed); the next try succeeds."""
CLOSE_S = 3.0
"""Longest wait for a disconnection; bluetoothd takes two seconds."""
LEAST_WRITE = 20
"""Number of bytes that any connection carries in one write."""

log = logging.getLogger(__name__)
T = TypeVar("T")


class BleTransport:
    """One connection to one peripheral at a time."""

    paced = True

    def __init__(self, url: SourceUrl) -> None:
        options = url.only(("profile",))
        self.url = f"ble:{url.target}"
        self._target = url.target
        self._asked = profile_named(options["profile"]) if "profile" in options else None
        self._address = ""
        """The peripheral's address, once it was found."""
        self._link: _Link | None = None

    async def open(self) -> None:
        """Find the peripheral and connect, or connect again."""
        await self.close()
        device = await find_peripheral(
            self._address or self._target, FIND_AGAIN_S if self._address else FIND_S
        )
        for tries_left in reversed(range(CONNECT_TRIES)):
            link = _Link(self._target, self._asked)
            try:
                await link.connect(device)
            except TransportError:
                await link.close()
                if not tries_left:
                    raise
            except BaseException:
                await link.close()
                raise
            else:
                self._address, self._link = device.address, link
                return

    async def read(self) -> Chunk:
        """Wait for bytes."""
        return await self._opened.read()

    async def write(self, data: bytes) -> None:
        """Send bytes, in as many writes as the connection needs."""
        await self._opened.write(data)

    async def close(self) -> None:
        """Disconnect from the peripheral."""
        link, self._link = self._link, None
        if link is not None:
            await link.close()

    def now(self) -> float:
        """Return host monotonic seconds: the running loop's, as asyncio has them."""
        return asyncio.get_running_loop().time()

    @property
    def _opened(self) -> _Link:
        if self._link is None:
            raise TransportError(f"{self.url} is closed.")
        return self._link


class _Link:
    """One connection, from connecting to its end."""

    def __init__(self, name: str, asked: GattProfile | None) -> None:
        self._name = name
        self._asked = asked
        self._loop = asyncio.get_running_loop()
        self._gone = asyncio.Event()
        self._chunks: asyncio.Queue[Chunk | None] = asyncio.Queue()
        """Notified bytes; None at the end of the connection."""
        self._client: BleakClient | None = None
        self._outlet: BleakGATTCharacteristic | None = None
        self._bridge: ProgressorBridge | None = None

    async def connect(self, device: Any) -> None:
        """Connect, find the profile's characteristics, and subscribe to notifications."""
        from bleak import BleakClient  # noqa: PLC0415 - `import gripforce` opens no Bluetooth stack

        client = self._client = BleakClient(
            device, disconnected_callback=lambda _: self._end(), timeout=CONNECT_S
        )
        with translated(self._name):
            async with asyncio.timeout(CONNECT_S):
                await client.connect()
        profile = choose_profile([service.uuid for service in client.services], self._asked)
        inlet = client.services.get_characteristic(profile.notify)
        outlet = client.services.get_characteristic(profile.write)
        if inlet is None or outlet is None:
            raise TransportError(
                f"{self._name} has an incomplete {profile.title} service.",
                "Its firmware does not belong to this version of gripforce.",
            )
        self._outlet = outlet
        if profile is PROGRESSOR:
            self._bridge = ProgressorBridge(device.address)
        await self._unless_gone(
            client.start_notify(inlet, self._notified, bluez={"use_start_notify": True})
        )
        log.debug("%s: %s, %d bytes a write", self._name, profile.name, self._write_size(outlet))

    async def read(self) -> Chunk:
        """Wait for notifications; those before the end of the connection are returned first."""
        chunk = await self._chunks.get()
        if chunk is None:
            self._chunks.put_nowait(None)  # for the next read
            raise trouble(Trouble.LOST, self._name)
        # A connection event brings several notifications at once: they are returned together.
        parts = [chunk.data]
        while not self._chunks.empty():
            more = self._chunks.get_nowait()
            if more is None:
                self._chunks.put_nowait(None)
                break
            parts.append(more.data)
            chunk = more
        return Chunk(b"".join(parts), chunk.arrival_s)

    async def write(self, data: bytes) -> None:
        """Write bytes, in parts of a size that the connection carries."""
        if self._bridge is not None:
            opcodes, answers = self._bridge.command(data)
            for opcode in opcodes:
                await self._write_part(opcode)
            self._put(answers)
            return
        outlet = self._outlet
        size = self._write_size(outlet)
        for at in range(0, len(data), size):
            await self._write_part(data[at : at + size])

    async def close(self) -> None:
        """Disconnect, without waiting for a peripheral that does not answer."""
        client, self._client = self._client, None
        if client is None:
            return
        with contextlib.suppress(TransportError), translated(self._name):
            async with asyncio.timeout(CLOSE_S):
                await client.disconnect()

    async def _write_part(self, part: bytes) -> None:
        client, outlet = self._client, self._outlet
        if client is None or outlet is None:
            raise trouble(Trouble.LOST, self._name)
        # Without response: the device acknowledges commands itself, and a response would take
        # two connection intervals in which nothing else is read.
        response = "write-without-response" not in outlet.properties
        await self._unless_gone(client.write_gatt_char(outlet, part, response=response))

    def _end(self) -> None:
        self._gone.set()
        self._chunks.put_nowait(None)

    def _notified(self, _: BleakGATTCharacteristic, data: bytearray) -> None:
        raw = bytes(data)
        self._put(raw if self._bridge is None else self._bridge.notified(raw))

    def _put(self, data: bytes) -> None:
        if data:
            self._chunks.put_nowait(Chunk(data, self._loop.time()))

    @staticmethod
    def _write_size(outlet: BleakGATTCharacteristic | None) -> int:
        # Read each time: BlueZ learns the MTU some time after it has connected.
        return max(LEAST_WRITE, outlet.max_write_without_response_size if outlet else 0)

    async def _unless_gone(self, work: Coroutine[Any, Any, T]) -> T:
        """Await ``work``; raise ``TransportError`` where the connection ends before it."""
        task = asyncio.ensure_future(work)
        gone = asyncio.ensure_future(self._gone.wait())
        try:
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise trouble(Trouble.LOST, self._name)
            with translated(self._name):
                return task.result()
        finally:
            gone.cancel()
            task.cancel()
