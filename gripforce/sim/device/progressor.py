"""Simulate a Tindeq Progressor: the grip force of a scene, by its published protocol."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.sim.truth import ground_truth
from gripforce.wire.progressor import (
    FULL_SCALE_KG,
    NEWTONS_PER_KG,
    RATE_HZ,
    Opcode,
    WeightReading,
    encode_readings,
    encode_response,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model import FloatArray
    from gripforce.sim.scene import Scene

VERSION: Final = b"1.2.3.4"
BATTERY_MV: Final = 3900
READINGS: Final = 8
"""In one notification: a tenth of a second."""
NOISE_N: Final = 0.01
"""White, rms: about a gram (design choice)."""


class SimProgressor:
    """Squeezed with the scene's grip force; each start begins the scene anew."""

    def __init__(self, scene: Scene, *, seed: int = 1) -> None:
        self._scene = scene
        self._t = scene.t
        self._grip_n = scene.forces[:, :2].mean(axis=1)
        self._rng = np.random.default_rng([seed, 11])
        self._id = seed.to_bytes(8, "little")
        self._now_s = 0.0
        self._started_s: float | None = None
        self._sent = 0
        self._tare_kg = 0.0
        self._responses: list[bytes] = []

    def receive(self, data: bytes) -> None:
        """Take in what was written to the control point; what it does not know it ignores."""
        match data[0] if data else None:
            case Opcode.START:
                self._started_s, self._sent = self._now_s, 0
            case Opcode.STOP | Opcode.SLEEP:
                self._started_s = None
            case Opcode.TARE:
                self._tare_kg = float(self._kg(np.array([self._scene_s(self._now_s)]))[0])
            case Opcode.GET_VERSION:
                self._responses.append(encode_response(VERSION))
            case Opcode.GET_BATTERY:
                self._responses.append(encode_response(struct.pack("<I", BATTERY_MV)))
            case Opcode.GET_ID:
                self._responses.append(encode_response(self._id))
            case Opcode.GET_ERROR:
                self._responses.append(encode_response(b"none"))
            case _:
                pass

    def advance(self, until_s: float) -> Sequence[bytes]:
        """Let time since power-on pass; return the notifications that left meanwhile."""
        self._now_s = max(self._now_s, until_s)
        packets, self._responses = self._responses, []
        while self._started_s is not None and self._taken >= self._sent + READINGS:
            packets.append(encode_readings(self._readings()))
        return packets

    def truth(self) -> dict[str, Any]:
        """Return what is known of the run up to now, as ``docs/simulator.md`` lists it."""
        truth = ground_truth(self._scene, self._scene_s(self._now_s), 1.0)
        return truth | {"device": {"frontend": "progressor", "uid": self._id.hex()}, "faults": {}}

    @property
    def _taken(self) -> int:
        return int(self._scene_s(self._now_s) * RATE_HZ) + 1

    def _readings(self) -> list[WeightReading]:
        at_s = (self._sent + np.arange(READINGS)) / RATE_HZ
        self._sent += READINGS
        noise_kg = self._rng.normal(0.0, NOISE_N / NEWTONS_PER_KG, READINGS)
        values = np.clip(self._kg(at_s) - self._tare_kg + noise_kg, -FULL_SCALE_KG, FULL_SCALE_KG)
        ticks_us = np.rint(at_s * 1e6).astype(int)
        return [
            WeightReading(kg, tick)
            for kg, tick in zip(values.tolist(), ticks_us.tolist(), strict=True)
        ]

    def _scene_s(self, now_s: float) -> float:
        return now_s - (now_s if self._started_s is None else self._started_s)

    def _kg(self, at_s: FloatArray) -> FloatArray:
        return np.asarray(np.interp(at_s, self._t, self._grip_n) / NEWTONS_PER_KG)
