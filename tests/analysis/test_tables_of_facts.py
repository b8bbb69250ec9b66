"""The tables of tasks, metrics and flags are complete, and there is one of each."""

from collections import defaultdict
from dataclasses import fields

import pytest

from gripforce.analysis.columns import column_spec, main_columns
from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.metric import COMMON, specs_of
from gripforce.analysis.tasks.registry import ANALYSES
from gripforce.model import TASKS
from gripforce.session.acceptance.by_task import RULES
from gripforce.sim.tasks.registry import TASKS as SIMULATED
from tests.sim.chain import chain


def declared():
    """Return every dataclass that declares columns, with its task."""
    for task, analysis in ANALYSES.items():
        for declaring in (analysis.metrics, analysis.series):
            if declaring is not None:
                yield task, declaring


def test_each_task_has_an_analysis_a_scene_and_a_rule():
    assert list(ANALYSES) == list(TASKS)
    assert set(TASKS) <= set(SIMULATED)
    assert set(RULES) == {task for task, spec in TASKS.items() if not spec.lifted}


def test_ranks_of_margin_tasks_are_unique():
    ranks = [spec.margin_rank for spec in TASKS.values() if spec.margin_rank is not None]
    assert sorted(ranks) == list(range(1, len(ranks) + 1))


@pytest.mark.parametrize("task", TASKS)
def test_what_the_table_says_of_a_task_exists(task):
    spec = TASKS[task]
    columns = {one.name for t, declaring in declared() if t == task for one in fields(declaring)}
    assert set(spec.timing_columns) <= columns
    assert spec.occurs_at is None or spec.occurs_at in spec.events


@pytest.mark.parametrize("task", TASKS)
def test_a_result_has_the_declared_columns_and_no_others(task, tmp_path):
    result, _ = chain(tmp_path, task, trials=3, seed=4)
    spec, analysis = TASKS[task], ANALYSES[task]
    assert result.event_columns == tuple(spec.events)
    assert result.value_columns == tuple(one.name for one in fields(analysis.metrics))
    assert len(result.trials) > 0
    for trial in result.trials:
        assert set(trial.events) <= set(spec.events)
        assert set(trial.values) == set(result.value_columns)
    known = set(result.value_columns) | set(specs_of(analysis.series) if analysis.series else ())
    by_surface = {c for c in result.summary if task == "surfaces" and c not in known}
    assert set(result.summary) - by_surface <= known
    assert all(column_spec(c, task).label.partition(", ")[2] for c in by_surface)


def test_each_column_is_declared_with_a_label():
    for task, declaring in declared():
        for one in fields(declaring):
            named = one.metadata["metric"].get("label") or one.name in COMMON
            assert named, f"{task}: {one.name}"


def test_a_quantity_of_several_tasks_has_one_unit_and_a_common_label():
    homes, units = defaultdict(set), defaultdict(set)
    for task, declaring in declared():
        for column, spec in specs_of(declaring).items():
            homes[column].add("lifts" if TASKS[task].lifted else task)
            units[column].add(spec.unit)
    assert {c: u for c, u in units.items() if len(u) > 1} == {}
    assert {c for c, tasks in homes.items() if len(tasks) > 1} <= set(COMMON)


@pytest.mark.parametrize("task", TASKS)
def test_main_results_have_places_of_their_own(task):
    places = [
        spec.headline
        for t, declaring in declared()
        if t == task
        for spec in specs_of(declaring).values()
        if spec.headline is not None
    ]
    assert len(places) == len(set(places)) > 0


def test_main_results_come_first_and_nothing_is_lost():
    summary = ["gf_peak_n", "lf_peak_n", "gf_lf_ratio", "gf_static_n"]
    ordered = main_columns(summary, "lift")
    assert ordered == ["gf_static_n", "gf_lf_ratio", "gf_peak_n", "lf_peak_n"]


def test_a_column_means_what_its_task_says():
    assert "target" in column_spec("xcorr_lag_ms", "tracking").label
    assert "load" in column_spec("xcorr_lag_ms", "lift").label
    assert column_spec("p2p.gf_static_n") == column_spec("gf_static_n", "p2p")
    silk = column_spec("gf_static_n_silk", "surfaces")
    assert (silk.label, silk.unit) == ("static grip force, silk", "N")
    unknown = column_spec("nobody_knows_ms")
    assert (unknown.label, unknown.unit) == ("nobody knows", "ms")


@pytest.mark.parametrize("flag", TrialFlag)
def test_each_flag_has_a_meaning_that_is_not_its_own_word(flag):
    assert flag.meaning
    assert flag.words not in {flag.meaning, flag.meaning.rstrip(".")}
    assert not flag.meaning.endswith(".")
    assert flag.advice == "" or flag.advice.endswith(".")
    assert str(flag) == flag.value == TrialFlag(flag.value)


def test_no_two_flags_say_the_same():
    assert len({flag.meaning for flag in TrialFlag}) == len(TrialFlag)
