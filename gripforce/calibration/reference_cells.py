"""Noise of the reference converters and output of the reference cells, for all who need them.

The simulator, the limits of ``gripforce check`` and the error budget of ``hardware/`` are computed
from the figures here; ``hardware/budget/inputs.py`` says where each comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Final

from gripforce.constants import STANDARD_GRAVITY
from gripforce.model import Unit

if TYPE_CHECKING:
    from gripforce.model import Channel, StreamInfo

PEAK_TO_PEAK_SIGMAS: Final = 6.6
"""Peak-to-peak of Gaussian noise that 99.9 % of readings stay within."""


@dataclass(frozen=True, slots=True)
class ReferenceConverter:
    """A converter with its bridges' supply: excitation [V], noise [V rms] at a rate [Hz]."""

    name: str
    excitation_v: float
    noise_v: float
    rate_hz: float

    def noise_at(self, rate_hz: float) -> float:
        """Return the noise of a sample [V rms] at another rate; its density stays the same."""
        return self.noise_v * sqrt(rate_hz / self.rate_hz)


HX711_EXCITATION_V: Final = 4.3
HX711_GAIN: Final = 128
HX711_NOISE_FREE_BITS: Final = 14.5
HX711: Final = ReferenceConverter(
    "HX711",
    HX711_EXCITATION_V,
    HX711_EXCITATION_V / HX711_GAIN / 2**HX711_NOISE_FREE_BITS / PEAK_TO_PEAK_SIGMAS,
    80.0,
)
ADS131M04: Final = ReferenceConverter("ADS131M04", 2.5, 0.80e-6, 1000.0)
BUILDS: Final = {"research": ADS131M04, "entry": HX711}
"""The converter of each build."""

GRIP_CAPACITY_KG: Final = 5.0
LOAD_CAPACITY_KG: Final = 2.0
SENSITIVITY_V_PER_V: Final = 1.0e-3


def cell_gain(converter: ReferenceConverter, capacity_kg: float) -> float:
    """Return the newtons that one volt at a converter's input stands for."""
    return capacity_kg * STANDARD_GRAVITY / (converter.excitation_v * SENSITIVITY_V_PER_V)


def cell_noise(converter: ReferenceConverter, capacity_kg: float) -> float:
    """Return the noise of a sample [N rms] of a reference cell at a converter's usual rate."""
    return converter.noise_v * cell_gain(converter, capacity_kg)


def expected_noise(stream: StreamInfo, channel: Channel, gain: float) -> float | None:
    """Return the noise of a sample [N rms] that a force channel is expected to have.

    ``gain`` is its calibrated gain [N/count]. None where the channel's scale is not in volts, so
    that the converter is not known: a stream of one force channel is taken for an HX711, one of
    several for an ADS131M04.
    """
    if channel.unit is not Unit.VOLT or not channel.scale:
        return None
    converter = HX711 if len(stream.channels) == 1 else ADS131M04
    return converter.noise_at(stream.rate_hz) / channel.scale * abs(gain)
