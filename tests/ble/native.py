"""The BLE board's sketch as a peripheral: bumble is its radio, and tells it the time."""

import os
import struct
import subprocess

from gripforce.transport.ble_peripheral import Peripheral


class NativeDevice:
    """A process that lives as long as it is told to; see firmware/host/ble/radio.h."""

    def __init__(self, program, **env):
        self.usb = bytearray()
        """What came over USB and has not been taken yet."""
        self.battery_pct = []
        self.kept = None
        """What the register that outlives a reset held at one; None where there was none."""
        self._process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | env
        )

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._process.stdin.close()
        self._process.stdout.close()
        self.result = self._process.wait(10.0)
        """0 where no sanitizer complained."""

    def receive(self, data):
        self._put(b"W", data)

    def subscribed(self, mtu):
        self._put(b"S", mtu.to_bytes(2, "little"))

    def gone(self):
        self._put(b"U")

    def open_usb(self, *, is_open=True):
        self._put(b"O", bytes([is_open]))

    def stop_reading_usb(self):
        self._put(b"P")

    def write_usb(self, data):
        self._put(b"B", data)

    def set_battery_mv(self, millivolts):
        self._put(b"V", millivolts.to_bytes(2, "little"))

    def hang(self, milliseconds):
        """Let the loop hang: time and interrupts go on."""
        self._put(b"H", milliseconds.to_bytes(2, "little"))

    def sent(self):
        """Say that a notification has gone out."""
        self._put(b"C")

    def advance(self, until_s):
        """Return the notifications that left the device meanwhile."""
        self._put(b"T", round(until_s * 1e6).to_bytes(8, "little"))
        self._process.stdin.flush()
        packets = []
        while True:
            kind, size = struct.unpack("<cH", self._process.stdout.read(3))
            content = self._process.stdout.read(size)
            match kind:
                case b"N":
                    packets.append(content)
                case b"B":
                    self.usb += content
                case b"L":
                    self.battery_pct.append(content[0])
                case b"R":
                    self.kept = content[0]
                    return packets
                case b"D":
                    return packets

    def _put(self, kind, content=b""):
        self._process.stdin.write(struct.pack("<cH", kind, len(content)) + content)


class NativePeripheral(Peripheral):
    """Notifies what the core made, as it made it, and tells it when a buffer is free again."""

    def _fill(self, room):
        value = self._backlog.popleft()
        assert len(value) <= room
        self._twin.sent()
        return value

    def __init__(self, device, twin, profile, *, name):
        super().__init__(device, twin, profile, name=name)
        self._notify.on(self._notify.EVENT_SUBSCRIPTION, self._subscription)

    def _subscription(self, connection, notified, _indicated):
        if notified:
            self._twin.subscribed(connection.att_mtu)
        else:
            self._twin.gone()

    def _disconnected(self):
        super()._disconnected()
        self._twin.gone()
