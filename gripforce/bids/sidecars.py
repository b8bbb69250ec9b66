"""The sidecars of a recording: what its columns are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gripforce.analysis.columns import column_spec
from gripforce.formats.description import calibration_of, delays_s, uncertainty_n
from gripforce.model import task_spec
from gripforce.version import software_version

if TYPE_CHECKING:
    from gripforce.formats.frame import SignalTable
    from gripforce.model import Recording

_COMPUTED: Final = {
    "grip_n": "Grip force: mean of the digits' normal forces",
    "load_n": "Load force: sum of the tangential forces",
}
EVENT_COLUMNS: Final = {
    "onset": {"Description": "Seconds on the recording's axis, as StartTime.", "Units": "s"},
    "duration": {"Description": "Length; 0 for a moment.", "Units": "s"},
    "trial_type": {"Description": "What happened."},
    "trial": {"Description": "Number of the trial, from 1."},
    "used": {"Description": "Whether the trial counts in summaries."},
    "verdict": {"Description": "Why the trial does not count, or what the session decided on it."},
    "value": {"Description": "Text of a marker: a cue, a key, a trigger."},
}


def physio_sidecar(recording: Recording, table: SignalTable) -> dict[str, Any]:
    """Return the sidecar of the forces: rate, start, device, and each column's unit and delay."""
    device, calibration = recording.device, calibration_of(recording)
    delays = delays_s(recording)
    sure = uncertainty_n(recording)
    columns: dict[str, dict[str, Any]] = {}
    for name in table.columns:
        columns[name] = {"Units": table.units[name], "Description": _described(table, name)}
        if name in delays:
            columns[name]["Latency"] = delays[name]
        channel = table.channels.get(name)
        if channel is not None and channel.label in sure:
            columns[name]["ExpandedUncertainty"] = sure[channel.label]
    return {
        "SamplingFrequency": table.rate_hz,
        "StartTime": float(table.t[0]),
        "Columns": list(table.columns),
        "PhysioType": "generic",
        "Manufacturer": "gripforce",
        "ManufacturersModelName": device.board,
        "DeviceSerialNumber": device.uid,
        "SoftwareVersions": f"firmware {device.firmware}, gripforce {software_version()}",
        "SoftwareFilters": "n/a",
        "CalibrationDate": "n/a" if calibration is None else calibration.date[:10],
        "LostSamples": recording.integrity.lost,
        "Ended": str(recording.integrity.ended),
        **task_facts(recording),
        **columns,
    }


def task_facts(recording: Recording) -> dict[str, Any]:
    """Return the task and the condition that it was done in."""
    metadata = recording.metadata
    task = str(metadata.get("task") or "lift")
    known = {
        "Hand": metadata.get("hand"),
        "ObjectMass_g": metadata.get("mass_g"),
        "Surface": metadata.get("surface"),
        "Digits": metadata.get("digits"),
    }
    facts = {key: value for key, value in known.items() if value is not None}
    return {"TaskName": task, "TaskDescription": task_spec(task).title, **facts}


def events_sidecar(recording: Recording, kinds: dict[str, str]) -> dict[str, Any]:
    """Return the sidecar of the events; ``kinds`` has the meaning of each ``trial_type``."""
    levels = {**EVENT_COLUMNS["trial_type"], "Levels": kinds}
    return {**task_facts(recording), **EVENT_COLUMNS, "trial_type": levels}


def trials_sidecar(columns: list[str], task: str) -> dict[str, Any]:
    """Return the sidecar of a table of trials: each metric with its definition and unit."""
    described: dict[str, Any] = {}
    for name in columns:
        spec = column_spec(name, task)
        words = f"{spec.label}: {spec.definition}" if spec.definition else spec.label
        described[name] = {"Description": words} | ({"Units": spec.unit} if spec.unit else {})
    return described


def _described(table: SignalTable, name: str) -> str:
    channel = table.channels.get(name)
    words = _COMPUTED.get(name) if channel is None else channel.label.replace("_", " ")
    return (
        f"{words}; n/a in a gap. Its latency is taken out."
        if channel
        else f"{words}; n/a in a gap."
    )
