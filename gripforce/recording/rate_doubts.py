"""Doubt a stream whose sampling rate is not what its device announced, or changes on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.assembly.rate_watch import ADVICE, OFF, allowed_deviation

if TYPE_CHECKING:
    from gripforce.model import FloatArray, Recording, Samples

WINDOW_S: Final = 0.5


def rate_doubts(recording: Recording) -> list[str]:
    """Return a sentence for each stream whose rate is in doubt.

    The rate is measured on the device's clock, in each half second without a gap. A converter that
    lost its configuration streams on at another rate and gain, with a clean account of samples.
    """
    sentences = (_doubt(name, samples) for name, samples in recording.streams.items())
    return [sentence for sentence in sentences if sentence is not None]


def _doubt(name: str, samples: Samples) -> str | None:
    t_s, rates_hz = _local_rates(samples)
    if not len(rates_hz):
        return None
    nominal_hz, usual_hz = samples.stream.rate_hz, float(np.median(rates_hz))
    if abs(usual_hz / nominal_hz - 1) > allowed_deviation(samples.stream):
        return f"{name} ran at {usual_hz:.1f} samples a second instead of {nominal_hz:g}. {ADVICE}"
    odd = np.flatnonzero(np.abs(rates_hz / usual_hz - 1) > OFF)
    if not len(odd):
        return None
    return (
        f"{name} ran at {rates_hz[odd[0]]:.1f} samples a second instead of {usual_hz:.1f} "
        f"at {t_s[odd[0]]:.1f} s. {ADVICE}"
    )


def _local_rates(samples: Samples) -> tuple[FloatArray, FloatArray]:
    """Return begin [s] and rate [Hz] of each window of consecutive samples in one segment."""
    size = max(8, round(WINDOW_S * samples.stream.rate_hz))
    starts = np.arange(0, len(samples) - size, size)
    span_s = samples.t[starts + size] - samples.t[starts]
    whole = samples.counter[starts + size] - samples.counter[starts] == size
    whole &= span_s > 0
    return samples.t[starts[whole]], size / span_s[whole]
