"""Serve a simulated device over Bluetooth LE: bumble on an adapter or a virtual controller.

Strategy: the simulated device runs whether or not a central is connected. What it sends without a
connection is lost, as from the radio of a board; the host requests it from the ring buffer. While
the radio is slower than the device, frames wait here, and the oldest are dropped when too many do.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, NoReturn, Protocol

from gripforce.errors import TransportError, UsageError
from gripforce.transport.gatt import BATTERY_LEVEL, BATTERY_SERVICE, GRIPFORCE, PROGRESSOR

try:
    from bumble.core import UUID, AdvertisingData, BaseBumbleError
    from bumble.device import Device, DeviceConfiguration
    from bumble.gatt import Characteristic, CharacteristicValue, Service
    from bumble.hci import Address
    from bumble.transport import open_transport
except ImportError as error:
    raise UsageError(
        "Simulating a BLE device needs bumble.", "Try pip install 'gripforce[ble-sim]'."
    ) from error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bumble.device import Connection

    from gripforce.transport.gatt import GattProfile
    from gripforce.transport.memory import Twin

WRITE_EITHER_WAY = (
    Characteristic.Properties.WRITE | Characteristic.Properties.WRITE_WITHOUT_RESPONSE
)
ADDRESS = "F0:F1:F2:F3:F4:F5"
"""Static random: its two highest bits are set."""
MTU = 247
"""One packet of the radio's longest payload, 251 bytes, less the L2CAP header."""
ADVERTISE_MS = 100.0
POWER_S = 10.0
STEP_S = 0.01
QUEUE_PACKETS = 8
"""Notifications given to the radio and not yet sent: more would only delay answers."""
BACKLOG_FRAMES = 64
"""Less than a second of frames; dropped ones are requested again."""


class PacketTwin(Protocol):
    """A simulated device whose output comes in packets."""

    def receive(self, data: bytes) -> None:
        """Process bytes from the host."""

    def advance(self, until_s: float) -> Sequence[bytes]:
        """Simulate until a time since power-on; return the packets sent meanwhile."""


class FramedTwin:
    """Cuts a simulated device's byte stream into packets: frames with their delimiters."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin

    def receive(self, data: bytes) -> None:
        """Process bytes from the host."""
        self._twin.receive(data)

    def advance(self, until_s: float) -> Sequence[bytes]:
        """Simulate until a time since power-on; return the frames sent meanwhile."""
        frames = self._twin.advance(until_s).split(b"\0")
        return [frame + b"\0" for frame in frames if frame]


class Peripheral:
    """A simulated device behind a GATT service, on a bumble device not yet powered on."""

    def __init__(
        self,
        device: Device,
        twin: PacketTwin,
        profile: GattProfile = GRIPFORCE,
        *,
        name: str = "gripforce",
        battery_pct: int = 100,
        write_properties: Characteristic.Properties = WRITE_EITHER_WAY,
    ) -> None:
        self.name = name
        self._device = device
        self._twin = twin
        self._connection: Connection | None = None
        self._backlog: deque[bytes] = deque()
        self._joins = profile is not PROGRESSOR
        """Whether packets form a byte stream; otherwise each is one notification."""
        pipe = _pipe(profile, self._write, write_properties)
        self._notify = pipe[0]
        device.add_service(Service(profile.service, pipe))
        device.add_service(_battery(battery_pct))
        device.gatt_server.max_mtu = MTU
        device.advertising_data = _advertisement(profile)
        device.scan_response_data = bytes(
            AdvertisingData([(AdvertisingData.COMPLETE_LOCAL_NAME, name.encode())])
        )
        device.on("connection", self._connected)

    async def advertise(self) -> None:
        """Power on and advertise, again after each connection."""
        await self._device.power_on()
        await self._device.start_advertising(
            auto_restart=True,
            advertising_interval_min=ADVERTISE_MS,
            advertising_interval_max=ADVERTISE_MS,
        )

    async def run(self) -> NoReturn:
        """Run the simulated device in the event loop's time."""
        loop = asyncio.get_running_loop()
        begin_s = loop.time()
        while True:
            await asyncio.sleep(STEP_S)
            self._backlog.extend(self._twin.advance(loop.time() - begin_s))
            while len(self._backlog) > BACKLOG_FRAMES:
                self._backlog.popleft()
            await self._send()

    async def _send(self) -> None:
        """Send as many notifications as the radio accepts now."""
        connection = self._connection
        if connection is None:
            self._backlog.clear()
            return
        room = connection.att_mtu - 3
        queue = connection.data_packet_queue
        while self._backlog and (queue is None or queue.pending < QUEUE_PACKETS):
            value = self._fill(room)
            await self._device.notify_subscriber(connection, self._notify, value)

    def _fill(self, room: int) -> bytes:
        """Return the bytes of one notification; the rest of a packet begins the next one."""
        value = self._backlog.popleft() if not self._joins else b""
        while self._joins and self._backlog and len(value) < room:
            packet = self._backlog.popleft()
            left = room - len(value)
            value += packet[:left]
            if packet[left:]:
                self._backlog.appendleft(packet[left:])
        return value

    def _connected(self, connection: Connection) -> None:
        self._connection = connection
        connection.on("disconnection", lambda _: self._disconnected())

    def _disconnected(self) -> None:
        self._connection = None
        self._backlog.clear()

    def _write(self, _: Connection, value: bytes) -> None:
        self._twin.receive(bytes(value))


