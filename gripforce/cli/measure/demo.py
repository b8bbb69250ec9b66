"""``gripforce demo``."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Final

import typer

from gripforce.cli.measure.session import print_location

PROTOCOL: Final = "try-out"
SUBJECT: Final = "demo-1"
MASS_G: Final = 400
LIFTS: Final = 40
"""Five minutes; a hundred lifts take two seconds to simulate."""


def demo(
    profile: Annotated[str, typer.Option(help="Participant profile: healthy, als, …")] = "healthy",
    seed: Annotated[int, typer.Option(help="Random seed: one seed is one person.")] = 1,
    directory: Annotated[
        Path | None,
        typer.Option("-d", "--directory", help="Folder for a session; default: a temporary one."),
    ] = None,
    *,
    session: Annotated[
        bool, typer.Option("--session", help="Start with the session (two minutes and a report).")
    ] = False,
) -> None:
    """Show the dashboard with a simulated patient.

    There, s starts a session of two minutes with the same patient.
    """
    from gripforce.dashboard.session.run import SessionOptions, run_session

    person = f"profile={profile}&seed={seed}"
    if not session and not _show_dashboard(profile, person):
        return
    root = directory or Path(tempfile.mkdtemp(prefix="gripforce-demo-"))
    folder = run_session(
        SessionOptions(
            root, f"sim:lift?{person}", PROTOCOL, SUBJECT, first_hand="right", new=True, ask=False
        )
    )
    print_location(folder)


def _show_dashboard(profile: str, person: str) -> bool:
    """Show the simulated patient until the user quits; return whether a session is wanted."""
    import asyncio

    from gripforce.dashboard.terminal import require_terminal

    require_terminal()
    url = f"sim:lift?{person}&mass_g={MASS_G}&trials={LIFTS}"
    return asyncio.run(_run_dashboard(url, f"demo: {profile} hand · s: try a session"))


async def _run_dashboard(url: str, title: str) -> bool:
    from gripforce.dashboard.demo import Demo
    from gripforce.device import open_source

    async with open_source(url) as source:
        app = Demo(
            source.stream(metadata={"task": "lift", "mass_g": MASS_G}),
            title=title,
            on_mark=lambda text: source.mark("key", text),
        )
        await app.run_async()
    if app.failure is not None:
        raise app.failure
    return app.wants_session
