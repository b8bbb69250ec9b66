"""Who a device is and how it does, without a stream: what somebody asks before choosing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gripforce.wire.commands import AskStatus

if TYPE_CHECKING:
    from gripforce.calibration import Calibration
    from gripforce.device.device import Device
    from gripforce.model import DeviceInfo


@dataclass(frozen=True, slots=True)
class DeviceSummary:
    """One look at a device."""

    info: DeviceInfo
    calibration: Calibration | None
    battery_v: float | None
    """None where it has no battery."""
    answer_s: float
    """From a question to its answer: how good the link is."""


async def look_at(device: Device) -> DeviceSummary:
    """Ask an opened device how it does; ``DeviceError`` where it does not answer."""
    reply = await device.send(AskStatus())
    status = device.status
    battery_v = status.battery_mv / 1000 if status is not None and status.battery_mv else None
    return DeviceSummary(
        device.info, device.calibration, battery_v, reply.received_s - reply.sent_s
    )
