"""The limits of a hello: what no device can be, though the frame passed its check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gripforce.wire.blocks import block_bytes
from gripforce.wire.framing import MAX_PAYLOAD

if TYPE_CHECKING:
    from gripforce.model import Channel, DeviceInfo, StreamInfo

RATE_HZ: Final = (0.01, 100_000.0)
SCALE: Final = (1e-18, 1e6)
"""Unit per count: from far below the noise of any converter to a count of the largest unit."""
MOST_DELAY_US: Final = 10_000_000
"""Latency and skew: an HX711 at its slowest has 0.2 s."""
MOST_STREAMS: Final = 16


def hello_fault(device: DeviceInfo) -> str:
    """Return what is impossible in a hello as part of a sentence, "" where it is plausible."""
    if not device.streams:
        return "it has no streams"
    if len(device.streams) > MOST_STREAMS:
        return f"it has {len(device.streams)} streams, at most {MOST_STREAMS} are possible"
    if not device.board.isprintable():
        return "its name has control characters"
    return next(filter(None, map(_stream_fault, device.streams)), "")


def _stream_fault(stream: StreamInfo) -> str:
    low, high = RATE_HZ
    of = f"of stream {stream.id}"
    if not low <= stream.rate_hz <= high:
        return f"the rate {of} is {stream.rate_hz:g} Hz, {low:g} to {high:g} Hz are possible"
    if not stream.block_samples:
        return f"a block {of} has no samples"
    if block_bytes(stream, stream.block_samples) > MAX_PAYLOAD:
        return f"a block {of} of {stream.block_samples} samples does not fit a frame"
    if stream.latency_us > MOST_DELAY_US:
        return f"the latency {of} is {stream.latency_us / 1e6:.0f} s"
    return next(filter(None, (_channel_fault(c, of) for c in stream.channels)), "")


def _channel_fault(channel: Channel, of: str) -> str:
    low, high = SCALE
    if not low <= channel.scale <= high:
        return f"the scale {of} is {channel.scale:g}, {low:g} to {high:g} are possible"
    if channel.full_scale_counts <= 0:
        return f"the full scale {of} is {channel.full_scale_counts} counts"
    if abs(channel.skew_us) > MOST_DELAY_US:
        return f"a skew {of} is {channel.skew_us / 1e6:.0f} s"
    return ""
