"""``gripforce info``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gripforce.cli.options import Json, MaxLost, print_json, print_line, require_complete, say

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_GAPS = 20


def info(
    file: Annotated[Path, typer.Argument(help="A .grip file.")],
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
    device = recording.device
    print_line(f"{file}: {result['duration_s']:.1f} s of {device.board} {device.uid}")
    for key in ("utc", "task", "subject", "hand", "mass_g", "surface", "slip_n"):
        if key in recording.metadata:
            print_line(f"  {key}: {recording.metadata[key]}")
    print_line(f"  calibration: {result['calibration']}")
    for stream in result["streams"]:
        print_line(
            f"  {stream['name']}: {stream['samples']} samples at {stream['rate_hz']:.2f} Hz, "
            f"{stream['lost']} lost in {stream['gaps']} gaps"
        )
    for doubt in result["doubts"]:
        print_line(f"  DOUBTFUL: {doubt}")
    _print_integrity(result)
    for marker in recording.markers:
        print_line(f"  marker at {marker.t:.3f} s: {marker.kind} {marker.text}")
    if recording.integrity.ended.incomplete:
        say(f"gripforce: {recording.name} {recording.integrity.ended.incomplete}")
    require_complete(lost_pct, max_lost)


def _print_integrity(result: Mapping[str, Any]) -> None:
    shown, others = result["gaps"][:_MOST_GAPS], result["gaps"][_MOST_GAPS:]
    for gap in shown:
        print_line(f"  gap at {gap['t_s']:.3f} s: {gap['lost']} samples of {gap['stream']}")
    if others:
        lost = sum(gap["lost"] for gap in others)
        until_s = max(gap["t_s"] for gap in others)
        print_line(f"  and {len(others)} more gaps until {until_s:.3f} s: {lost} samples")
    print_line(f"  corrupt frames: {result['corrupt']}")
    print_line(f"  ended: {result['ended']}; reconciled: {'yes' if result['reconciled'] else 'no'}")
