"""Identify a device and read its calibration, once after opening."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gripforce.calibration import Calibration, default_scaling, from_block, to_json
from gripforce.device.calibration_cache import load_calibration
from gripforce.errors import CalibrationError, DeviceError
from gripforce.wire import commands
from gripforce.wire.hello import PROTOCOL, Capability, ForeignHello, Hello
from gripforce.wire.messages import CalibrationBlock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from gripforce.device.link import DeviceLink
    from gripforce.model import DeviceInfo, Scaling

BOOT_TRIES = 12
"""Together 6 s: opening its port resets an Arduino, whose boot loader listens for up to 2 s; the
rest is reserve."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A device and its calibration, if it has one."""

    device: DeviceInfo
    calibration: Calibration | None = None

    @property
    def scalings(self) -> dict[int, Scaling]:
        """The scaling from counts to values of each stream, by stream id."""
        scaling = self.calibration.scaling if self.calibration else default_scaling
        return {stream.id: scaling(stream) for stream in self.device.streams}

    @property
    def header(self) -> Mapping[str, Any]:
        """The calibration as metadata of a recording."""
        return {"calibration": to_json(self.calibration) if self.calibration else None}


def force_labels(device: DeviceInfo) -> list[str]:
    """Return the labels of the force channels, in the hello's order."""
    return [c.label for s in device.streams for c in s.channels if c.kind.is_force]


async def ask_hello(
    link: DeviceLink, last_hello: Callable[[], Hello | ForeignHello | None], *, tries: int
) -> DeviceInfo:
    """Ask the device for its hello, of which ``last_hello`` returns the newest.

    Raises ``DeviceError`` where there is no answer, or one of another protocol.
    """
    await link.ask(commands.AskHello(), tries=tries)
    match last_hello():
        case Hello(device=device):
            return device
        case ForeignHello(protocol=protocol):
            raise DeviceError(
                f"The device speaks protocol {protocol}, this gripforce speaks {PROTOCOL}.",
                "Flash the firmware of this version (`gripforce flash`), or update gripforce.",
            )
        case None:
            raise DeviceError("The device answers, but its hello was lost.", "Try again.")


async def identify(
    link: DeviceLink, last_hello: Callable[[], Hello | ForeignHello | None]
) -> Identity:
    """Identify the device; its calibration is its own, or else this computer's copy.

    Raises ``DeviceError`` where there is no answer, or one of another protocol.
    """
    device = await ask_hello(link, last_hello, tries=BOOT_TRIES)
    if not device.streams:
        raise DeviceError("The device has no streams.", "Flash its firmware again.")
    calibration = None
    if device.capabilities & Capability.STORAGE:
        with contextlib.suppress(DeviceError, CalibrationError):  # none stored, or damaged
            reply = await link.ask(commands.ReadCalibration())
            if isinstance(reply.answer, CalibrationBlock):
                calibration = from_block(reply.answer.block, force_labels(device))
    return Identity(device, calibration or load_calibration(device.uid))
