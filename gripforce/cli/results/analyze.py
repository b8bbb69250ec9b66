"""``gripforce analyze``."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gripforce.cli.options import FilterHz, Json, positive, print_json, say
from gripforce.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from gripforce.analysis.assessment.person import Control
    from gripforce.analysis.results import Analysis, Estimate, TaskResult

_SHOWN = (
    "gf_static_n", "gf_lf_ratio", "gf_peak_n", "preload_ms", "loading_ms", "xcorr_r",
    "xcorr_lag_ms", "slip_force_n", "mu", "static_margin_pct_of_slip", "direction_selectivity",
    "gf_max_lf_max_ratio", "gain_ols", "gf_onset_ms", "latency_ms", "mvc_n", "rmse_generation_n",
    "rmse_release_n",
)  # fmt: skip

_OUTPUT = typer.Option("-o", "--output", help="The table, as CSV; one a task.")
_REPORT = typer.Option("--report", help="A page to print, as HTML.")
_CONTROLS = typer.Option("--controls", help="CSV of a control group: metric,mean,sd,n.")
_BASELINE = typer.Option("--baseline", help="The same person's earlier .grip file.")


def analyze(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=".grip files.")],
    output: Annotated[Path | None, _OUTPUT] = None,
    report: Annotated[Path | None, _REPORT] = None,
    filter_hz: FilterHz = None,
    controls: Annotated[Path | None, _CONTROLS] = None,
    baseline: Annotated[list[Path] | None, _BASELINE] = None,
    *,
    json: Json = False,
) -> None:
    """Find the trials of one person's recordings, measure them, and say what they show."""
    from gripforce.analysis.assessment.person import analysis_json, summarize_person
    from gripforce.report import refuse_page, write_report

    positive("A filter frequency", filter_hz)
    if report is not None:
        refuse_page(report)
    group = None if controls is None else read_controls(controls)
    earlier = summarize_person(_results(baseline, filter_hz)).summary if baseline else None
    analysis = summarize_person(_results(files, filter_hz), group, earlier)
    tables = _tables(analysis)
    for path, table in _placed(output, tables).items():
        _write(table, path)
    if report is not None:
        write_report(analysis, report)
    if json:
        print_json(analysis_json(analysis))
        return
    _tell(analysis)
    if output is None and report is None:
        for table in tables.values():
            print(table.to_csv(index=False), end="")


def _tables(analysis: Analysis) -> dict[str, pd.DataFrame]:
    from gripforce.analysis.tasks.registry import result_table

    return {
        task: _joined([result_table(r) for r in analysis.results if r.task == task])
        for task in analysis.by_task
    }


def _results(files: Sequence[Path], filter_hz: float | None) -> list[TaskResult]:
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.analysis.tasks.registry import analyze_session
    from gripforce.recording import read_recording

    low_pass = None if filter_hz is None else LowPass(filter_hz)
    return analyze_session([read_recording(file) for file in files], low_pass)


def read_controls(path: Path) -> dict[str, Control]:
    """Return a control group's figures by metric."""
    from gripforce.analysis.assessment.person import Control

    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        found = {
            row["metric"]: Control(float(row["mean"]), float(row["sd"]), int(row["n"]))
            for row in rows
        }
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"{path} is no table of a control group.", "Its columns are metric,mean,sd,n."
        ) from error
    if not all(c.sd >= 0 and c.n > 1 for c in found.values()):
        raise UsageError(f"{path} needs n of 2 or more and no negative sd.")
    return found


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    full = [table for table in tables if len(table)]
    return pd.concat(full, ignore_index=True) if full else tables[0]


def _placed(output: Path | None, tables: Mapping[str, pd.DataFrame]) -> dict[Path, pd.DataFrame]:
    """Return which file each table goes to: one task to the name given, more with their own."""
    if output is None:
        return {}
    if len(tables) == 1:
        return {output: next(iter(tables.values()))}
    return {
        output if task == "lift" else output.with_name(f"{output.stem}-{task}{output.suffix}"): t
        for task, t in tables.items()
    }


def _tell(analysis: Analysis) -> None:
    """Say what was found, in words, beside the table."""
    for result in analysis.results:
        out = len(result.excluded)
        left = f", {out} not in the summary" if out else ""
        found = f"{len(result.trials)} trials of {result.task}"
        say(f"gripforce: {result.recording.path}: {found}{left}")
    for name in _SHOWN:
        if name in analysis.summary:
            say(f"  {name:26} {_shown(analysis.summary[name])}")
    for verdict in analysis.verdicts.values():
        say(f"{verdict.question} {str(verdict.answer).upper()}. {verdict.why}")
    for remark in analysis.remarks_besides:
        say(f"Note: {remark}")


def _shown(estimate: Estimate) -> str:
    interval = ""
    if estimate.ci_low is not None and estimate.ci_high is not None:
        interval = f"  (95 % {estimate.ci_low:.3g} to {estimate.ci_high:.3g})"
    return f"{estimate.median:9.3g}{interval}  n = {estimate.n}"


def _write(table: pd.DataFrame, output: Path) -> None:
    try:
        with output.open("x", encoding="utf-8", newline="") as stream:
            table.to_csv(stream, index=False)
    except FileExistsError:
        raise UsageError(f"{output} exists already.", "Choose another name.") from None
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}.") from error
