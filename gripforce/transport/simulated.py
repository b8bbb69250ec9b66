"""``sim:`` sources: the simulated device behind a link in memory.

In real time a thread performs what comes next, so that the device never pauses for it.
"""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Final, TypeVar

from gripforce.sim.options import parse_options, sim_device
from gripforce.transport.memory import MemoryTransport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gripforce.transport.urls import SourceUrl


T = TypeVar("T")
AHEAD: Final = 2
"""Items that are ready before they are asked for: a piece lasts 2 s, a trial takes 0.15 to make."""
_TURN_S: Final = 0.2
"""How soon the thread notices that nobody reads any more."""


def simulated(url: SourceUrl) -> MemoryTransport:
    """Return the simulated device that a ``sim:TASK`` URL names.

    Raise ``UsageError`` for an unknown task or option, and for an option that the task does not
    depend on.
    """
    options = parse_options(url.target, url.options)
    paced = options.speed == "1"
    twin = sim_device(url.target, options, through=read_ahead if paced else iter)
    query = "&".join(f"{name}={text}" for name, text in url.options.items())
    text = f"sim:{url.target}?{query}" if query else f"sim:{url.target}"
    return MemoryTransport(twin, url=text, paced=paced, design=twin.design)


def read_ahead(items: Iterator[T], ahead: int = AHEAD) -> Iterator[T]:
    """Yield the items of an iterator, of which ``ahead`` are prepared meanwhile.

    An exception of the iterator is raised where its item would have come.
    """
    ready: queue.Queue[T | BaseException | None] = queue.Queue(ahead)
    over = threading.Event()
    threading.Thread(target=_prepare, args=(items, ready, over), daemon=True).start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        over.set()


def _prepare(
    items: Iterator[T], ready: queue.Queue[T | BaseException | None], over: threading.Event
) -> None:
    try:
        for item in items:
            if not _put(item, ready, over):
                return
    except BaseException as error:  # noqa: BLE001 - it belongs to whoever reads
        _put(error, ready, over)
    _put(None, ready, over)


def _put(
    item: T | BaseException | None,
    ready: queue.Queue[T | BaseException | None],
    over: threading.Event,
) -> bool:
    """Put an item as soon as there is room; False where nobody reads any more."""
    while not over.is_set():
        try:
            ready.put(item, timeout=_TURN_S)
        except queue.Full:
            continue
        return True
    return False
