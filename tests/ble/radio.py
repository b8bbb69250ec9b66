"""A radio between two bumble controllers: connection events, limits, losses, drop-outs.

Data wait for the next connection event. An event carries a few packets each way, or is lost as a
whole: the link layer then sends them again in a later one, so nothing is lost and all is late.
While the radio is out nothing passes; when it is out for longer than the supervision time-out,
both ends find the connection gone. The same seed gives the same radio.
"""

import asyncio
import dataclasses
import re
from collections import deque

import numpy as np
from bumble import att, controller, hci, host, l2cap
from bumble.controller import Controller
from bumble.device import Device, DeviceConfiguration
from bumble.hci import Address
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink

CENTRAL_ADDRESS = "C0:C1:C2:C3:C4:C5"
LL_CONTROL_S = 0.03
"""Link-layer control packets take a connection event too. Without this, bluetoothd 5.66 sees the
ATT channel before the kernel says that there is a connection, and drops it."""
BUFFERS = 10
"""Packets that a controller takes from its host before the first has been sent."""


@dataclasses.dataclass(frozen=True)
class RadioModel:
    """What a connection is like."""

    interval_s: tuple = (0.015, 0.030)
    """A connection's interval is drawn from here."""
    packets: tuple = (3, 6)
    """How many packets an event carries each way: 32 to 50 kB/s at 30 ms, up to 98 at 15."""
    lost: float = 0.05
    """Share of the events that carry nothing."""
    supervision_s: float = 2.0


class Radio(LocalLink):
    """The air between a central and its peripherals."""

    def __init__(self, model=None, seed=0):
        super().__init__()
        self.model = model
        self._rng = np.random.default_rng(seed)
        self._out_until_s = 0.0
        self._last_event_s = 0.0
        self._next_event = None
        self.drops = 0

    def go_out(self, duration_s):
        """Let nothing pass from now on, for a while."""
        self._out_until_s = asyncio.get_running_loop().time() + duration_s

    @property
    def is_out(self):
        return asyncio.get_running_loop().time() < self._out_until_s

    def send_advertising_pdu(self, sender_controller, packet):
        if not self.is_out:
            super().send_advertising_pdu(sender_controller, packet)

    def send_acl_data(self, sender_controller, destination_address, transport, data):
        # bumble 0.0.236 sends from the random address even over a connection that was made from
        # the public one, as Linux makes it.
        connection = sender_controller.le_connections.get(destination_address)
        receiver = self.find_le_controller(destination_address)
        if connection and receiver:
            asyncio.get_running_loop().call_soon(
                receiver.on_link_acl_data, connection.self_address, transport, data
            )

    def send_ll_control_pdu(self, sender_address, receiver_address, packet):
        def send():
            if self.find_le_controller(receiver_address) and not self.is_out:
                super(Radio, self).send_ll_control_pdu(sender_address, receiver_address, packet)

        asyncio.get_running_loop().call_later(LL_CONTROL_S, send)

    def keep_ticking(self):
        """Hold connection events for as long as there is a connection."""
        if self.model and self._next_event is None:
            loop = asyncio.get_running_loop()
            self._last_event_s = loop.time()
            interval_s = self._rng.uniform(*self.model.interval_s)
            self._plan(loop.time() + interval_s, interval_s)

    def close(self):
        if self._next_event is not None:
            self._next_event.cancel()

    def _plan(self, at_s, interval_s):
        loop = asyncio.get_running_loop()
        self._next_event = loop.call_at(at_s, self._event, at_s, interval_s)

    def _event(self, at_s, interval_s):
        self._next_event = None
        if not any(c.le_connections for c in self.controllers):
            return
        if not self.is_out and self._rng.random() >= self.model.lost:
            self._last_event_s = at_s
            for controller in self.controllers:
                controller.pass_packets(int(self._rng.integers(*self.model.packets, endpoint=True)))
        elif at_s - self._last_event_s > self.model.supervision_s:
            self.drops += 1
            for controller in self.controllers:
                controller.time_out()
            return
        self._plan(at_s + interval_s, interval_s)


# bumble words and colors each packet for a log that nobody reads: a third of a test's time.
for packet in (hci.HCI_AclDataPacket, hci.HCI_Command, hci.HCI_Event, att.ATT_PDU, l2cap.L2CAP_PDU):
    packet.__str__ = object.__repr__
for module in (controller, host, l2cap):
    module.color = lambda text, *_: text


class RadioController(Controller):
    """bumble's virtual controller, on a radio with a model where it has one."""

    def __init__(self, name, link, public_address, **ends):
        super().__init__(name, link=link, public_address=public_address, **ends)
        self._waiting = deque()
        # Legacy advertising only: with extended advertising bumble reports every packet twice.
        # No LL privacy: Linux then waits for an event that bumble does not send.
        mask = hci.LeFeatureMask
        self.le_features &= ~(
            mask.LE_EXTENDED_ADVERTISING | mask.LE_PERIODIC_ADVERTISING | mask.LL_PRIVACY
        )
        strange = re.compile("EXTENDED_(ADV|SCAN|CREATE)|PERIODIC|ADVERTISING_SET")
        self.supported_commands = {
            command
            for command in self.supported_commands
            if not strange.search(hci.HCI_Command.command_name(command))
        }
        self.le_acl_data_packet_length = 251  # the default of 27 knows no data length extension
        self.total_num_le_acl_data_packets = BUFFERS

    def on_hci_acl_data_packet(self, packet):
        """Keep a packet for the next connection event; the host is told when it has gone."""
        if self.link.model is None:
            super().on_hci_acl_data_packet(packet)
            return
        self._waiting.append(packet)
        self.link.keep_ticking()

    def pass_packets(self, most):
        for _ in range(min(most, len(self._waiting))):
            packet = self._waiting.popleft()
            if self.find_connection_by_handle(packet.connection_handle):
                super().on_hci_acl_data_packet(packet)

    def time_out(self):
        """Lose every connection, as the supervision time-out does."""
        self._waiting.clear()
        for connection in list(self.le_connections.values()):
            self.on_le_disconnected(connection, hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)

    def on_le_disconnected(self, connection, reason):
        self._waiting.clear()
        super().on_le_disconnected(connection, reason)

    def on_le_connect_ind(self, packet):
        super().on_le_connect_ind(packet)
        self.link.keep_ticking()

    def send_hci_packet(self, packet):
        """Put the scan response's own data in: bumble 0.0.236 repeats the advertisement."""
        if isinstance(packet, hci.HCI_LE_Advertising_Report_Event):
            report = packet.reports[0]
            if report.event_type == report.event_type.SCAN_RSP:
                who = self.link.find_le_controller(report.address)
                data = who.le_legacy_advertiser.scan_response_data if who else b""
                packet = hci.HCI_LE_Advertising_Report_Event(
                    [dataclasses.replace(report, data=data)]
                )
        super().send_hci_packet(packet)


def make_device(controller, name, address):
    """Return a bumble device on a virtual controller."""
    config = DeviceConfiguration(name=name, address=Address(address), gatt_service_enabled=False)
    return Device(config=config, host=Host(controller, AsyncPipeSink(controller)))
