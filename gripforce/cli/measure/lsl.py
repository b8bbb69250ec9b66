"""``gripforce lsl``: offer a device to the Lab Streaming Layer without recording it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gripforce.cli.options import positive, say

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gripforce.model import StreamItem

POLL_S = 0.5
"""Interval at which the recorder of a session is looked for."""


def lsl(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="Device, simulation or replay:FILE.grip; or a folder of sessions, to follow them.",
        ),
    ],
    duration: Annotated[
        float | None, typer.Option(help="Seconds to stream (default: until Ctrl-C).")
    ] = None,
) -> None:
    """Offer forces and markers to the Lab Streaming Layer.

    Nothing is recorded. To record as well: gripforce record SOURCE --lsl.
    """
    import asyncio

    positive("A duration", duration)
    limit_s = float("inf") if duration is None else duration
    try:
        if Path(source).is_dir():
            asyncio.run(_send(_followed(Path(source)), limit_s))
        else:
            asyncio.run(_send_source(source, limit_s))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _send_source(source: str, limit_s: float) -> None:
    from gripforce.cli.interrupt import on_interrupt
    from gripforce.device import open_source

    device, streaming = open_source(source), False

    def stop() -> bool:
        device.stop()
        return streaming

    with on_interrupt(stop):
        async with device:
            streaming = True
            await _send(device.stream(duration_s=limit_s), float("inf"))


async def _send(items: AsyncIterator[StreamItem], limit_s: float) -> None:
    """Send items until they end or the time is over; say what was not sent."""
    import asyncio

    from gripforce.bridge.lsl_outlets import LslOutlets
    from gripforce.cli.measure.beside import say_problems
    from gripforce.model import Ended, Started

    with LslOutlets() as outlets:
        try:
            async with asyncio.timeout(None if limit_s == float("inf") else limit_s):
                async for item in items:
                    if isinstance(item, Started):
                        names = ", ".join(stream.name for stream in item.device.streams)
                        say(f"gripforce: offering {names} and markers of {item.device.uid}")
                    outlets.put(item)
                    if isinstance(item, Ended) and item.text:
                        say(f"gripforce: {item.text}")
                    if outlets.error:
                        break
        except TimeoutError:
            pass
    say_problems(outlets.error, outlets.dropped)


async def _followed(folder: Path) -> AsyncIterator[StreamItem]:
    """Yield the items of each session that is recorded in a folder, one after the other."""
    import asyncio

    from gripforce.recorder.client import RecorderClient

    while True:
        for address in await asyncio.to_thread(_recorders, folder):
            client = RecorderClient(address.parent, watch=True)
            if await client.join():
                async for item in client.items_while_connected():
                    yield item
                await client.leave()
        await asyncio.sleep(POLL_S)


def _recorders(folder: Path) -> list[Path]:
    """Return the files in which running recorders say how to reach them."""
    from gripforce.recorder.server import ADDRESS

    return sorted(folder.rglob(ADDRESS))
