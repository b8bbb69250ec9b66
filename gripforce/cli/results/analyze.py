"""``gripforce analyze``."""

from __future__ import annotations

import io
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from gripforce.cli import candidates
from gripforce.cli.options import (
    FilterHz,
    Json,
    Language,
    MaxLost,
    positive,
    print_json,
    print_text,
    require_complete,
    say,
)
from gripforce.cli.results.controls import read_controls
from gripforce.cli.tables import print_table, write_csv
from gripforce.cli.work import Work

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.assessment.visits import VisitAnalysis
    from gripforce.analysis.results import Analysis, Estimate, TaskResult

    Cells: TypeAlias = dict[str, list[Any]]
    """A table by column."""

_MOST_ROWS = 11
_MOST_COLUMNS = 6

_FILES = typer.Argument(
    metavar="FILE...", help=".grip files.", autocompletion=candidates.recordings
)
_OUTPUT = typer.Option("-o", "--output", help="Write the table of trials as CSV, one file a task.")
_REPORT = typer.Option("--report", help="Write a report: .html, or .pdf to print.")
_CONTROLS = typer.Option(
    "--controls", help="Compare with a control group: CSV of metric,mean,sd,n."
)
_BASELINE = typer.Option(
    "--baseline", help="Compare with the same person's earlier .grip file; may be repeated."
)


def analyze(
    files: Annotated[list[Path], _FILES],
    output: Annotated[Path | None, _OUTPUT] = None,
    report: Annotated[Path | None, _REPORT] = None,
    filter_hz: FilterHz = None,
    controls: Annotated[Path | None, _CONTROLS] = None,
    baseline: Annotated[list[Path] | None, _BASELINE] = None,
    max_lost: MaxLost = None,
    lang: Language = None,
    *,
    json: Json = False,
) -> None:
    """Analyze one person's recordings.

    Trials are detected and measured, each hand by itself; both questions are answered where the
    data allow it.
    """
    from gripforce.analysis.assessment.visits import summarize_visit, summarize_visits
    from gripforce.files import refuse_existing
    from gripforce.language import use_language
    from gripforce.report import write_report

    positive("A filter frequency", filter_hz)
    if report is not None:
        refuse_existing(report)
    group = None if controls is None else read_controls(controls)
    earlier = summarize_visits(_results(baseline or [], filter_hz))
    visit = summarize_visit(_results(files, filter_hz), group, earlier)
    if output is not None:
        for path, table in _placed(output, _tables(visit)).items():
            _write(table, path)
    if report is not None:
        use_language(lang or "en")
        write_report(visit, report, earlier)
    if json:
        print_json(visit_json(visit))
    else:
        _print_visit(visit, _tables(visit) if output is None and report is None else {})
    require_complete({r.name: r.recording.integrity.lost_pct for r in visit.results}, max_lost)


def visit_json(visit: VisitAnalysis) -> dict[str, Any]:
    """Return what ``--json`` prints: one hand's analysis, or those of both under ``hands``."""
    from gripforce.analysis.assessment.person import analysis_json

    hands = {hand: analysis_json(analysis) for hand, analysis in visit.hands.items()}
    return {"hands": hands} if len(hands) > 1 else next(iter(hands.values()))


def _tables(visit: VisitAnalysis) -> dict[str, Cells]:
    """Return the trials of each task; those of one task have the same columns."""
    from gripforce.analysis.tasks.registry import table_cells

    tables: dict[str, Cells] = {}
    for result in visit.results:
        table = tables.setdefault(result.task, {})
        for column, cells in table_cells(result).items():
            table.setdefault(column, []).extend(cells)
    return tables


def _results(files: Sequence[Path], filter_hz: float | None) -> list[TaskResult]:
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.analysis.tasks.registry import analyze_session
    from gripforce.cli.forks import run_in_forks
    from gripforce.recording import each_once, read_recording
    from gripforce.recording.identity import size

    low_pass = None if filter_hz is None else LowPass(filter_hz)
    read, steps = [], len(files) + 1
    with Work("analyzing") as work:
        for file in files:
            read.append(read_recording(file))
            work(len(read), steps)
        recordings, copies = each_once(read)
        sizes = [size(recording) for recording in recordings]
        results = analyze_session(recordings, low_pass, partial(run_in_forks, samples=sizes))
        work(steps, steps)
    for sentence in copies:
        say(f"gripforce: {sentence}")
    return results


