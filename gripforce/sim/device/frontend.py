"""The two reference devices as data: streams, rates, cells, ring, and what they can do."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.calibration.reference_cells import (
    BUILDS,
    GRIP_CAPACITY_KG,
    LOAD_CAPACITY_KG,
    ReferenceConverter,
    cell_gain,
    cell_noise,
)
from gripforce.constants import STANDARD_GRAVITY
from gripforce.model import Channel, Kind, StreamInfo, Unit
from gripforce.wire.framing import MAX_PAYLOAD
from gripforce.wire.hello import Capability
from gripforce.wire.messages import BLOCK_HEAD

if TYPE_CHECKING:
    from collections.abc import Callable

FORCE_KINDS: Final = (Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.LOAD_THUMB, Kind.LOAD_INDEX)
"""The columns of a scene's forces."""
ACCEL_KINDS: Final = (Kind.ACCEL_X, Kind.ACCEL_Y, Kind.ACCEL_Z)
"""The columns of a scene's acceleration."""

_INT24_MAX: Final = (1 << 23) - 1
_INT16_MAX: Final = (1 << 15) - 1
_BLOCK_LIMIT_S: Final = 0.1
"""A block goes out at the latest this long after its first sample."""
_FAST_HZ: Final = 1000.0
_FAST_BLOCK: Final = 20
"""Samples in a block of a stream that is faster than usual: as many as a frame holds."""
_ADS131M04_V: Final = 1.118e-9
"""Volts of a count: ±1.2 V at a gain of 128."""
_HX711_V: Final = 2.328e-9
"""As the firmware states it: ±2.5 V at a gain of 128."""
_CAPACITIES_KG: Final = (GRIP_CAPACITY_KG,) * 2 + (LOAD_CAPACITY_KG,) * 2
"""The reference cells, in the order of a scene's forces."""
CELL_RANGES_N: Final = tuple(kg * STANDARD_GRAVITY for kg in _CAPACITIES_KG)
"""Force at which each cell is at its capacity."""


class SensorSource(Enum):
    """Which part of a scene a stream samples."""

    FORCES = auto()
    ACCEL = auto()


@dataclass(frozen=True, slots=True)
class SensorModel:
    """What stands between a force and its count; every figure can be set to zero."""

    noise: float | tuple[float, ...]
    """White, rms, in the channel's unit (newtons for forces); one for all channels, or one each."""
    drift_n_per_min: float = 0.0
    warm_up_n: float = 0.0
    """Added in the end as the electronics warm up."""
    warm_up_s: float = 600.0
    creep: float = 0.0
    """Share of a lasting force that is added to it in the end."""
    creep_s: float = 300.0
    hysteresis: float = 0.0
    """Share of the cell's range between rising and falling force."""
    torn: float = 0.0
    """Share of samples that are read a bit shifted, at twice their counts."""


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """One stream of a front end, and how its converter deviates from what it announces."""

    info: StreamInfo
    source: SensorSource
    columns: tuple[int, ...]
    """Columns of the scene, one a channel."""
    sensor: SensorModel
    delay_us: Callable[[float], int]
    """The delay of its filter at a rate."""
    rate_spread: float = 0.0
    """Its own oscillator is off by up to this share of the nominal rate."""
    tick_jitter_us: int = 0
    """A ready sample is noticed up to this much late, by a loop that polls."""


@dataclass(frozen=True, slots=True)
class Frontend:
    """A device as its hello describes it, and what the hello does not say."""

    name: str
    board: str
    streams: tuple[StreamPlan, ...]
    capabilities: Capability
    ring_blocks: int
    full_scale_n: tuple[float, ...]
    """Force at which each force channel's converter is at its limit."""
    rates_hz: tuple[float, ...] = ()
    """Rates that the force stream can be set to; none where a pin decides."""
    cross_talk: float = 0.0
    """Largest share of one force that appears in another channel before calibration."""

    def with_capacity(self, capacity_n: float | None) -> Frontend:
        """Return a front end whose hello states what its grip cells can bear [N]."""
        plans = []
        for plan in self.streams:
            channels = tuple(
                replace(c, capacity_n=capacity_n) if c.kind.is_grip else c
                for c in plan.info.channels
            )
            plans.append(replace(plan, info=replace(plan.info, channels=channels)))
        return replace(self, streams=tuple(plans))

    def with_force_sensors(self, **changes: float) -> Frontend:
        """Return it with other figures of its force sensors, named as in ``SensorModel``."""
        streams = tuple(
            replace(plan, sensor=replace(plan.sensor, **changes))
            if plan.source is SensorSource.FORCES
            else plan
            for plan in self.streams
        )
        return replace(self, streams=streams)

    def with_rate(self, stream_id: int, rate_hz: float) -> Frontend:
        """Return the same device with one stream at another nominal rate."""
        streams = tuple(
            _with_rate(plan, rate_hz) if plan.info.id == stream_id else plan
            for plan in self.streams
        )
        return replace(self, streams=streams)


def frontend(name: str = "research", rate_hz: float | None = None) -> Frontend:
    """Return a reference device.

    Parameters: its name, a key of ``BUILDS``, and the rate of its force streams in hertz, None for
    the converter's own.
    """
    made = {"research": _research, "entry": _entry}[name](BUILDS[name])
    if rate_hz is None:
        return made
    for plan in made.streams:
        if plan.source is SensorSource.FORCES:
            made = made.with_rate(plan.info.id, rate_hz)
    return made


