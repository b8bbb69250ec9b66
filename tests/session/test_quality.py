"""Verdicts on trials: each rule by a trial that breaks it and one that does not."""

from dataclasses import replace

import numpy as np
import pytest

from gripforce.analysis.flags import LiftFlag
from gripforce.analysis.lifts import Lift
from gripforce.analysis.metrics import LiftMetrics
from gripforce.analysis.phases import LiftPhases
from gripforce.live import Live, Series
from gripforce.model import Trial
from gripforce.session import Block, Validity, judge_lift, judge_window
from gripforce.session.window import ForceWindow
from tests.live.patients import recorded, sentence

LIFT = Lift(
    Trial(1, "lift", 1.0, 6.0),
    LiftPhases(liftoff_s=1.5, replace_s=5.0),
    LiftMetrics(gf_peak_n=8.0),
    0,
    (LiftFlag.NO_SLIP_TEST,),
)


def test_a_good_lift_is_good():
    quality = judge_lift(LIFT, Validity(hold_s=3.0))
    assert quality.good
    assert quality.figures == {"gf_peak_n": 8.0}


@pytest.mark.parametrize(
    "flag",
    ["gap", "cut", "saturated", "starts_held", "ends_held", "not_lifted", "no_load", "not_released",
     "one_digit", "dropped", "pressed_down"],
)  # fmt: skip
def test_what_makes_a_lift_bad(flag):
    assert not judge_lift(replace(LIFT, flags=(LiftFlag(flag),)), Validity()).good


@pytest.mark.parametrize("flag", ["double_touch", "short_hold", "zero_drift", "load_first"])
def test_what_does_not(flag):
    assert judge_lift(replace(LIFT, flags=(LiftFlag(flag),)), Validity()).good


def test_pressing_down_can_be_allowed():
    lift = replace(LIFT, flags=(LiftFlag.PRESSED_DOWN,))
    assert judge_lift(lift, Validity(wrong_direction=False)).good


@pytest.mark.parametrize(
    ("valid", "said"),
    [
        (Validity(grip_n=(0.2, 7.9)), "at most 7.9 N"),
        (Validity(grip_n=(8.1, 20)), "at least 8.1 N"),
        (Validity(hold_s=3.1), "held still for 3.0 s"),
    ],
)
def test_rules_of_the_protocol(valid, said):
    (why,) = judge_lift(LIFT, valid).why
    assert said in why


@pytest.mark.parametrize(
    ("gaps", "good"),
    [
        ([(2.0, 2.049)], True),
        ([(2.0, 2.051)], False),
        ([(0.0, 0.9)], True),
        ([(0.9, 1.04)], True),
        ([(2 + k / 10, 2.04 + k / 10) for k in range(24)], True),
        ([(2 + k / 10, 2.045 + k / 10) for k in range(25)], False),
    ],
)
def test_drop_outs_of_50_ms_in_one_place_or_1_s_in_all(gaps, good):
    assert judge_lift(LIFT, Validity(), gaps).good is good


def window(gf, lf, start=10.0, rate=1000.0, saturated=False):
    t = start + np.arange(len(gf)) / rate
    collected = ForceWindow(start)
    for first in range(0, len(t), 37):
        part = slice(first, first + 37)
        stuck = np.full(len(t[part]), saturated)
        collected.add(Series(t[part], gf[part], lf[part], stuck, 0.01))
    return collected.figures(start + len(gf) / rate)


def test_a_window_measures_what_it_is_given():
    gf = np.concatenate((np.zeros(1000), np.full(1000, 6.0)))
    figures = window(gf, np.full(2000, 2.0))
    assert figures.samples == 2000
    assert figures.grip_peak_n == pytest.approx(6.0)
    assert figures.grip_mean_n == pytest.approx(3.0)
    assert figures.load_range_n == pytest.approx(0.0)


def test_one_noisy_sample_is_no_effort():
    gf = np.zeros(2000)
    gf[1000] = 50.0
    assert window(gf, gf).grip_peak_n == pytest.approx(1.0)


def test_a_window_is_fed_once_whatever_is_shown_to_it_twice():
    live, session = Live(), recorded(4.0)
    collected = ForceWindow(0.0)
    for item in sentence(session):
        live.feed(item, 0.0)
        collected.add(live.frame(0.0).series)
    assert collected.figures(4.0).samples == len(session)


def pinch(**valid):
    return Block("pinch", "Pinch", "Squeeze.", valid=Validity(**valid))


@pytest.mark.parametrize(
    ("block", "gf", "lf", "good"),
    [
        (pinch(grip_n=(5.0, 100.0)), 6.0, 0.0, True),
        (pinch(grip_n=(7.0, 100.0)), 6.0, 0.0, False),
        (pinch(movement_n=1.0), 6.0, 0.0, False),
        (Block("check", "Check", "Off."), 0.0, 0.0, True),
        (Block("watch", "Watch", "Off."), 0.12, 0.0, False),
        (Block("zero", "Zero", "Off."), 0.12, 0.0, True),
        (Block("zero", "Zero", "Off."), 0.3, 0.0, False),
    ],
)
def test_windows_by_their_task(block, gf, lf, good):
    rise = np.linspace(0, 1, 2000)
    assert judge_window(window(gf * np.minimum(1, 2 * rise), lf * rise), block).good is good


def test_a_saturated_window_and_one_without_samples():
    some = np.ones(100)
    assert not judge_window(window(some, some, saturated=True), pinch()).good
    assert judge_window(ForceWindow(0.0).figures(1.0), pinch()).why == ("no sample came",)
