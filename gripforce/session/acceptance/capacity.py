"""What a device can bear: tasks that ask for more, and samples beyond it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from gripforce.session.events import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from gripforce.model import DeviceInfo, Samples
    from gripforce.protocol.schema import Block
    from gripforce.recorder import RecorderApi
    from gripforce.session.state_machine import SessionMachine

OVERLOAD_EVERY_S: Final = 1.0
"""An overload that lasts is written down this often."""


class Overload(NamedTuple):
    """A force beyond what its cell can bear."""

    channel: str
    force_n: float
    capacity_n: float


def grip_capacity(device: DeviceInfo) -> float | None:
    """Return the grip force [N] that a device says it can bear; None where it says nothing."""
    channels = (channel for stream in device.streams for channel in stream.channels)
    stated = [c.capacity_n for c in channels if c.kind.is_grip and c.capacity_n is not None]
    return min(stated, default=None)


def too_much(block: Block, capacity_n: float | None) -> str:
    """Return why a block is not to be done on a device with a grip capacity [N]; "" if it may be.

    A maximal pinch asks for as much as its protocol allows, tracking for its target.
    """
    targets = [*(block.target_n or ()), *(force_n for _, force_n in block.target_knots)]
    asked_n = {"pinch": block.valid.grip_n[1], "tracking": max(targets, default=0.0)}
    most_n = asked_n.get(block.task, 0.0)
    if capacity_n is None or most_n <= capacity_n:
        return ""
    return f"not offered: it asks for up to {most_n:g} N, this device bears {capacity_n:g} N"


def overload_in(samples: Samples) -> Overload | None:
    """Return the largest overload in some samples, None where there is none."""
    channels = samples.stream.channels
    if not len(samples) or all(channel.capacity_n is None for channel in channels):
        return None
    capacity = np.array([channel.capacity_n or np.inf for channel in channels])
    peaks = np.abs(samples.values).max(axis=0)
    k = int(np.argmax(peaks / capacity))
    if not samples.columns[k].endswith("_n") or peaks[k] <= capacity[k]:
        return None
    return Overload(channels[k].label, float(peaks[k]), float(capacity[k]))


class CapacityGuard:
    """Leaves out the blocks of a session that ask for too much, and writes overloads down.

    ``run`` starts a coroutine in the background.
    """

    def __init__(
        self,
        session: SessionMachine,
        recorder: RecorderApi,
        run: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._session, self._recorder, self._run = session, recorder, run
        self._overload_s = -float("inf")

    def begin(self, device: DeviceInfo, now_s: float) -> None:
        """Leave out the blocks that ask for more than a device can bear."""
        capacity_n = grip_capacity(device)
        for index, block in enumerate(self._session.protocol.blocks):
            if why := too_much(block, capacity_n):
                self._session.withhold(index, why, now_s)

    def watch(self, samples: Samples, now_s: float) -> None:
        """Write an overload down, once a second at most."""
        found = overload_in(samples)
        if found is None or now_s < self._overload_s + OVERLOAD_EVERY_S:
            return
        self._overload_s = now_s
        self._session.report(EventKind.OVERLOAD, **found._asdict())
        text = f"{found.channel} {found.force_n:.0f} N"
        self._run(self._recorder.mark("overload", text))
