"""bleak on bumble: the client and scanner that bleak takes for this system's own."""

import asyncio
import contextlib
from unittest import mock

from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError, BleakGATTProtocolError, BleakGATTProtocolErrorCode
from bleak.uuids import normalize_uuid_str
from bumble import att
from bumble.core import UUID, AdvertisingData, BaseBumbleError
from bumble.device import Peer

ATT_MTU = 517
"""What BlueZ, Android and iOS ask for; the peripheral grants what it has."""
NAMES = (AdvertisingData.COMPLETE_LOCAL_NAME, AdvertisingData.SHORTENED_LOCAL_NAME)
UUID_SIZES = {2: 2, 3: 2, 4: 4, 5: 4, 6: 16, 7: 16}
"""By the type of an advertisement's part."""


def uuid_text(uuid):
    return normalize_uuid_str(uuid.to_hex_str("-"))


@contextlib.contextmanager
def bleak_errors():
    try:
        yield
    except att.ATT_Error as error:
        raise BleakGATTProtocolError(BleakGATTProtocolErrorCode(error.error_code)) from error
    except BaseBumbleError as error:
        raise BleakError(f"disconnected: {error!r}") from error
    except asyncio.CancelledError as error:
        if asyncio.current_task().cancelling():
            raise
        raise BleakError("disconnected: bumble cancelled its request") from error


class BumbleScanner(BaseBleakScanner):
    device = None
    """The bumble central; given by ``installed``."""

    def __init__(self, detection_callback, service_uuids, scanning_mode, **kwargs):
        super().__init__(detection_callback, service_uuids)

    async def start(self):
        self.seen_devices.clear()
        self.device.on("advertisement", self._advertised)
        await self.device.start_scanning(filter_duplicates=False)

    async def stop(self):
        self.device.remove_listener("advertisement", self._advertised)
        await self.device.stop_scanning()

    def _advertised(self, advertisement):
        address = advertisement.address.to_string(False)
        name, uuids = None, []
        for kind, data in advertisement.data.ad_structures:
            if kind in NAMES:
                name = data.decode()
            elif size := UUID_SIZES.get(kind):
                parts = [data[at : at + size] for at in range(0, len(data), size)]
                uuids += [uuid_text(UUID.from_bytes(part)) for part in parts]
        if not self.is_allowed_uuid(uuids):
            return
        data = AdvertisementData(name, {}, {}, uuids, None, advertisement.rssi, ())
        device = self.create_or_update_device(address, address, name, advertisement.address, data)
        self.call_detection_callbacks(device, data)


class BumbleClient(BaseBleakClient):
    device = None

    def __init__(self, address_or_ble_device, services=None, **kwargs):
        super().__init__(address_or_ble_device, **kwargs)
        self._target = address_or_ble_device
        self._peer = None
        self._listeners = {}

    @property
    def name(self):
        return self._target.name or self.address

    @property
    def mtu_size(self):
        return self._peer.connection.att_mtu if self._peer else 23

    @property
    def is_connected(self):
        return self._peer is not None

    async def connect(self, pair, **kwargs):
        with bleak_errors():
            connection = await self.device.connect(self._target.details, timeout=self._timeout)
            self._peer = peer = Peer(connection)
            connection.on("disconnection", self._gone)
            await peer.request_mtu(ATT_MTU)
            self.services = await self._discover(peer)

    async def _discover(self, peer):
        found = BleakGATTServiceCollection()
        await peer.discover_services()
        for each in peer.services:
            service = BleakGATTService(each, each.handle, uuid_text(each.uuid))
            found.add_service(service)
            for one in await each.discover_characteristics():
                characteristic = BleakGATTCharacteristic(
                    one, one.handle, uuid_text(one.uuid),
                    list(gatt_char_props_to_strs(one.properties)),
                    lambda: self.mtu_size - 3, service,
                )  # fmt: skip
                found.add_characteristic(characteristic)
                for descriptor in await one.discover_descriptors():
                    found.add_descriptor(
                        BleakGATTDescriptor(
                            descriptor, descriptor.handle, uuid_text(descriptor.type),
                            characteristic,
                        )
                    )  # fmt: skip
        return found

    def _gone(self, *_):
        self._peer = None
        self._listeners.clear()
        if self._disconnected_callback:
            self._disconnected_callback()

    @property
    def _there(self):
        if self._peer is None:
            raise BleakError("Not connected")
        return self._peer

    async def disconnect(self):
        if self._peer:
            with bleak_errors():
                await self._peer.connection.disconnect()

    async def pair(self, *args, **kwargs):
        raise NotImplementedError

    async def unpair(self):
        raise NotImplementedError

    async def read_gatt_char(self, characteristic, **kwargs):
        with bleak_errors():
            return bytearray(await self._there.read_value(characteristic.obj))

    async def read_gatt_descriptor(self, descriptor, **kwargs):
        with bleak_errors():
            return bytearray(await self._there.read_value(descriptor.obj))

    async def write_gatt_char(self, characteristic, data, response):
        with bleak_errors():
            await self._there.write_value(characteristic.obj, bytes(data), response)

    async def write_gatt_descriptor(self, descriptor, data):
        with bleak_errors():
            await self._there.write_value(descriptor.obj, bytes(data), with_response=True)

    async def start_notify(self, characteristic, callback, **kwargs):
        def listener(value):
            callback(bytearray(value))

        self._listeners[characteristic.handle] = listener
        with bleak_errors():
            await self._there.subscribe(characteristic.obj, listener)

    async def stop_notify(self, characteristic):
        with bleak_errors():
            await self._there.unsubscribe(
                characteristic.obj, self._listeners.pop(characteristic.handle, None)
            )


@contextlib.contextmanager
def installed(device):
    """Make a bumble central what bleak finds on this system."""
    client = type("Client", (BumbleClient,), {"device": device})
    scanner = type("Scanner", (BumbleScanner,), {"device": device})
    with (
        mock.patch("bleak.get_platform_client_backend_type", lambda: (client, "bumble")),
        mock.patch("bleak.get_platform_scanner_backend_type", lambda: (scanner, "bumble")),
    ):
        yield
