"""One run of the simulated device, from a start to a stop or reset."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.sim.device.cells import Converter
from gripforce.sim.device.sampler import SampleClock, StreamSampler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gripforce.sim.device.cells import TrueCalibration
    from gripforce.sim.device.frontend import Frontend, StreamPlan
    from gripforce.sim.scene import AnyScene, Piece

_FIRST_SAMPLE_S: Final = 0.002
"""From a start to the first sample of the first stream."""


class SceneRun:
    """Samplers of all streams; the first stream's first sample is the earliest of all."""

    def __init__(
        self,
        frontend: Frontend,
        scene: AnyScene,
        calibration: TrueCalibration,
        seed: int,
        device_per_true: float,
        *,
        before: SceneRun | None = None,
    ) -> None:
        """``before`` is the run that a reset ended, whose scene goes on."""
        self._scene = scene
        self._frontend = frontend
        self._device_per_true = device_per_true
        rng = np.random.default_rng([seed, 7])
        self._periods = [_true_period(plan, rng) for plan in frontend.streams]
        self._phases = [0.0, *rng.uniform(0.05, 0.95, len(frontend.streams) - 1)]
        self.converters: list[Converter] = (
            before.converters if before else _converters(frontend, scene, calibration, seed)
        )
        self._seed = seed
        self.samplers: list[StreamSampler] = []
        self.scene_zero_s = 0.0
        """Device time of the scene's second 0: the tick of the first sample after a start."""

    def begin(self, now_s: float, scene_zero_s: float | None = None) -> None:
        """Start streaming; the scene begins anew, or goes on where ``scene_zero_s`` is given."""
        first_s = now_s + _FIRST_SAMPLE_S
        self.scene_zero_s = first_s if scene_zero_s is None else scene_zero_s
        self.samplers = [
            StreamSampler(
                plan,
                SampleClock(
                    first_s + phase * period,
                    period,
                    self.scene_zero_s + plan.info.latency_us * 1e-6,
                    self._device_per_true,
                ),
                converter,
                self._seed,
            )
            for plan, period, phase, converter in zip(
                self._frontend.streams, self._periods, self._phases, self.converters, strict=True
            )
        ]

    def scene_s(self, now_s: float) -> float:
        """Return where the scene stands, in its own seconds."""
        return (now_s - self.scene_zero_s) / self._device_per_true

    def is_over(self, now_s: float) -> bool:
        """Whether the scene has ended."""
        return self.scene_s(now_s) > self._scene.duration_s


def _converters(
    frontend: Frontend, scene: AnyScene, calibration: TrueCalibration, seed: int
) -> list[Converter]:
    each = _shared(scene.pieces(), len(frontend.streams))
    return [
        Converter(pieces, plan, calibration, seed)
        for pieces, plan in zip(each, frontend.streams, strict=True)
    ]


def _shared(pieces: Iterator[Piece], count: int) -> list[Iterator[Piece]]:
    """Return iterators over the same pieces; one that all have read is forgotten.

    ``itertools.tee`` does not forget it before 57 are read: 250 MB of cyclic movements.
    """
    unread: list[deque[Piece]] = [deque() for _ in range(count)]

    def read_one() -> bool:
        for piece in pieces:
            for own in unread:
                own.append(piece)
            return True
        return False

    def reader(own: deque[Piece]) -> Iterator[Piece]:
        while own or read_one():
            yield own.popleft()

    return [reader(own) for own in unread]


def _true_period(plan: StreamPlan, rng: np.random.Generator) -> float:
    """Return the period in device seconds, by the stream's own oscillator where it has one."""
    return float(1 / (plan.info.rate_hz * (1 + rng.uniform(-1.0, 1.0) * plan.rate_spread)))
