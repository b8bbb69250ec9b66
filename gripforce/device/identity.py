"""Who the device is, and what its counts mean: asked once after opening."""

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
"""Opening its port resets an Arduino, whose boot loader then listens for up to 2 s; three more for
whatever it finds in its bootstraps."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A device and its calibration."""

    device: DeviceInfo
    calibration: Calibration | None = None

    @property
    def scalings(self) -> dict[int, Scaling]:
        """How each stream's counts become values, by stream id."""
        of = self.calibration.scaling if self.calibration else default_scaling
        return {stream.id: of(stream) for stream in self.device.streams}

    @property
    def header(self) -> Mapping[str, Any]:
        """What a recording keeps of the calibration."""
        return {"calibration": to_json(self.calibration) if self.calibration else None}


def force_labels(device: DeviceInfo) -> list[str]:
    """Return the labels of the force channels, in the hello's order."""
    return [c.label for s in device.streams for c in s.channels if c.kind.is_force]


async def ask_hello(
    link: DeviceLink, heard: Callable[[], Hello | ForeignHello | None], *, tries: int
) -> DeviceInfo:
    """Return who answers; ``DeviceError`` where it speaks another protocol."""
    await link.ask(commands.AskHello(), tries=tries)
    match heard():
        case Hello(device=device):
            return device
        case ForeignHello(protocol=protocol):
            raise DeviceError(
                f"The device speaks protocol {protocol}, this gripforce speaks {PROTOCOL}.",
                "Flash the firmware of this version (`gripforce flash`), or update gripforce.",
            )
        case None:
            raise DeviceError("The device answers, but its hello was lost.", "Try again.")


async def identify(link: DeviceLink, heard: Callable[[], Hello | ForeignHello | None]) -> Identity:
    """Return who answers, with the calibration that it keeps, or that this computer has of it."""
    device = await ask_hello(link, heard, tries=BOOT_TRIES)
    if not device.streams:
        raise DeviceError("The device has no streams.", "Flash its firmware again.")
    calibration = None
    if device.capabilities & Capability.STORAGE:
        with contextlib.suppress(DeviceError, CalibrationError):  # none stored, or damaged
            reply = await link.ask(commands.ReadCalibration())
            if isinstance(reply.answer, CalibrationBlock):
                calibration = from_block(reply.answer.block, force_labels(device))
    return Identity(device, calibration or load_calibration(device.uid))
