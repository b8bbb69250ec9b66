"""The simulated device: bytes of commands in, true time forward, bytes out."""

from __future__ import annotations

import math
from dataclasses import replace
from hashlib import blake2s
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.sim.device.board import Storage
from gripforce.sim.device.cells import TrueCalibration
from gripforce.sim.device.firmware import Firmware
from gripforce.sim.device.link import SimLink
from gripforce.sim.device.loss_truth import LossTruth
from gripforce.sim.device.run import SceneRun
from gripforce.sim.task_metadata import task_metadata
from gripforce.sim.truth import ground_truth
from gripforce.wire.framing import FrameReader
from gripforce.wire.hello import Capability

if TYPE_CHECKING:
    from gripforce.model import DeviceInfo
    from gripforce.sim.device.faults import FaultPlan
    from gripforce.sim.device.frontend import Frontend
    from gripforce.sim.scene import AnyScene

_WRAP: Final = 1 << 32
_WRAPS_SOON: Final = 0.5
"""Share of devices whose tick wraps within their first minute."""
_TAIL_S: Final = 0.2
"""A scene is over when its last samples have left too: longer than any block takes."""


class SimDevice:
    """A device on a scene, powered on at true time 0.

    ``receive`` what the host sends; ``advance`` true time for the replies of the device. The
    person in the scene begins at each start and goes on through a reset.
    """

    def __init__(
        self,
        scene: AnyScene,
        *,
        frontend: Frontend,
        faults: FaultPlan,
        seed: int,
        power_on_tick: int | None = None,
        loopback: bool = True,
    ) -> None:
        rng = np.random.default_rng([seed, 1])
        self._scene = scene
        self._plan = faults
        self._seed = seed
        self._loopback = loopback
        frontend = frontend.with_capacity(faults.capacity)
        self._frontend = _without_resend(frontend) if faults.no_resend else frontend
        self._calibration = TrueCalibration.draw(frontend, rng, faults.saturate)
        self._storage = Storage(int(rng.integers(1, 1000)), self._calibration.block())
        self._device_per_true = 1 + faults.skew_ppm * 1e-6
        self._losses = LossTruth()
        self._link = SimLink(faults, seed, self._losses)
        self._reader = FrameReader()
        self._now_s = 0.0
        self._resets_s: list[float] | None = None
        self._scene_zero_s: float | None = None
        self._session: SceneRun | None = None
        self._saturated = 0
        self._uid = _uid(frontend, seed)
        tick = _power_on_tick(rng) if power_on_tick is None else power_on_tick
        self._firmware = self._power_on(tick)

    @property
    def info(self) -> DeviceInfo:
        """What its hello would say now."""
        return self._firmware.info

    @property
    def link_is_up(self) -> bool:
        """Whether bytes get through at this moment; a transport may show its port as gone."""
        return not self._link.is_lost(self._now_s)

    @property
    def finished(self) -> bool:
        """Whether the scene is over and all that was taken in it has left."""
        session = self._firmware.session
        until_s = self._firmware.until_s(self._now_s) - _TAIL_S
        return bool(session and session.is_over(until_s) and not self._firmware.tx_queue)

    def receive(self, data: bytes) -> None:
        """Take bytes from the host; the replies leave with the next ``advance``."""
        before = self._reader.corrupt
        for payload in self._reader.feed(data):
            if self._link.host_frame_arrives(self._now_s):
                self._handle(payload)
        self._firmware.rx_errors += self._reader.corrupt - before

    def advance(self, until_s: float) -> bytes:
        """Let true time pass up to ``until_s`` and return the bytes that arrive meanwhile."""
        until = until_s * self._device_per_true
        out = bytearray()
        self._send(out)
        while (due := self._next_wake_s()) <= until:
            self._now_s = max(due, self._now_s)
            if self._link.next_release_s() <= self._now_s:
                out += self._link.release()
            if self._resets_s and self._resets_s[0] <= self._now_s:
                self._reset()
            self._firmware.wake(self._now_s)
            self._send(out)
        self._now_s = max(until, self._now_s)
        return bytes(out)

    @property
    def design(self) -> dict[str, Any]:
        """What a recording of the scene should say of it: task, object, target."""
        return task_metadata(self._scene)

    def truth(self) -> dict[str, Any]:
        """Return what is known of the run up to now, as ``docs/simulator.md`` lists it."""
        session = self._session
        reached_s = session.scene_s(self._firmware.until_s(self._now_s)) if session else 0.0
        faults = {
            **self._losses.account(),
            "samples_saturated": self._saturated + _saturated(session),
            "plan": str(self._plan),
        }
        device = {"frontend": self._frontend.name, "uid": self._uid}
        truth = ground_truth(self._scene, reached_s, self._device_per_true)
        return truth | device | {"faults": faults}

    def _power_on(self, tick: int) -> Firmware:
        return Firmware(
            self._frontend,
            self._storage,
            self._uid,
            self._losses,
            power_on_s=self._now_s,
            power_on_tick=tick,
            loopback=self._loopback,
        )

    def _handle(self, payload: bytes) -> None:
        self._firmware.handle(payload, self._now_s, self._begin)

    def _begin(self) -> SceneRun:
        """Begin a session for a start; after a reset the scene goes on."""
        if self._scene_zero_s is None:
            self._losses.forget_samples()
            self._saturated = 0
        session = SceneRun(
            self._firmware.frontend,
            self._scene,
            self._calibration,
            self._seed,
            self._device_per_true,
            before=None if self._scene_zero_s is None else self._session,
        )
        session.begin(self._now_s, self._scene_zero_s)
        self._session, self._scene_zero_s = session, None
        self._link.arm(self._now_s)
        if self._resets_s is None:
            self._resets_s = sorted(self._now_s + at for at in self._plan.reset_at_s)
        return session

    def _reset(self) -> None:
        """Lose everything but the storage; the clock begins at zero."""
        if self._resets_s:
            del self._resets_s[0]
        if self._firmware.streaming and self._session:
            self._scene_zero_s = self._session.scene_zero_s
        self._losses.settle_reset(self._firmware.taken(self._now_s))
        self._saturated += _saturated(self._firmware.session)
        self._storage.boot += 1
        self._firmware = self._power_on(tick=0)

    def _next_wake_s(self) -> float:
        waiting = self._link.exit_s(self._now_s) if self._firmware.tx_queue else math.inf
        reset = self._resets_s[0] if self._resets_s else math.inf
        return min(self._firmware.next_wake_s(), waiting, reset, self._link.next_release_s())

    def _send(self, out: bytearray) -> None:
        tx_queue = self._firmware.tx_queue
        while tx_queue and self._link.exit_s(self._now_s) <= self._now_s:
            queued = tx_queue.take()
            self._firmware.note_sent(queued)
            out += self._link.transmit(queued, queued.encode(self._now_s), self._now_s)


def _uid(frontend: Frontend, seed: int) -> str:
    """Return a unique id: the same for the same front end and seed."""
    return blake2s(f"{frontend.name} {seed}".encode(), digest_size=8).hexdigest()


def _saturated(session: SceneRun | None) -> int:
    return sum(sampler.saturated for sampler in session.samplers) if session else 0


def _without_resend(frontend: Frontend) -> Frontend:
    return replace(frontend, capabilities=frontend.capabilities & ~Capability.RESEND)


def _power_on_tick(rng: np.random.Generator) -> int:
    """Draw the tick at power-on; a wrap must be met often, not once in 71 minutes."""
    if rng.random() < _WRAPS_SOON:
        return _WRAP - int(rng.uniform(5e6, 60e6))
    return int(rng.integers(_WRAP))
