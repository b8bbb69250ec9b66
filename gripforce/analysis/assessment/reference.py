"""Published and recomputed reference values, each with its source and grade of evidence.

They are code and not a data file, because analysis opens no files. Tags: CALC recomputed from real
lifts, PUBLISHED as a source says, MEM remembered and not checked (context, never a norm), REC our
own choice. Grade A: recomputed, or two sources; B: one abstract; C: remembered or chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gripforce.language import translatable


class ReferenceTag(StrEnum):
    """How a figure is known."""

    CALC = "recomputed from real lifts"
    PUBLISHED = "published"
    MEM = "remembered, unverified: no norm"
    REC = "our own choice"


@dataclass(frozen=True, slots=True)
class Reference:
    """A figure to compare with; quantiles are of single healthy lifts."""

    metric: str
    unit: str
    condition: str
    tag: ReferenceTag
    grade: str
    source: str
    value: float | None = None
    low: float | None = None
    """5th percentile, or the lower end of a range."""
    high: float | None = None
    """95th percentile, or the upper end of a range."""
    sd_between: float | None = None
    """Between people."""
    filter: str = ""
    task: str = ""
    """Whose metric it is; empty: of any task."""

    @property
    def may_be_a_norm(self) -> bool:
        """Whether a report may set a person's figure beside it as what others do."""
        return self.tag in {ReferenceTag.CALC, ReferenceTag.PUBLISHED}


@dataclass(frozen=True, slots=True)
class ReferenceReliability:
    """Reliability within one session of real lifts (one-way random effects, lifts 2 and later)."""

    metric: str
    mean: float
    sd_between: float
    sem: float
    icc: float
    mdc95_one: float
    mdc95_mean5: float


_S1: Final = (
    "Raj Kumar, Bilaloglu, Raghavan, Kapila, DMD2019-3242: 2262 lifts of 16 people "
    "(age and health not stated), recomputed"
)
_S1_CONDITION: Final = "quick lifts of 250-700 g, one best surface; no norm for long holds"
_15_HZ: Final = "butter(2, 15 Hz) forward and backward: -3 dB at 12 Hz"


def _lifts(metric: str, unit: str, low: float, value: float, high: float) -> Reference:
    return Reference(
        metric,
        unit,
        _S1_CONDITION,
        ReferenceTag.CALC,
        "A",
        _S1,
        value,
        low,
        high,
        filter=_15_HZ,
        task="lift",
    )


REFERENCES: Final = (
    _lifts("preload_ms", "ms", -4, 20, 94),
    _lifts("loading_ms", "ms", 77, 137, 262),
    _lifts("gf_static_n", "N", 1.7, 4.7, 11.2),
    _lifts("gf_lf_ratio", "", 0.67, 1.32, 3.44),
    _lifts("gf_rate_peak_n_per_s", "N/s", 15, 38, 82),
    _lifts("lf_rate_peak_n_per_s", "N/s", 19, 41, 83),
    _lifts("xcorr_lag_ms", "ms", -28, 4, 39),
    _lifts("xcorr_r", "", 0.56, 0.83, 0.96),
    Reference(
        "lf_peak_of_weight", "", _S1_CONDITION, ReferenceTag.CALC, "A", _S1, 1.11, filter=_15_HZ
    ),
    Reference(
        "feedback_latency_ms", "ms", "grip response to an unexpected load step",
        ReferenceTag.PUBLISHED,
        "A", "Cole & Abbs 1988 [ColeAbbs1988]", None, 60, 90,
    ),
    Reference(
        "slow_ramp_latency_ms", "ms", "load ramp of 2 N/s, healthy controls",
        ReferenceTag.PUBLISHED, "B",
        "ReactiveGrip2010, abstract", 180, sd_between=53,
    ),
    Reference(
        "catch_onset_ms", "ms", "self-dropped ball, before the impact", ReferenceTag.PUBLISHED, "A",
        "Johansson & Westling 1988 [JohanssonWestling1988]", -150,
    ),
    Reference(
        "friction_update_ms", "ms", "friction in the grip after contact",
        ReferenceTag.PUBLISHED, "A",
        "Diermayr, McIsaac, Gordon 2011 [Diermayr2011]", 100,
    ),
    Reference(
        "static_margin_pct_of_slip", "%", "healthy hands, holding", ReferenceTag.PUBLISHED, "B",
        "doi 10.1177/17298814211018055", None, 10, 40,
    ),
    Reference(
        "gf_cv_pct", "%", "long static hold, healthy",
        ReferenceTag.MEM, "C", "remembered", None, 1.5, 4
    ),
    Reference(
        "static_margin_excess_pct_of_slip", "%", "margin called excessive", ReferenceTag.REC, "C",
        "twice the upper end of the published healthy range", 80,
    ),
    Reference(
        "lag_spread_ms", "ms", "spread (Qn) of single lags called consistent",
        ReferenceTag.REC, "C",
        "twice the median spread of real people and more than all but few files (recomputed: "
        "median 11 ms, 95th percentile 27 of 136 files); unrelated pulses scatter by 60 and more",
        45,
    ),
    Reference(
        "gain_spread_pct", "%", "spread (Qn) of single gains called alike",
        ReferenceTag.REC, "C",
        "more than twice the largest spread in 31 files of real lifts (6 to 25 %); where grip "
        "rises at a time of its own, its regressions on load scatter by 24 to 180 %", 60,
    ),
    Reference(
        "coupled_r", "", "correlation of force rates called coupled", ReferenceTag.REC, "C",
        "below the 5th percentile of real healthy lifts (.56); anaesthetised fingers .48 "
        "in cyclic movement (Augurelle 2003)", 0.5,
    ),
    Reference(
        "direction_selectivity", "", "early grip that depends on direction", ReferenceTag.REC, "C",
        "half way from 0 (rises either way) to 1 (rises on the way up only)", 0.5,
    ),
    Reference(
        "fewest_lifts", "", "lifts for a statement about timing", ReferenceTag.REC, "C",
        "7 lifts give the lag an ICC of .8 (recomputed); 6 is the least for an interval", 6,
    ),
)  # fmt: skip