def _pipe(
    profile: GattProfile,
    write: Callable[[Connection, bytes], None],
    writes: Characteristic.Properties,
) -> list[Characteristic[bytes]]:
    """Return the characteristic that notifies, and the one that is written to if it is another."""
    can = Characteristic.Properties
    value = CharacteristicValue(write=write)
    if profile.notify == profile.write:
        both = can.NOTIFY | writes
        return [Characteristic(profile.notify, both, Characteristic.WRITEABLE, value)]
    return [
        Characteristic(profile.notify, can.NOTIFY, Characteristic.READABLE, b""),
        Characteristic(profile.write, writes, Characteristic.WRITEABLE, value),
    ]


def _battery(percent: int) -> Service:
    level = Characteristic(
        BATTERY_LEVEL,
        Characteristic.Properties.READ,
        Characteristic.READABLE,
        bytes([percent]),
    )
    return Service(BATTERY_SERVICE, [level])


def _advertisement(profile: GattProfile) -> bytes:
    """Return flags and the service; the name is in the scan response, because it does not fit."""
    return bytes(
        AdvertisingData(
            [
                (AdvertisingData.FLAGS, bytes([0x06])),
                (
                    AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
                    UUID(profile.service).to_bytes(force_128=True),
                ),
            ]
        )
    )


async def serve_ble(
    twin: PacketTwin,
    transport: str,
    ready: Callable[[], None],
    profile: GattProfile = GRIPFORCE,
    *,
    name: str = "gripforce",
) -> None:
    """Advertise a simulated device on a bumble transport, such as ``hci-socket:0``.

    Calls ``ready`` when it advertises; raises ``TransportError`` where there is no adapter.
    """
    try:
        hci = await open_transport(transport)
    except Exception as error:  # bumble raises whatever its drivers do, Exception itself included
        raise _no_adapter(transport, error) from error
    config = DeviceConfiguration(name=name, address=Address(ADDRESS), gatt_service_enabled=False)
    async with hci:
        device = Device.from_config_with_hci(config, hci.source, hci.sink)
        peripheral = Peripheral(device, twin, profile, name=name)
        try:
            async with asyncio.timeout(POWER_S):
                await peripheral.advertise()
        except (BaseBumbleError, OSError) as error:
            raise _no_adapter(transport, error) from error
        ready()
        await peripheral.run()


def _no_adapter(transport: str, error: Exception) -> TransportError:
    return TransportError(
        f"No BLE device can be simulated on {transport}: {error or type(error).__name__}.",
        "The system must not use the adapter: on Linux `sudo hciconfig hci0 down` first, and run "
        "as root. Or give another one with --ble-transport.",
    )
