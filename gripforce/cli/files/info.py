"""``gripforce info``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gripforce.cli.options import (
    Json,
    MaxLost,
    RecordingArgument,
    print_json,
    require_complete,
    say,
)
from gripforce.cli.tables import print_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gripforce.model import Recording

_MOST_GAPS = 20


def info(
    file: RecordingArgument,
    max_lost: MaxLost = None,
    *,
    json: Json = False,
) -> None:
    """Summarize a recording and what is missing in it."""
    from gripforce.recording import read_recording, summary

    recording = read_recording(file)
    result = summary(recording)
    lost_pct = {recording.name: recording.integrity.lost_pct}
    if json:
        print_json(result)
        require_complete(lost_pct, max_lost)
        return
    print_table(("what", "value"), list(_rows(recording, result)))
    if recording.integrity.ended.incomplete:
        say(f"gripforce: {recording.name} {recording.integrity.ended.incomplete}", always=True)
    require_complete(lost_pct, max_lost)


def _rows(recording: Recording, result: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Yield what is known of a recording, in a few words each."""
    device = recording.device
    yield "file", result["file"]
    yield "duration", f"{result['duration_s']:.1f} s"
    yield "device", f"{device.board} {device.uid}"
    for key in ("utc", "task", "subject", "session", "hand", "mass_g", "surface", "slip_n"):
        if key in recording.metadata:
            yield key, recording.metadata[key]
    yield "calibration", result["calibration"]
    for stream in result["streams"]:
        words = f"{stream['samples']} samples at {stream['rate_hz']:.2f} Hz"
        yield stream["name"], f"{words}, {stream['lost']} lost in {stream['gaps']} gaps"
    for doubt in result["doubts"]:
        yield "DOUBTFUL", doubt
    yield from _losses(result)
    for marker in recording.markers:
        yield "marker", f"{marker.t:.3f} s: {marker.kind} {marker.text}"


def _losses(result: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    shown, others = result["gaps"][:_MOST_GAPS], result["gaps"][_MOST_GAPS:]
    for gap in shown:
        yield "gap", f"{gap['t_s']:.3f} s: {gap['lost']} samples of {gap['stream']}"
    if others:
        lost = sum(gap["lost"] for gap in others)
        until_s = max(gap["t_s"] for gap in others)
        yield "gap", f"and {len(others)} more gaps until {until_s:.3f} s: {lost} samples"
    yield "corrupt frames", result["corrupt"]
    yield "ended", result["ended"]
    yield "reconciled", "yes" if result["reconciled"] else "no"
