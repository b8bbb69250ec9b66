"""The state shown on a screen: lifts as offline, losses, link, delay, refusals."""

import math

import numpy as np
import pytest

from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.dashboard.widgets.header import alarm_words
from gripforce.model import (
    Ended,
    EndReason,
    Gap,
    Health,
    Integrity,
    Kind,
    Marker,
    Received,
    Recording,
    Samples,
    Started,
    Unit,
)
from gripforce.online import GapSpan, LinkState, MonitorState
from tests.online.patients import (
    DIGITS,
    blocks,
    cut,
    device_of,
    lifts,
    recorded,
    samples_of,
    scaling_of,
    sentence,
    stream_of,
)

SAME_S = 0.001
SAME_N = 0.02


def follow(items):
    """Feed items at the times they show; return the view and each lift with its moment."""
    live, found, now_s = MonitorState(), [], 0.0
    for item in items:
        if isinstance(item, Samples):
            now_s = max(now_s, float(item.t[-1]))
        found += [(now_s, lift) for lift in live.feed(item, now_s)]
    return live, found


def offline(session, **metadata):
    recording = Recording(
        "",
        device_of(session.stream),
        metadata,
        {session.stream.name: session},
        (),
        (),
        Integrity(EndReason.FINISHED, True, 0, 0, ()),
    )
    return analyze_lifts(recording).lifts


@pytest.mark.parametrize("rate_hz", [80.0, 1000.0])
def test_lifts_are_those_of_the_offline_analysis(rate_hz):
    session = recorded(20.0, rate_hz=rate_hz)
    _, found = follow(sentence(session, mass_g=400))
    expected = offline(session, mass_g=400)
    assert [lift.trial.number for _, lift in found] == [lift.trial.number for lift in expected]
    for (_, lift), other in zip(found, expected, strict=True):
        assert lift.flags == other.flags
        for name in ("contact_s", "load_onset_s", "liftoff_s", "replace_s", "release_s"):
            assert getattr(lift.phases, name) == pytest.approx(
                getattr(other.phases, name), abs=SAME_S
            )
        for name in ("gf_peak_n", "gf_static_n", "lf_static_n", "gf_at_liftoff_n"):
            assert getattr(lift.metrics, name) == pytest.approx(
                getattr(other.metrics, name), abs=SAME_N
            )
        assert lift.metrics.xcorr_lag_ms == pytest.approx(other.metrics.xcorr_lag_ms, abs=0.1)


def test_metrics_come_within_half_a_second_of_release():
    _, found = follow(sentence(recorded(), end=None))
    assert len(found) == 2
    for moment_s, lift in found:
        assert 0 < moment_s - lift.phases.release_s < 0.5


def test_phases_are_marked_while_the_lift_goes_on():
    session = recorded()
    live, _ = follow(sentence(cut(session, 0, 3000), end=None))
    assert [mark.letter for mark in live.snapshot(3.0).marks] == ["C", "L", "U"]
    assert live.snapshot(3.0).phase == "holding"
    live, _ = follow(sentence(session, end=None))
    assert live.snapshot(14.0).phase == "untouched"


def test_a_lift_that_the_stream_cuts_off_is_measured_at_the_end():
    session = recorded()
    live, found = follow(sentence(cut(session, 0, 4000)))
    assert [str(flag) for flag in found[0][1].flags if "end" in flag] == ["ends_held"]
    assert live.snapshot(4.0).status.link is LinkState.ENDED


def test_backfilled_blocks_fill_the_trace_and_the_metrics():
    session = recorded(8.0)
    pieces = list(blocks(session))
    late = [cut(session, k * 16, (k + 1) * 16, late=True) for k in range(90, 110)]
    order = [*pieces[:90], *pieces[110:140], *late, *pieces[140:]]
    started = next(sentence(session))
    live, found = follow([started, *order])
    assert not np.isnan(live.snapshot(8.0).series.gf).any()
    assert np.diff(live.snapshot(8.0).series.t).max() == pytest.approx(0.001)
    assert found[0][1].metrics.gf_rate_peak_n_per_s == pytest.approx(
        offline(session)[0].metrics.gf_rate_peak_n_per_s, rel=1e-3
    )


