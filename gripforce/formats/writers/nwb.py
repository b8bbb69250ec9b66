"""Write Neurodata Without Borders (NWB 2).

Times of the file count from its session's start, which is second 0 of the recording, or its first
sample where that lies before; ``session_description`` states the difference.
"""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.formats.content import gap_spans
from gripforce.formats.description import uncertainty_n
from gripforce.formats.frame import FORCES
from gripforce.untrusted import escaped
from gripforce.version import software_version

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from gripforce.formats.content import ExportContent
    from gripforce.formats.frame import SignalTable
    from gripforce.model import Recording

UNKNOWN_BEGIN: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The session's start where the recording does not say when it was made."""
_ANY_AGE: Final = "P0D/"
"""Age from nothing on: a recording does not hold it, and NWB asks for one."""
_UNITS: Final = {"N": "newtons", "counts": "count", "": "n.a."}


def write_nwb(content: ExportContent, path: Path) -> None:
    """Write a recording as NWB: a series a column, trials, events, markers, gaps."""
    import pynwb  # noqa: PLC0415 - an extra

    begun, shift_s = _session_start(content)
    device = content.recording.device
    nwb = pynwb.NWBFile(
        session_description=_words(content, shift_s),
        identifier=f"{device.uid} {begun.isoformat()} {content.recording.name}".strip(),
        session_start_time=begun,
        notes=content.description_text,
        keywords=["precision grip", "grip force", "load force"],
        experiment_description=f"Task: {content.recording.metadata.get('task') or 'not stated'}.",
        subject=_subject(pynwb, content.recording),
        was_generated_by=[["gripforce", software_version()]],
    )
    nwb.create_device(
        name=escaped(device.board).replace("/", " ") or "device",
        description=f"Load-cell object, id {device.uid}, firmware {device.firmware}.",
    )
    for table in content.tables:
        for name in _series(content, table):
            nwb.add_acquisition(_time_series(pynwb, content.recording, table, name, shift_s))
    _add_marks(pynwb, nwb, content, shift_s)
    _add_gaps(nwb, content, shift_s)
    if content.trials is not None:
        _add_trials(nwb, content.trials, shift_s)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*does not end in '.nwb'")  # the user chose the name
        with pynwb.NWBHDF5IO(str(path), "w") as io:
            io.write(nwb)


def _session_start(content: ExportContent) -> tuple[datetime, float]:
    """Return the session's start, and what is added to a recording's time."""
    first = min(float(table.t[0]) for table in content.tables)
    earliest = min(
        [first, *(e.t for e in content.events), *(m.t for m in content.recording.markers)]
    )
    shift_s = max(0.0, -earliest)
    try:
        utc = datetime.fromisoformat(str(content.recording.metadata.get("utc") or ""))
        utc = utc if utc.tzinfo else utc.replace(tzinfo=UTC)
        return utc - timedelta(seconds=shift_s), shift_s
    except (ValueError, OverflowError):
        return UNKNOWN_BEGIN, shift_s


def _words(content: ExportContent, shift_s: float) -> str:
    task = str(content.recording.metadata.get("task") or "grip and load force")
    unknown = "" if content.recording.metadata.get("utc") else " When it was made is not known."
    return (
        f"{escaped(task)}. Time of this file = second of the recording + {shift_s:.6f} s.{unknown}"
        f" {content.remark}".strip()
    )


def _subject(pynwb: Any, recording: Recording) -> Any:
    pseudonym = recording.metadata.get("subject")
    if not pseudonym:
        return None
    return pynwb.file.Subject(
        subject_id=escaped(str(pseudonym)),
        species="Homo sapiens",
        sex="U",
        age=_ANY_AGE,
        description="A pseudonym; age and sex are not recorded.",
    )


def _series(content: ExportContent, table: SignalTable) -> list[str]:
    return [n for n in table.columns if not content.raw or n in table.channels]


