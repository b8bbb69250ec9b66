"""``gripforce record``: record without a screen."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

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


def record(
    source: SourceArgument,
    output: Annotated[Path, typer.Option("-o", "--output", help="New .grip file.")],
    duration: Annotated[
        float | None, typer.Option(help="Seconds to record (default: until Ctrl-C).")
    ] = None,
    task: Annotated[str | None, typer.Option(help=f"One of {', '.join(TASKS)}.")] = None,
    subject: Annotated[str | None, typer.Option(help="Subject code, never a name.")] = None,
    mass_g: Annotated[float | None, typer.Option("--mass-g", help="Mass of the object, g.")] = None,
    surface: Annotated[str | None, typer.Option(help="Surface of the object.")] = None,
    hand: Annotated[str | None, typer.Option(help="left or right.")] = None,
    slip_n: Annotated[
        float | None, typer.Option("--slip-n", help="Slip force from a slip test, N.")
    ] = None,
    trigger: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE",
            help='Raise an output at an event or a level: "lift_off + 120 ms -> ttl0 5ms",'
            ' "grip > 5 N -> ttl0 5ms".',
        ),
    ] = None,
    max_lost: MaxLost = None,
    markers: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FROM",
            help="Take markers of other programs: lsl:NAME, udp:127.0.0.1:PORT or stdin.",
        ),
    ] = None,
    *,
    keep_running: Annotated[
        bool, typer.Option("--keep-running", help="Go on when the terminal is closed.")
    ] = False,
    lsl: Annotated[
        bool, typer.Option("--lsl", help="Offer forces and markers to the Lab Streaming Layer.")
    ] = False,
    json: Json = False,
) -> None:
    """Record a device to a .grip file."""
    from gripforce.recording import read_recording, summary

    positive("A duration", duration)
    metadata = {
        "task": one_of("task", task, TASKS),
        "subject": subject,
        "mass_g": positive("A mass", mass_g),
        "surface": surface,
        "hand": one_of("hand", hand, HANDS),
        "slip_n": positive("A slip force", slip_n),
    }
    given = {key: value for key, value in metadata.items() if value is not None}
    try:
        ended, path = asyncio.run(
            _record(
                source,
                output,
                duration,
                given,
                keep_running=keep_running,
                lsl=lsl,
                markers=markers or [],
                triggers=trigger or [],
            )
        )
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
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
    source: str,
    output: Path,
    duration_s: float | None,
    metadata: Mapping[str, Any],
    *,
    keep_running: bool,
    lsl: bool,
    markers: Sequence[str],
    triggers: Sequence[str],
) -> tuple[Ended | None, Path]:
    """Record until the end; return it, and the file, which may have had to move."""
    from gripforce.cli.interrupt import on_interrupt
    from gripforce.cli.measure.beside import Beside
    from gripforce.cli.progress import Progress
    from gripforce.device import open_source
    from gripforce.model import Ended
    from gripforce.recording import Recorder

    reads_along = lsl or bool(triggers)  # else the heads of blocks will do
    ended, device, streaming = None, open_source(source, live=reads_along), False

    def stop() -> bool:
        device.stop()
        return streaming

    with (
        on_interrupt(stop, keep_running=keep_running),
        Beside(device, lsl=lsl, markers=markers, triggers=triggers) as beside,
        Recorder(output, metadata) as recorder,
    ):
        async with device:
            with Progress(duration_s) as progress:
                limit_s = float("inf") if duration_s is None else duration_s
                async for item in recorder.through(
                    device.stream(duration_s=limit_s, metadata=metadata)
                ):
                    streaming = True
                    progress.show(item)
                    beside.put(item)
                    if isinstance(item, Ended):
                        ended = item
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
        say(f"gripforce: {ended.text}")
