"""The outgoing link with its faults: every frame that leaves passes here once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.wire.framing import decode_frame, encode_frame

if TYPE_CHECKING:
    from gripforce.sim.device.faults import FaultPlan, Window
    from gripforce.sim.device.loss_truth import LossTruth
    from gripforce.sim.device.tx_queue import QueuedFrame

_LONGEST_DELAY_S: Final = 0.1
"""A frame that waits for a later one to overtake it waits no longer than this."""
_NO_FAULT: Final = [1.0, 1.0, 1.0, 1.0]
"""Stands for the draws of a link whose faults have no chance."""


class SimLink:
    """Carries frames or loses them; the fate of the n-th block does not depend on replies."""

    def __init__(self, plan: FaultPlan, seed: int, losses: LossTruth) -> None:
        self._plan = plan
        self._losses = losses
        blocks, again, replies, self._host = (
            np.random.default_rng([seed, part]) for part in range(4)
        )
        self._dice = {"block": blocks, "again": again, "reply": replies}
        self._has_chances = any((plan.drop, plan.corrupt, plan.duplicate, plan.reorder))
        self._delayed = b""
        self._release_s = math.inf
        self._origin_s = math.inf

    def arm(self, at_s: float) -> None:
        """Let the plan's times count from here, once."""
        self._origin_s = min(self._origin_s, at_s)

    def is_lost(self, at_s: float) -> bool:
        """Whether nothing gets through, in either direction."""
        return _end(self._plan.link_loss, at_s - self._origin_s) is not None

    def exit_s(self, at_s: float) -> float:
        """Return when a frame that is ready at ``at_s`` can leave."""
        stalled_to = _end(self._plan.stall_s, at_s - self._origin_s)
        at_s = at_s if stalled_to is None else self._origin_s + stalled_to
        step = self._plan.burst_ms / 1000
        return math.ceil(at_s / step - 1e-9) * step if step else at_s

    def next_release_s(self) -> float:
        """Return when a frame that was delayed goes out by itself."""
        return self._release_s

    def release(self) -> bytes:
        """Return the frame that was delayed, if there is one."""
        delayed, self._delayed, self._release_s = self._delayed, b"", math.inf
        return delayed

    def host_frame_arrives(self, at_s: float) -> bool:
        """Whether a frame from the host reaches the device."""
        unlucky = self._plan.drop_host and self._host.random() < self._plan.drop_host
        if unlucky or self.is_lost(at_s):
            self._losses.host_frames_lost += 1
            return False
        return True

    def transmit(self, queued: QueuedFrame, payload: bytes, at_s: float) -> bytes:
        """Return the bytes that arrive when this frame leaves."""
        self._losses.frames_sent += 1
        kind = "reply" if queued.block is None else "again" if queued.resent else "block"
        draws = self._dice[kind].random(4).tolist() if self._has_chances else _NO_FAULT
        drop, corrupt, duplicate, reorder = draws
        frame = encode_frame(payload)
        if self.is_lost(at_s):
            return self._lose(queued, "link_lost")
        if drop < self._plan.drop:
            return self._lose(queued, "dropped")
        if corrupt < self._plan.corrupt:
            self._lose(queued, "corrupted")
            return self.release() + _corrupt(frame, self._dice[kind])
        if queued.block is not None:
            self._losses.deliver(queued.block)
        if duplicate < self._plan.duplicate:
            self._losses.frames["duplicated"] += 1
            frame += frame
        if queued.block is None:  # a reply is not overtaken by what it replies to
            return self.release() + frame
        if reorder < self._plan.reorder and not self._delayed:
            self._delayed, self._release_s = frame, at_s + _LONGEST_DELAY_S
            return b""
        self._losses.frames["reordered"] += bool(self._delayed)
        return frame + self.release()

    def _lose(self, queued: QueuedFrame, cause: str) -> bytes:
        self._losses.frames[cause] += 1
        if queued.block is not None and not queued.resent:
            self._losses.lose(queued.block, cause)
        return b""


def _end(windows: tuple[Window, ...], at_s: float) -> float | None:
    if not windows:
        return None
    return next((end for w in windows if (end := w.end_if_inside(at_s)) is not None), None)


def _corrupt(frame: bytes, dice: np.random.Generator) -> bytes:
    """Flip one bit so that this frame, and only this frame, fails its check."""
    while True:
        at, bit = int(dice.integers(len(frame) - 1)), 1 << int(dice.integers(8))
        byte = frame[at] ^ bit
        hit = frame[:at] + bytes([byte]) + frame[at + 1 :]
        if byte and decode_frame(hit[:-1]) is None:
            return hit
