"""The results of a sensor check and of a zero: verdict, and figures in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gripforce.device.health import StreamCheck, check_device, check_stream
from gripforce.model import EndReason, Unit, channel_words
from gripforce.model.concat import concat
from gripforce.online import LinkState
from gripforce.session.events import FAILED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.device.health import ChannelCheck
    from gripforce.model import Samples
    from gripforce.online import LinkStatus
    from gripforce.session.events import TrialEntry

_VERDICTS: Final = {
    "pass": "✓ Passed: the device is fit to measure.",
    "warn": "! Caution: it works, but not as it should.",
    "fail": "✕ Failed: do not measure with this device.",
}
LARGE_OFFSET_N: Final = 0.5


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """The verdict on a sensor check or zero: ``pass``, ``warn`` or ``fail``, and its text."""

    verdict: str
    why: str
    """The reason of a verdict that is no pass."""
    lines: Sequence[str]
    details: Sequence[str] = ()
    """The figures of each channel, for whoever asks for them."""


def check_outcome(
    samples: Mapping[str, Sequence[Samples]], status: LinkStatus, trial: TrialEntry | None
) -> CheckOutcome:
    """Return the verdict on a device, its advice, and the figures of each channel.

    ``samples`` are those of a sensor check by stream, ``status`` counts losses and corrupt frames,
    ``trial`` is the check as a trial of the session.
    """
    reasons = _reasons(trial)
    lost = {stream.name: stream.lost for stream in status.streams}
    streams = [
        check_stream(concat(list(blocks)), lost.get(name, 0)) for name, blocks in samples.items()
    ]
    streams += [
        StreamCheck(stream.name, None, stream.nominal_hz, 0, stream.lost, ())
        for stream in status.streams
        if stream.name not in samples
    ]
    result = check_device(
        streams,
        clock_drift_ppm=None,
        corrupt=status.corrupt,
        flags=status.flags,
        early_end=_link_lost(status),
    )
    verdict = FAILED if reasons else result.verdict
    advice = [*reasons, *result.advice]
    lines = [_VERDICTS[verdict], *(f"  {text}" for text in advice)]
    details = [line for stream in result.streams for line in _details(stream)]
    if status.battery_v is not None:
        details.append(f"battery {status.battery_v:.1f} V")
    return CheckOutcome(verdict, "" if verdict == "pass" else " ".join(advice), lines, details)


def _details(stream: StreamCheck) -> list[str]:
    """Return rate and losses of a stream, and the figures of its channels."""
    rate = "no rate" if stream.rate_hz is None else f"{stream.rate_hz:.0f} samples/s"
    return [
        f"{stream.name}: {rate} (nominal {stream.nominal_hz:g}), {stream.lost} lost",
        *(
            f"  {channel_words(channel.name):<14} noise {_noise(channel):<9} "
            f"saturated {channel.saturated:<5} distinct readings {channel.unique}"
            for channel in stream.channels
        ),
    ]


def _link_lost(status: LinkStatus) -> str:
    ended = status.ended is not None and status.ended.reason is EndReason.DEVICE_LOST
    if ended or status.link is LinkState.LOST:
        return "The device was lost during the check: check its cable, supply and distance."
    return ""


def _noise(channel: ChannelCheck) -> str:
    """Return the noise, of forces in millinewtons; the unit of others is in their name."""
    if channel.noise is None:
        return "–"
    if channel.unit is Unit.NEWTON:
        return f"{1e3 * channel.noise:.1f} mN"
    return f"{channel.noise:.2g}"


def zero_outcome(
    samples: Mapping[str, Sequence[Samples]], trial: TrialEntry | None
) -> CheckOutcome:
    """Return the verdict on a zero, and the mean of each force channel; large ones are marked."""
    lines, large = ["Hands off, the forces read:"], []
    for blocks in samples.values():
        joined = concat(list(blocks))
        for k, name in enumerate(joined.columns):
            if name.endswith("_n"):
                offset_n = float(joined.values[:, k].mean())
                warning = ""
                if abs(offset_n) >= LARGE_OFFSET_N:
                    large.append(f"{channel_words(name)} reads {offset_n:+.2f} N unloaded.")
                    warning = "   ! large: is something touching it?"
                lines.append(f"  {channel_words(name):<16} {offset_n:+8.3f} N{warning}")
    reasons = [*_reasons(trial), *large]
    verdict = FAILED if reasons else "pass"
    heading = [f"✕ Failed: {' '.join(reasons)}", ""] if reasons else []
    end = "The analysis uses the unloaded level of each trial as its zero."
    return CheckOutcome(verdict, " ".join(reasons), [*heading, *lines, "", end])


def _reasons(trial: TrialEntry | None) -> list[str]:
    """Return why a check as a trial of the session was not accepted."""
    if trial is None or trial.counts:
        return []
    return [f"{why[:1].upper()}{why[1:]}." for why in trial.why or ("It was not accepted",)]
