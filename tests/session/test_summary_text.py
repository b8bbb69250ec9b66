"""The summary of a session: its words, signs and intervals."""

import pytest

from gripforce.analysis.assessment.questions import COUPLING_QUESTION, MARGIN_QUESTION
from gripforce.analysis.evidence import Evidence
from gripforce.analysis.results import Analysis, Decision, Estimate, Verdict
from gripforce.session.summary_text import verdict_lines


def analysis(by_task=None, **summary):
    verdicts = {
        "anticipatory_coupling": Verdict(COUPLING_QUESTION, Decision.NO, "It lags.", Evidence()),
        "excess_margin": Verdict(
            MARGIN_QUESTION, Decision.UNDETERMINED, "No slip test.", Evidence()
        ),
    }
    return Analysis((), summary, by_task or {}, None, verdicts)


def test_both_questions_are_answered_for_each_hand():
    assert verdict_lines({"right": analysis()}, ["b.grip: cut short."]) == [
        "Right hand",
        "  Planned grip: does the grip rise together with the load? No",
        "    It lags.",
        "  Squeezes harder than needed? Cannot tell",
        "    No slip test.",
        "",
        "b.grip: cut short.",
    ]


@pytest.mark.parametrize(
    ("lag_ms", "text"),
    [
        (Estimate(-10.2, -15.0, -4.0, 9), "grip leads load by 10 ms (95 %: 4 to 15, n = 9)"),
        (Estimate(-3.0, -9.0, 0.2, 9), "grip leads load by 3 ms (95 %: 0 to 9, n = 9)"),
        (Estimate(42.0, 30.0, 55.0, 9), "grip lags load by 42 ms (95 %: 30 to 55, n = 9)"),
        (Estimate(-0.0, None, None, 1), "grip lags load by 0 ms (n = 1)"),
    ],
)
def test_a_lag_says_which_force_leads(lag_ms, text):
    assert f"    {text}" in verdict_lines({"left": analysis(xcorr_lag_ms=lag_ms)}, [])


def test_a_ratio_has_its_interval():
    lines = verdict_lines({"left": analysis(gf_lf_ratio=Estimate(1.234, 1.1, 1.4, 8))}, [])
    assert "    GF/LF in the hold: 1.23 (95 %: 1.10 to 1.40, n = 8)" in lines


def test_the_lag_of_tracking_is_not_one_behind_the_load():
    lag = Estimate(117.0, 104.0, 123.0, 8)
    found = analysis({"tracking": {"xcorr_lag_ms": lag}}, xcorr_lag_ms=lag)
    lines = verdict_lines({"left": found}, [])
    assert not any("behind load" in line or "lags load" in line for line in lines)
    assert "    lag of force behind target: 117 ms (95 %: 104 to 123, n = 8)" in lines


def test_the_key_figures_of_both_hands_stand_beside_each_other():
    def pinch(ratio):
        return analysis({"pinch": {"split_hand_ratio": Estimate(ratio, 0.9, 1.1, 6)}})

    lines = verdict_lines({"left": pinch(0.98), "right": pinch(1.04)}, [])
    both = lines[lines.index("Left / right") :]
    assert "  split-hand pinch ratio: 0.98 (0.90 to 1.10) / 1.04 (0.90 to 1.10)" in both
    assert lines.count("    (exploratory: no published definition, no norms)") == 2


def test_strength_friction_and_grip_stand_left_beside_right():
    """Six maximal pinches were measured, and no newton of strength was on the last screen."""

    def hand(strength_n, mu, hold_n):
        return analysis({
            "pinch": {"mvc_best_n": Estimate(strength_n, None, None, 3)},
            "slip": {"mu": Estimate(mu, None, None, 3)},
            "lift": {"gf_static_n": Estimate(hold_n, hold_n - 1, hold_n + 1, 9)},
        })  # fmt: skip

    lines = verdict_lines({"left": hand(18.2, 0.84, 4.4), "right": hand(40.1, 0.9, 3.5)}, [])
    assert "    maximal pinch: 18.2 N (n = 3)" in lines
    both = lines[lines.index("Left / right") :]
    assert "  maximal pinch: 18.2 / 40.1 N" in both
    assert "  friction coefficient: 0.84 / 0.90" in both
    assert "  grip force in the hold: 4.4 / 3.5 N" in both
