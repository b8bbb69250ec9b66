"""``gripforce simulate``: a device that is not there, for any client."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gripforce.cli.options import one_of, positive, say
from gripforce.errors import UsageError
from gripforce.model.task import TASKS

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from gripforce.sim.device.device import SimDevice
    from gripforce.sim.device.progressor import SimProgressor
    from gripforce.transport.gatt import GattProfile

TRUTH_S = 1.0
"""Between rewritings of the truth file."""


def simulate(
    profile: Annotated[str, typer.Option(help="Whose hand.")] = "healthy",
    task: Annotated[str, typer.Option(help="What the hand does.")] = "lift",
    seed: Annotated[int, typer.Option(help="The same seed, the same bytes.")] = 1,
    trials: Annotated[int, typer.Option(help="How many times.")] = 10,
    mass_g: Annotated[float, typer.Option("--mass-g", help="Object's mass, grams.")] = 400.0,
    surface: Annotated[str, typer.Option(help="Grip surface.")] = "sandpaper",
    frontend: Annotated[str, typer.Option(help="research or entry.")] = "research",
    link: Annotated[Path | None, typer.Option(help="Make a pty, with a link to it here.")] = None,
    tcp: Annotated[int | None, typer.Option(help="Listen on this port of 127.0.0.1.")] = None,
    ble_transport: Annotated[
        str, typer.Option(help="With --ble: adapter or bumble transport, such as usb:0.")
    ] = "",
    as_: Annotated[
        str, typer.Option("--as", help="With --ble: gripforce, nus, hm10 or progressor.")
    ] = "gripforce",
    name: Annotated[str, typer.Option(help="With --ble: the name that it advertises.")] = "",
    faults: Annotated[str, typer.Option(help="Such as drop=0.02,no_resend.")] = "",
    fasciculations_hz: Annotated[
        float, typer.Option("--fasciculations-hz", help="Twitches a second while gripping.")
    ] = 0.0,
    cells: Annotated[str, typer.Option(help="Flaws, such as drift,creep,hysteresis.")] = "",
    truth: Annotated[Path | None, typer.Option(help="Write what really happened here.")] = None,
    *,
    ble: Annotated[bool, typer.Option("--ble", help="Advertise over Bluetooth.")] = False,
) -> None:
    """Simulate a device on a pty, on a socket or over Bluetooth; Ctrl-C ends it."""
    place = _Place(link, tcp, _OnAir.of(as_, name, ble_transport) if ble else None)
    if [link is not None, tcp is not None, ble].count(True) != 1:
        raise UsageError("Say where the device shall be.", "Give --link PATH, --tcp PORT or --ble.")
    one_of("task", task, TASKS)
    positive("A mass", mass_g)
    scene = {
        "task": task, "profile": profile, "seed": seed, "trials": trials, "mass_g": mass_g,
        "surface": surface, "fasciculations_hz": fasciculations_hz,
    }  # fmt: skip
    twin = _twin(scene, place, frontend, faults, cells)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(twin, place, truth))
    _write_truth(twin, truth)


@dataclass(frozen=True)
class _OnAir:
    """How a device advertises itself."""

    profile: GattProfile
    name: str
    transport: str

    @classmethod
    def of(cls, profile: str, name: str, transport: str) -> _OnAir:
        from gripforce.transport.gatt import PROGRESSOR, profile_named

        known = profile_named(profile)
        usual = "Progressor_GF" if known is PROGRESSOR else "gripforce"
        adapter = "hci-socket:0" if sys.platform == "linux" else "usb:0"
        return cls(known, name or usual, transport or adapter)


@dataclass(frozen=True)
class _Place:
    """Where the device shall be: one of these."""

    link: Path | None
    tcp: int | None
    air: _OnAir | None

    @property
    def url(self) -> str:
        """Where a client finds it."""
        if self.air is not None:
            return f"ble:{self.air.name}"
        return f"serial:{self.link}" if self.link is not None else f"tcp:127.0.0.1:{self.tcp}"


def _twin(
    scene: Mapping[str, Any], place: _Place, frontend: str, faults: str, cells: str
) -> SimDevice | SimProgressor:
    from gripforce.sim.device.progressor import SimProgressor
    from gripforce.sim.options import scene_from_options, sim_from_options
    from gripforce.transport.gatt import PROGRESSOR

    if place.air is None or place.air.profile is not PROGRESSOR:
        return sim_from_options(**scene, frontend=frontend, faults=faults, cells=cells)
    if faults or cells:
        raise UsageError(
            "A Progressor has no faults to simulate.", "Leave --faults and --cells out."
        )
    return SimProgressor(scene_from_options(**scene), seed=scene["seed"])


def _serving(
    twin: SimDevice | SimProgressor, place: _Place, ready: Callable[[], None]
) -> Coroutine[Any, Any, None]:
    from gripforce.sim.device.progressor import SimProgressor
    from gripforce.transport.serve import serve_pty, serve_tcp

    if place.air is not None:
        from gripforce.transport.ble_peripheral import FramedTwin, serve_ble

        packets = twin if isinstance(twin, SimProgressor) else FramedTwin(twin)
        air = place.air
        return serve_ble(packets, air.transport, ready, air.profile, name=air.name)
    if isinstance(twin, SimProgressor):
        raise UsageError("A Progressor has no cable.", "Give --ble.")
    if place.link is not None:
        return serve_pty(twin, place.link, ready)
    return serve_tcp(twin, place.tcp or 0, ready)


async def _serve(twin: SimDevice | SimProgressor, place: _Place, truth: Path | None) -> None:
    from gripforce.transport.serve import until_terminated

    def ready() -> None:
        say(f"gripforce: a simulated device at {place.url}; Ctrl-C ends it.")

    serving = _serving(twin, place, ready)
    writing = asyncio.create_task(_keep_writing(twin, truth))
    try:
        await until_terminated(serving)
    finally:
        writing.cancel()


async def _keep_writing(twin: SimDevice | SimProgressor, truth: Path | None) -> None:
    while True:
        _write_truth(twin, truth)
        await asyncio.sleep(TRUTH_S)


def _write_truth(twin: SimDevice | SimProgressor, truth: Path | None) -> None:
    """Replace the truth file in one step: whoever reads it finds it whole."""
    if truth is None:
        return
    draft = truth.with_name(f".{truth.name}.new")
    try:
        draft.write_text(json.dumps(twin.truth(), indent=2), encoding="utf-8")
        draft.replace(truth)
    except OSError as error:
        raise UsageError(f"{truth} cannot be written: {error.strerror}.") from error
