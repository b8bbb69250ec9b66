"""Look up a column: its label, unit and decimals, and the main results of a task."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gripforce.analysis.metric import MetricSpec, make_spec, specs_of
from gripforce.analysis.results import SafetyMargin
from gripforce.analysis.tasks.registry import ANALYSES
from gripforce.model import TASKS, task_spec

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


_KEYS_BY_PART: Final = {
    "gf_static_n", "static_margin_pct_of_slip", "mvc_n", "slip_force_n",
    "gf_rate_peak_gained_n_per_s_per_kg", "lf_rate_peak_gained_n_per_s_per_kg",
}  # fmt: skip
_FEW_KEYS: Final = 3
IN_DECISIONS: Final = {"lift", "p2p", "cyclic"}
"""Tasks whose key figures stand with the two decisions already."""


def column_spec(column: str, task: str = "") -> MetricSpec:
    """Return the entry of a column, as its task declares it.

    ``task.column`` names its task itself. Without a task, the safety margin's entry comes first,
    then that of the first task that has the column. A column of one surface is named after it:
    ``gf_static_n_silk``. An undeclared column is described by its own name.
    """
    prefix, _, name = column.rpartition(".")
    declared = _declared(prefix or task)
    for specs in declared:
        if name in specs:
            return specs[name]
    for specs in declared:
        for base, spec in specs.items():
            if name.startswith(f"{base}_"):
                surface = name.removeprefix(f"{base}_")
                return replace(spec, column=name, label=f"{spec.label}, {surface}", headline=None)
    return make_spec(name)


def main_columns(summary: Collection[str], task: str) -> list[str]:
    """Return a summary's columns: the main results of the task first, the others as they come."""
    columns: dict[str, int] = {}
    for declared in _declared(task):
        columns |= {n: s.headline for n, s in declared.items() if s.headline is not None}
    ranked = sorted((c for c in summary if c in columns), key=lambda c: columns[c])
    return list(dict.fromkeys([*ranked, *summary]))


def key_columns(summary: Collection[str], task: str) -> list[str]:
    """Return a summary's columns that answer the task's question, the first ones first.

    They are the figures of the series and those of each surface or pair of digits; where there
    are none, the first three main results.
    """
    ranked = main_columns(summary, task)
    places = {c: column_spec(c, task).headline for c in ranked}
    answers = [c for c in ranked if (place := places[c]) is not None and place <= 0]
    declared = {name for specs in _declared(task) for name in specs}
    parts = [c for c in ranked if c not in declared and _base(c, declared) in _KEYS_BY_PART]
    return [*answers, *parts] or [c for c in ranked if places[c] is not None][:_FEW_KEYS]


def _base(column: str, declared: Collection[str]) -> str:
    """Return the declared column that a column of one surface or pair of digits is named after."""
    return max((name for name in declared if column.startswith(f"{name}_")), key=len, default="")


def event_label(column: str, task: str) -> str:
    """Return what an event is called: ``t_liftoff_s`` is ``lift-off``."""
    known = task_spec(task).events.get(column)
    return known or column.removeprefix("t_").removesuffix("_s").replace("_", " ")


def tasks_in_order(tasks: Collection[str]) -> list[str]:
    """Return tasks in their usual order, each once."""
    return [task for task in TASKS if task in tasks]


def _declared(task: str) -> list[Mapping[str, MetricSpec]]:
    known = ANALYSES.get(task)
    analyses = [known] if known else list(ANALYSES.values())
    classes = [cls for one in analyses for cls in (one.metrics, one.series) if cls is not None]
    margin = [SafetyMargin]
    return [specs_of(cls) for cls in ([*classes, *margin] if known else [*margin, *classes])]
