"""What bleak raises on three systems, and the sentence that a person reads."""

import os
import subprocess
import sys

import pytest
from bleak import exc

from gripforce.errors import TransportError
from gripforce.transport import discover_ble
from gripforce.transport.ble_errors import HINTS, Trouble, explain

Reason = exc.BleakBluetoothNotAvailableReason
CASES = [
    (exc.BleakBluetoothNotAvailableError("x", Reason.NO_BLUETOOTH), Trouble.NO_ADAPTER),
    (exc.BleakBluetoothNotAvailableError("x", Reason.NO_BLE_CENTRAL_ROLE), Trouble.NO_ADAPTER),
    (exc.BleakBluetoothNotAvailableError("x", Reason.POWERED_OFF), Trouble.OFF),
    (exc.BleakBluetoothNotAvailableError("x", Reason.DENIED_BY_USER), Trouble.DENIED),
    (exc.BleakDeviceNotFoundError("AA:BB", "Device with address AA:BB was not found"),
     Trouble.NOT_FOUND),
    (exc.BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown",
                        ["The name org.bluez was not provided by any .service files"]),
     Trouble.NO_SERVICE),
    (exc.BleakDBusError("org.freedesktop.DBus.Error.AccessDenied",
                        ["Rejected send message, 2 matched rules"]), Trouble.DENIED),
    (exc.BleakDBusError("org.bluez.Error.NotReady", ["Resource Not Ready"]), Trouble.OFF),
    (exc.BleakDBusError("org.bluez.Error.InProgress", ["Operation already in progress"]),
     Trouble.BUSY),
    (exc.BleakDBusError("org.bluez.Error.Failed", ["le-connection-abort-by-local"]), Trouble.LOST),
    (exc.BleakDBusError("org.freedesktop.DBus.Error.UnknownObject",
                        ['Method "Connect" ... doesn\'t exist']), Trouble.NOT_FOUND),
    (exc.BleakError("Not connected"), Trouble.LOST),
    (exc.BleakError("failed to discover services, device disconnected"), Trouble.LOST),
    (exc.BleakGATTProtocolError(exc.BleakGATTProtocolErrorCode.WRITE_NOT_PERMITTED),
     Trouble.REFUSED),
    (OSError(-2147020577, "The device is not ready for use"), Trouble.NO_SERVICE),
    (FileNotFoundError(2, "No such file"), Trouble.NO_SERVICE),
    (PermissionError(13, "Permission denied"), Trouble.DENIED),
    (TimeoutError(), Trouble.NO_ANSWER),
]  # fmt: skip


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
@pytest.mark.parametrize(("error", "kind"), CASES, ids=lambda x: str(x)[:40])
def test_an_error_of_the_stack_is_a_sentence_and_a_hint(error, kind, platform):
    ours = explain(error, "GF-1", platform)
    assert ours.hint == HINTS[platform][kind]
    assert ours.exit_code == 3
    assert str(ours.args[0]).endswith(".")


def test_each_system_has_a_hint_for_each_trouble():
    assert all(set(hints) == set(Trouble) for hints in HINTS.values())


def test_what_is_not_known_is_handed_on_in_its_own_words():
    ours = explain(exc.BleakError("flux capacitor empty"), "GF-1")
    assert "flux capacitor empty" in str(ours)


@pytest.mark.skipif(sys.platform != "linux", reason="bleak reaches BlueZ over D-Bus on Linux only")
async def test_without_a_bluetooth_service_discovery_says_so_at_once(monkeypatch):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/bus")
    with pytest.raises(TransportError, match="service is not running"):
        await discover_ble(60.0)


def test_importing_gripforce_opens_no_bluetooth_stack():
    code = (
        "import sys, gripforce, gripforce.transport, gripforce.cli.main\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('bleak', 'bumble')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "[]"
