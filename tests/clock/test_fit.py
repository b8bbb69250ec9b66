import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gripforce.clock import ClockFit, Probe, Unwrapper
from gripforce.clock.envelope import BUCKETS, Envelope
from tests.clock.links import Ble, Event, Usb, UsbPolled, carry, device_us

SEEDS = range(4)


def follow(events):
    """Feed a fit as a device would, and return it with (true seconds, fitted seconds)."""
    fit, fitted = ClockFit(), []
    for event in events:
        if event.probe:
            fit.add_probe(event.probe)
        else:
            fit.add_arrival(event.tick_us, event.arrival_s)
            fitted.append((event.true_s, fit.to_host_s(event.tick_us)))
    return fit, np.array(fitted)


def error_after(fitted, settled_s, unseen_s=0.0):
    """Return fitted minus true time; ``unseen_s`` is the delay that is not observable."""
    true_s, fitted_s = fitted[fitted[:, 0] > settled_s].T
    return fitted_s - true_s - unseen_s


def p99(errors):
    return np.percentile(np.abs(errors), 99)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("probes", [False, True])
@pytest.mark.parametrize("link", [Usb(), UsbPolled()], ids=["uniform", "polled"])
def test_usb_is_within_a_millisecond_after_ten_seconds(seed, probes, link):
    events = carry(seed, link, 60, period_s=0.0125, skew_ppm=100.0, probes=probes)
    fit, fitted = follow(events)
    assert p99(error_after(fitted, 10, 0.0 if probes else link.least_s)) < 1e-3
    assert fit.skew_ppm == pytest.approx(100.0, abs=10)
    assert np.all(np.diff(fitted[:, 1]) > 0)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("probes", [False, True])
def test_ble_is_within_three_milliseconds_after_thirty_seconds(seed, probes):
    link = Ble()
    fit, fitted = follow(carry(seed, link, 90, skew_ppm=50.0, probes=probes))
    assert p99(error_after(fitted, 30, 0.0 if probes else link.least_s)) < 3e-3
    assert fit.skew_ppm == pytest.approx(50.0, abs=25)
    assert np.all(np.diff(fitted[:, 1]) > 0)


@pytest.mark.parametrize("period_ms", [10, 16, 20, 30, 60])
def test_no_block_length_keeps_step_with_the_radio(period_ms):
    """Since each fourth is a sample short; equal ones slide by 15 ms in these five minutes."""
    events = carry(
        period_ms,
        Ble(),
        300,
        period_s=period_ms / 1000,
        skew_ppm=50.0,
        probes=True,
        sample_s=0.001,
    )
    _, fitted = follow(events)
    assert p99(error_after(fitted, 30)) < 3e-3


@pytest.mark.parametrize("seed", SEEDS)
def test_equal_blocks_in_step_with_the_radio_stay_within_half_the_best_round_trip(seed):
    fit, fitted = follow(carry(seed, Ble(), 120, period_s=0.01, skew_ppm=50.0, probes=True))
    best_s = fit.snapshot().best_round_trip_s
    assert np.abs(error_after(fitted, 30)).max() <= best_s / 2


@pytest.mark.parametrize("skew_ppm", [-5000.0, -100.0, 0.0, 5000.0])
def test_bad_oscillators(skew_ppm):
    fit, fitted = follow(carry(1, Usb(), 40, skew_ppm=skew_ppm))
    assert p99(error_after(fitted, 10, Usb.least_s)) < 1e-3
    assert fit.skew_ppm == pytest.approx(skew_ppm, abs=15)


@pytest.mark.parametrize("stall_s", [3.0, 20.0, 90.0])
def test_a_stall_is_bridged(stall_s):
    """After a silence everything held back arrives at once: late, so it moves nothing."""
    link = Usb()
    events = carry(5, link, 60 + stall_s, skew_ppm=100.0, period_s=0.02)
    for event in events:
        if 30 < event.arrival_s < 30 + stall_s:
            event.arrival_s = 30 + stall_s
    _, fitted = follow(events)
    assert p99(error_after(fitted, 10, link.least_s)) < 1e-3
    assert np.all(np.diff(fitted[:, 1]) > 0)


def test_a_silence_is_bridged():
    events = [e for e in carry(6, Usb(), 700, period_s=0.02) if not 30 < e.arrival_s < 640]
    _, fitted = follow(events)
    assert p99(error_after(fitted, 10, Usb.least_s)) < 1.5e-3


def test_through_the_wrap_of_the_ticks():
    boot_us = 2**32 - 20_000_000
    events = carry(7, Usb(), 60, boot_us=boot_us)
    unwrapper = Unwrapper()
    for event in events:
        event.tick_us = unwrapper.feed(event.tick_us % 2**32)
    _, fitted = follow(events)
    assert p99(error_after(fitted, 10, Usb.least_s)) < 1e-3


