"""Provenance: excluded trials, all trials in numbers, recordings, device, calibration, software."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gripforce.analysis.flags import TrialFlag
from gripforce.calibration import from_json
from gripforce.errors import CalibrationError
from gripforce.model import task_spec
from gripforce.model.local_time import local_begin
from gripforce.report.markup import Child, Markup, element
from gripforce.report.tables import all_medians, facts, table, trial_tables
from gripforce.version import software_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.results import Analysis, Estimate, TaskResult
    from gripforce.model import DeviceInfo, Recording


def excluded_section(analysis: Analysis, hand: str = "") -> Markup:
    """Return every trial that stands in a table but not in a median, and why."""
    rows = [[out.recording, str(out.trial), out.why] for out in analysis.excluded]
    return element(
        "section",
        element("h3", "Left out, and why"),
        table(["recording", "trial", "why"], rows)
        if rows
        else element("p", "No trial was left out."),
        id=f"excluded{hand}",
    )


def trials_section(
    by_task: Mapping[str, Sequence[TaskResult]],
    summaries: Mapping[str, Mapping[str, Estimate]],
    hand: str = "",
) -> Markup:
    """Return every trial in numbers, and what the flags mean."""
    trials = [t for results in by_task.values() for r in results for t in r.trials]
    flags = [flag for flag in TrialFlag if any(flag in trial.flags for trial in trials)]
    parts: list[Child] = []
    for task, results in by_task.items():
        if any(result.trials for result in results):
            parts += [element("h4", task_spec(task).title), *trial_tables(results)]
            parts.append(all_medians(results, summaries.get(task, {})))
    return element(
        "section",
        element("h3", "Trial by trial"),
        parts or element("p", "There is no trial."),
        element(
            "p", "* left out of the medians. Empty cells could not be measured.", class_="note"
        ),
        facts([(flag.words, flag.meaning) for flag in flags]) if flags else None,
        id=f"trials{hand}",
    )


def provenance_section(analysis: Analysis, hand: str = "") -> Markup:
    """Return recordings, device, calibration, filter and software."""
    return element(
        "section",
        element("h3", "Recordings, device, calibration, filter, software"),
        [_recording(result) for result in analysis.results],
        facts([("Report by", f"gripforce {software_version()}")]),
        id=f"provenance{hand}",
    )


def _recording(result: TaskResult) -> list[Child]:
    recording, device = result.recording, result.recording.device
    streams = [
        f"{s.name} {s.rate_hz:.4g} Hz, {s.samples} samples, {s.lost} lost in {s.gaps} gaps"
        for s in recording.integrity.streams
    ]
    timing = "together" if result.timing.simultaneous else "each at its own instant"
    pairs: list[tuple[str, Child]] = [
        ("Recorded", f"{_when(recording)}, {recording.duration_s:.1f} s"),
        ("Ended", _ended(recording)),
        ("Device", _device(device)),
        ("Streams", "; ".join(streams)),
        ("Grip and load sampled", timing),
        ("Calibration", calibration(recording.metadata.get("calibration"))),
        ("Filter", result.traces.filter),
        ("Recorded by", str(recording.metadata.get("software") or "not stated")),
        ("Source", str(recording.metadata.get("source") or "")),
        ("Markers", f"{len(recording.markers)}" if recording.markers else ""),
        *(("Note", text) for note in recording.notes if (text := note_words(note))),
    ]
    return [element("h4", result.name), facts([(name, what) for name, what in pairs if what])]


def note_words(note: Mapping[str, Any]) -> str:
    """Return a note in words; empty for a session's own events, which the tables tell."""
    if note.get("text"):
        return str(note["text"])
    if note.get("trial") is None or note.get("verdict") is None:
        return ""
    why = f", {note['why']}" if note.get("why") else ""
    return f"trial {note['trial']}: {note['verdict']}{why}"


def _device(device: DeviceInfo) -> str:
    if not device.uid:
        return f"{device.board}, not a gripforce device"
    return f"{device.board}, id {device.uid}, firmware {device.firmware}"


def _when(recording: Recording) -> str:
    begun = local_begin(recording.metadata)
    clock = "" if begun.endswith("+00:00") else begun[19:].lstrip(".0123456789")
    return f"{begun[:19].replace('T', ' ')} UTC{clock}" if begun else "time not stated"


def _ended(recording: Recording) -> str:
    integrity = recording.integrity
    text = str(integrity.ended)
    text += "; all losses accounted for" if integrity.reconciled else "; counts not reconciled"
    if integrity.corrupt:
        text += f"; {integrity.corrupt} corrupt frames"
    if integrity.damaged_bytes:
        text += f"; {integrity.damaged_bytes} damaged bytes in the file"
    return text


def calibration(content: Any) -> str:
    """Return a recording's calibration in one line."""
    if content is None:
        return "none with the recording: forces are as the device, or the table, gave them"
    try:
        found = from_json(content)
    except CalibrationError as error:
        return str(error.args[0])
    text = f"of {found.date[:10]}"
    if found.quality:
        worst = max(quality.uncertainty_pct for quality in found.quality)
        text += f", expanded uncertainty (k = 2) up to {worst:.2g} % of span"
    else:
        text += ", without residuals: its uncertainty is not known"
    return f"{text}. {' '.join(found.notes)}".strip()
