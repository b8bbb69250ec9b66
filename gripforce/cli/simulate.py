"""``gripforce simulate``: a device that is not there, for any client."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gripforce.cli.options import TASKS, one_of, positive, say
from gripforce.errors import UsageError

if TYPE_CHECKING:
    from gripforce.sim.device import SimDevice

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
    faults: Annotated[str, typer.Option(help="Such as drop=0.02,no_resend.")] = "",
    fasciculations_hz: Annotated[
        float, typer.Option("--fasciculations-hz", help="Twitches a second while gripping.")
    ] = 0.0,
    cells: Annotated[str, typer.Option(help="Flaws, such as drift,creep,hysteresis.")] = "",
    truth: Annotated[Path | None, typer.Option(help="Write what really happened here.")] = None,
) -> None:
    """Simulate a device on a pty or a socket; Ctrl-C ends it."""
    from gripforce.sim.build import sim_from_options

    if (link is None) == (tcp is None):
        raise UsageError("Say where the device shall be.", "Give --link PATH or --tcp PORT.")
    one_of("task", task, TASKS)
    positive("A mass", mass_g)
    twin = sim_from_options(
        task=task, profile=profile, seed=seed, trials=trials, mass_g=mass_g, surface=surface,
        rate_hz=None, frontend=frontend, faults=faults, cells=cells,
        fasciculations_hz=fasciculations_hz,
    )  # fmt: skip
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(twin, link, tcp, truth))
    _write_truth(twin, truth)


async def _serve(twin: SimDevice, link: Path | None, tcp: int | None, truth: Path | None) -> None:
    from gripforce.transport.serve import serve_pty, serve_tcp, until_terminated

    def ready() -> None:
        url = f"serial:{link}" if link is not None else f"tcp:127.0.0.1:{tcp}"
        say(f"gripforce: a simulated device at {url}; Ctrl-C ends it.")

    writing = asyncio.create_task(_keep_writing(twin, truth))
    serving = serve_pty(twin, link, ready) if link is not None else serve_tcp(twin, tcp or 0, ready)
    try:
        await until_terminated(serving)
    finally:
        writing.cancel()


async def _keep_writing(twin: SimDevice, truth: Path | None) -> None:
    while True:
        _write_truth(twin, truth)
        await asyncio.sleep(TRUTH_S)


def _write_truth(twin: SimDevice, truth: Path | None) -> None:
    """Replace the truth file in one step: whoever reads it finds it whole."""
    if truth is None:
        return
    draft = truth.with_name(f".{truth.name}.new")
    try:
        draft.write_text(json.dumps(twin.truth(), indent=2), encoding="utf-8")
        draft.replace(truth)
    except OSError as error:
        raise UsageError(f"{truth} cannot be written: {error.strerror}.") from error
