"""Controls and baseline speak for each task, or say that they do not."""

import math

import pytest

from gripforce.analysis.assessment.comparison import against_controls, since_baseline
from gripforce.analysis.assessment.margin_decision import Control
from gripforce.analysis.columns import key_columns
from gripforce.analysis.results import Estimate
from gripforce.analysis.tasks.registry import ANALYSES

ONSET = "gf_onset_self_ms"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Estimate(-150.0, -156.0, -146.0, 8), "lies within their −180 to −100"),
        (Estimate(-90.0, -95.0, -80.0, 8), "lies above their −180 to −100"),
        (Estimate(-230.0, -240.0, -200.0, 8), "lies below their −180 to −100"),
        (Estimate(-100.0, -130.0, -60.0, 8), "may lie in or outside of their −180 to −100"),
        (Estimate(-150.0, None, None, 4), "has no interval"),
    ],
)
def test_a_figure_is_placed_beside_the_controls(found, words):
    """95 % of new controls lie in mean ± 1.96 SD √(1 + 1 / n)."""
    control = Control(-140.0, 20.0, 20)
    assert round(-140 - 1.96 * 20 * math.sqrt(1 + 1 / 20)) == -180
    (sentence,) = against_controls({"drop": {ONSET: found}}, {ONSET: control})
    assert sentence.startswith("Against controls, drop and catch: grip onset, self-released")
    assert words in sentence


def test_a_change_is_placed_beside_the_noise_of_both_sessions():
    """Two intervals of ± 19.6: each error is 10, that of the difference 14.1, 95 % of it 27.7."""
    earlier = {"drop": {ONSET: Estimate(-150.0, -169.6, -130.4, 8)}}
    for value, words in ((-140.0, "no more than the noise"), (-110.0, "beyond the noise")):
        now = {"drop": {ONSET: Estimate(value, value - 19.6, value + 19.6, 8)}}
        (sentence,) = since_baseline(now, earlier)
        assert words in sentence
        assert "(± 28" in sentence
    bare = {"drop": {ONSET: Estimate(-110.0, None, None, 3)}}
    assert "without an interval in both" in since_baseline(bare, earlier)[0]


@pytest.mark.parametrize("task", ANALYSES)
def test_each_task_is_compared_or_says_that_it_is_not(task):
    """No task is silent: with its key figures known it is compared, without them it says so."""
    columns = ["split_hand_ratio", "gf_lf_ratio", ONSET, "latency_ms"]
    columns += ["rmse_release_n", "lf_rate_peak_carry_over", "friction_update_ms", "slip_force_n"]
    declared = {f for kind in (ANALYSES[task].metrics, ANALYSES[task].series) if kind is not None
                for f in kind.__dataclass_fields__}  # fmt: skip
    summary = {c: Estimate(1.0, 0.9, 1.1, 8) for c in columns if c in declared}
    assert summary
    assert key_columns(summary, task)
    known = {column: Control(1.0, 0.2, 20) for column in summary}
    assert "lies within" in against_controls({task: summary}, known)[0]
    assert "no more than the noise" in since_baseline({task: summary}, {task: summary})[0]
    for none in (against_controls({task: summary}, {}), since_baseline({task: summary}, {})):
        assert "nothing is compared" in none[0]