def _time_series(
    pynwb: Any, recording: Recording, table: SignalTable, name: str, shift_s: float
) -> Any:
    unit = table.units.get(name, "")
    own = table.name != FORCES
    return pynwb.TimeSeries(
        name=f"{table.name}_{name}" if own else name,
        data=table.columns[name],
        unit=_UNITS.get(unit, unit),
        description=_description(recording, table, name),
        **_times(table, shift_s),
    )


def _times(table: SignalTable, shift_s: float) -> dict[str, Any]:
    """Return begin and rate where samples are regular to a nanosecond, else the time of each."""
    periods_ns = np.unique(np.rint(np.diff(table.t) * 1e9))
    if table.name == FORCES or len(periods_ns) == 1:
        rate_hz = table.rate_hz if table.name == FORCES else 1e9 / float(periods_ns[0])
        return {"rate": rate_hz, "starting_time": float(table.t[0]) + shift_s}
    return {"timestamps": table.t + shift_s}


def _description(recording: Recording, table: SignalTable, name: str) -> str:
    channel = table.channels.get(name)
    if channel is None:
        meaning = (
            "mean of the digits' normal forces"
            if name == "grip_n"
            else "sum of the tangential forces"
        )
        return f"{meaning}, unfiltered; NaN in gaps"
    known = uncertainty_n(recording).get(channel.label)
    sure = "" if known is None else f", expanded uncertainty (k = 2) {known:.3g} N"
    return f"{channel.label.replace('_', ' ')}, unfiltered{sure}; NaN in gaps"


def _add_marks(pynwb: Any, nwb: Any, content: ExportContent, shift_s: float) -> None:
    """Add the marks made while recording, and the events of trials, each with its trial."""
    markers = pynwb.event.EventsTable(name="markers", description="Marks made while recording.")
    for mark in content.recording.markers:
        text = escaped(f"{mark.kind} {mark.text}".strip()) or "-"
        markers.add_row(timestamp=mark.t + shift_s, annotation=text)
    events = pynwb.event.EventsTable(name="events", description="Events of the trials.")
    events.add_column(name="trial", description="Number of the trial, from 1.")
    events.add_column(name="used", description="Whether the trial counts.")
    for event in content.events:
        if not event.duration_s:
            events.add_row(timestamp=event.t + shift_s, annotation=event.name, trial=event.trial,
                           used=not event.why)  # fmt: skip
    for table in (markers, events):
        if len(table):
            nwb.add_events_table(table)


def _add_gaps(nwb: Any, content: ExportContent, shift_s: float) -> None:
    if content.raw:
        return
    for t, length_s in gap_spans(content.tables[0]):
        nwb.add_invalid_time_interval(
            start_time=t + shift_s, stop_time=t + shift_s + length_s, tags=["gap"]
        )


def _add_trials(nwb: Any, trials: pd.DataFrame, shift_s: float) -> None:
    """Add the table of trials; columns in which nothing was measured are left out."""
    columns = {
        name: trials[name]
        for name in trials.columns
        if name not in {"start_s", "stop_s"} and trials[name].notna().any()
    }
    for name in columns:
        nwb.add_trial_column(name=_time_name(name), description=_meaning(name))
    for k in range(len(trials)):
        cells = {
            _time_name(name): _cell(values.iloc[k]) + (shift_s if name.startswith("t_") else 0)
            if values.dtype.kind == "f" else _cell(values.iloc[k])
            for name, values in columns.items()
        }  # fmt: skip
        nwb.add_trial(
            start_time=float(trials.start_s.iloc[k]) + shift_s,
            stop_time=float(trials.stop_s.iloc[k]) + shift_s,
            **cells,
        )


def _time_name(column: str) -> str:
    """Return the name of an event's column as NWB has it: ``liftoff_time``."""
    if column.startswith("t_") and column.endswith("_s"):
        return f"{column.removeprefix('t_').removesuffix('_s')}_time"
    return column


def _meaning(column: str) -> str:
    from gripforce.analysis.columns import column_spec  # noqa: PLC0415

    spec = column_spec(column)
    return spec.title if not spec.definition else f"{spec.title}: {spec.definition}"


def _cell(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
