"""Verdicts on lifts: each rule by a trial that breaks it and one that does not."""

from dataclasses import replace

import pytest

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.lift.lifts import Lift
from gripforce.analysis.lift.metrics import LiftMetrics
from gripforce.analysis.lift.phases import LiftPhases
from gripforce.model import Trial
from gripforce.protocol.schema import Validity
from gripforce.session import judge_lift
from gripforce.session.acceptance.common import wrong_object_reasons

LIFT = Lift(
    Trial(1, "lift", 1.0, 6.0),
    LiftPhases(liftoff_s=1.5, replace_s=5.0),
    LiftMetrics(gf_peak_n=8.0),
    0,
    (TrialFlag.DELAY_UNCLEAR,),
)


def test_a_good_lift_is_good():
    acceptance = judge_lift(LIFT, Validity(hold_s=3.0))
    assert acceptance.good
    assert acceptance.figures == {"gf_peak_n": 8.0}


@pytest.mark.parametrize(
    "flag",
    ["gap", "cut", "saturated", "starts_held", "ends_held", "not_lifted", "no_load", "not_released",
     "one_digit", "dropped", "pressed_down"],
)  # fmt: skip
def test_what_makes_a_lift_bad(flag):
    assert not judge_lift(replace(LIFT, flags=(TrialFlag(flag),)), Validity()).good


@pytest.mark.parametrize("flag", ["double_touch", "short_hold", "zero_drift", "load_first"])
def test_what_does_not(flag):
    assert judge_lift(replace(LIFT, flags=(TrialFlag(flag),)), Validity()).good


def test_pressing_down_can_be_allowed():
    lift = replace(LIFT, flags=(TrialFlag.PRESSED_DOWN,))
    assert judge_lift(lift, Validity(wrong_direction=False)).good


@pytest.mark.parametrize(
    ("valid", "text"),
    [
        (Validity(grip_n=(0.2, 7.9)), "at most 7.9 N"),
        (Validity(grip_n=(8.1, 20)), "at least 8.1 N"),
        (Validity(hold_s=3.1), "held still for 3.0 s"),
    ],
)
def test_rules_of_the_protocol(valid, text):
    (why,) = judge_lift(LIFT, valid).why
    assert text in why


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


def test_another_mass_of_the_series_is_the_wrong_object():
    masses, g = (165.0, 330.0, 660.0), 9.80665
    assert wrong_object_reasons(0.66 * g, 165.0, masses) == [
        "wrong object: 660 g were lifted, 165 g were asked for; put the 165 g on the table"
    ]
    assert wrong_object_reasons(0.17 * g, 165.0, masses) == []
    assert wrong_object_reasons(None, 165.0, masses) == []
    assert wrong_object_reasons(0.66 * g, None, ()) == []
    heavy = replace(LIFT, phases=replace(LIFT.phases, weight_n=0.66 * g))
    assert not judge_lift(heavy, Validity(), asked_g=165.0, masses_g=masses).good
    assert judge_lift(heavy, Validity(), asked_g=660.0, masses_g=masses).good
