"""Streams of items made from arrays: a hand that lifts, on one ADC or on free-running ones."""

from collections.abc import Iterator, Sequence

import numpy as np

from gripforce.model import (
    Channel,
    DeviceInfo,
    Ended,
    EndReason,
    Flag,
    Gap,
    Kind,
    Samples,
    Scaling,
    Segment,
    Started,
    StreamInfo,
    StreamItem,
    Unit,
)

NEWTONS_PER_COUNT = 20.0 / (1 << 23)
DIGITS = (Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.LOAD_THUMB, Kind.LOAD_INDEX)
LIFT_S = 6.0


def min_jerk(t: np.ndarray, start: float, duration: float) -> np.ndarray:
    x = np.clip((t - start) / duration, 0, 1)
    return 10 * x**3 - 15 * x**4 + 6 * x**5


def lifts(t: np.ndarray, count: int = 2, mass_g: float = 400.0, ratio: float = 1.8) -> np.ndarray:
    """Return thumb and index normal, thumb and index tangential force of lifts from second 1 on."""
    gf, lf = np.zeros_like(t), np.zeros_like(t)
    weight = mass_g * 9.80665e-3
    for k in range(count):
        begin = 1.0 + k * LIFT_S
        end = begin + 4.0
        hold = ratio * weight
        gf += (0.15 * hold) * (min_jerk(t, begin, 0.1) - min_jerk(t, end + 0.3, 0.1))
        gf += (0.85 * hold) * (min_jerk(t, begin + 0.1, 0.35) - min_jerk(t, end, 0.3))
        gf += 0.25 * hold * (min_jerk(t, begin + 0.15, 0.3) - min_jerk(t, begin + 0.5, 0.8))
        up = min_jerk(t, begin + 0.1, 0.25) - min_jerk(t, end, 0.2)
        jolt = np.exp(-((t - begin - 0.42) ** 2) / 0.004) * 0.12 * weight
        lf += weight * up + jolt
    noise = np.random.default_rng(5).normal(0, 0.003, (len(t), 4))
    return np.column_stack((gf, gf * 0.98, lf * 0.5, lf * 0.5)) + noise


def stream_of(kinds: Sequence[Kind], stream_id: int = 0, rate_hz: float = 1000.0) -> StreamInfo:
    return StreamInfo(stream_id, tuple(Channel(kind) for kind in kinds), rate_hz)


def scaling_of(count: int, unit: Unit = Unit.NEWTON) -> Scaling:
    gain = NEWTONS_PER_COUNT if unit is Unit.NEWTON else 1.0
    return Scaling(np.zeros(count), np.diag(np.full(count, gain)), (unit,) * count)


def device_of(*streams: StreamInfo) -> DeviceInfo:
    return DeviceInfo("test object", "u1", "1.0.0", 1, 1, streams)


def samples_of(
    stream: StreamInfo, t: np.ndarray, forces: np.ndarray, *, unit: Unit = Unit.NEWTON
) -> Samples:
    return Samples(
        stream=stream,
        counter=np.arange(len(t), dtype=np.int64),
        t=t,
        counts=np.rint(forces / NEWTONS_PER_COUNT).astype(np.int32),
        flags=np.zeros(len(t), np.uint8),
        scaling=scaling_of(len(stream.channels), unit),
    )


def cut(samples: Samples, first: int, last: int, *, late: bool = False) -> Samples:
    return Samples(
        stream=samples.stream,
        counter=samples.counter[first:last],
        t=samples.t[first:last],
        counts=samples.counts[first:last],
        flags=samples.flags[first:last],
        scaling=samples.scaling,
        backfilled=late,
    )


def blocks(samples: Samples, size: int = 16) -> Iterator[Samples]:
    for first in range(0, len(samples), size):
        yield cut(samples, first, first + size)


def recorded(
    duration_s: float = 14.0, *, unit: Unit = Unit.NEWTON, rate_hz: float = 1000.0
) -> Samples:
    """Return a whole session of one simultaneous converter."""
    stream = stream_of(DIGITS, rate_hz=rate_hz)
    t = np.arange(round(duration_s * rate_hz)) / rate_hz
    return samples_of(stream, t, lifts(t), unit=unit)


def sentence(
    samples: Samples,
    *,
    gap: tuple[int, int] | None = None,
    saturated: tuple[int, int] | None = None,
    end: EndReason | None = EndReason.FINISHED,
    size: int = 16,
    **metadata: object,
) -> Iterator[StreamItem]:
    """Return a session as a device would utter it, with what befell it."""
    device = device_of(samples.stream)
    yield Started(device, {samples.stream.id: samples.scaling}, "2026-01-05T09:00:00Z", metadata)
    yield Segment(0, 0, 0.0)
    if saturated is not None:
        samples.flags[slice(*saturated)] |= np.uint8(Flag.SATURATED)
    if gap is None:
        yield from blocks(samples, size)
    else:
        first, last = gap
        yield from blocks(cut(samples, 0, first), size)
        t = float(samples.t[first])
        yield Gap(samples.stream.name, t, int(samples.counter[first]), last - first)
        yield from blocks(cut(samples, last, len(samples)), size)
    if end is not None:
        yield Ended(end, reconciled=True)