def test_losses_are_counted_located_and_flag_the_lift():
    live, found = follow(sentence(recorded(8.0), gap=(1150, 1250)))
    frame = live.snapshot(8.0)
    assert (frame.status.lost, frame.status.gaps) == (100, 1)
    assert frame.gaps == (GapSpan(1.15, 1.25, grip=True, load=True),)
    assert found[0][1].lost == 100
    assert "gap" in found[0][1].flags
    assert not ((frame.series.t >= 1.15) & (frame.series.t < 1.25)).any()


def test_the_link_is_lost_silent_restored():
    session = recorded(2.0)
    live, _ = follow(sentence(session, end=None))
    assert live.snapshot(2.5).status.link is LinkState.LIVE
    silent = live.snapshot(4.0)
    assert silent.status.link is LinkState.SILENT
    assert silent.reading.gf is None
    assert silent.right_s == pytest.approx(4.0, abs=0.02)  # the picture goes on without data
    live.feed(Marker(2.0, "link", "lost"), 4.0)
    assert live.snapshot(7.0).status.link is LinkState.LOST
    assert live.snapshot(7.0).status.since_s == pytest.approx(3.0)
    live.feed(Marker(2.0, "link", "restored"), 8.0)
    live.feed(Marker(2.0, "link", "device restarted"), 8.0)
    live.feed(cut(session, 1990, 2000), 8.0)
    assert live.snapshot(8.1).status.link is LinkState.LIVE
    assert live.snapshot(8.1).status.restarts == 1


def test_delay_is_from_the_tick_to_the_arrival():
    session = recorded(2.0)
    live = MonitorState()
    live.feed(next(sentence(session)), 0.0)
    live.feed(Health(t=1.0, taken={}, buffered={}, overflows=2, adc_errors=0, host_s=501.0,
                     skew_ppm=100.0, battery_v=3.9), 0.0)  # fmt: skip
    live.feed(Received(502.0, b""), 0.0)
    live.feed(session, 0.0)
    status = live.snapshot(0.0).status
    assert status.delay_s == pytest.approx(502.0 - (501.0 + 0.999 / 1.0001))
    assert (status.battery_v, status.overflows) == (3.9, 2)


def test_ratio_is_refused_for_a_small_load():
    stream = recorded(0.1).stream
    t = np.arange(1000) / 1000.0
    for load_n, ratio in ((0.2, None), (4.0, 1.5)):
        forces = np.tile([1.5 * load_n, 1.5 * load_n, load_n / 2, load_n / 2], (1000, 1))
        live, _ = follow(sentence(samples_of(stream, t, forces), end=None))
        reading = live.snapshot(1.0).reading
        assert reading.lf == pytest.approx(load_n, abs=1e-4)
        assert reading.ratio == (ratio if ratio is None else pytest.approx(ratio, abs=1e-3))


def test_a_saturated_block_is_shown_for_two_seconds():
    session = recorded(8.0)
    live, _ = follow(sentence(session, saturated=(2000, 2016), end=None))
    assert not live.snapshot(8.0).status.saturated
    assert live.snapshot(8.0).series.saturated.sum() == 16
    live, _ = follow(sentence(cut(session, 0, 3000), saturated=(2000, 2016), end=None))
    assert live.snapshot(3.0).status.saturated


def test_a_wrong_rate_is_an_alarm_until_a_second_is_right():
    session = recorded(8.0)
    live, _ = follow(sentence(session, end=None))
    assert live.snapshot(8.0).status.wrong_rate is None
    four_times = samples_of(session.stream, session.t / 4, session.values)
    live, _ = follow(sentence(four_times, end=None))
    status = live.snapshot(2.0).status
    assert status.wrong_rate == pytest.approx((4000.0, 1000.0), rel=1e-3)
    assert alarm_words(status).startswith("WRONG RATE: 4000 Hz instead of 1000 Hz")


