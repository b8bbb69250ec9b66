"""Identify a device and read its calibration, once after opening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gripforce.calibration import Calibration, default_scaling, from_block, to_json
from gripforce.device.calibration_cache import load_calibration
from gripforce.errors import CalibrationError, DeviceError, RefusedError
from gripforce.model import Unit
from gripforce.wire import commands
from gripforce.wire.hello import PROTOCOL, Capability, ForeignHello, Hello, InvalidHello
from gripforce.wire.hello_limits import hello_fault
from gripforce.wire.messages import CalibrationBlock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gripforce.device.link import DeviceLink
    from gripforce.model import DeviceInfo, Scaling

BOOT_TRIES = 12
"""Together 6 s: opening its port resets an Arduino, whose boot loader listens for up to 2 s; the
rest is reserve."""
FIRMWARE_HINT = "Flash its firmware again, or report it to whoever wrote it."


@dataclass(frozen=True, slots=True)
class Identity:
    """A device and its calibration, if it has one."""

    device: DeviceInfo
    calibration: Calibration | None = None
    calibration_note: str = ""
    """Why the device's own calibration is not used, "" where it is."""
    hello: bytes = b""
    """The hello as the device sent it."""

    @property
    def scalings(self) -> dict[int, Scaling]:
        """The scaling from counts to values of each stream, by stream id."""
        scaling = self.calibration.scaling if self.calibration else default_scaling
        return {stream.id: scaling(stream) for stream in self.device.streams}

    @property
    def header(self) -> Mapping[str, Any]:
        """The calibration as metadata of a recording."""
        content = {"calibration": to_json(self.calibration) if self.calibration else None}
        return content | ({"calibration_note": note} if (note := self.calibration_note) else {})


def force_labels(device: DeviceInfo) -> list[str]:
    """Return the labels of the force channels, in the hello's order."""
    return [c.label for s in device.streams for c in s.channels if c.kind.is_force]


async def ask_hello(link: DeviceLink, *, tries: int) -> Hello:
    """Ask the device for its hello.

    Raises ``DeviceError`` where there is no answer, one of another protocol, or an impossible one.
    """
    answer = (await link.ask(commands.AskHello(), tries=tries)).answer
    match answer:
        case Hello():
            if fault := hello_fault(answer.device):
                raise DeviceError(f"The device's hello is not possible: {fault}.", FIRMWARE_HINT)
            return answer
        case InvalidHello(fault=fault):
            raise DeviceError(f"The device's hello cannot be read: {fault}.", FIRMWARE_HINT)
        case ForeignHello(protocol=protocol):
            raise DeviceError(
                f"The device speaks protocol {protocol}, this gripforce speaks {PROTOCOL}.",
                "Flash the firmware of this version (`gripforce flash`), or update gripforce.",
            )
        case _:
            raise DeviceError("The device answers, but its hello was lost.", "Try again.")


async def identify(link: DeviceLink) -> Identity:
    """Identify the device; its calibration is its own, or else this computer's copy.

    Raises ``DeviceError`` where there is no answer, one of another protocol, or an impossible one,
    and where the calibration that it stores does not arrive.
    """
    hello = await ask_hello(link, tries=BOOT_TRIES)
    device = hello.device
    calibration, why = await _stored_calibration(link, device)
    if calibration is not None or _measures_newtons(device):
        return Identity(device, calibration, hello=hello.payload)
    copy = load_calibration(device.uid)
    if copy is not None:
        why = f"{why} This computer's copy of {copy.date[:10]} is used instead."
    return Identity(device, copy, why, hello.payload)


async def _stored_calibration(
    link: DeviceLink, device: DeviceInfo
) -> tuple[Calibration | None, str]:
    """Return the device's calibration, or a sentence why there is none."""
    if not device.capabilities & Capability.STORAGE:
        return None, "The device cannot store a calibration."
    try:
        answer = (await link.ask(commands.ReadCalibration())).answer
    except RefusedError:
        return None, "The device stores no calibration, or a damaged one."
    except DeviceError as error:
        raise DeviceError(
            "The device's calibration could not be read: its answer is lost each time.",
            "Try again; if it stays so, check the cable or the distance.",
        ) from error
    try:
        block = answer.block if isinstance(answer, CalibrationBlock) else b""
        return from_block(block, force_labels(device)), ""
    except CalibrationError as error:
        return None, str(error.args[0])


def _measures_newtons(device: DeviceInfo) -> bool:
    """Whether all force channels are in newtons without a calibration of ours."""
    forces = [c for s in device.streams for c in s.channels if c.kind.is_force]
    return all(channel.unit is Unit.NEWTON for channel in forces)
