"""Lifts in poor data: gaps, saturation, slow devices, nonsense."""

from dataclasses import replace

import numpy as np
import pytest

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.errors import UsageError
from gripforce.model import Flag, Gap, Kind
from tests.analysis.analytic_lifts import (
    AnalyticLift,
    grip_of,
    lifts_recording,
    load_of,
    noise,
    recording,
    seconds,
    stream,
)
from tests.analysis.lift.found import (
    LAG_TOLERANCE_MS,
    ONSET_TOLERANCE_S,
    STATIC_TOLERANCE,
    lifts_of,
    one,
)


def without_samples(truth, start_s, stop_s):
    made = lifts_recording([truth])
    (samples,) = made.streams.values()
    kept = (samples.t < start_s) | (samples.t >= stop_s)
    cut = replace(
        samples,
        t=samples.t[kept],
        counter=samples.counter[kept],
        counts=samples.counts[kept],
        flags=samples.flags[kept],
    )
    first = int(np.argmin(kept))
    lost = int((~kept).sum())
    gap = Gap("force", float(samples.t[first]), first, lost)
    return replace(made, streams={"force": cut}, gaps=(gap,))


def test_a_gap_empties_what_it_hits_and_no_more():
    truth = AnalyticLift()
    middle = truth.liftoff_s - 0.06
    lift = one(without_samples(truth, middle, middle + 0.03))
    assert TrialFlag.GAP in lift.flags
    assert lift.lost == 30
    assert lift.metrics.xcorr_lag_ms is None
    assert lift.metrics.gf_rate_peak_n_per_s is None
    assert lift.metrics.gf_peak_n is None
    assert lift.phases.contact_s == pytest.approx(truth.contact_s, abs=ONSET_TOLERANCE_S)
    assert lift.metrics.gf_static_n == pytest.approx(truth.gf_static_n, rel=STATIC_TOLERANCE)


@pytest.mark.parametrize("event", ["contact_s", "load_onset_s", "liftoff_s", "release_s"])
def test_an_event_in_a_gap_is_empty(event):
    truth = AnalyticLift()
    at = getattr(truth, event)
    lift = one(without_samples(truth, at - 0.02, at + 0.03))
    assert getattr(lift.phases, event) is None
    assert TrialFlag.GAP in lift.flags


def test_a_gap_in_the_hold_leaves_the_coupling():
    truth = AnalyticLift()
    lift = one(without_samples(truth, truth.liftoff_s + 2.0, truth.liftoff_s + 2.05))
    assert lift.metrics.gf_static_n is None
    assert lift.metrics.gf_cv_pct is None
    assert lift.metrics.xcorr_lag_ms == pytest.approx(0.0, abs=LAG_TOLERANCE_MS)
    assert TrialFlag.GAP in lift.flags


def test_a_gap_while_nobody_touches_costs_nothing():
    truth = AnalyticLift(contact_s=3.0)
    lift = one(without_samples(truth, 0.5, 1.2))
    assert TrialFlag.GAP not in lift.flags
    assert lift.lost == 0


def test_saturation_is_passed_on():
    made = lifts_recording([AnalyticLift()])
    (samples,) = made.streams.values()
    flags = np.zeros(len(samples), np.uint8)
    flags[1300:1310] = Flag.SATURATED
    lift = one(replace(made, streams={"force": replace(samples, flags=flags)}))
    assert TrialFlag.SATURATED in lift.flags


def test_twenty_samples_a_second_have_no_rates():
    lift = one(lifts_recording([AnalyticLift(loading_s=0.4, preload_s=0.3)], rate_hz=20.0))
    assert lift.metrics.gf_rate_peak_n_per_s is None
    assert lift.metrics.xcorr_lag_ms is None
    assert lift.metrics.gf_peak_n is not None
    assert TrialFlag.LOW_RATE in lift.flags


def test_a_light_object_has_too_little_modulation():
    lift = one(lifts_recording([AnalyticLift(mass_g=60.0, gain=3.0)]))
    assert lift.metrics.xcorr_r is None
    assert TrialFlag.LOW_MODULATION in lift.flags


def test_separate_converters_give_the_same_lag():
    """Three 80-per-second chips with offset clocks: the lag is the planted one all the same."""
    truth = AnalyticLift(lag_s=0.03)
    streams = []
    for k, (kind, force) in enumerate([(Kind.GRIP, grip_of), (Kind.LOAD, load_of)]):
        t = seconds([truth], 80.0) + 0.0063 * k
        values = force([truth], t) + noise(t, k)
        streams.append(stream([kind], t, [values], stream_id=k, rate_hz=80.0))
    lift = one(recording(*streams, mass_g=400))
    assert lift.metrics.xcorr_lag_ms == pytest.approx(30.0, abs=LAG_TOLERANCE_MS)


@pytest.mark.parametrize(("key", "value"), [("mass_g", -5), ("mass_g", "heavy"), ("slip_n", 0)])
def test_nonsense_in_the_header_is_refused(key, value):
    made = lifts_recording([AnalyticLift()], **{key: value})
    with pytest.raises(UsageError, match=key):
        analyze_lifts(made)


def test_no_load_channel_is_refused():
    t = seconds([AnalyticLift()])
    made = recording(stream([Kind.GRIP], t, [grip_of([AnalyticLift()], t)]))
    with pytest.raises(UsageError, match="no load force"):
        analyze_lifts(made)


@pytest.mark.parametrize("count", [1, 2, 5, 60])
def test_hardly_any_samples(count):
    t = np.arange(count) / 1000.0
    made = recording(stream([Kind.GRIP, Kind.LOAD], t, [np.full(count, 3.0), t]))
    assert len(lifts_of(made)) <= 1


@pytest.mark.parametrize("seed", range(8))
def test_noise_of_any_kind_never_raises(seed):
    generator = np.random.default_rng(seed)
    t = np.arange(6000) / 1000.0
    walk = np.cumsum(generator.normal(0, 0.05, (2, len(t))), axis=1)
    walk[0] += 3 * (generator.random() > 0.5)
    kept = generator.random(len(t)) > 0.01 * (seed % 2)
    made = recording(stream([Kind.GRIP, Kind.LOAD], t[kept], [w[kept] for w in walk]), mass_g=200)
    for lift in lifts_of(made):
        times = [lift.phases.load_onset_s, lift.phases.liftoff_s, lift.phases.replace_s]
        known = [time for time in times if time is not None]
        assert known == sorted(known)