def _placed(output: Path, tables: Mapping[str, Cells]) -> dict[Path, Cells]:
    """Return each table's file: a second task's has the task in its name."""
    if len(tables) == 1:
        return {output: next(iter(tables.values()))}
    return {
        output if task == "lift" else output.with_name(f"{output.stem}-{task}{output.suffix}"): t
        for task, t in tables.items()
    }


def _print_visit(visit: VisitAnalysis, tables: Mapping[str, Cells]) -> None:
    """Print each hand's results, and the tables of trials."""
    for hand, analysis in visit.hands.items():
        if len(visit.hands) > 1:
            say(f"{hand.capitalize() or 'Unstated'} hand:")
        _print_analysis(analysis)
    for task, table in tables.items():
        _print_trials(task, table)


def _print_analysis(analysis: Analysis) -> None:
    """Print trials, main results, decisions and advice: what the report says too."""
    from gripforce.analysis.assessment.advice import repeat_words

    for result in analysis.results:
        _print_recording(result)
    for line in repeat_words(analysis.results):
        say(line, always=True)
    for task, summary in analysis.by_task.items():
        _print_summary(task, summary)
    if analysis.margin is not None:
        say("Safety margin:")
        _print_figures(analysis.margin.figures, "")
    for verdict in analysis.verdicts.values():
        say(f"{verdict.question} {str(verdict.answer).upper()}. {verdict.why}", always=True)
    for remark in analysis.remarks_besides:
        say(f"Note: {remark}", always=True)


def _print_recording(result: TaskResult) -> None:
    from gripforce.analysis.assessment.advice import advice

    out = len(result.excluded)
    excluded = f", {out} not in the summary" if out else ""
    trials = result.spec.count(len(result.trials))
    asked = "" if result.counts is None else f": {result.counts.words(result.spec)}"
    say(f"gripforce: {result.recording.path}: {trials} ({result.task}){excluded}{asked}")
    for one in result.excluded:
        say(f"  trial {one.trial} is not in the summary: {one.why}", always=True)
    for line in advice(result):
        say(f"  {line}", always=True)
    say(f"  {result.timing.why}")


def _print_summary(task: str, summary: Mapping[str, Estimate]) -> None:
    from gripforce.analysis.columns import main_columns
    from gripforce.model import task_spec

    if summary:
        say(f"{task_spec(task).title}:")
        rows = main_columns(summary, task)[:_MOST_ROWS]
        _print_figures({column: summary[column] for column in rows}, task)


def _print_figures(figures: Mapping[str, Estimate], task: str) -> None:
    from gripforce.analysis.columns import column_spec
    from gripforce.analysis.metric import MISSING

    for column, estimate in figures.items():
        spec = column_spec(column, task)
        interval = spec.interval(estimate)
        within = "" if interval == MISSING else f"  (95 % {interval})"
        value = f"{spec.write(estimate.value)} {spec.unit}".rstrip()
        say(f"  {column:38} {value:>16}{within}  n = {estimate.n}")


def _print_trials(task: str, table: Cells) -> None:
    """Print the main columns of the trials on a terminal, all of them in a pipe."""
    from gripforce.analysis.columns import column_spec, main_columns

    if not sys.stdout.isatty():
        written = io.StringIO()
        write_csv(table, written)
        print_text(written.getvalue())
        return
    shown = list(main_columns(list(table), task)[:_MOST_COLUMNS])
    texts = [[column_spec(c, task).write(cell) for cell in table[c]] for c in shown]
    rows = list(zip(table["trial"], *texts, table["flags"], strict=True))
    print_table(["trial", *(column_spec(c, task).title for c in shown), "flags"], rows)


def _write(table: Cells, output: Path) -> None:
    from gripforce.files import new_text_file

    with new_text_file(output) as stream:
        write_csv(table, stream)
