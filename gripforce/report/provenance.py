"""Provenance: excluded trials, all trials in numbers, recordings, device, calibration, software."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gripforce.analysis.flags import TrialFlag
from gripforce.calibration import from_json
from gripforce.errors import CalibrationError
from gripforce.language import translatable
from gripforce.model import task_spec
from gripforce.model.local_time import local_begin
from gripforce.recording import doubts_of
from gripforce.report.markup import Child, Markup, element, original
from gripforce.report.tables import facts, table, trial_tables
from gripforce.report.traces import marks_of
from gripforce.version import software_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.results import Analysis, TaskResult
    from gripforce.model import DeviceInfo, Recording


EVERY_MEASURE: Final = (
    "Every measure of every trial is in the exported table: `gripforce analyze FILE -o table.csv`."
)


def excluded_section(analysis: Analysis, hand: str = "") -> Markup:
    """Return every trial that stands in a table but not in a median, and why."""
    rows = [[out.recording, str(out.trial), out.why] for out in analysis.excluded]
    return element(
        "section",
        element("h3", "Left out, and why"),
        table([translatable("recording"), "trial", translatable("why")], rows)
        if rows
        else element("p", "No trial was left out."),
        id=f"excluded{hand}",
    )


def trials_section(by_task: Mapping[str, Sequence[TaskResult]], hand: str = "") -> Markup:
    """Return the main results of every trial in numbers, and what the flags mean."""
    trials = [t for results in by_task.values() for r in results for t in r.trials]
    flags = [flag for flag in TrialFlag if any(flag in trial.flags for trial in trials)]
    parts: list[Child] = []
    for task, results in by_task.items():
        if any(result.trials for result in results):
            parts += [element("h4", task_spec(task).title), *trial_tables(results)]
    return element(
        "section",
        element("h3", "Trial by trial"),
        parts or element("p", "There is no trial."),
        element(
            "p", "* left out of the medians. Empty cells could not be measured.", class_="note"
        ),
        element("p", EVERY_MEASURE, class_="note"),
        facts([(flag.words, flag.meaning) for flag in flags]) if flags else None,
        id=f"trials{hand}",
    )


def provenance_section(analysis: Analysis, hand: str = "") -> Markup:
    """Return recordings, device, calibration, filter and software; what all share stands once."""
    described = [(result.name, _recording(result)) for result in analysis.results]
    shared = [
        (name, what)
        for name, what in (described[0][1] if described else [])
        if all((name, what) in pairs for _, pairs in described)
    ]
    own = [
        element("li", element("b", name), ": ", [_fact(*p) for p in pairs if p not in shared])
        for name, pairs in described
    ]
    return element(
        "section",
        element("h3", "Recordings, device, calibration, filter, software"),
        facts([*shared, ("Report by", f"gripforce {software_version()}")]),
        element("ul", own),
        id=f"provenance{hand}",
    )


def _fact(name: str, what: Child) -> list[Child]:
    return [element("i", name), " ", what, "; "]


def _recording(result: TaskResult) -> list[tuple[str, Child]]:
    recording, device = result.recording, result.recording.device
    streams = [
        f"{s.name} {s.rate_hz:.4g} Hz, {s.samples} samples, {s.lost} lost in {s.gaps} gaps"
        for s in recording.integrity.streams
    ]
    source = str(recording.metadata.get("source") or "")
    timing = translatable("together") if result.timing.simultaneous else "each at its own instant"
    pairs: list[tuple[str, Child]] = [
        ("Recorded", f"{_when(recording)}, {recording.duration_s:.1f} s"),
        ("Ended", _ended(recording)),
        *(("Doubtful", doubt) for doubt in doubts_of(recording)),
        ("Device", _device(device)),
        ("Streams", "; ".join(streams)),
        ("Grip and load sampled", timing),
        ("Calibration", calibration(recording.metadata.get("calibration"))),
        ("Filter", original(result.traces.filter)),
        ("Recorded by", str(recording.metadata.get("software") or "not stated")),
        ("Source", original(source) if source else ""),
        ("Markers", marker_words(recording)),
        *(("Note", text) for note in recording.notes if (text := note_words(note))),
    ]
    return [(name, what) for name, what in pairs if what]


def marker_words(recording: Recording) -> str:
    """Return what was marked, with its time, and how many cues and beats there are."""
    marks = [f"{words} ({at_s:.1f} s)" for at_s, words in marks_of(recording)]
    others = len(recording.markers) - len(marks)
    return ", ".join([*marks, *([f"{others} cues and beats"] if others else [])])


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
    text = found.date[:10]
    if found.quality:
        worst = max(quality.uncertainty_pct for quality in found.quality)
        text += f", expanded uncertainty (k = 2) up to {worst:.2g} % of span"
    else:
        text += ", without residuals: its uncertainty is not known"
    return f"{text}. {' '.join(found.notes)}".strip()
