"""The one place where the dashboard meets a device: it opens a source and shows its stream."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from gripforce.dashboard.app import run_dashboard
from gripforce.dashboard.terminal import require_terminal
from gripforce.device import open_source
from gripforce.errors import DeviceError
from gripforce.model import EndReason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.model import Ended


def watch(url: str, *, title: str = "", metadata: Mapping[str, Any] | None = None) -> None:
    """Show a source on this terminal until somebody quits; a device that is lost is waited for.

    ``metadata``: what is known beside the stream, ``subject, task, hand, mass_g`` and more.
    """
    require_terminal()
    ended = asyncio.run(_watch(url, title or url, metadata))
    if ended is not None and ended.reason is EndReason.DEVICE_LOST:
        raise DeviceError(f"The device was lost. {ended.text}".strip())


async def _watch(url: str, title: str, metadata: Mapping[str, Any] | None) -> Ended | None:
    async with open_source(url) as source:

        def mark(text: str) -> None:
            source.mark("key", text)

        stream = source.stream(metadata=metadata)
        return await run_dashboard(stream, title=title, on_mark=mark)