def test_counts_are_no_newtons():
    live, found = follow(sentence(recorded(8.0, unit=Unit.COUNT)))
    frame = live.snapshot(8.0)
    assert frame.status.uncalibrated
    assert frame.reading.ratio is None
    assert not found
    assert "not in newtons" in frame.refusal


def test_a_grip_only_device_is_shown_with_the_reason_for_no_lifts():
    stream = stream_of([Kind.GRIP])
    t = np.arange(4000) / 1000.0
    forces = lifts(t, 1)[:, :1]
    forces[3000:] = 0.0
    live, found = follow(sentence(samples_of(stream, t, forces), end=None))
    assert not found
    assert "no load force" in live.snapshot(4.0).refusal
    assert live.snapshot(4.0).reading.lf is None


def test_before_anything_came_there_is_a_frame():
    live = MonitorState()
    assert live.snapshot(0.0).status.link is LinkState.WAITING
    stream = stream_of([Kind.ACCEL_X])
    live.feed(Started(device_of(stream), {0: scaling_of(1, Unit.METRE_PER_S2)}, ""), 0.0)
    live.feed(Gap(stream.name, 0.0, 0, 5), 0.0)
    live.feed(samples_of(stream, np.arange(3.0), np.zeros((3, 1))), 0.0)
    live.feed(Ended(EndReason.STOPPED), 0.0)
    assert live.snapshot(1.0).status.lost == 5
    assert math.isfinite(live.snapshot(1.0).right_s)


def test_a_lift_goes_on_while_one_digit_sends_nothing():
    whole = recorded(8.0, rate_hz=100.0)
    digits = {
        kind: samples_of(stream_of([kind], k, 100.0), whole.t, whole.values[:, k : k + 1])
        for k, kind in enumerate(DIGITS)
    }
    device = device_of(*(s.stream for s in digits.values()))
    items = [Started(device, {}, "", {"mass_g": 400})]
    for first in range(0, 800, 8):
        for kind, samples in digits.items():
            silent = kind is Kind.GRIP_INDEX and 250 <= first < 350
            if not silent:
                items.append(cut(samples, first, first + 8))
    _, found = follow(items)
    assert len(found) == 1
    assert found[0][1].phases.release_s == pytest.approx(5.4, abs=0.05)
    assert "ends_held" not in found[0][1].flags


def test_a_spike_is_shown_for_ten_seconds_and_noise_while_it_lasts():
    session = recorded(20.0)
    live, _ = follow(sentence(session, end=None))
    assert live.snapshot(20.0).status.signal_fault is None
    torn = session.values.copy()
    torn[12_000, 0] += 9.0
    live, _ = follow(sentence(samples_of(session.stream, session.t, torn), end=None))
    assert alarm_words(live.snapshot(20.0).status).startswith("SPIKE: grip thumb jumped by 9")
    torn[2000] += 9.0
    torn[12_000, 0] -= 9.0
    live, _ = follow(sentence(samples_of(session.stream, session.t, torn), end=None))
    assert live.snapshot(20.0).status.signal_fault is None
    torn[10_000:, 1] += np.random.default_rng(1).normal(0, 0.3, len(torn) - 10_000)
    live, _ = follow(sentence(samples_of(session.stream, session.t, torn), end=None))
    assert alarm_words(live.snapshot(20.0).status).startswith("NOISY: grip index, 3")


def test_a_lift_off_that_comes_late_is_marked_while_the_lift_goes_on():
    """A hand that holds on for ten seconds before it lifts."""
    session = recorded(20.0)
    forces = session.values.copy()
    forces[11_150:15_000], forces[1150:11_150] = forces[1150:5000], forces[1150]
    forces[15_000:] = 0.0
    slow = samples_of(session.stream, session.t, forces)
    live, _ = follow(sentence(cut(slow, 0, 14_000), end=None))
    assert [mark.letter for mark in live.snapshot(14.0).marks] == ["U"]
    assert live.snapshot(14.0).phase == "holding"
