"""The safety margin: identities, sources of the slip force, uncertainty."""

import numpy as np
import pytest

from gripforce.analysis.assessment.margin import (
    NO_SLIP_FORCE,
    find_slips,
    margin_n,
    margin_pct_of_grip,
    margin_pct_of_slip,
    safety_margin,
)
from gripforce.analysis.assessment.person import summarize_person
from gripforce.analysis.tasks.registry import analyze_session, analyze_task
from tests.analysis.recordings import (
    WEIGHT,
    lifts,
    slips,
)


def test_margins_convert_into_each_other():
    """SM of grip = SM of slip / (1 + SM of slip)."""
    grip, slip = np.array([3.0, 5.0, 9.0]), np.array([2.0, 4.0, 3.0])
    of_slip, of_grip = margin_pct_of_slip(grip, slip), margin_pct_of_grip(grip, slip)
    assert of_grip == pytest.approx(100 * (of_slip / 100) / (1 + of_slip / 100))
    assert margin_n(grip, slip) == pytest.approx(of_slip / 100 * slip)


def test_the_margin_is_that_of_the_slip_test():
    results = analyze_session([slips(2.9, 3.0, 3.1), lifts(gain=1.2)])
    analysis = summarize_person(results)
    margin = analysis.margin
    static = 0.4 + 1.2 * WEIGHT
    assert margin.slip_force_n.value == pytest.approx(3.0, rel=0.02)
    assert margin.mu.value == pytest.approx(WEIGHT / 2 / 3.0, rel=0.02)
    assert margin.static_margin_n.value == pytest.approx(static - 3.0, abs=0.15)
    assert margin.static_margin_pct_of_slip.value == pytest.approx(
        100 * (static / 3.0 - 1), rel=0.06
    )
    assert "3 slips" in margin.slip_source
    assert results[1].trials[0].values["slip_force_n"] == pytest.approx(3.0, rel=0.02)
    assert analysis.summary["static_margin_n"] == margin.static_margin_n


@pytest.mark.parametrize(
    ("slip", "lift"),
    [
        ({"hand": "L"}, {"hand": "left"}),
        ({"surface": "suede "}, {"surface": "suede"}),
        ({"hand": ""}, {"hand": "right"}),
    ],
)
def test_a_slip_test_belongs_however_its_hand_and_surface_are_written(slip, lift):
    margin = summarize_person(analyze_session([slips(3.0, 3.0, 3.0, **slip), lifts(**lift)])).margin
    assert "3 slips" in margin.slip_source


def test_another_mass_moves_the_slip_force_with_the_load():
    margin = summarize_person(analyze_session([slips(1.5, 1.5, 1.5, mass_g=200.0), lifts()])).margin
    assert margin.slip_force_n.value == pytest.approx(3.0, rel=0.03)


@pytest.mark.parametrize(
    ("slip", "lift"),
    [
        ({"surface": "silk"}, {"surface": "suede"}),
        ({"hand": "left"}, {"hand": "right"}),
        ({"utc": "2026-01-01T09:00:00+00:00"}, {"utc": "2026-01-03T09:00:00+00:00"}),
    ],
)
def test_a_slip_test_of_somebody_or_something_else_does_not_count(slip, lift):
    results = analyze_session([slips(3.0, 3.0, 3.0, **slip), lifts(**lift)])
    analysis = summarize_person(results)
    assert analysis.margin is None
    verdict = analysis.verdicts["excess_margin"]
    assert verdict.answer == "cannot tell"
    assert "cannot be called a safety margin" in verdict.why
    assert NO_SLIP_FORCE in analysis.remarks
    assert "gf_lf_ratio" in verdict.evidence.as_json()


def test_the_dynamic_margin_is_smaller_than_the_static_one():
    margin = summarize_person([analyze_task(lifts(slip_n=2.0))]).margin
    assert margin.dynamic_margin_pct_of_slip.value < margin.static_margin_pct_of_slip.value
    share = margin.dynamic_margin_pct_of_slip.value / 100
    assert margin.dynamic_margin_pct_of_grip.value == pytest.approx(
        100 * share / (1 + share), rel=0.02
    )


def test_a_less_certain_slip_force_makes_a_less_certain_margin():
    sure = summarize_person(analyze_session([slips(2.98, 3.0, 3.02), lifts()])).margin
    unsure = summarize_person(analyze_session([slips(2.5, 3.0, 3.5), lifts()])).margin
    widths = [
        m.static_margin_pct_of_slip.ci_high - m.static_margin_pct_of_slip.ci_low
        for m in (sure, unsure)
    ]
    assert widths[1] > 2 * widths[0]


def test_no_hold_no_margin():
    result = analyze_task(lifts(3, slip_n=2.0))
    assert find_slips(result, ()) is not None
    assert safety_margin([]) is None
