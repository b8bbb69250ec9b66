"""``sim:`` sources: the firmware twin behind a link in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from gripforce.errors import UsageError
from gripforce.sim.options import sim_from_options
from gripforce.transport.memory import MemoryTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gripforce.transport.urls import SourceUrl

OPTIONS = (
    "profile", "seed", "trials", "mass_g", "surface", "rate_hz", "frontend", "faults", "speed",
    "fasciculations_hz", "cells", "rest_s", "beat_s",
)  # fmt: skip


def simulated(url: SourceUrl) -> MemoryTransport:
    """Return the simulated device that a ``sim:TASK`` URL names."""
    options = url.only(OPTIONS)
    speed = options.get("speed", "1")
    if speed not in {"1", "max"}:
        raise UsageError(f"'{speed}' is no speed.", "Try speed=1 (real time) or speed=max.")
    twin = sim_from_options(
        task=url.target,
        profile=options.get("profile", "healthy"),
        seed=_number(options, "seed", int, 1),
        trials=_number(options, "trials", int, 10),
        mass_g=_number(options, "mass_g", float, 400.0),
        surface=options.get("surface", "sandpaper"),
        rate_hz=_number(options, "rate_hz", float, 0.0) or None,
        frontend=options.get("frontend", "research"),
        faults=options.get("faults", ""),
        fasciculations_hz=_number(options, "fasciculations_hz", float, 0.0),
        cells=options.get("cells", ""),
        rest_s=_number(options, "rest_s", float, 0.0),
    )
    text = url.target + ("?" + "&".join(f"{k}={v}" for k, v in options.items()) if options else "")
    return MemoryTransport(twin, url=f"sim:{text}", paced=speed == "1", design=twin.design)


Number = TypeVar("Number", int, float)


def _number(
    options: Mapping[str, str], name: str, kind: Callable[[str], Number], default: Number
) -> Number:
    text = options.get(name)
    if text is None:
        return default
    try:
        return kind(text)
    except ValueError:
        raise UsageError(f"{name}={text} is not a number.") from None
