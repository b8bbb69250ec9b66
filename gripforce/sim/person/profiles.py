"""Participant profiles as data.

Signs and order follow published findings, magnitudes are design choices. Each profile
says where its figures come from. None of them is a norm, and none diagnoses anything: they are
participants whose ground truth is known, for testing analyses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Profile:
    """How a participant grips what it lifts. Every spread is from trial to trial."""

    name: str
    sources: str
    safety_margin: float
    """Grip beyond the slip force, as a share of the slip force."""
    coupled: float
    """Share of the grip that follows the load (rho); the rest is an offset."""
    lag_ms: float
    """How much later than the load its following part of grip comes; negative: sooner."""
    lag_sd_ms: float
    bandwidth_hz: float
    """Low-pass of the grip that follows the load."""
    overshoot: float
    """Share of the static grip added about lift-off (kappa)."""
    preload_ms: float
    preload_sd_ms: float
    lift_s: float
    """Duration of the arm's movement."""
    slow_cv: float
    """Slow multiplicative noise of grip: its coefficient of variation."""
    tremor_hz: float
    tremor: float
    """Rms of the tremor as a share of the grip."""
    reactive_ms: float | None
    """Latency of the response to an unexpected load; None: no response."""
    decorrelation: float
    """Share of the coupled grip that does not follow the load (d)."""
    direction: float
    """Direction selectivity (delta): 1 follows the load down, 0 rises whichever way it goes."""
    memory: float
    """Share of the lift before in what the next one expects (eta): its mass, beside the true one;
    of friction the share of an error that has been learnt."""
    friction: float
    """Skin friction beside that of a young hand."""
    trial_sd: float
    """Spread of the static grip from trial to trial, of its logarithm."""
    force_steps: int
    """Extra steps in the rise of grip."""
    mvc_n: float
    """Strongest grip of this hand."""
    friction_ms: float | None
    """From contact to the grip's following another friction than expected; None: never."""
    anticipation: float
    """Share of the grip for an anticipated impact that is there before it."""
    release_delay: float
    """Delay of letting go in tracking, beside that of gripping."""
    observation: float = 0.0
    """Share by which watching or imagining a lift replaces the memory of the last weight; 0: the
    hand does not learn by them (design choice: no profile does)."""


_HEALTHY: Final = Profile(
    name="healthy",
    sources=(
        "safety margin within 10-40 % of slip force [SafetyMargin2021] (upper end); lag 0±5 ms, "
        "with which single lags of the best correlation scatter by 11 ms as in real lifts, and "
        "preload 45±20 ms, within the range recomputed from 2262 real lifts [RajKumar2019] "
        "(+4±13 ms, 30±25 ms); reactive latency 75 ms of 60-90 [ColeAbbs1988]; friction felt 100 "
        "ms after contact [Diermayr2011, Delhaye2024]; ready for an anticipated impact "
        "[JohanssonWestling1988]; tremor at 9.5 Hz of 8-10 [SuttonSykes1967]; memory, coupled "
        "share, overshoot, bandwidth, noise, spread, strength: design choice"
    ),
    safety_margin=0.40,
    coupled=0.75,
    lag_ms=0.0,
    lag_sd_ms=5.0,
    bandwidth_hz=12.0,
    overshoot=0.20,
    preload_ms=45.0,
    preload_sd_ms=20.0,
    lift_s=0.60,
    slow_cv=0.020,
    tremor_hz=9.5,
    tremor=0.006,
    reactive_ms=75.0,
    decorrelation=0.05,
    direction=1.0,
    memory=0.8,
    friction=1.0,
    trial_sd=0.10,
    force_steps=0,
    mvc_n=60.0,
    friction_ms=100.0,
    anticipation=1.0,
    release_delay=1.0,
)

