"""Is grip coupled to load? Lag, correlation, direction, refusals."""

import pytest

from gripforce.analysis.assessment.person import summarize_person
from gripforce.analysis.assessment.timing_criteria import side
from gripforce.analysis.results import Decision, Estimate
from gripforce.analysis.tasks.registry import analyze_session, analyze_task
from tests.analysis.analytic_lifts import recording, stream
from tests.analysis.analytic_tasks import Held, held_recording
from tests.analysis.recordings import (
    cyclic_recording,
    lifts,
    p2p_recording,
    slips,
)


@pytest.mark.parametrize(("lag_s", "answer"), [(0.0, "yes"), (0.030, "yes"), (0.110, "no")])
def test_coupling_by_lag(lag_s, answer):
    verdict = summarize_person([analyze_task(lifts(lag_s=lag_s))]).verdicts["anticipatory_coupling"]
    assert verdict.answer == answer, verdict.why


def test_a_lag_about_the_limit_is_not_judged():
    verdict = summarize_person([analyze_task(lifts(lag_s=0.060))]).verdicts["anticipatory_coupling"]
    assert verdict.answer == "cannot tell"
    assert "60 ms" in verdict.why


@pytest.mark.parametrize(
    ("low", "high", "slack", "answer"),
    [
        (10, 30, 0, "yes"),
        (10, 59, 0, "yes"),
        (10, 59, 2, "cannot tell"),  # the device itself is not that sure
        (10, 61, 0, "cannot tell"),
        (59, 90, 0, "cannot tell"),
        (61, 90, 0, "no"),
        (61, 90, 2, "cannot tell"),
        (None, None, 0, "cannot tell"),
    ],
)
def test_only_a_whole_interval_on_one_side_answers(low, high, slack, answer):
    estimate = Estimate(30.0, low, high, 10)
    assert side(estimate, 60.0, below_is=Decision.YES, slack=slack) == answer
    mirrored = {"yes": "no", "no": "yes"}.get(answer, answer)
    assert side(estimate, 60.0, below_is=Decision.NO, slack=slack) == mirrored


def test_few_lifts_are_too_few():
    verdict = summarize_person([analyze_task(lifts(4))]).verdicts["anticipatory_coupling"]
    assert verdict.answer == "cannot tell"
    assert "too few" in verdict.why


def test_a_slow_device_is_not_asked_about_timing():
    slow = lifts(8)
    samples = slow.streams["force"]
    values = [samples.values[::50, k] for k in (0, 1)]
    kinds = [c.kind for c in samples.stream.channels]
    made = recording(
        stream(kinds, samples.t[::50], values, rate_hz=20.0), task="lift", mass_g=400.0
    )
    verdict = summarize_person([analyze_task(made)]).verdicts["anticipatory_coupling"]
    assert verdict.answer == "cannot tell"
    assert "20 samples a second" in verdict.why


def test_a_load_that_hardly_varies_is_not_judged():
    quiet = cyclic_recording(amplitude_n=0.45)
    verdict = summarize_person([analyze_task(quiet)]).verdicts["anticipatory_coupling"]
    assert verdict.answer == "cannot tell"
    assert "hardly varied" in verdict.why


def test_direction_decides_up_and_down_movements():
    healthy = summarize_person([analyze_task(p2p_recording())]).verdicts["anticipatory_coupling"]
    assert healthy.answer == "yes", healthy.why
    both = summarize_person([analyze_task(p2p_recording(0.5, -0.4))]).verdicts[
        "anticipatory_coupling"
    ]
    assert both.answer == "no"
    assert "whichever way" in both.why


def test_only_a_slip_test_says_nothing_about_coupling():
    analysis = summarize_person(analyze_session([slips(3.0, 3.1, 3.2)]))
    assert analysis.verdicts["anticipatory_coupling"].answer == "cannot tell"
    assert "Coupling needs lifts" in analysis.verdicts["anticipatory_coupling"].why


def test_held_objects_alone_are_no_lifts_to_judge():
    analysis = summarize_person([analyze_task(held_recording(Held(), task="p2p"))])
    assert analysis.verdicts["anticipatory_coupling"].answer == "cannot tell"
    assert analysis.trials == 0


def test_the_deciding_task_is_named_and_its_figures_come_first():
    recordings = [lifts(), p2p_recording(0.5, -0.4)]
    verdict = summarize_person(analyze_session(recordings)).verdicts["anticipatory_coupling"]
    assert verdict.answer == "no"
    assert verdict.why.startswith("Up and down, point to point: ")
    assert "others do not show it: Lift, hold and put down" in verdict.why
    [deciding] = [p for p in verdict.evidence.recordings if p.supports(Decision.NO)]
    assert deciding.task == "p2p"
    assert next(iter(deciding.ordered(Decision.NO))) == "direction_selectivity"


def test_the_figure_that_decides_comes_before_those_that_do_not():
    late = summarize_person([analyze_task(lifts(lag_s=0.110))]).verdicts["anticipatory_coupling"]
    [part] = late.evidence.recordings
    assert next(iter(part.ordered(Decision.NO))) == "coupling_delay_ms"