RELIABILITY: Final = (
    ReferenceReliability("gf_static_n", 5.3, 2.8, 0.90, 0.90, 2.5, 1.1),
    ReferenceReliability("gf_lf_ratio", 1.62, 0.78, 0.36, 0.82, 1.0, 0.44),
    ReferenceReliability("gf_peak_n", 6.5, 3.3, 1.09, 0.90, 3.0, 1.35),
    ReferenceReliability("gf_rate_peak_n_per_s", 41.8, 17.5, 7.7, 0.84, 21, 9.5),
    ReferenceReliability("lf_rate_peak_n_per_s", 43.9, 12.6, 7.3, 0.75, 20, 9.1),
    ReferenceReliability("preload_ms", 30, 21, 33, 0.28, 93, 41),
    ReferenceReliability("loading_ms", 146, 45, 39, 0.58, 107, 48),
    ReferenceReliability("rate_peak_lag_ms", -9, 16, 29, 0.24, 79, 35),
    ReferenceReliability("xcorr_lag_ms", 4, 13, 16, 0.39, 44, 20),
    ReferenceReliability("xcorr_r", 0.81, 0.09, 0.08, 0.57, 0.23, 0.10),
    ReferenceReliability("gf_cv_pct", 6, 3, 3, 0.55, 8, 4),
)
"""Between days is not in it: true change must be larger. Source: as above, CALC."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A finding in a group that one person's figures may resemble; never a diagnosis."""

    name: str
    text: str
    n: str
    source: str


NOWAK_ALS: Final = Pattern(
    "grip high and early in both directions",
    "Static grip is high and rises early on the way down as well as up. So it was in 3 of 5 "
    "people with ALS who moved an object up and down; the same is seen in others, and a group "
    "of five allows no conclusion about one person.",
    "5 people with ALS, 5 controls",
    "Nowak, Hermsdörfer, Topka 2003, Motor Control 7:304-20, doi 10.1123/mcj.7.3.304",
)

LEAST_SPECIFIC: Final = translatable(
    "A high ratio is the least specific finding of all: it is described in ALS, multiple "
    "sclerosis, stroke, cerebellar disease, mild Parkinson's disease, older age, numb fingers, "
    "dry skin and anxiety alike."
)


def reference(metric: str) -> Reference:
    """Return the reference of a metric; KeyError where there is none."""
    for entry in REFERENCES:
        if entry.metric == metric:
            return entry
    raise KeyError(metric)
