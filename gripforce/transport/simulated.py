"""``sim:`` sources: the simulated device behind a link in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gripforce.sim.options import parse_options, sim_device
from gripforce.transport.memory import MemoryTransport

if TYPE_CHECKING:
    from gripforce.transport.urls import SourceUrl


def simulated(url: SourceUrl) -> MemoryTransport:
    """Return the simulated device that a ``sim:TASK`` URL names.

    Raise ``UsageError`` for an unknown task or option, and for an option that the task does not
    depend on.
    """
    options = parse_options(url.target, url.options)
    twin = sim_device(url.target, options)
    query = "&".join(f"{name}={text}" for name, text in url.options.items())
    text = f"sim:{url.target}?{query}" if query else f"sim:{url.target}"
    return MemoryTransport(twin, url=text, paced=options.speed == "1", design=twin.design)
