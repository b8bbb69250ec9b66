"""The outcome measures of one lift; names are the columns of the lifts table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gripforce.analysis.metric import metric

if TYPE_CHECKING:
    from gripforce.analysis.results import Estimate


@dataclass(frozen=True, slots=True)
class LiftMetrics:
    """One lift in numbers; None where it could not be measured.

    GF is the mean of the digits, LF their sum; per-digit conventions give twice the ratio.
    """

    preload_ms: float | None = metric(
        "preload phase", "load onset minus contact", headline=5, short="preload"
    )
    loading_ms: float | None = metric(
        "loading phase", "lift-off minus load onset", headline=6, short="loading"
    )
    gf_at_load_onset_n: float | None = metric("grip force at load onset")
    gf_at_liftoff_n: float | None = metric("grip force at lift-off")
    gf_peak_n: float | None = metric(
        definition="largest GF from contact to 0.8 s after lift-off", headline=9
    )
    lf_peak_n: float | None = metric(definition="largest LF from contact to 0.8 s after lift-off")
    gf_static_n: float | None = metric(definition="mean GF of the hold", headline=1)
    lf_static_n: float | None = metric(definition="mean LF of the hold")
    gf_lf_ratio: float | None = metric(definition="static GF over static LF", headline=2)
    gf_rate_peak_n_per_s: float | None = metric(
        definition="largest dGF/dt from contact to the GF peak, at most lift-off + 0.25 s",
        headline=10,
    )
    lf_rate_peak_n_per_s: float | None = metric(
        definition="largest dLF/dt from contact to the LF peak, at most lift-off + 0.25 s",
        headline=11,
    )
    rate_peak_lag_ms: float | None = metric(
        "lag of the peak rates", "time of peak dGF/dt minus that of dLF/dt", decimals=1, headline=12
    )
    xcorr_r: float | None = metric(
        definition="largest correlation of dGF/dt and dLF/dt over lags of ±150 ms, contact - 50 ms "
        "to lift-off + 250 ms",
        headline=4,
    )
    xcorr_lag_ms: float | None = metric(
        definition="the lag of that correlation, a similarity: a squeeze before the load pulls it; "
        "positive when GF follows LF",
        headline=3,
    )
    gf_rate_peaks: int | None = metric(
        "peaks of the grip force rate", "maxima of dGF/dt at 10 Hz from contact to the GF peak"
    )
    gf_cv_pct: float | None = metric(
        definition="100 · SD / mean of GF over a hold of 2 s, straight line removed", headline=13
    )
    slip_force_n: float | None = metric(definition="from the slip test or the recording")
    static_margin_n: float | None = metric(definition="static GF minus slip force")
    static_margin_pct_of_slip: float | None = metric(definition="the same over the slip force")
    gf_lf_min_ratio: float | None = metric(definition="smallest GF/LF from lift-off to replacement")
    gf_at_min_ratio_n: float | None = metric()
    lf_at_min_ratio_n: float | None = metric()
    hold_sd_slow_n: float | None = metric("slow force variability (SD)", "GF below 4 Hz, hold")
    hold_sd_fast_n: float | None = metric("fast force variability (SD)", "GF, 4 to 12 Hz, hold")
    tremor_4_7_pct: float | None = metric("tremor 4–7 Hz", "rms of GF over its mean, hold")
    tremor_8_12_pct: float | None = metric(definition="rms of GF over its mean, hold")
    tremor_peak_hz: float | None = metric(
        "tremor frequency", "largest peak of the GF spectrum above its slope, 3 to 14 Hz"
    )
    liftoff_width_ms: float | None = metric(
        "uncertainty of lift-off", "time that LF took from 0.85 to 0.98 of the supported load"
    )
    coupling_delay_ms: float | None = metric(
        "delay of the load-coupled grip",
        "GF = a · LF(t - d) + c₀ + c₁t from load onset + 20 ms to lift-off + 300 ms; positive "
        "when GF follows LF",
        decimals=1,
        headline=14,
        short="delay",
        signed=True,
    )
    coupling_gain: float | None = metric(
        "gain of the load-coupled grip", "a of that line: N of grip that follow a N of load"
    )
    gf_lf_peak_ratio: float | None = metric(definition="largest GF over largest LF of the lift")
    gf_lf_mean_ratio: float | None = metric(
        "mean grip/load ratio in the air", "mean of GF/LF from lift-off to replacement"
    )
    min_ratio_after_ms: float | None = metric(
        "time of the smallest grip/load ratio", "from lift-off"
    )
    loop_area_n2: float | None = metric(
        definition="∮ GF dLF from load onset to the end of load; positive: more grip while load "
        "rises than while it falls"
    )
    loop_share: float | None = metric(definition="the same over (range of GF · range of LF)")
    gain_rising: float | None = metric(definition="of GF on LF from load onset to lift-off")
    r_rising: float | None = metric(definition="of GF and LF from load onset to lift-off")
    gain_falling: float | None = metric(
        definition="of GF on LF from the last 0.95 of the weight to the end of load"
    )
    r_falling: float | None = metric(definition="of GF and LF in the same window")
    wavelet_coherence: float | None = metric(
        definition="of dGF/dt and dLF/dt, 1 to 8 Hz, contact - 50 ms to lift-off + 250 ms"
    )
    coupling_delay_half_width_ms: float | None = metric(
        "uncertainty of a single delay", "half the 95 % interval of the delay of one lift"
    )


@dataclass(frozen=True, slots=True)
class LiftSeries:
    """What belongs to all lifts together."""

    grip_first_share: Estimate | None = metric(
        "share of lifts with grip before load", "preload above 0; Wilson interval"
    )
    lag_spread_ms: Estimate | None = metric(
        definition="Qn (a robust SD) of the lags; those beyond the search are more than 150 ms",
        headline=15,
    )
    delay_spread_ms: Estimate | None = metric(
        "spread of single-lift delays", "Qn (a robust SD) of the delays of load-coupled grip"
    )
    delay_share: Estimate | None = metric(
        "share of lifts with a delay", "load explains the change of grip; Wilson interval"
    )
    ahead_share: Estimate | None = metric(
        "share of delays ahead of feedback", "delay below 60 ms; Wilson interval"
    )
    gain_spread_pct: Estimate | None = metric(
        "spread of the gain of load-coupled grip",
        "Qn (a robust SD) of its logarithm about the median of the same recording and surface",
    )
    grip_scaling_exponent: Estimate | None = metric(
        "grip scaling exponent", "n in static GF = k · static LF^n, over lifts of several masses"
    )