_PROFILES: Final = {
    profile.name: profile
    for profile in (
        _HEALTHY,
        replace(
            _HEALTHY,
            name="elderly",
            sources=(
                "more margin from about 60 years, more slip force from about 50 (less friction), "
                "adaptation to another surface 100 ms later [Cole1999], release impaired "
                "[Davidson2024], longer preload and loading, more peaks of grip rate, coupling "
                "intact [Diermayr2011, Cole1999, KinoshitaFrancis1996, GillesWing2003]; "
                "magnitudes: design choice"
            ),
            safety_margin=0.80,
            lag_sd_ms=8.0,
            overshoot=0.15,
            preload_ms=75.0,
            preload_sd_ms=35.0,
            lift_s=0.75,
            slow_cv=0.025,
            reactive_ms=85.0,
            friction=0.82,
            trial_sd=0.15,
            force_steps=1,
            mvc_n=45.0,
            friction_ms=200.0,
            release_delay=1.5,
        ),
        replace(
            _HEALTHY,
            name="als",
            sources=(
                "more static grip in all and an early rise of grip in both directions in 3 of 5 "
                "patients [Nowak2003]; moderate deficit of feedforward control, sensation intact "
                "[Hermsdoerfer2004], hence normal reactions; noise from few motor units (after "
                "[Hamilton2004]); magnitudes: design choice"
            ),
            safety_margin=1.8,
            coupled=0.70,
            lag_ms=20.0,
            lag_sd_ms=35.0,
            bandwidth_hz=6.0,
            overshoot=0.30,
            preload_ms=110.0,
            preload_sd_ms=60.0,
            lift_s=0.85,
            slow_cv=0.045,
            tremor=0.010,
            decorrelation=0.18,
            direction=0.25,
            trial_sd=0.20,
            force_steps=1,
            mvc_n=20.0,
            anticipation=0.7,
        ),
        replace(
            _HEALTHY,
            name="cerebellar",
            sources=(
                "grip up, correlation down, mean lag near 0 [Rost2005]; longer latency from grip "
                "to load onset, irregular grip rate, adaptation slower [MuellerDichgans1994], no "
                "preparation for impacts [Nowak2004Catch]; magnitudes: design choice"
            ),
            safety_margin=1.5,
            coupled=0.55,
            lag_ms=10.0,
            lag_sd_ms=60.0,
            bandwidth_hz=5.0,
            overshoot=0.45,
            preload_ms=150.0,
            preload_sd_ms=80.0,
            lift_s=0.85,
            slow_cv=0.045,
            tremor_hz=3.5,
            tremor=0.020,
            reactive_ms=110.0,
            decorrelation=0.35,
            memory=0.45,
            trial_sd=0.25,
            force_steps=2,
            mvc_n=45.0,
            anticipation=0.0,
        ),
        replace(
            _HEALTHY,
            name="deafferented",
            sources=(
                "excessive grip, little modulation, direction profile lost [Hermsdoerfer2008, "
                "Nowak2004]; magnitudes: design choice"
            ),
            safety_margin=3.0,
            coupled=0.20,
            lag_ms=60.0,
            lag_sd_ms=120.0,
            bandwidth_hz=3.0,
            overshoot=0.60,
            preload_ms=250.0,
            preload_sd_ms=120.0,
            lift_s=0.95,
            slow_cv=0.05,
            reactive_ms=None,
            decorrelation=0.60,
            direction=0.0,
            memory=0.1,
            trial_sd=0.30,
            force_steps=2,
            mvc_n=45.0,
            friction_ms=None,
            anticipation=0.5,
        ),
        replace(
            _HEALTHY,
            name="parkinson",
            sources=(
                "normal static grip on medication [Nowak2002], long preload, stepwise force, "
                "normal reflex [Ingvarsson1997], release impaired [Davidson2025], tremor of 5-7 "
                "Hz [Eakin2012]; magnitudes: design choice"
            ),
            safety_margin=0.60,
            lag_ms=2.0,
            lag_sd_ms=20.0,
            bandwidth_hz=7.0,
            overshoot=0.15,
            preload_ms=160.0,
            preload_sd_ms=90.0,
            lift_s=1.05,
            slow_cv=0.03,
            tremor_hz=5.0,
            tremor=0.030,
            reactive_ms=80.0,
            decorrelation=0.10,
            trial_sd=0.18,
            force_steps=2,
            mvc_n=45.0,
            release_delay=1.8,
        ),
        replace(
            _HEALTHY,
            name="reactive",
            sources=(
                "no group of patients, but a control: grip follows each change of load, up and "
                "down, later than the 60-90 ms of a reaction [ColeAbbs1988], steadily, with the "
                "margin that such a delay needs; magnitudes: design choice"
            ),
            safety_margin=1.5,
            coupled=0.60,
            lag_ms=110.0,
            lag_sd_ms=10.0,
            bandwidth_hz=8.0,
            overshoot=0.10,
            preload_ms=90.0,
            preload_sd_ms=30.0,
            lift_s=0.85,
            slow_cv=0.030,
            trial_sd=0.15,
            mvc_n=45.0,
            anticipation=0.0,
        ),
    )
}

PROFILES: Final = tuple(_PROFILES)


def profile(name: str) -> Profile:
    """Return a profile by its name."""
    return _PROFILES[name]
