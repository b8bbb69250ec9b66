"""Phases and metrics of lifts on formulas."""

import numpy as np
import pytest

from gripforce.analysis.flags import TrialFlag
from gripforce.model import Kind
from tests.analysis.analytic_lifts import (
    AnalyticLift,
    G,
    grip_of,
    lifts_recording,
    load_of,
    min_jerk,
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

SERIES = [
    AnalyticLift(contact_s=1 + 8 * k, lag_s=lag_s, preload_s=preload_s, mass_g=400.0)
    for k, (lag_s, preload_s) in enumerate(
        [(0.0, 0.05), (0.02, 0.05), (-0.02, 0.08), (0.05, 0.1), (0.1, 0.15)]
    )
]


@pytest.mark.parametrize("rate_hz", [80.0, 320.0, 1000.0, 2000.0])
def test_planted_lifts_come_back(rate_hz):
    found = lifts_of(lifts_recording(SERIES, rate_hz=rate_hz))
    for lift, truth in zip(found, SERIES, strict=True):
        phases, metrics = lift.phases, lift.metrics
        tolerance = max(ONSET_TOLERANCE_S, 0.75 / rate_hz)
        assert phases.contact_s == pytest.approx(truth.contact_s, abs=tolerance)
        assert phases.load_onset_s == pytest.approx(truth.load_onset_s, abs=tolerance)
        assert phases.liftoff_s == pytest.approx(truth.liftoff_s, abs=ONSET_TOLERANCE_S)
        # By definition at 0.9 of the weight, which is after the descent has ended.
        assert 0 <= phases.replace_s - truth.replace_s < 0.01
        # The preload ends as a cube, which stays below the 0.05 N threshold for its last 40 ms.
        assert truth.release_s - 0.04 < phases.release_s < truth.release_s
        assert metrics.gf_static_n == pytest.approx(truth.gf_static_n, rel=STATIC_TOLERANCE)
        assert metrics.lf_static_n == pytest.approx(truth.weight_n, rel=STATIC_TOLERANCE)
        assert phases.weight_n == pytest.approx(truth.weight_n, rel=STATIC_TOLERANCE)
        assert metrics.xcorr_lag_ms == pytest.approx(1e3 * truth.lag_s, abs=LAG_TOLERANCE_MS)
        assert metrics.preload_ms == pytest.approx(1e3 * truth.preload_s, abs=10)
        assert metrics.loading_ms == pytest.approx(1e3 * truth.loading_s, abs=10)
        assert metrics.gf_cv_pct < 0.2
        assert lift.flags == ()


def test_rates_peaks_and_grip_at_events():
    truth = AnalyticLift(loading_s=0.4, rise_s=0.8, lag_s=0.0, gain=1.5)
    metrics = one(lifts_recording([truth], rate_hz=2000.0, noise_n=0.0005)).metrics
    assert metrics.gf_rate_peak_n_per_s == pytest.approx(
        1.5 * metrics.lf_rate_peak_n_per_s, rel=0.02
    )
    largest = truth.weight_n + 0.4 * 5.774 * 0.06 / 0.8**2  # min-jerk peak acceleration
    assert metrics.lf_peak_n == pytest.approx(largest, rel=0.005)
    assert metrics.gf_peak_n == pytest.approx(truth.preload_n + 1.5 * largest, rel=0.005)
    assert metrics.gf_at_load_onset_n == pytest.approx(truth.preload_n, rel=0.1)
    assert metrics.gf_at_liftoff_n == pytest.approx(
        truth.preload_n + 1.5 * truth.weight_n, rel=0.03
    )
    assert metrics.gf_lf_ratio == pytest.approx(truth.gf_static_n / truth.weight_n, rel=0.002)
    assert metrics.gf_rate_peaks in {1, 2}  # preload and loading


def test_peak_rates_of_minimum_jerk_rises():
    """Oracle 2: amplitude A in time T has the peak rate 1.875 A / T at T / 2."""
    t = np.arange(8000) / 1000.0
    set_down = min_jerk((6.5 - t) / 0.5)
    load = (4.4 * min_jerk((t - 1.05) / 0.4) - 0.4 * min_jerk((t - 1.6) / 0.5)) * set_down
    grip = (6.0 * min_jerk((t - 1.0) / 0.5) - 1.0 * min_jerk((t - 1.8) / 0.5)) * set_down
    made = recording(stream([Kind.GRIP, Kind.LOAD], t, [grip, load]), mass_g=4.0 / G * 1e3)
    metrics = one(made).metrics
    assert metrics.lf_rate_peak_n_per_s == pytest.approx(1.875 * 4.4 / 0.4, rel=0.01)
    assert metrics.gf_rate_peak_n_per_s == pytest.approx(1.875 * 6.0 / 0.5, rel=0.01)
    assert metrics.rate_peak_lag_ms == pytest.approx(0.0, abs=0.5)  # both at 1.25 s
    assert metrics.gf_rate_peaks == 1
    assert metrics.gf_peak_n == pytest.approx(6.0, rel=0.005)
    assert metrics.lf_peak_n == pytest.approx(4.4, rel=0.005)


def test_safety_margin_needs_a_slip_force():
    truth = AnalyticLift()
    metrics = one(lifts_recording([truth], slip_n=2.5)).metrics
    margin = truth.gf_static_n - 2.5
    assert metrics.slip_force_n == 2.5
    assert metrics.static_margin_n == pytest.approx(margin, rel=0.003)
    assert metrics.static_margin_pct_of_slip == pytest.approx(100 * margin / 2.5, rel=0.003)
    without = one(lifts_recording([truth]))
    assert without.metrics.static_margin_n is None


def test_drift_and_offset_do_not_move_events():
    """Drifts of 0.3 and 0.9 N/min and raw offsets: far more than a warm cell shows."""
    lifts = [AnalyticLift(contact_s=2 + 8 * k) for k in range(6)]
    t = seconds(lifts)
    grip = grip_of(lifts, t) + noise(t, 1) + 0.3 + 0.3 * t / 60
    load = load_of(lifts, t) + noise(t, 2) - 1.0 - 0.9 * t / 60
    made = recording(stream([Kind.GRIP, Kind.LOAD], t, [grip, load]), mass_g=400)
    for lift, truth in zip(lifts_of(made), lifts, strict=True):
        assert lift.phases.contact_s == pytest.approx(truth.contact_s, abs=0.005)
        assert lift.phases.liftoff_s == pytest.approx(truth.liftoff_s, abs=0.005)
        assert lift.metrics.gf_static_n == pytest.approx(truth.gf_static_n, abs=0.02)
        assert TrialFlag.ZERO_DRIFT in lift.flags


def test_without_a_mass_the_lift_is_found_and_flagged():
    truth = AnalyticLift()
    lift = one(lifts_recording([truth], mass_g=None))
    assert lift.phases.liftoff_s == pytest.approx(truth.liftoff_s, abs=ONSET_TOLERANCE_S)
    assert TrialFlag.NO_MASS in lift.flags


def test_load_cell_that_reads_low_is_flagged_not_refused():
    lifts = [AnalyticLift(contact_s=1 + 8 * k) for k in range(4)]
    for lift in lifts_of(lifts_recording(lifts, mass_g=500)):
        assert TrialFlag.LOAD_OFF_WEIGHT in lift.flags
        assert lift.phases.liftoff_s is not None


def test_an_object_too_heavy_stays_down():
    """A pull of 2.5 N on an object of 9.8 N, held for seconds like a lift."""
    made = lifts_recording([AnalyticLift(mass_g=250.0, rise_m=0.0)], mass_g=1000)
    lift = one(made)
    assert lift.phases.liftoff_s is None
    assert lift.phases.replace_s is None
    assert lift.metrics.gf_static_n is None
    assert lift.metrics.xcorr_lag_ms is None
    assert lift.phases.contact_s is not None
    assert TrialFlag.NOT_LIFTED in lift.flags


def with_motion(truth, t, specific_force, **metadata):
    grip = grip_of([truth], t) + noise(t, 1)
    load = load_of([truth], t) + noise(t, 2)
    imu = [noise(t, 3, 0.02), noise(t, 4, 0.02), specific_force + noise(t, 5, 0.02)]
    return recording(
        stream([Kind.GRIP, Kind.LOAD], t, [grip, load]),
        stream([Kind.ACCEL_X, Kind.ACCEL_Y, Kind.ACCEL_Z], t, imu, stream_id=1),
        **metadata,
    )


def test_an_accelerometer_that_feels_nothing_contradicts_a_lift():
    truth = AnalyticLift(rise_m=0.0)
    t = seconds([truth])
    lift = one(with_motion(truth, t, np.full(len(t), G)))
    assert lift.phases.liftoff_s is None
    assert TrialFlag.NOT_LIFTED in lift.flags


def test_an_accelerometer_weighs_the_object_in_a_jerky_short_lift():
    """Cut off in mid-movement, the mean load is not the weight, but g LF / f still is."""
    truth = AnalyticLift(rise_m=0.25, rise_s=0.4, hold_s=0.3)
    t = seconds([truth])
    t = t[t < truth.liftoff_s + 0.25]  # the record ends while it still accelerates upward
    lift = one(with_motion(truth, t, G + truth.acceleration(t), mass_g=400))
    assert lift.phases.weight_n == pytest.approx(truth.weight_n, rel=0.02)
    assert lift.phases.liftoff_s == pytest.approx(truth.liftoff_s, abs=ONSET_TOLERANCE_S)
    blind = one(lifts_recording_until(truth, t))
    assert abs(blind.phases.weight_n / truth.weight_n - 1) > 0.05


def lifts_recording_until(truth, t):
    columns = [grip_of([truth], t) + noise(t, 1), load_of([truth], t) + noise(t, 2)]
    return recording(stream([Kind.GRIP, Kind.LOAD], t, columns), mass_g=truth.mass_g)


def test_a_drop_has_no_replacement():
    truth = AnalyticLift()
    t = seconds([truth])
    fallen = 1 - min_jerk((t - 4.0) / 0.02)
    falling = (t > 4.01) & (t < 4.25)
    columns = [
        grip_of([truth], t) * fallen + noise(t, 1),
        load_of([truth], t) * fallen + noise(t, 2),
    ]
    forces = stream([Kind.GRIP, Kind.LOAD], t, columns)
    force = np.where(falling, 0.0, G + truth.acceleration(t) * (t < 4.0))
    imu = stream([Kind.ACCEL_Z], t, [np.abs(force + noise(t, 5, 0.02))], stream_id=1)
    lift = one(recording(forces, imu, mass_g=400))
    assert TrialFlag.DROPPED in lift.flags
    assert lift.phases.replace_s is None
    assert lift.phases.liftoff_s == pytest.approx(truth.liftoff_s, abs=ONSET_TOLERANCE_S)
    assert lift.phases.release_s == pytest.approx(4.01, abs=0.02)
    blind = one(recording(forces, mass_g=400))
    assert TrialFlag.ABRUPT_END in blind.flags, "force alone cannot tell a drop"
