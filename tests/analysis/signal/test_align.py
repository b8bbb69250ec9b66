from dataclasses import replace

import numpy as np
import pytest

from gripforce.analysis.signal.align import align
from gripforce.errors import UsageError
from gripforce.model import Flag, Kind, Unit
from tests.analysis.analytic_lifts import recording, stream

F = 3.0


def wave(t):
    return 5 + np.sin(2 * np.pi * F * t)


def times(rate_hz, seconds=10.0, start=0.0):
    return start + np.arange(round(seconds * rate_hz)) / rate_hz


def phase_lag_s(late, early, t):
    """Return by how much one 3 Hz wave follows the other: from its Fourier phase alone."""
    middle = slice(len(t) // 10, -len(t) // 10)
    carrier = np.exp(-2j * np.pi * F * t[middle])
    late_part = np.sum((late - late.mean())[middle] * carrier)
    early_part = np.sum((early - early.mean())[middle] * carrier)
    return float(np.angle(early_part / late_part)) / (2 * np.pi * F)


@pytest.mark.parametrize("rate_hz", [80.0, 320.0, 1000.0])
def test_a_channel_sampled_half_a_period_late_is_put_back(rate_hz):
    """Oracle 7: a shift of T/2 is un-skewed to below 0.1 T; here far below."""
    t = times(rate_hz)
    half = 0.5 / rate_hz
    skewed = stream(
        [Kind.GRIP, Kind.LOAD],
        t,
        [wave(t), wave(t + half)],
        rate_hz=rate_hz,
        skews_us=[0, round(half * 1e6)],
    )
    aligned = align(recording(skewed))
    assert abs(phase_lag_s(aligned.lf, aligned.gf, aligned.t)) < 0.01 / rate_hz
    uncorrected = stream([Kind.GRIP, Kind.LOAD], t, [wave(t), wave(t + half)], rate_hz=rate_hz)
    blind = align(recording(uncorrected))
    assert abs(phase_lag_s(blind.lf, blind.gf, blind.t)) == pytest.approx(half, rel=0.05)


def test_free_running_converters_on_their_own_clocks():
    """Two 80-per-second chips, 1 % apart in rate, half a second apart in start."""
    t_grip, t_load = times(80.0), times(80.8, start=0.4977)
    grip = stream([Kind.GRIP], t_grip, [wave(t_grip)], rate_hz=80.0)
    load = stream([Kind.LOAD], t_load, [wave(t_load)], stream_id=1, rate_hz=80.0)
    aligned = align(recording(grip, load))
    both = aligned.valid
    assert np.abs(aligned.gf - aligned.lf)[both][40:-40].max() < 0.002
    assert aligned.valid.sum() == pytest.approx((10 - 1 / 80 - 0.4977) * 80, abs=2)
    assert not aligned.valid[:38].any(), "the load has not begun"


def test_latency_moves_a_stream_back():
    t = times(1000.0)
    grip = stream([Kind.GRIP], t, [wave(t)])
    load = stream([Kind.LOAD], t, [wave(t - 0.025)], stream_id=1, latency_us=25_000)
    aligned = align(recording(grip, load))
    assert abs(phase_lag_s(aligned.lf, aligned.gf, aligned.t)) < 1e-5


def test_grid_is_the_fastest_force_stream():
    fast, slow = times(1000.0), times(100.0)
    streams = (
        stream([Kind.GRIP], fast, [wave(fast)]),
        stream([Kind.LOAD], slow, [wave(slow)], stream_id=1, rate_hz=100.0),
    )
    aligned = align(recording(*streams))
    assert aligned.rate_hz == 1000.0
    assert aligned.source_hz == 100.0
    assert np.allclose(np.diff(aligned.t), 1e-3)
    assert np.abs(aligned.gf - aligned.lf)[100:-100].max() < 0.002
    assert align(recording(*streams), 250.0).rate_hz == 250.0


def test_a_faster_source_does_not_fold_down():
    """A 990 Hz tone on 2 kHz would appear at 10 Hz on a 1 kHz grid."""
    t = times(2000.0)
    tone = wave(t) + np.sin(2 * np.pi * 990.0 * t)
    aligned = align(recording(stream([Kind.GRIP], t, [tone], rate_hz=2000.0)), 1000.0)
    assert np.abs(aligned.gf - wave(aligned.t))[100:-100].max() < 0.05


def test_digits_are_combined_and_kept():
    t = times(1000.0, 1.0)
    kinds = [Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.LOAD_THUMB, Kind.LOAD_INDEX]
    values = [np.full(len(t), v) for v in (6.0, 4.0, 1.5, 2.5)]
    aligned = align(recording(stream(kinds, t, values)))
    assert np.allclose(aligned.gf, 5.0)
    assert np.allclose(aligned.lf, 4.0)
    assert np.allclose(aligned.columns["grip_thumb_n"], 6.0)
    assert aligned.specific_force is None


def test_specific_force_is_the_vectors_length():
    t = times(1000.0, 1.0)
    motion = [np.full(len(t), v) for v in (2.0, 3.0, 6.0)]
    grip = stream([Kind.GRIP], t, [wave(t)])
    imu = stream([Kind.ACCEL_X, Kind.ACCEL_Y, Kind.ACCEL_Z], t, motion, stream_id=1)
    assert np.allclose(align(recording(grip, imu)).specific_force, 7.0)


def test_grip_alone_has_no_load():
    t = times(1000.0, 1.0)
    assert align(recording(stream([Kind.GRIP], t, [wave(t)]))).lf is None


def test_nothing_is_valid_inside_a_gap():
    t = times(1000.0)
    kept = (t < 4.0) | (t >= 4.2)
    samples = stream([Kind.GRIP], t[kept], [wave(t[kept])])
    aligned = align(recording(samples))
    assert np.allclose(aligned.t, t)
    assert np.array_equal(aligned.valid, kept)
    assert np.abs(aligned.gf - wave(t))[kept].max() < 1e-5
    straight = np.interp(t[~kept], t[kept], wave(t[kept]))
    assert np.allclose(aligned.gf[~kept], straight, atol=1e-5)


def test_many_gaps_keep_every_good_sample():
    t = times(1000.0)
    kept = np.random.default_rng(1).random(len(t) // 16) > 0.1
    kept = np.repeat(kept, 16)
    t = t[: len(kept)]
    kept[0] = kept[-1] = True
    jitter = np.random.default_rng(2).normal(0, 5e-6, len(t))
    samples = stream([Kind.GRIP], (t + jitter)[kept], [wave(t + jitter)[kept]])
    samples = replace(samples, counter=np.flatnonzero(kept))
    aligned = align(recording(samples))
    count = min(len(aligned.t), len(kept))
    missing = kept[:count] & ~aligned.valid[:count]
    assert missing.sum() <= 2 * (np.diff(kept.astype(int)) != 0).sum()
    assert (
        not (aligned.valid[:count] & ~kept[:count]).sum() > (np.diff(kept.astype(int)) != 0).sum()
    )
    assert np.abs(aligned.gf - wave(aligned.t))[aligned.valid].max() < 1e-3


def test_saturated_samples_are_marked():
    t = times(1000.0, 2.0)
    samples = stream([Kind.GRIP], t, [wave(t)])
    flags = np.zeros(len(t), np.uint8)
    flags[500:520] = Flag.SATURATED | Flag.RESENT
    flags[900:910] = Flag.RESENT
    aligned = align(recording(replace(samples, flags=flags)))
    assert aligned.saturated[500:520].all()
    assert not aligned.saturated[:499].any()
    assert not aligned.saturated[521:].any()


def test_counts_are_refused():
    t = times(1000.0, 1.0)
    samples = stream([Kind.GRIP], t, [wave(t)])
    raw = replace(samples, scaling=replace(samples.scaling, units=(Unit.COUNT,)))
    with pytest.raises(UsageError, match="not in newtons"):
        align(recording(raw))


def test_no_force_is_refused():
    t = times(100.0, 1.0)
    with pytest.raises(UsageError, match="no force"):
        align(recording(stream([Kind.ACCEL_Z], t, [wave(t)], rate_hz=100.0)))
    with pytest.raises(UsageError, match="no force"):
        align(recording())
    with pytest.raises(UsageError, match="no grip"):
        align(recording(stream([Kind.LOAD], t, [wave(t)], rate_hz=100.0)))
