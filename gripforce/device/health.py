"""Check whether a device is fit to measure: rate, losses, noise, saturation; advise what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from gripforce.calibration.reference_cells import expected_noise
from gripforce.device.run import LOST_ADVICE
from gripforce.model import Ended, EndReason, Kind, Unit, channel_words
from gripforce.wire.messages import DeviceFlag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.model import FloatArray, Samples, StreamInfo

Verdict = Literal["pass", "warn", "fail"]

WINDOW_S = 0.5
"""Window of the noise estimate: drift and movements of the hand are slower."""
QUIET = 0.2
"""Quantile of the windows' noise: contact with the object in some windows does not count."""
NOISE_WARN = 3.0
"""Times the noise that converter and cell are expected to have: cells differ by a factor of two."""
NOISE_WARN_N = 0.005
"""The limit where the converter is not known: an onset of 0.1 N is 20 standard deviations high."""
NOISE_FAIL_N = 0.05
"""With 50 mN rms a 0.1 N onset is two standard deviations high."""
RATE_WARN = 0.02
RATE_FAIL = 0.12
"""An HX711's RC oscillator is off by up to a tenth; a rate pin on the wrong side by eightfold."""
UNIQUE_FAIL = 8
"""A working converter's last bits vary: with fewer different readings it is stuck."""
_CONSTANT_AT_REST = frozenset({Kind.CONTACT, Kind.TEMPERATURE})
EARLY_S = 0.5
"""A stream may end this much before its time, by the last block of a slow converter."""
DRIFT_WARN_PPM = 300.0
"""A crystal is within 100 ppm, an AVR's ceramic resonator within 5000."""

_FLAG_FINDINGS: Mapping[DeviceFlag, tuple[Verdict, str]] = {
    DeviceFlag.ADC_ABSENT: (
        "fail",
        "The converter did not answer: check its supply, its cable and its pins in config.h.",
    ),
    DeviceFlag.IMU_ABSENT: (
        "warn",
        "The motion sensor did not answer: check its SDA, SCL and INT1; forces do without it.",
    ),
    DeviceFlag.SELF_TEST_FAILED: ("fail", "The device's last self-test failed."),
    DeviceFlag.WATCHDOG_RESET: (
        "warn",
        "The device hung before, and its watchdog restarted it: if it does so again, report it.",
    ),
    DeviceFlag.BATTERY_LOW: (
        "warn",
        "The device's battery is low: charge it, or it turns off in mid-recording.",
    ),
    DeviceFlag.BROWN_OUT_RESET: (
        "warn",
        "The device's supply broke down before: try another USB port or cable.",
    ),
}


@dataclass(frozen=True, slots=True)
class ChannelCheck:
    """One channel; ``noise`` is a standard deviation within half a second, in the column's unit."""

    name: str
    unit: Unit
    noise: float | None
    saturated: int
    unique: int
    varies_at_rest: bool = True
    """Whether a working converter shows noise: a contact or a temperature may stay constant."""
    expected_noise_n: float | None = None
    """What its converter and the cell's gain lead to [N]; None where they are not known."""


@dataclass(frozen=True, slots=True)
class StreamCheck:
    """One stream; ``rate_hz`` is measured on the host's clock where its drift is known."""

    name: str
    rate_hz: float | None
    nominal_hz: float
    samples: int
    lost: int
    channels: tuple[ChannelCheck, ...]


@dataclass(frozen=True, slots=True)
class DeviceCheck:
    """The checks of all streams, the verdict on the device, and advice, worst first."""

    verdict: Verdict
    streams: tuple[StreamCheck, ...]
    clock_drift_ppm: float | None
    corrupt: int
    advice: tuple[str, ...]


def check_stream(samples: Samples, lost: int, drift_ppm: float = 0.0) -> StreamCheck:
    """Check one stream by its samples.

    ``lost`` is its number of lost samples, ``drift_ppm`` how much faster than the host's clock
    the device's runs.
    """
    stream = samples.stream
    span_s = float(samples.t[-1] - samples.t[0]) if len(samples) > 1 else 0.0
    steps = int(samples.counter[-1] - samples.counter[0]) if len(samples) > 1 else 0
    rate_hz = steps / span_s * (1 + drift_ppm * 1e-6) if span_s > 0 else None
    channels = tuple(
        ChannelCheck(
            name=name,
            unit=samples.scaling.units[i],
            noise=noise_within(samples.values[:, i], stream.rate_hz),
            saturated=int(np.sum(np.abs(samples.counts[:, i]) >= channel.full_scale_counts)),
            unique=len(np.unique(samples.counts[:, i])),
            varies_at_rest=channel.kind not in _CONSTANT_AT_REST,
            expected_noise_n=(
                expected_noise(stream, channel, samples.scaling.matrix[i, i])
                if samples.scaling.units[i] is Unit.NEWTON
                else None
            ),
        )
        for i, (name, channel) in enumerate(zip(samples.columns, stream.channels, strict=True))
    )
    return StreamCheck(stream.name, rate_hz, stream.rate_hz, len(samples), lost, channels)


def silent_stream(stream: StreamInfo, lost: int) -> StreamCheck:
    """Return the check of a stream that was announced but sent no samples."""
    return StreamCheck(stream.name, None, stream.rate_hz, 0, lost, ())


