"""The one place where the dashboard meets a device: it opens a source and shows its stream."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gripforce.dashboard.app import run_dashboard
from gripforce.dashboard.terminal import require_terminal
from gripforce.device import open_source
from gripforce.errors import DeviceError, UsageError
from gripforce.model import EndReason
from gripforce.recorder import RecorderClient

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.model import Ended


def watch(
    url: str,
    *,
    title: str = "",
    metadata: Mapping[str, Any] | None = None,
    patient: bool = False,
) -> None:
    """Show a source on this terminal until somebody quits; a device that is lost is waited for.

    ``url`` may be the folder of a session that runs in another terminal. ``metadata``: what is
    known beside the stream, ``subject, task, hand, mass_g`` and more.
    """
    require_terminal()
    folder = Path(url)
    if folder.is_dir():
        asyncio.run(_join(folder, title or folder.name, patient=patient))
        return
    ended = asyncio.run(_watch(url, title or url, metadata, patient=patient))
    if ended is not None and ended.reason is EndReason.DEVICE_LOST:
        raise DeviceError(f"The device was lost. {ended.text}".strip())


async def _watch(
    url: str, title: str, metadata: Mapping[str, Any] | None, *, patient: bool
) -> Ended | None:
    async with open_source(url) as source:

        def mark(text: str) -> None:
            source.mark("key", text)

        stream = source.stream(metadata=metadata)
        return await run_dashboard(stream, title=title, on_mark=mark, patient=patient)


async def _join(folder: Path, title: str, *, patient: bool) -> None:
    """Watch the recorder of a session beside the one who runs it."""
    desk = RecorderClient(folder)
    if not await desk.join():
        raise UsageError(f"No session runs in {folder}.", "Start `gripforce session` first.")
    try:
        await run_dashboard(
            desk.items(), title=title, recording=lambda: Path(desk.file).name, patient=patient
        )
    finally:
        await desk.leave()
