"""What an export says of its recording besides the numbers, as JSON's own types.

The schema is part of the documentation (``docs/formats.md``): formats that hold metadata hold this.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING, Any

from gripforce.calibration import from_json
from gripforce.errors import CalibrationError, UsageError
from gripforce.model.local_time import OFFSET_KEY, local_begin
from gripforce.version import software_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gripforce.analysis.results import TaskResult
    from gripforce.calibration import Calibration
    from gripforce.formats.frame import SignalTable
    from gripforce.formats.trials import TrialEvent
    from gripforce.model import Recording

SCHEMA = 1
AXIS = (
    "seconds; 0 is the tick of the device's first sample. The delay of the converter's filter "
    "and the skew of multiplexed channels are taken out: a force stands where it acted."
)
_SAMPLES_FILTER = "none; a stream faster than the grid is low-passed at 0.4 of the grid's rate"
_OWN = frozenset(
    {"subject", "session", "hand", "utc", "software", "calibration", "calibration_note", OFFSET_KEY}
)
"""Keys of the metadata that have a place of their own in the description."""


def describe(
    recording: Recording,
    tables: Iterable[SignalTable],
    result: TaskResult | None,
    remark: str,
) -> dict[str, Any]:
    """Return subject, condition, channels, calibration, time, losses, marks and analysis."""
    metadata = recording.metadata
    return {
        "schema": SCHEMA,
        "software": {"exported_by": _software(), "recorded_by": metadata.get("software")},
        "recording": recording.name,
        "subject": {key: metadata.get(key) for key in ("subject", "session", "hand")},
        "condition": {key: value for key, value in metadata.items() if key not in _OWN},
        "device": _device(recording),
        "time": _time(recording),
        "tables": {table.name: _table(table, recording) for table in tables},
        "calibration": _calibration(recording),
        "losses": _losses(recording),
        "markers": [
            {"t_s": mark.t, "kind": mark.kind, "text": mark.text} for mark in recording.markers
        ],
        "notes": [dict(note) for note in recording.notes],
        "analysis": _analysis(result, remark),
    }


def as_text(content: Any) -> str:
    """Return JSON in ASCII, which every reader takes; numbers that JSON lacks become null."""
    return json.dumps(_plain(content), allow_nan=False, sort_keys=False)


def events_json(events: Iterable[TrialEvent]) -> list[dict[str, Any]]:
    """Return events as plain values."""
    return [
        {"t_s": one.t, "duration_s": one.duration_s, "event": one.name, "trial": one.trial,
         "used": not one.why, "why_left_out": one.why}
        for one in events
    ]  # fmt: skip


def calibration_of(recording: Recording) -> Calibration | None:
    """Return a recording's calibration; None where it has none that can be read."""
    content = recording.metadata.get("calibration")
    try:
        return None if content is None else from_json(content)
    except CalibrationError:
        return None


def uncertainty_n(recording: Recording) -> Mapping[str, float]:
    """Return the expanded uncertainty (k = 2) of each force channel [N], as far as it is known."""
    calibration = calibration_of(recording)
    if calibration is None:
        return {}
    return {
        channel: quality.uncertainty_n
        for channel, quality in zip(calibration.channels, calibration.quality, strict=False)
    }


def delays_s(recording: Recording) -> dict[str, float]:
    """Return, by column, how much later than the force its tick is [s]: what is taken out."""
    return {
        name: round(1e-6 * (samples.stream.latency_us - channel.skew_us), 9)
        for samples in recording.streams.values()
        for name, channel in zip(samples.columns, samples.stream.channels, strict=True)
    }


def _software() -> str:
    return f"gripforce {software_version()}"


def _device(recording: Recording) -> dict[str, Any]:
    device = recording.device
    return {"board": device.board, "uid": device.uid, "firmware": device.firmware}


def _time(recording: Recording) -> dict[str, Any]:
    metadata, clock = recording.metadata, recording.clock
    return {
        "axis": AXIS,
        "utc": metadata.get("utc"),
        "local": local_begin(metadata) or None,
        "host_clock": None
        if clock is None
        else {
            "what": "monotonic seconds of the recording computer at seconds of the axis",
            "t_s": clock.t.round(6).tolist(),
            "host_s": clock.host_s.round(6).tolist(),
            "uncertainty_s": clock.uncertainty_s,
        },
    }


def _table(table: SignalTable, recording: Recording) -> dict[str, Any]:
    uncertain = uncertainty_n(recording)
    delays = delays_s(recording)
    columns: dict[str, dict[str, Any]] = {}
    for name in table.columns:
        channel = table.channels.get(name)
        columns[name] = {"unit": table.units.get(name, "")}
        if name in delays:
            columns[name]["delay_taken_out_s"] = delays[name]
        if channel is not None and channel.kind.is_force:
            columns[name]["expanded_uncertainty_n"] = uncertain.get(channel.label)
    return {"rate_hz": table.rate_hz, "samples": len(table.t), "columns": columns}


def _calibration(recording: Recording) -> dict[str, Any]:
    return {
        "doubt": recording.metadata.get("calibration_note"),
        "content": recording.metadata.get("calibration"),
        "uncertainty": "expanded, k = 2, at the full span, in the columns; null: not known",
    }


def _losses(recording: Recording) -> dict[str, Any]:
    integrity = recording.integrity
    return {
        "ended": str(integrity.ended),
        "reconciled": integrity.reconciled,
        "lost": integrity.lost,
        "corrupt": integrity.corrupt,
        "damaged_bytes": integrity.damaged_bytes,
        "gaps": [{"stream": gap.stream, "t_s": gap.t, "lost": gap.lost} for gap in recording.gaps],
    }


def _analysis(result: TaskResult | None, remark: str) -> dict[str, Any]:
    if result is None:
        return {"filter_of_samples": _SAMPLES_FILTER, "remarks": [remark]}
    return {
        "filter_of_samples": _SAMPLES_FILTER,
        "filter_of_metrics": result.traces.filter,
        "timing": result.timing.why,
        "remarks": list(result.remarks),
        "flags": sorted({str(flag) for trial in result.trials for flag in trial.flags}),
    }


def _plain(content: Any) -> Any:
    if isinstance(content, dict):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    if isinstance(content, float):
        return content if isfinite(content) else None
    if content is None or isinstance(content, str | int):
        return content
    raise UsageError(f"An export cannot state {content!r}.", "Please report this.")
