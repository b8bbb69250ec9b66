"""``gripforce record``: record without a screen."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gripforce.cli import candidates
from gripforce.cli.options import (
    Json,
    MaxLost,
    SourceArgument,
    one_of,
    positive,
    print_json,
    print_line,
    require_complete,
    say,
)
from gripforce.constants import HANDS
from gripforce.model.task import TASKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.model import Ended


Output = Annotated[Path, typer.Option("-o", "--output", help="New .grip file.")]
Duration = Annotated[float | None, typer.Option(help="Seconds to record (default: until Ctrl-C).")]
Task = Annotated[
    str | None,
    typer.Option(help=f"One of {', '.join(TASKS)}.", autocompletion=candidates.tasks),
]
Subject = Annotated[str | None, typer.Option(help="Subject code, never a name.")]
Mass = Annotated[float | None, typer.Option("--mass-g", help="Mass of the object, g.")]
Surface = Annotated[str | None, typer.Option(help="Surface of the object.")]
Hand = Annotated[str | None, typer.Option(help="left or right.", autocompletion=candidates.hands)]
Slip = Annotated[float | None, typer.Option("--slip-n", help="Slip force from a slip test, N.")]
TriggerRules = Annotated[
    list[str] | None,
    typer.Option(
        metavar="RULE",
        help='Raise an output at an event or a level: "lift_off + 120 ms -> ttl0 5ms",'
        ' "grip > 5 N -> ttl0 5ms".',
    ),
]
WatchRule = Annotated[
    str | None,
    typer.Option(
        metavar="RULE",
        help='Let the device itself raise an output, within 1 ms: "grip > 5 N -> ttl0 5ms".',
    ),
]
MarkerSources = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FROM",
        help="Take markers of other programs: lsl:NAME, udp:127.0.0.1:PORT or stdin.",
    ),
]
KeepRunning = Annotated[
    bool, typer.Option("--keep-running", help="Go on when the terminal is closed.")
]
Lsl = Annotated[
    bool, typer.Option("--lsl", help="Offer forces and markers to the Lab Streaming Layer.")
]


def record(
    source: SourceArgument,
    output: Output,
    duration: Duration = None,
    task: Task = None,
    subject: Subject = None,
    mass_g: Mass = None,
    surface: Surface = None,
    hand: Hand = None,
    slip_n: Slip = None,
    trigger: TriggerRules = None,
    watch: WatchRule = None,
    max_lost: MaxLost = None,
    markers: MarkerSources = None,
    *,
    keep_running: KeepRunning = False,
    lsl: Lsl = False,
    json: Json = False,
) -> None:
    """Record a device to a .grip file."""
    import asyncio

    duration_s = positive("A duration", duration)
    metadata = {
        "task": one_of("task", task, TASKS),
        "subject": subject,
        "mass_g": positive("A mass", mass_g),
        "surface": surface,
        "hand": one_of("hand", hand, HANDS),
        "slip_n": positive("A slip force", slip_n),
    }
    given = {key: value for key, value in metadata.items() if value is not None}
    recording = _record(
        source, output, duration_s, given, keep_running=keep_running, lsl=lsl,
        markers=markers or [], triggers=trigger or [], watch=watch,
    )  # fmt: skip
    try:
        ended, path = asyncio.run(recording)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    _report(path, ended, max_lost, json=json)


def _report(path: Path, ended: Ended | None, max_lost: float | None, *, json: bool) -> None:
    """Print what was recorded; exit with 3 where the device was lost, 4 where too much was."""
    from gripforce.recording import read_recording, summary

    recording = read_recording(path)
    result = summary(recording)
    if json:
        print_json(result)
    else:
        _print(result, ended)
    if result["ended"] == "device lost":
        raise typer.Exit(3)
    require_complete({recording.name: recording.integrity.lost_pct}, max_lost)


async def _record(
    source: str, output: Path, duration_s: float | None, metadata: Mapping[str, Any], *,
    keep_running: bool, lsl: bool, markers: Sequence[str], triggers: Sequence[str],
    watch: str | None,
) -> tuple[Ended | None, Path]:  # fmt: skip
    """Record; return the end, and the file, which may have had to move."""
    from gripforce.cli.interrupt import on_interrupt
    from gripforce.cli.measure.beside import Beside
    from gripforce.cli.progress import Progress
    from gripforce.device import open_source
    from gripforce.model import Ended
    from gripforce.recording import Recorder

    ended: Ended | None = None
    device, streaming = open_source(source, live=lsl or bool(triggers or watch)), False

    def stop() -> bool:
        device.stop()
        return streaming

    with (
        on_interrupt(stop, keep_running=keep_running),
        Beside(device, lsl=lsl, markers=markers, triggers=triggers, watch=watch) as beside,
        Recorder(output, metadata) as recorder,
    ):
        async with device:
            stream = device.stream(duration_s=duration_s or math.inf, metadata=metadata)
            with Progress(duration_s) as progress:
                async for item in recorder.through(stream):
                    streaming = True
                    progress.show(item)
                    beside.put(item)
                    ended = item if isinstance(item, Ended) else ended
    return ended, recorder.path


def _print(result: Mapping[str, Any], ended: Ended | None) -> None:
    print_line(
        f"{result['file']}: {result['duration_s']:.1f} s, {result['samples']} samples, "
        f"{result['lost']} lost in {len(result['gaps'])} gaps, {result['corrupt']} corrupt frames"
    )
    for stream in result["streams"]:
        print_line(
            f"  {stream['name']}: {stream['samples']} samples at {stream['rate_hz']:.2f} Hz, "
            f"{stream['lost']} lost"
        )
    print_line(f"  calibration: {result['calibration']}")
    for doubt in result["doubts"]:
        print_line(f"  DOUBTFUL: {doubt}")
    counts = "agree" if result["reconciled"] else "disagree"
    print_line(f"  ended: {result['ended']}; device and host sample counts {counts}")
    if ended is not None and ended.text:
        say(f"gripforce: {ended.text}", always=True)
