"""Summarize a recording: what ``gripforce info`` and ``record`` print with ``--json``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

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
        "markers": [
            {"t_s": marker.t, "kind": marker.kind, "text": marker.text}
            for marker in recording.markers
        ],
        "damaged_bytes": integrity.damaged_bytes,
        "segments": len(recording.segments),
        "notes": [dict(note) for note in recording.notes],
        "metadata": dict(recording.metadata),
        "device": {
            "board": recording.device.board,
            "uid": recording.device.uid,
            "firmware": recording.device.firmware,
        },
    }
