"""The files of one recording: forces, events, trials, each with its sidecar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from gripforce.analysis.tasks.exclusions import asked_spans
from gripforce.bids.sidecars import events_sidecar, physio_sidecar, trials_sidecar
from gripforce.bids.text import write_columns, write_json, write_tsv
from gripforce.errors import UsageError
from gripforce.formats.content import gap_spans
from gripforce.formats.frame import force_table
from gripforce.formats.trials import trial_events, trial_table
from gripforce.untrusted import escaped

if TYPE_CHECKING:
    from pathlib import Path

    from gripforce.analysis.results import TaskResult
    from gripforce.bids.names import BidsName
    from gripforce.formats.frame import SignalTable
    from gripforce.model import Recording

_HEADER: Final = ("onset", "duration", "trial_type", "trial", "used", "verdict", "value")
Row: TypeAlias = tuple[float, float, str, int | None, bool | None, str, str]


def write_raw(recording: Recording, result: TaskResult | None, name: BidsName, root: Path) -> str:
    """Write forces and events of a recording; returns why forces are left out, "" where not."""
    stem = root / name.folder / "beh" / name.stem
    try:
        table = force_table(recording)
    except UsageError as error:
        return str(error.args[0])
    write_columns(stem.with_name(f"{stem.name}_physio.tsv.gz"), list(table.columns.values()))
    write_json(stem.with_name(f"{stem.name}_physio.json"), physio_sidecar(recording, table))
    rows, kinds = _events(recording, result, table)
    write_tsv(stem.with_name(f"{stem.name}_events.tsv"), _HEADER, rows)
    write_json(stem.with_name(f"{stem.name}_events.json"), events_sidecar(recording, kinds))
    return ""


def write_trials(result: TaskResult, name: BidsName, root: Path) -> None:
    """Write a recording's table of trials."""
    if not result.trials:
        return
    table = trial_table(result)
    stem = root / name.folder / "beh" / f"{name.stem}_desc-trials_beh"
    columns = [str(column) for column in table.columns]
    write_tsv(stem.with_name(f"{stem.name}.tsv"), columns, table.itertuples(index=False))
    write_json(stem.with_name(f"{stem.name}.json"), trials_sidecar(columns, result.task))


def _events(
    recording: Recording, result: TaskResult | None, table: SignalTable
) -> tuple[list[Row], dict[str, str]]:
    """Return the rows in the order of time, and what each ``trial_type`` means."""
    kinds: dict[str, str] = {}
    rows: list[Row] = []
    for event in [] if result is None else trial_events(result):
        kinds[event.name] = "a trial" if event.duration_s else "an event of a trial"
        rows.append(
            (event.t, event.duration_s, event.name, event.trial, not event.why, event.why, "")
        )
    for span in asked_spans(recording):
        kinds["asked"] = "a trial that the session asked for, as it was judged"
        length_s, verdict = span.stop_s - span.start_s, span.why or "accepted"
        rows.append((span.start_s, length_s, "asked", None, not span.why, escaped(verdict), ""))
    for mark in recording.markers:
        kind = escaped(mark.kind) or "marker"
        kinds[kind] = "a marker made while recording"
        rows.append((mark.t, 0.0, kind, None, None, "", escaped(mark.text)))
    for t, length_s in gap_spans(table):
        kinds["gap"] = "samples that were lost"
        rows.append((t, length_s, "gap", None, None, "", ""))
    return sorted(rows, key=_order), kinds


def _order(row: Row) -> tuple[Any, ...]:
    return row[0], row[1], row[2], row[6]
