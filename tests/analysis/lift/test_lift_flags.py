"""Lifts that are unusual: flagged, and measured as far as possible."""

import numpy as np
import pytest

from gripforce.analysis.flags import TrialFlag
from gripforce.model import Kind
from tests.analysis.analytic_lifts import (
    AnalyticLift,
    bump,
    grip_of,
    lifts_recording,
    load_of,
    noise,
    recording,
    seconds,
    stream,
)
from tests.analysis.lift.found import ONSET_TOLERANCE_S, lifts_of, one


def lifts_recording_until(truth, t):
    columns = [grip_of([truth], t) + noise(t, 1), load_of([truth], t) + noise(t, 2)]
    return recording(stream([Kind.GRIP, Kind.LOAD], t, columns), mass_g=truth.mass_g)


def test_pressing_down_first():
    truth = AnalyticLift(preload_s=0.3, press_n=1.5)
    lift = one(lifts_recording([truth]))
    assert TrialFlag.PRESSED_DOWN in lift.flags
    assert lift.phases.load_onset_s == pytest.approx(truth.load_onset_s, abs=0.01)
    assert lift.phases.liftoff_s == pytest.approx(truth.liftoff_s, abs=ONSET_TOLERANCE_S)


def test_a_double_touch_counts_the_second():
    truth = AnalyticLift(contact_s=2.0)
    t = seconds([truth])
    tap = 0.8 * bump((t - 1.7) / 0.15)
    columns = [grip_of([truth], t) + tap + noise(t, 1), load_of([truth], t) + noise(t, 2)]
    lift = one(recording(stream([Kind.GRIP, Kind.LOAD], t, columns), mass_g=400))
    assert lift.phases.contact_s == pytest.approx(2.0, abs=ONSET_TOLERANCE_S)
    assert TrialFlag.DOUBLE_TOUCH in lift.flags


def test_load_before_grip_is_kept_and_flagged():
    truth = AnalyticLift(preload_s=-0.03, lag_s=0.06)
    lift = one(lifts_recording([truth]))
    assert lift.metrics.preload_ms == pytest.approx(-30, abs=5)
    assert TrialFlag.LOAD_FIRST in lift.flags


@pytest.mark.parametrize("late_s", [0.12, 0.17, 0.4])
def test_a_lift_whose_grip_comes_when_the_load_is_borne_is_a_lift(late_s):
    """No pads can do that, but what was measured is a lift: left out, late grips seem timed."""
    truth = AnalyticLift(preload_s=-late_s, lag_s=late_s + 0.03)
    lift = one(lifts_recording([truth]))
    assert lift.phases.liftoff_s == pytest.approx(truth.liftoff_s, abs=ONSET_TOLERANCE_S)
    assert lift.phases.load_onset_s == pytest.approx(truth.load_onset_s, abs=ONSET_TOLERANCE_S)
    assert TrialFlag.LOAD_FIRST in lift.flags
    assert not {TrialFlag.STARTS_HELD, TrialFlag.NOT_LIFTED} & set(lift.flags)


def test_two_lifts_without_release():
    first, second = AnalyticLift(hold_s=2.5), AnalyticLift(contact_s=6.0, hold_s=2.5)
    t = seconds([first, second])
    held = np.clip((t - 3.0) / 0.1, 0, 1) * (t < 8)
    grip = np.maximum(grip_of([first, second], t), 1.5 * held)
    load = load_of([first, second], t)
    columns = [grip + noise(t, 1), load + noise(t, 2)]
    lifts = lifts_of(recording(stream([Kind.GRIP, Kind.LOAD], t, columns), mass_g=400))
    assert [TrialFlag.NOT_RELEASED in lift.flags for lift in lifts] == [True, True]
    assert lifts[0].phases.contact_s == pytest.approx(first.contact_s, abs=ONSET_TOLERANCE_S)
    assert lifts[0].phases.release_s is None
    assert lifts[1].phases.contact_s is None
    assert lifts[1].metrics.preload_ms is None
    for lift, truth in zip(lifts, (first, second), strict=True):
        assert lift.phases.liftoff_s == pytest.approx(truth.liftoff_s, abs=ONSET_TOLERANCE_S)


def test_a_dip_in_mid_air_is_one_lift():
    """Real quick movements unload the fingers to a fifth of the weight for tens of ms."""
    truth = AnalyticLift(rise_m=0.22, rise_s=0.4, hold_s=0.2)
    t = seconds([truth])
    assert load_of([truth], t)[(t > truth.liftoff_s) & (t < truth.replace_s)].min() < 1.0
    lift = one(lifts_recording([truth]))
    assert lift.phases.liftoff_s == pytest.approx(truth.liftoff_s, abs=0.005)
    assert TrialFlag.SHORT_HOLD in lift.flags


def test_a_squeeze_without_pull_is_no_lift():
    truth = AnalyticLift()
    t = seconds([truth])
    columns = [grip_of([truth], t) + noise(t, 1), noise(t, 2)]
    lift = one(recording(stream([Kind.GRIP, Kind.LOAD], t, columns), mass_g=400))
    assert TrialFlag.NO_LOAD in lift.flags
    assert lift.phases.liftoff_s is None
    assert lift.phases.load_onset_s is None


def test_lifted_by_one_digit():
    truth = AnalyticLift()
    t = seconds([truth])
    grip, load = grip_of([truth], t), load_of([truth], t)
    kinds = [Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.LOAD]
    values = [1.9 * grip + 2.0, 0.1 * grip + noise(t, 1), load + noise(t, 2)]
    lift = one(recording(stream(kinds, t, values), mass_g=400))
    assert TrialFlag.ONE_DIGIT in lift.flags


def test_a_record_that_begins_or_ends_in_the_air():
    truth = AnalyticLift()
    t = seconds([truth])
    # At 0.3 s after lift-off the object slows down, so that its load rises to the weight again.
    late, early = t[t > truth.liftoff_s + 0.3], t[t < truth.liftoff_s + 3]
    begun = one(lifts_recording_until(truth, late))
    assert begun.phases.contact_s is None
    assert begun.phases.load_onset_s is None
    assert begun.phases.liftoff_s is None
    assert TrialFlag.STARTS_HELD in begun.flags
    ended = one(lifts_recording_until(truth, early))
    assert ended.phases.liftoff_s == pytest.approx(truth.liftoff_s, abs=ONSET_TOLERANCE_S)
    assert ended.phases.replace_s is None
    assert ended.phases.release_s is None
    assert TrialFlag.ENDS_HELD in ended.flags
