"""Translate errors of the Bluetooth stacks of three operating systems, with a hint for each.

Strategy: an error is classified as a ``Trouble`` by its type or, because the systems share no
error codes, by words in its text. A trouble has one sentence, and one hint for each system.
"""

from __future__ import annotations

import contextlib
import sys
from enum import Enum, auto
from typing import TYPE_CHECKING

from gripforce.errors import TransportError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Trouble(Enum):
    """A class of problems between a computer and a peripheral."""

    NO_ADAPTER = auto()
    OFF = auto()
    DENIED = auto()
    NO_SERVICE = auto()
    BUSY = auto()
    NOT_FOUND = auto()
    NO_ANSWER = auto()
    LOST = auto()
    REFUSED = auto()


SENTENCES: Mapping[Trouble, str] = {
    Trouble.NO_ADAPTER: "This computer has no Bluetooth Low Energy adapter.",
    Trouble.OFF: "Bluetooth is switched off.",
    Trouble.DENIED: "This program may not use Bluetooth.",
    Trouble.NO_SERVICE: "The system's Bluetooth service is not running.",
    Trouble.BUSY: "The Bluetooth adapter is busy with another request.",
    Trouble.NOT_FOUND: "No peripheral '{what}' was found.",
    Trouble.NO_ANSWER: "{what} was found, but does not answer.",
    Trouble.LOST: "The radio link to {what} was lost.",
    Trouble.REFUSED: "{what} refused a request ({why}).",
}

_NEARER = "Move closer, or charge the device; a hand or body in between attenuates by 10 dB."
_EVERYWHERE: dict[Trouble, str] = {
    Trouble.NOT_FOUND: "Is it switched on, near, and not connected to a phone? A connected "
    "peripheral does not advertise. `gripforce devices` lists those that do.",
    Trouble.NO_ANSWER: _NEARER,
    Trouble.LOST: _NEARER,
    Trouble.REFUSED: "Does its firmware belong to this version of gripforce?",
}
_LINUX: dict[Trouble, str] = {
    Trouble.NO_ADAPTER: "Plug a Bluetooth 4.2 adapter in; `bluetoothctl list` shows what is there.",
    Trouble.OFF: "Try `bluetoothctl power on`, after `rfkill unblock bluetooth`.",
    Trouble.DENIED: "Try `sudo usermod -aG bluetooth $USER`, then log in again.",
    Trouble.NO_SERVICE: "Try `sudo systemctl start bluetooth`; it is in the package bluez.",
    Trouble.BUSY: "Wait some seconds; else try `bluetoothctl power off` and `power on`.",
}
_MAC: dict[Trouble, str] = {
    Trouble.NO_ADAPTER: "Every Mac since 2012 has one; a virtual machine does not.",
    Trouble.OFF: "Switch it on in the menu bar or under System Settings > Bluetooth.",
    Trouble.DENIED: "Allow your terminal under System Settings > Privacy & Security > Bluetooth, "
    "then start it again.",
    Trouble.NO_SERVICE: "Try again, or restart the computer.",
    Trouble.BUSY: "Wait some seconds; else switch Bluetooth off and on.",
}
_WINDOWS: dict[Trouble, str] = {
    Trouble.NO_ADAPTER: "Plug a Bluetooth 4.2 adapter in, and look for it in the Device Manager.",
    Trouble.OFF: "Switch it on under Settings > Bluetooth & devices.",
    Trouble.DENIED: "Allow it under Settings > Privacy & security > Radios.",
    Trouble.NO_SERVICE: "Try `net start bthserv` in a terminal of an administrator.",
    Trouble.BUSY: "Wait some seconds; else switch Bluetooth off and on.",
}
HINTS: Mapping[str, Mapping[Trouble, str]] = {
    "linux": _LINUX | _EVERYWHERE,
    "darwin": _MAC | _EVERYWHERE,
    "win32": _WINDOWS | _EVERYWHERE,
}

_REASONS = {
    "NO_BLUETOOTH": Trouble.NO_ADAPTER,
    "NO_BLE_CENTRAL_ROLE": Trouble.NO_ADAPTER,
    "POWERED_OFF": Trouble.OFF,
    "DENIED_BY_USER": Trouble.DENIED,
    "DENIED_BY_SYSTEM": Trouble.DENIED,
    "DENIED_BY_UNKNOWN": Trouble.DENIED,
}
"""By the reasons that bleak gives."""
_WORDS: tuple[tuple[Trouble, tuple[str, ...]], ...] = (
    (Trouble.NO_SERVICE, ("serviceunknown", "namehasnoowner", "noreply")),
    (Trouble.DENIED, ("accessdenied", "access denied", "notauthorized", "not authorized")),
    (Trouble.OFF, ("notready", "not ready", "turned off", "powered off")),
    (Trouble.NO_ADAPTER, ("no bluetooth adapter", "no powered bluetooth")),
    (Trouble.BUSY, ("inprogress", "in progress")),
    (Trouble.NOT_FOUND, ("unknownobject", "was not found")),
    (
        Trouble.LOST,
        ("not connected", "notconnected", "disconnected", "connection-abort", "page-timeout",
         "connection timeout", "unreachable", "object has been closed", "connect-failed"),
    ),
)  # fmt: skip
"""Words of BlueZ, Core Bluetooth and WinRT, in the order in which they are searched for."""


@contextlib.contextmanager
def translated(what: str) -> Iterator[None]:
    """Raise errors of bleak and the system as ``TransportError``; ``what`` names the peripheral."""
    from bleak.exc import BleakError  # noqa: PLC0415 - `import gripforce` opens no Bluetooth stack

    try:
        yield
    except (BleakError, OSError, EOFError) as error:  # a TimeoutError is an OSError
        raise explain(error, what) from error


def trouble(
    kind: Trouble, what: str, why: str = "", platform: str = sys.platform
) -> TransportError:
    """Return the error for a trouble with the peripheral ``what``, with a hint for ``platform``."""
    hints = HINTS.get(platform, HINTS["linux"])
    return TransportError(SENTENCES[kind].format(what=what, why=why), hints[kind])


def explain(error: BaseException, what: str, platform: str = sys.platform) -> TransportError:
    """Return the error that a Bluetooth stack's error means, with a hint for ``platform``."""
    kind = _by_type(error) or _by_words(str(error))
    if kind is None:
        return TransportError(f"Bluetooth says of {what}: {error}.", "Try again.")
    return trouble(kind, what, str(error), platform)


def _by_type(error: BaseException) -> Trouble | None:
    from bleak import exc  # noqa: PLC0415

    if isinstance(error, exc.BleakBluetoothNotAvailableError):
        return _REASONS.get(error.reason.name, Trouble.NO_ADAPTER)
    kinds: tuple[tuple[type[BaseException], Trouble], ...] = (
        (exc.BleakDeviceNotFoundError, Trouble.NOT_FOUND),
        (exc.BleakGATTProtocolError, Trouble.REFUSED),
        (TimeoutError, Trouble.NO_ANSWER),
        (PermissionError, Trouble.DENIED),
        (OSError, Trouble.NO_SERVICE),
        (EOFError, Trouble.NO_SERVICE),
    )
    return next((kind for type_, kind in kinds if isinstance(error, type_)), None)


def _by_words(text: str) -> Trouble | None:
    low = text.lower()
    return next((kind for kind, words in _WORDS if any(word in low for word in words)), None)
