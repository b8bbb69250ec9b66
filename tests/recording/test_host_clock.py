"""The clock of a file against the true times of simulated links, and against datetime."""

import math
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from gripforce.clock import ClockFit
from gripforce.model import Ended, EndReason, Health, Received, Segment
from gripforce.recording import Recorder, read_recording
from reliability import known_samples
from tests.clock.links import Ble, Usb, UsbPolled, carry

UTC_TEXT = "2026-01-02T03:04:05.250+00:00"


def fits(link, seconds, *, skew_ppm=80.0, seed=3):
    """Return a status of each second with its fit, and the events that it was fitted to."""
    events = carry(seed, link, seconds, period_s=0.0125, skew_ppm=skew_ppm, probes=True)
    clock, statuses = ClockFit(), []
    for event in events:
        if event.probe:
            clock.add_probe(event.probe)
            continue
        clock.add_arrival(event.tick_us, event.arrival_s)
        if not statuses or event.tick_us * 1e-6 > statuses[-1].t + 1.0:
            statuses.append(
                Health(
                    event.tick_us * 1e-6, {}, {}, 0, 0,
                    host_s=clock.to_host_s(event.tick_us),
                    skew_ppm=clock.skew_ppm,
                    clock_residual_s=clock.residual_s,
                    clock_uncertainty_s=clock.uncertainty_s,
                )
            )  # fmt: skip
    return statuses, events


def clock_of(path, statuses, segments=((0, 0.0),), host_s=None):
    with Recorder(path, least_free_bytes=0) as recorder:
        recorder.write(replace(known_samples.STARTED, utc=UTC_TEXT, host_s=host_s))
        for index, t in segments:
            recorder.write(Segment(index, 0, t))
        recorder.write(Received(0.0, known_samples.block(0).encode()))
        for status in statuses:
            recorder.write(status)
        recorder.write(Ended(EndReason.FINISHED, reconciled=True))
    return read_recording(path).clock


@pytest.mark.parametrize(
    ("link", "limit_s"), [(Usb(), 1e-3), (UsbPolled(), 1e-3), (Ble(), 16e-3)],
    ids=["usb", "polled", "ble"],
)  # fmt: skip
def test_it_is_right_from_the_first_second_on(tmp_path, link, limit_s):
    statuses, events = fits(link, 60)
    clock = clock_of(tmp_path / "a.grip", statuses)
    t, true_s = np.array([(e.tick_us * 1e-6, e.true_s) for e in events if not e.probe]).T
    error_s = clock.to_host_s(t) - true_s
    assert np.percentile(np.abs(error_s), 99) < limit_s
    assert np.abs(error_s).max() < 2 * limit_s
    assert np.median(np.abs(error_s)) <= clock.uncertainty_s + link.least_s
    assert np.all(np.diff(clock.to_host_s(t)) > 0)
    np.testing.assert_allclose(clock.from_host_s(clock.to_host_s(t)), t, atol=1e-9)


def test_each_run_of_the_device_has_a_clock_of_its_own(tmp_path):
    first, _ = fits(Usb(), 20, skew_ppm=500.0)
    second, events = fits(Usb(), 20, skew_ppm=-500.0, seed=4)
    moved = [
        Health(h.t + 25.0, {}, {}, 0, 0, host_s=h.host_s + 25.04, skew_ppm=h.skew_ppm)
        for h in second
    ]
    clock = clock_of(tmp_path / "a.grip", [*first, *moved], ((0, 0.0), (1, 25.0)))
    t, true_s = np.array([(e.tick_us * 1e-6, e.true_s) for e in events if not e.probe]).T
    assert np.abs(clock.to_host_s(t + 25.0) - (true_s + 25.04)).max() < 2e-3
    assert clock.to_host_s(24.9) < clock.to_host_s(25.1)


def test_wall_clock_by_datetime(tmp_path):
    statuses, _ = fits(Usb(), 10)
    clock = clock_of(tmp_path / "a.grip", statuses, host_s=1.5)
    for t in (0.0, 3.0, 9.5):
        want = datetime.fromisoformat(UTC_TEXT) + timedelta(seconds=clock.to_host_s(t) - 1.5)
        got = clock.to_utc(t).item()
        assert abs((got - want.replace(tzinfo=None)).total_seconds()) < 2e-6
    assert clock.to_utc(np.arange(3.0)).dtype == np.dtype("datetime64[us]")


@pytest.mark.parametrize("host_s", [None, "soon", math.inf])
def test_a_file_that_does_not_say_refuses_a_wall_clock(tmp_path, host_s):
    statuses, _ = fits(Usb(), 10)
    clock = clock_of(tmp_path / "a.grip", statuses, host_s=host_s)
    with pytest.raises(ValueError, match="wall clock"):
        clock.to_utc(0.0)


def test_damaged_fits_are_left_out(tmp_path):
    statuses, _ = fits(Usb(), 20)
    wild = [
        replace(statuses[9], host_s=-1e8), replace(statuses[12], host_s=3.0),
        replace(statuses[14], host_s=1e8), replace(statuses[15], skew_ppm=-1e6),
    ]  # fmt: skip
    clock = clock_of(tmp_path / "a.grip", statuses)
    damaged = clock_of(tmp_path / "b.grip", [*statuses, *wild])
    t = np.arange(0.0, 20.0, 0.1)
    np.testing.assert_allclose(damaged.to_host_s(t), clock.to_host_s(t), atol=1e-4)
