"""``gripforce check``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gripforce.cli.options import Json, SourceArgument, positive, print_json, say
from gripforce.cli.tables import print_table

if TYPE_CHECKING:
    from gripforce.device import Device
    from gripforce.device.health import DeviceCheck, StreamCheck
    from gripforce.model import Ended, Samples, StreamItem


def check(
    source: SourceArgument,
    duration: Annotated[float, typer.Option(help="Seconds to listen.")] = 5.0,
    *,
    json: Json = False,
) -> None:
    """Check a device: rate, losses, noise and saturation."""
    import asyncio

    positive("A duration", duration)
    result = asyncio.run(_check(source, duration))
    if json:
        print_json(_as_json(result))
    else:
        _print(result)
    if result.verdict == "fail":
        raise typer.Exit(3)


async def _check(source: str, duration_s: float) -> DeviceCheck:
    from gripforce.device import open_device

    return await listen(open_device(source, patience_s=0.0), duration_s)


async def listen(device: Device, duration_s: float) -> DeviceCheck:
    """Open a device, stream for ``duration_s`` [s], and return the check of what came."""
    from gripforce.device.health import check_device, check_stream, early_end, silent_stream
    from gripforce.model.concat import concat

    heard = _Heard()
    async with device:
        async for item in device.stream(duration_s=duration_s):
            heard.take(item)
        announced, calibration_note = device.info.streams, device.calibration_note
    streams = [
        check_stream(concat(parts), heard.lost[stream.name], heard.drift_ppm or 0.0)
        if (parts := heard.parts.get(stream.name))
        else silent_stream(stream, heard.lost[stream.name])
        for stream in announced
    ]
    return check_device(
        streams,
        clock_drift_ppm=heard.drift_ppm,
        corrupt=heard.corrupt,
        flags=heard.flags,
        early_end=early_end(heard.ended, heard.newest_s, duration_s),
        calibration_note=calibration_note,
    )


@dataclass(slots=True)
class _Heard:
    """What came of a stream."""

    parts: dict[str, list[Samples]] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)
    corrupt: int = 0
    flags: int = 0
    drift_ppm: float | None = None
    newest_s: float = 0.0
    ended: Ended | None = None

    def take(self, item: StreamItem) -> None:
        """Count an item."""
        from gripforce.model import Corrupt, Ended, Gap, Health, Samples

        match item:
            case Samples():
                self.parts.setdefault(item.stream.name, []).append(item)
                self.newest_s = max(self.newest_s, float(item.t[-1]))
            case Gap():
                self.lost[item.stream] += item.lost
            case Corrupt():
                self.corrupt += item.frames
            case Health():
                self.drift_ppm = item.skew_ppm
                self.flags |= item.flags
                self.newest_s = max(self.newest_s, item.t)
            case Ended():
                self.ended = item


def _as_json(result: DeviceCheck) -> dict[str, Any]:
    return {
        "verdict": result.verdict,
        "streams": [_stream_json(stream) for stream in result.streams],
        "clock_drift_ppm": result.clock_drift_ppm,
        "corrupt": result.corrupt,
        "advice": list(result.advice),
    }


def _stream_json(stream: StreamCheck) -> dict[str, Any]:
    return {
        "name": stream.name,
        "rate_hz": stream.rate_hz,
        "nominal_hz": stream.nominal_hz,
        "samples": stream.samples,
        "lost": stream.lost,
        "channels": [
            {
                "name": channel.name,
                "noise_n": channel.noise if channel.unit.suffix == "n" else None,
                "noise": channel.noise,
                "expected_noise_n": channel.expected_noise_n,
                "unit": channel.unit.suffix,
                "saturated": channel.saturated,
                "unique": channel.unique,
            }
            for channel in stream.channels
        ],
    }


_COLUMNS = ("stream", "channel", "noise", "unit", "expected", "saturated", "distinct readings")


def _print(result: DeviceCheck) -> None:
    """Print a row each channel; the rest beside it, on standard error."""
    rows = [
        (stream.name, channel.name, _noise(channel.noise), channel.unit.symbol,
         _noise(channel.expected_noise_n), channel.saturated, channel.unique)
        for stream in result.streams
        for channel in stream.channels
    ]  # fmt: skip
    print_table(_COLUMNS, rows)
    for stream in result.streams:
        rate = f"{stream.rate_hz:.2f}" if stream.rate_hz is not None else "no"
        say(
            f"{stream.name}: {rate} samples/s (nominal {stream.nominal_hz:g}), "
            f"{stream.samples} received, {stream.lost} lost"
        )
    if result.clock_drift_ppm is not None:
        say(f"clock drift: {result.clock_drift_ppm:+.1f} ppm")
    say(f"corrupt frames: {result.corrupt}")
    for line in result.advice:
        say(f"- {line}", always=True)
    say(f"verdict: {result.verdict}", always=True)


def _noise(value: float | None) -> float | None:
    """Return a noise with the three digits that it means."""
    return None if value is None else float(f"{value:.3g}")
