"""``gripforce simulate``: a simulated device for any client."""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from gripforce.cli.develop.sim_parameters import flag, with_sim_options
from gripforce.cli.options import say
from gripforce.errors import UsageError
from gripforce.sim.option_table import SIM_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from gripforce.sim.device.device import SimDevice
    from gripforce.sim.device.progressor import SimProgressor
    from gripforce.transport.gatt import GattProfile

TRUTH_PERIOD_S: Final = 1.0
"""Between two updates of the truth file."""
_UNREAD_BY_PROGRESSOR: Final = ("frontend", "rate_hz", "cells", "faults")
_DEFAULT_PROFILE: Final = "gripforce"


@with_sim_options
def simulate(
    task: Annotated[
        str, typer.Option(help="Task of the participant, calibrate, or still.")
    ] = "lift",
    link: Annotated[Path | None, typer.Option(help="Make a pty, with a link to it here.")] = None,
    tcp: Annotated[int | None, typer.Option(help="Listen on this port of 127.0.0.1.")] = None,
    ble_transport: Annotated[
        str, typer.Option(help="With --ble: adapter or bumble transport, such as usb:0.")
    ] = "",
    as_: Annotated[
        str, typer.Option("--as", help="With --ble: gripforce, nus, hm10 or progressor.")
    ] = _DEFAULT_PROFILE,
    name: Annotated[str, typer.Option(help="With --ble: the name that it advertises.")] = "",
    truth: Annotated[Path | None, typer.Option(help="Write the ground truth to this file.")] = None,
    *,
    ble: Annotated[bool, typer.Option("--ble", help="Advertise over Bluetooth.")] = False,
    **options: Any,
) -> None:
    """Simulate a device on a serial port, a socket or Bluetooth.

    It runs until Ctrl-C.
    """
    import asyncio

    advertised = Advertisement.of(as_, name, ble_transport, ble=ble)
    endpoint = Endpoint(link, tcp, advertised)
    device = _device(task, options, endpoint)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(device, endpoint, truth))
    _write_truth(device, truth)


@dataclass(frozen=True)
class Advertisement:
    """How a device advertises itself over Bluetooth."""

    profile: GattProfile
    name: str
    transport: str

    @classmethod
    def of(cls, profile: str, name: str, transport: str, *, ble: bool) -> Advertisement | None:
        """Return what was typed, None without ``--ble``; ``UsageError`` for an unknown profile."""
        from gripforce.transport.gatt import PROGRESSOR, profile_named

        if not ble:
            if name or transport or profile != _DEFAULT_PROFILE:
                raise UsageError("--as, --name and --ble-transport need --ble.", "Add --ble.")
            return None
        known = profile_named(profile)
        usual = "Progressor_GF" if known is PROGRESSOR else "gripforce"
        adapter = "hci-socket:0" if sys.platform == "linux" else "usb:0"
        return cls(known, name or usual, transport or adapter)


@dataclass(frozen=True)
class Endpoint:
    """Where clients find the device: one of a pty, a TCP port and Bluetooth."""

    link: Path | None
    tcp: int | None
    advertised: Advertisement | None

    def __post_init__(self) -> None:
        if [self.link, self.tcp, self.advertised].count(None) != 2:  # noqa: PLR2004 - one of three
            raise UsageError(
                "Say where the device shall be.", "Give one of --link PATH, --tcp PORT and --ble."
            )

    @property
    def url(self) -> str:
        """The source URL for a client."""
        if self.advertised is not None:
            return f"ble:{self.advertised.name}"
        return f"serial:{self.link}" if self.link is not None else f"tcp:127.0.0.1:{self.tcp}"

    @property
    def is_progressor(self) -> bool:
        """Whether the device speaks the Tindeq Progressor's protocol."""
        from gripforce.transport.gatt import PROGRESSOR

        return self.advertised is not None and self.advertised.profile is PROGRESSOR


def _device(task: str, options: Mapping[str, Any], endpoint: Endpoint) -> SimDevice | SimProgressor:
    from gripforce.sim.options import scene_from_options, sim_from_options
    from gripforce.transport.simulated import read_ahead

    if not endpoint.is_progressor:
        return sim_from_options(task, through=read_ahead, **options)
    from gripforce.sim.device.progressor import SimProgressor

    unread = [key for key in _UNREAD_BY_PROGRESSOR if options[key] != SIM_OPTIONS[key].default]
    if unread:
        flags = ", ".join(flag(key) for key in unread)
        raise UsageError("A Progressor has no faults or front end to simulate.", f"Omit {flags}.")
    return SimProgressor(scene_from_options(task, **options), seed=options["seed"])


def _serving(
    device: SimDevice | SimProgressor, endpoint: Endpoint, ready: Callable[[], None]
) -> Coroutine[Any, Any, None]:
    from gripforce.sim.device.progressor import SimProgressor
    from gripforce.transport.serve import serve_pty, serve_tcp

    advertised = endpoint.advertised
    if advertised is not None:
        from gripforce.transport.ble_peripheral import FramedTwin, serve_ble

        packets = device if isinstance(device, SimProgressor) else FramedTwin(device)
        return serve_ble(
            packets, advertised.transport, ready, advertised.profile, name=advertised.name
        )
    if isinstance(device, SimProgressor):
        raise UsageError("A Progressor has no cable.", "Give --ble.")
    if endpoint.link is not None:
        return serve_pty(device, endpoint.link, ready)
    return serve_tcp(device, endpoint.tcp or 0, ready)


async def _serve(device: SimDevice | SimProgressor, endpoint: Endpoint, truth: Path | None) -> None:
    import asyncio

    from gripforce.transport.serve import until_terminated

    def ready() -> None:
        say(f"gripforce: a simulated device at {endpoint.url}; Ctrl-C ends it.")

    serving = _serving(device, endpoint, ready)
    updating = asyncio.create_task(_update_truth(device, truth))
    try:
        await until_terminated(serving)
    finally:
        updating.cancel()


async def _update_truth(device: SimDevice | SimProgressor, truth: Path | None) -> None:
    import asyncio

    while True:
        _write_truth(device, truth)
        await asyncio.sleep(TRUTH_PERIOD_S)


def _write_truth(device: SimDevice | SimProgressor, truth: Path | None) -> None:
    """Replace the truth file in one step, so that readers never find half of it."""
    if truth is None:
        return
    draft = truth.with_name(f".{truth.name}.new")
    try:
        draft.write_text(json.dumps(device.truth(), indent=2), encoding="utf-8")
        draft.replace(truth)
    except OSError as error:
        raise UsageError(f"{truth} cannot be written: {error.strerror}.") from error
