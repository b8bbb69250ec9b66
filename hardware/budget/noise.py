"""From bridge volts to millinewtons: noise, quantisation, drift, geometry, overload."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, hypot, log2, pi, sin, sqrt

import numpy as np
from scipy import signal

from gripforce.calibration import reference_cells as reference
from hardware.budget import inputs as known
from hardware.budget.network import ENTRY_NETWORK, RESEARCH_NETWORK, Network


@dataclass(frozen=True, slots=True)
class Axis:
    """One cell on one converter channel."""

    capacity_n: float
    full_scale_output_v: float
    noise_v: float
    converter_span_v: float
    rate_hz: float
    delay_s: float
    noise_band_hz: float
    network: Network

    @property
    def volts_per_newton(self) -> float:
        """Bridge output for one newton."""
        return self.full_scale_output_v / self.capacity_n

    @property
    def noise_n(self) -> float:
        """Noise of single samples, rms."""
        return self.noise_v / self.volts_per_newton

    @property
    def input_noise_n(self) -> float:
        """Noise of single samples, rms, with that of the cell and of the input filter."""
        thermal_v = self.network.noise_v(self.rate_hz / 2)
        return hypot(self.noise_v, thermal_v) / self.volts_per_newton

    @property
    def filtered_noise_n(self) -> float:
        """Noise after the analysis filter, rms: the part of its band that the filter passes."""
        passed = min(1.0, filter_noise_band_hz() / self.noise_band_hz)
        return self.input_noise_n * sqrt(passed)

    @property
    def count_n(self) -> float:
        """What one count stands for."""
        return self.converter_span_v / 2**known.CONVERTER_BITS.value / self.volts_per_newton

    @property
    def noise_free_bits(self) -> float:
        """Steps that can be told apart within the cell's capacity, as bits."""
        return log2(self.capacity_n / (reference.PEAK_TO_PEAK_SIGMAS * self.noise_n))

    @property
    def zero_drift_n(self) -> float:
        """Zero drift in a session, of a typical cell."""
        warmth = known.SESSION_WARMTH_K.value
        return self.capacity_n * known.CELL_ZERO_DRIFT_PER_K.value * warmth

    @property
    def zero_drift_worst_n(self) -> float:
        """The same for the worst cell that a datasheet allows."""
        warmth = known.SESSION_WARMTH_K.value
        return self.capacity_n * known.CELL_ZERO_DRIFT_WORST_PER_K.value * warmth

    @property
    def cell_error_n(self) -> float:
        """Non-linearity, hysteresis, repeatability, creep: expanded uncertainty, k = 2."""
        limits = (
            known.CELL_NONLINEARITY,
            known.CELL_HYSTERESIS,
            known.CELL_REPEATABILITY,
            known.CELL_CREEP_30_MIN,
        )
        standard = sqrt(sum((limit.value * self.capacity_n) ** 2 / 3 for limit in limits))
        return 2 * standard

    @property
    def safe_n(self) -> float:
        """Force that the cell survives without a change of calibration."""
        return self.capacity_n * known.CELL_SAFE_OVERLOAD.value


def newtons(mass_kg: float) -> float:
    """Weight of a mass at standard gravity."""
    return mass_kg * known.STANDARD_GRAVITY_M_PER_S2.value


def filter_noise_band_hz() -> float:
    """Equivalent noise bandwidth of a 2nd-order Butterworth run forwards and backwards.

    The corner of one pass is raised so that the double pass has its -3 dB at the named frequency.
    """
    rate = 4000.0
    corner = known.ANALYSIS_FILTER_HZ.value / (sqrt(2) - 1) ** 0.25
    sections = signal.butter(2, corner, fs=rate, output="sos")
    frequency, response = signal.sosfreqz(sections, worN=1 << 15, fs=rate)
    power = np.abs(response) ** 4
    return float(np.trapezoid(power, frequency))


def averaging_noise_band_hz(rate_hz: float) -> float:
    """Noise bandwidth of a converter whose last stage averages over one sample."""
    return rate_hz / 2


def hx711_axis(capacity_kg: float, sensitivity_mv_per_v: float | None = None) -> Axis:
    """Put a cell on an HX711, with the noise that users measure, not the datasheet's."""
    excitation = known.HX711_EXCITATION_V.value
    span = excitation / known.HX711_GAIN.value
    rate = known.HX711_RATE_HZ.value
    sensitivity = sensitivity_mv_per_v or known.CELL_SENSITIVITY_MV_PER_V.value
    return Axis(
        capacity_n=newtons(capacity_kg),
        full_scale_output_v=excitation * sensitivity * 1e-3,
        noise_v=reference.HX711.noise_v,
        converter_span_v=span,
        rate_hz=rate,
        delay_s=known.HX711_SETTLING_S.value / 2,
        noise_band_hz=averaging_noise_band_hz(rate),
        network=ENTRY_NETWORK,
    )


def ads131_axis(capacity_kg: float) -> Axis:
    """Put a cell on one ADS131M04 channel."""
    rate = known.ADS131_RATE_HZ.value
    sensitivity = known.CELL_SENSITIVITY_MV_PER_V.value * 1e-3
    return Axis(
        capacity_n=newtons(capacity_kg),
        full_scale_output_v=known.ADS131_EXCITATION_V.value * sensitivity,
        noise_v=known.ADS131_NOISE_V.value,
        converter_span_v=2 * known.ADS131_REFERENCE_V.value / known.ADS131_GAIN.value,
        rate_hz=rate,
        delay_s=0.75 / rate,  # sinc3 at four times the rate (1.5 of its periods), then a mean of 4
        noise_band_hz=averaging_noise_band_hz(rate),
        network=RESEARCH_NETWORK,
    )


def common_mode_margin_v() -> float:
    """Room between half the excitation and the highest input that the PGA takes."""
    highest = known.ADS131_SUPPLY_V.value - known.ADS131_HEADROOM_V.value
    return highest - known.ADS131_EXCITATION_V.value / 2


def misalignment_cross_talk() -> float:
    """Share of grip force that a skewed cell shows as load, before the matrix is applied."""
    return sin(asin(known.PRINT_TOLERANCE_MM.value / known.HOLE_PITCH_MM.value))


def misalignment_gain_loss() -> float:
    """Share of its own force that the skewed cell misses; calibration takes it out."""
    return 1 - cos(asin(misalignment_cross_talk()))


def resonance_hz(axis: Axis, distal_g: float, mount_um_per_n: float) -> float:
    """Where cell and mount swing with what hangs on them: faster changes are not believed."""
    gives_way = known.CELL_DEFLECTION_MM.value * 1e-3 / axis.capacity_n + mount_um_per_n * 1e-6
    return 1 / sqrt(gives_way * distal_g * 1e-3) / (2 * pi)


def usable_band_hz(load: Axis) -> float:
    """Fastest change of load that is followed: a quarter of the rate, half of the resonance."""
    swing = resonance_hz(load, known.DISTAL_LOAD_G.value, known.MOUNT_LOAD_UM_PER_N.value)
    return min(load.rate_hz / 4, swing / 2)
