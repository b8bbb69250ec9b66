"""Identify a device and check its link without starting a stream."""

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
    """What a device reports before a stream is started."""

    info: DeviceInfo
    calibration: Calibration | None
    battery_v: float | None
    """None where it has no battery."""
    answer_s: float
    """Time from a command to its answer, which shows the quality of the link."""


async def probe(device: Device) -> DeviceSummary:
    """Ask an opened device for its status; raises ``DeviceError`` where it does not answer."""
    reply = await device.send(AskStatus())
    status = device.status
    battery_v = status.battery_mv / 1000 if status is not None and status.battery_mv else None
    return DeviceSummary(
        device.info, device.calibration, battery_v, reply.received_s - reply.sent_s
    )
