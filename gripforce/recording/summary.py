"""Summarize a recording: what ``gripforce info`` and ``record`` print with ``--json``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from gripforce.model import Unit
from gripforce.recording.rate_doubts import rate_doubts
from gripforce.recording.signal_doubts import signal_doubts

if TYPE_CHECKING:
    from gripforce.model import Recording


def summary(recording: Recording) -> dict[str, Any]:
    """Return duration, losses, markers and metadata of a recording as JSON's own types."""
    integrity = recording.integrity
    return {
        "file": recording.path,
        "duration_s": round(recording.duration_s, 6),
        "ended": str(integrity.ended),
        "streams": [asdict(tally) for tally in integrity.streams],
        "samples": sum(tally.samples for tally in integrity.streams),
        "lost": sum(tally.lost for tally in integrity.streams),
        "gaps": [
            {"stream": gap.stream, "t_s": round(gap.t, 6), "lost": gap.lost}
            for gap in recording.gaps
        ],
        "corrupt": integrity.corrupt,
        "reconciled": integrity.reconciled,
        "doubts": doubts_of(recording),
        "markers": [
            {"t_s": marker.t, "kind": marker.kind, "text": marker.text}
            for marker in recording.markers
        ],
        "damaged_bytes": integrity.damaged_bytes,
        "segments": len(recording.segments),
        "notes": [dict(note) for note in recording.notes],
        "calibrated": is_calibrated(recording),
        "calibration": calibration_words(recording),
        "metadata": dict(recording.metadata),
        "device": {
            "board": recording.device.board,
            "uid": recording.device.uid,
            "firmware": recording.device.firmware,
        },
    }


def doubts_of(recording: Recording) -> list[str]:
    """Return a sentence for each thing in a recording that its account of samples does not show."""
    return [*rate_doubts(recording), *signal_doubts(recording), *_count_doubts(recording)]


def _count_doubts(recording: Recording) -> list[str]:
    """Return what the device sent that cannot be true, once for each kind."""
    said = dict.fromkeys(
        marker.text
        for marker in recording.markers
        if marker.kind == "device" and marker.text.startswith("implausible")
    )
    return [f"the device sent {text}" for text in said]


def is_calibrated(recording: Recording) -> bool:
    """Return whether all force channels are in newtons."""
    return all(
        unit is Unit.NEWTON
        for samples in recording.streams.values()
        for channel, unit in zip(samples.stream.channels, samples.scaling.units, strict=True)
        if channel.kind.is_force
    )


def calibration_words(recording: Recording) -> str:
    """Return which calibration the forces have, and any doubt about it."""
    calibration = recording.metadata.get("calibration")
    note = str(recording.metadata.get("calibration_note") or "")
    if not is_calibrated(recording):
        advice = "Calibrate the device and record again."
        return " ".join(
            ["NOT CALIBRATED: the forces are not in newtons.", *filter(None, [note]), advice]
        )
    if note:
        return f"doubtful: {note}"
    if isinstance(calibration, dict):
        return f"of {str(calibration.get('date', ''))[:10] or 'unknown date'}"
    return "the device's own scale"