def test_a_day_with_a_crystal_that_warms_and_cools():
    """Coarse: one message in ten seconds, a skew that swings by 5 ppm."""
    rng = np.random.default_rng(8)
    true_s = np.arange(0.0, 86_400, 10.0)
    skew = 50e-6 + 5e-6 * np.sin(2 * np.pi * true_s / 86_400)
    device_s = true_s + np.concatenate([[0.0], np.cumsum(10.0 * skew[:-1])])
    arrival_s = true_s + rng.uniform(0, 0.016, len(true_s))
    ticks = np.rint(device_s * 1e6).astype(np.int64).tolist()
    events = [Event(*row) for row in zip(true_s, arrival_s, ticks, strict=True)]
    _, fitted = follow(events)
    assert p99(error_after(fitted, 600)) < 2e-3
    assert np.all(np.diff(fitted[:, 1]) > 0)


def test_memory_stays_constant():
    envelope = Envelope((0.0, 0.0))
    for second in range(4, 16 * BUCKETS, 4):  # each closes a bucket and fits the line
        envelope.add((float(second), second + 0.005 * (second % 3)))
    assert len(envelope.points) == BUCKETS + 1
    assert envelope.line.slope == pytest.approx(1.0, abs=1e-9)


def test_probes_find_what_arrivals_cannot_show():
    link = Usb(least_s=0.020)
    _, without = follow(carry(9, link, 60))
    fit, with_probes = follow(carry(9, link, 60, probes=True))
    assert np.median(error_after(without, 10)) == pytest.approx(0.020, abs=1e-3)
    assert np.median(error_after(with_probes, 10)) == pytest.approx(0.0, abs=1e-3)
    assert fit.snapshot().best_round_trip_s == pytest.approx(0.040, abs=0.01)
    assert 0.020 <= fit.uncertainty_s < 0.022


def test_a_key_press_gets_its_device_time():
    fit, _ = follow(carry(10, Usb(), 60, skew_ppm=100.0))
    assert fit.to_device_us(40.0 + Usb.least_s) == pytest.approx(device_us(40.0, 100.0), abs=1000)
    assert fit.to_host_s(fit.to_device_us(61.0)) == pytest.approx(61.0, abs=1e-6)


def test_arrays_and_scalars_agree():
    fit, _ = follow(carry(11, Usb(), 20))
    ticks = device_us(np.linspace(15, 25, 50), 100.0)
    assert [fit.to_host_s(int(tick)) for tick in ticks] == fit.to_host_s(ticks).tolist()


def test_a_reported_time_does_not_change():
    """Also while the first rough fit is refined, by several milliseconds."""
    fit, fitted = ClockFit(), {}
    for event in carry(11, Usb(), 20):
        fit.add_arrival(event.tick_us, event.arrival_s + 0.05 * np.exp(-event.true_s))
        fitted[event.tick_us] = fit.to_host_s(event.tick_us)
    again = fit.to_host_s(np.array(list(fitted)))
    assert again == pytest.approx(list(fitted.values()), abs=1e-9)


ARRIVALS = st.lists(
    st.tuples(st.integers(0, 2_000_000), st.floats(-10, 10), st.integers(-5_000_000, 1_000_000)),
    min_size=1,
    max_size=60,
)


@given(ARRIVALS)
def test_reported_times_rise_strictly_for_any_arrivals(arrivals):
    """Even early, absurd and disordered arrivals."""
    fit, now_us, asked_us, fitted = ClockFit(), 0, [], []
    for step_us, late_s, ask_us in arrivals:
        now_us += step_us
        fit.add_arrival(now_us, 1000 + now_us * 1e-6 + late_s)
        asked_us.append(now_us + ask_us)
        fitted.append(fit.to_host_s(asked_us[-1]))
    fresh = np.unique(np.maximum.accumulate(asked_us), return_index=True)[1]
    assert np.all(np.diff(np.array(fitted)[fresh]) > 0)


def test_nonsense_is_passed_over():
    fit = ClockFit()
    fit.add_arrival(0, float("nan"))
    fit.add_probe(Probe(10.0, 5, 4, 11.0))
    fit.add_probe(Probe(10.0, 4, 5, 9.0))
    fit.add_probe(Probe(float("nan"), 4, 5, 9.0))
    assert not fit.ready
    assert fit.arrivals == fit.probes == 0
    with pytest.raises(ValueError, match="no message"):
        fit.to_host_s(0)


def test_a_snapshot_says_where_the_clock_stands():
    fit, _ = follow(carry(12, Usb(), 60, skew_ppm=100.0, probes=True))
    snapshot = fit.snapshot()
    ticks = device_us(np.array([50.0, 59.0]), 100.0)
    assert snapshot.to_host_s(ticks) == pytest.approx([50.0, 59.0], abs=1e-3)
    assert snapshot.skew_ppm == pytest.approx(100, abs=5)
    assert 0 < snapshot.residual_s < 1e-3
    assert 0 < snapshot.uncertainty_s < 2e-3
    assert json.loads(json.dumps(dataclasses.asdict(snapshot))) == dataclasses.asdict(snapshot)