def noise_within(values: FloatArray, rate_hz: float) -> float | None:
    """Estimate noise as the standard deviation about a line within half-second windows.

    ``values`` has the shape ``(n,)``; the result, in their unit, is the 20 % quantile over windows,
    and None where there is no whole window.
    """
    size = max(round(WINDOW_S * rate_hz), 4)
    windows = values[: len(values) // size * size].reshape(-1, size)
    if not len(windows):
        return None
    x = np.arange(size) - (size - 1) / 2
    centred = windows - windows.mean(axis=1, keepdims=True)
    slope = centred @ x / (x @ x)
    residual = centred - slope[:, None] * x
    return float(np.quantile(np.sqrt((residual**2).sum(axis=1) / (size - 2)), QUIET))


def early_end(ended: Ended | None, heard_s: float, asked_s: float) -> str:
    """Return a sentence where a stream ended before its time, "" where it did not.

    The text of an end by a lost device has its own advice.

    ``heard_s`` is the time of the newest sample, ``asked_s`` the time to listen.
    """
    lasted = f"after {heard_s:.1f} s of {asked_s:g}"
    if ended is None or ended.reason is EndReason.DEVICE_LOST:
        text = ended.text if ended is not None and ended.text else LOST_ADVICE
        return f"The device was lost {lasted}. {text}"
    if ended.reason is not EndReason.STOPPED and heard_s < asked_s - EARLY_S:
        return f"The stream ended {lasted}: check for longer on a longer source."
    return ""


def check_device(
    streams: Sequence[StreamCheck],
    *,
    clock_drift_ppm: float | None,
    corrupt: int,
    flags: int = 0,
    early_end: str = "",
    calibration_note: str = "",
) -> DeviceCheck:
    """Judge a device by the checks of its streams.

    ``clock_drift_ppm`` is None where it was not measured; ``corrupt`` is the number of corrupt
    frames, ``flags`` the union of the ``DeviceFlag`` in its statuses, ``early_end`` a sentence
    that the stream ended before its time, ``calibration_note`` one that its calibration is
    doubtful; "" where not.
    """
    findings = [finding for flag, finding in _FLAG_FINDINGS.items() if flags & flag]
    if early_end:
        findings.insert(0, ("fail", early_end))
    explained = {"imu"} if flags & DeviceFlag.IMU_ABSENT else set()
    for stream in streams:
        if stream.samples or stream.name not in explained:
            findings += _stream_findings(stream)
    if calibration_note:
        findings.append(("warn", calibration_note))
    if corrupt:
        findings.append(("warn", f"{corrupt} frames were corrupt: try a shorter cable."))
    if clock_drift_ppm is not None and abs(clock_drift_ppm) > DRIFT_WARN_PPM:
        findings.append(
            ("warn", f"The device's clock is off by {clock_drift_ppm:.0f} ppm: no crystal?")
        )
    if not any(stream.samples for stream in streams):
        findings.append(("fail", "The device sent nothing."))
    findings.sort(key=lambda finding: finding[0] != "fail")
    worst: Verdict = findings[0][0] if findings else "pass"
    advice = tuple(text for _, text in findings)
    return DeviceCheck(worst, tuple(streams), clock_drift_ppm, corrupt, advice)


def _stream_findings(stream: StreamCheck) -> list[tuple[Verdict, str]]:
    if stream.rate_hz is None:
        return [("fail", f"{stream.name}: no samples came. Is its converter connected?")]
    findings: list[tuple[Verdict, str]] = []
    off = abs(stream.rate_hz / stream.nominal_hz - 1)
    if off > RATE_WARN:
        findings.append((
            "fail" if off > RATE_FAIL else "warn",
            f"{stream.name}: {stream.rate_hz:.1f} samples a second instead of "
            f"{stream.nominal_hz:g}: check the converter's rate pin and its clock.",
        ))  # fmt: skip
    if stream.lost:
        share = stream.lost / (stream.lost + stream.samples)
        findings.append((
            "fail" if share > 0.01 else "warn",  # noqa: PLR2004 - one in a hundred
            f"{stream.name}: {stream.lost} samples lost ({share:.2%}): "
            "check the cable or the distance, and close what else loads this computer.",
        ))  # fmt: skip
    for channel in stream.channels:
        findings += _channel_findings(channel, stream)
    return findings


def _noise_findings(channel: ChannelCheck) -> list[tuple[Verdict, str]]:
    if channel.unit is not Unit.NEWTON or channel.noise is None:
        return []
    expected_n = channel.expected_noise_n
    most_n = NOISE_WARN_N if expected_n is None else NOISE_WARN * expected_n
    if channel.noise <= most_n:
        return []
    name = channel_words(channel.name)
    instead = "" if expected_n is None else f" instead of {expected_n * 1000:.1f} mN"
    advice = "do not touch the object, shield the cell's cable, keep it from mains."
    return [
        (
            "fail" if channel.noise > max(NOISE_FAIL_N, most_n) else "warn",
            f"{name}: noise of {channel.noise * 1000:.1f} mN{instead}: {advice}",
        )
    ]


def _channel_findings(channel: ChannelCheck, stream: StreamCheck) -> list[tuple[Verdict, str]]:
    findings: list[tuple[Verdict, str]] = []
    name = channel_words(channel.name)
    if channel.saturated:
        findings.append((
            "fail",
            f"{name}: {channel.saturated} samples at full scale: "
            "check the cell's wiring, its load and the gain.",
        ))  # fmt: skip
    elif channel.varies_at_rest and channel.unique < min(UNIQUE_FAIL, stream.samples):
        findings.append((
            "fail",
            f"{name}: only {channel.unique} different readings: the converter is stuck.",
        ))  # fmt: skip
    findings += _noise_findings(channel)
    if channel.unit in {Unit.VOLT, Unit.COUNT} and channel.name.startswith(("grip", "load")):
        findings.append(("warn", f"{name} is not calibrated: run `gripforce calibrate`."))
    return findings
