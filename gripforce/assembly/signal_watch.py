"""Watch the signal of a running stream, to say noise and spikes while they can be mended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np

from gripforce.assembly.signal_faults import (
    WINDOW_S,
    can_show_spikes,
    find_spikes,
    noise_limits,
    noisy_windows,
)
from gripforce.model import Counted, Ended, Samples, channel_words
from gripforce.wire.blocks import unpack_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gripforce.model import CountArray, FloatArray, Scaling, StreamInfo, StreamItem

LASTING: Final = 4
"""Noisy half seconds in a row that are said; fewer may be a knock, or a finger that slides."""
_AT_ONCE: Final = 1 << 17
"""Samples that are looked at together: an hour at once would need a gigabyte."""


@dataclass(frozen=True, slots=True)
class SignalFault:
    """A spike, or a lasting noise when it had lasted; ``size`` and ``limit`` in ``unit``."""

    kind: Literal["spike", "noise"]
    channel: str
    t: float
    """Of the spike, or where the noise began."""
    size: float
    limit: float
    unit: str

    @property
    def size_words(self) -> str:
        """How large it is, with its unit."""
        return _quantity(self.size, self.unit)

    def __str__(self) -> str:
        words, at_s = channel_words(self.channel), max(self.t, 0)
        if self.kind == "spike":
            return (
                f"{words} jumped by {self.size_words} for one sample at {at_s:.1f} s. "
                "Check the plug and the cable of its cell."
            )
        return (
            f"{words} is noisy from {at_s:.1f} s on: {self.size_words} rms instead of "
            f"{_quantity(self.limit, self.unit)} at most. "
            "Check its cell's plug and shield, and keep its cable from mains."
        )


def _quantity(size: float, unit: str) -> str:
    return f"{1e3 * size:.0f} mN" if unit == "N" and size < 1 else f"{size:.3g} {unit}"


class _Place(NamedTuple):
    """Counter, time and number of consecutive samples."""

    first: int
    t: float
    n: int


@dataclass(slots=True)
class _Stream:
    """One stream: samples that wait for a window to be whole, and the last ones before them."""

    info: StreamInfo
    scaling: Scaling
    limits: FloatArray
    watched: bool
    spikes: bool
    next: int = 0
    begin_t: float = 0.0
    waiting: int = 0
    parts: list[CountArray | bytes] = field(default_factory=list)
    tail: CountArray | None = None
    runs: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, info: StreamInfo, scaling: Scaling) -> _Stream:
        """Return a stream with its limits."""
        limits, runs = noise_limits(info, scaling), [0] * len(info.channels)
        watched = bool(np.isfinite(limits).any())
        return cls(info, scaling, limits, watched, can_show_spikes(info), runs=runs)

    def take(self) -> CountArray:
        """Return the counts that wait, and wait for new ones."""
        payloads = [part for part in self.parts if isinstance(part, bytes)]
        arrays = [part for part in self.parts if not isinstance(part, bytes)]
        if payloads:
            arrays.append(unpack_blocks(payloads, self.info).counts)
        self.parts, self.waiting = [], 0
        return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


class SignalWatch:
    """Look at each half second of each force channel, whatever else is done with the stream.

    It needs the counts: of ``Counted`` it unpacks the blocks, which costs a recording
    0.1 % of a processor.
    """

    def __init__(self) -> None:
        self._streams: dict[int, _Stream] = {}
        self.first: dict[tuple[str, str], SignalFault] = {}
        """The first fault of each channel and kind."""
        self.times: Counter[tuple[str, str]] = Counter()
        """How many of each: spikes, and beginnings of a lasting noise."""
        self.newest_spike: SignalFault | None = None
        self.noisy: dict[str, SignalFault] = {}
        """The noise of each channel that is noisy now."""

    def add(self, item: StreamItem) -> list[SignalFault]:
        """Take in an item; return what is to be said: the first fault of each channel and kind."""
        known = len(self.first)
        match item:
            case Samples(backfilled=False) if len(item):
                for begin, end in _runs(item):
                    place = _Place(int(item.counter[begin]), float(item.t[begin]), end - begin)
                    self._collect(self._of(item), place, [item.counts[begin:end]])
            case Counted(payloads=payloads) if payloads:
                place = _Place(item.first, item.first_t, len(item))
                self._collect(self._of(item), place, payloads)
            case Ended():
                self.finish()
        return list(self.first.values())[known:]

    def finish(self) -> None:
        """Look at the samples that still wait, for spikes."""
        for stream in self._streams.values():
            self._examine(stream)

    def _note(self, fault: SignalFault) -> None:
        key = (fault.channel, fault.kind)
        self.times[key] += 1
        self.first.setdefault(key, fault)

    def _of(self, item: Samples | Counted) -> _Stream | None:
        info = item.stream
        if (stream := self._streams.get(info.id)) is None and item.scaling is not None:
            stream = self._streams[info.id] = _Stream.of(info, item.scaling)
        return stream

    def _collect(
        self, stream: _Stream | None, place: _Place, parts: Sequence[bytes | CountArray]
    ) -> None:
        if stream is None or not stream.watched:
            return
        if stream.waiting and place.first != stream.next:
            self._examine(stream)
        if not stream.waiting:
            stream.begin_t = place.t
        stream.parts += parts
        stream.waiting += place.n
        stream.next = place.first + place.n
        if stream.waiting >= WINDOW_S * stream.info.rate_hz:
            self._examine(stream)

    def _examine(self, stream: _Stream) -> None:
        if not stream.waiting:
            return
        counts = stream.take()
        before = 0 if stream.tail is None else len(stream.tail)
        joined = counts if stream.tail is None else np.concatenate([stream.tail, counts])
        if stream.spikes:
            for row, k, height in zip(*find_spikes(joined, stream.limits), strict=True):
                t = stream.begin_t + (int(row) - before) / stream.info.rate_hz
                self.newest_spike = _fault("spike", stream, int(k), t, float(height))
                self._note(self.newest_spike)
        stream.tail = joined[-4:]
        noise = noisy_windows(counts, stream.info.rate_hz, stream.limits)
        for i in range(len(noise)):
            if any(stream.runs) or noise[i].any():
                self._note_noise(stream, noise[i], stream.begin_t + i * WINDOW_S)

    def _note_noise(self, stream: _Stream, noise: FloatArray, t: float) -> None:
        for k, channel in enumerate(stream.info.channels):
            stream.runs[k] = stream.runs[k] + 1 if noise[k] else 0
            if not noise[k]:
                self.noisy.pop(channel.label, None)
            elif stream.runs[k] == LASTING:
                begin_t = t - (LASTING - 1) * WINDOW_S
                fault = _fault("noise", stream, k, begin_t, float(noise[k]))
                self.noisy[channel.label] = fault
                self._note(fault)


def _fault(
    kind: Literal["spike", "noise"], stream: _Stream, k: int, t: float, counts: float
) -> SignalFault:
    scale = abs(float(stream.scaling.matrix[k, k]))
    unit = stream.scaling.units[k].symbol
    limit = float(stream.limits[k]) * scale
    return SignalFault(kind, stream.info.channels[k].label, t, abs(counts) * scale, limit, unit)


def _runs(samples: Samples) -> Iterator[tuple[int, int]]:
    """Return begin and end of each run without a gap, of a bounded length."""
    gaps = np.flatnonzero(np.diff(samples.counter) != 1) + 1
    edges = sorted({0, *gaps.tolist(), *range(0, len(samples), _AT_ONCE), len(samples)})
    return pairwise(edges)