def block_samples(rate_hz: float, preferred: int, sample_bytes: int) -> int:
    """Return the samples in a block: as preferred, sent in time, and within a frame."""
    in_time = math.floor(_BLOCK_LIMIT_S * rate_hz)
    in_frame = (MAX_PAYLOAD - BLOCK_HEAD.size) // sample_bytes
    return max(1, min(preferred, in_time, in_frame))


def _with_rate(plan: StreamPlan, rate_hz: float) -> StreamPlan:
    info = plan.info
    size = len(info.channels) * info.width_bits // 8
    preferred = _FAST_BLOCK if rate_hz > _FAST_HZ else info.block_samples
    latency_us = plan.delay_us(rate_hz)
    n = block_samples(rate_hz, preferred, size)
    faster = math.sqrt(rate_hz / info.rate_hz)
    noise = tuple(noise * faster for noise in np.atleast_1d(plan.sensor.noise).tolist())
    return replace(
        plan,
        info=replace(info, rate_hz=rate_hz, latency_us=latency_us, block_samples=n),
        sensor=replace(plan.sensor, noise=noise),
    )


def _cell_noise(converter: ReferenceConverter) -> tuple[float, ...]:
    """Return the noise of a sample [N rms] of each force channel of a build."""
    return tuple(cell_noise(converter, kg) for kg in _CAPACITIES_KG)


def _full_scale(converter: ReferenceConverter, scale_v: float) -> tuple[float, ...]:
    """Return the force [N] at the converter's limit; ``scale_v`` is the volts of a count."""
    limit_v = _INT24_MAX * scale_v
    return tuple(limit_v * cell_gain(converter, kg) for kg in _CAPACITIES_KG)


# Why these are the delays is said where the firmware computes them: stream() in
# firmware/gripforce/src/board/{ads131m04,hx711,lsm6ds}.cpp.


def _ads131m04_delay_us(rate_hz: float) -> int:
    """Return the group delay of a sinc3 over at most 1024 clocks and a mean of its outputs."""
    clock_hz = 4_096_000
    ratio = clock_hz / rate_hz
    sinc3 = min(ratio, 1024.0)
    return round((3 * (sinc3 - 1) + (ratio - sinc3)) / 2 / clock_hz * 1e6)


def _hx711_delay_us(rate_hz: float) -> int:
    """Return two conversions."""
    return round(2e6 / rate_hz)


def _lsm6ds_delay_us(rate_hz: float) -> int:
    """Return half a sample."""
    return round(0.5e6 / rate_hz)


_IMU: Final = StreamInfo(
    id=1,
    channels=tuple(Channel(kind, Unit.METRE_PER_S2, 0.001197, _INT16_MAX) for kind in ACCEL_KINDS),
    rate_hz=208.0,
    width_bits=16,
    latency_us=_lsm6ds_delay_us(208.0),
    block_samples=8,
)


def _ads131m04(rate_hz: float) -> StreamInfo:
    return StreamInfo(
        id=0,
        channels=tuple(Channel(kind, Unit.VOLT, _ADS131M04_V, _INT24_MAX) for kind in FORCE_KINDS),
        rate_hz=rate_hz,
        width_bits=24,
        latency_us=_ads131m04_delay_us(rate_hz),
        block_samples=16,
    )


def _research(converter: ReferenceConverter) -> Frontend:
    """ADS131M04 at a gain of 128 and an inertial sensor of ±4 g, on a board with memory."""
    return Frontend(
        name="research",
        board="sim-research",
        streams=(
            StreamPlan(
                _ads131m04(converter.rate_hz),
                SensorSource.FORCES,
                (0, 1, 2, 3),
                SensorModel(noise=_cell_noise(converter)),
                _ads131m04_delay_us,
            ),
            StreamPlan(
                _IMU,
                SensorSource.ACCEL,
                (0, 1, 2),
                SensorModel(noise=0.02),  # 200 µg/√Hz over 104 Hz
                _lsm6ds_delay_us,
                rate_spread=0.03,
                tick_jitter_us=5,
            ),
        ),
        capabilities=Capability.RESEND
        | Capability.STORAGE
        | Capability.DIGITAL_OUT
        | Capability.TRIGGER
        | Capability.SET_RATE,
        full_scale_n=_full_scale(converter, _ADS131M04_V),
        ring_blocks=723,  # 8 s: 63.5 force blocks and 26.8 of the inertial sensor a second
        rates_hz=(250.0, 500.0, 1000.0, 2000.0, 4000.0),
        cross_talk=0.01,
    )


def _entry(converter: ReferenceConverter) -> Frontend:
    """Four HX711, each on its own oscillator, on an ATmega328P."""
    streams = tuple(
        StreamPlan(
            StreamInfo(
                id=i,
                channels=(Channel(kind, Unit.VOLT, _HX711_V, _INT24_MAX),),
                rate_hz=converter.rate_hz,
                width_bits=24,
                latency_us=_hx711_delay_us(converter.rate_hz),
                block_samples=6,  # 6 samples at 72 a second: 70 ms from the first to the last
            ),
            SensorSource.FORCES,
            (i,),
            SensorModel(noise=_cell_noise(converter)[i]),
            _hx711_delay_us,
            rate_spread=0.10,
            tick_jitter_us=20,
        )
        for i, kind in enumerate(FORCE_KINDS)
    )
    return Frontend(
        name="entry",
        board="sim-entry",
        streams=streams,
        capabilities=Capability.RESEND
        | Capability.STORAGE
        | Capability.DIGITAL_OUT
        | Capability.TRIGGER,
        full_scale_n=_full_scale(converter, _HX711_V),
        ring_blocks=4,
    )
