"""``gripforce monitor`` and ``gripforce demo``."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from gripforce.cli.measure.session import tell_where
from gripforce.cli.options import SourceArgument

MASS_G = 400
LIFTS = 40
"""Five minutes; a hundred lifts take two seconds to make up."""


def monitor(
    source: SourceArgument,
    *,
    patient: Annotated[
        bool, typer.Option("--patient", help="For the patient: one huge bar and a word.")
    ] = False,
) -> None:
    """Watch any source, file, or the folder of a session that runs, in the dashboard."""
    from gripforce.dashboard import watch

    watch(source, patient=patient)


def demo(
    profile: Annotated[str, typer.Option(help="Whose hand: healthy, als, …")] = "healthy",
    seed: Annotated[int, typer.Option(help="The same seed, the same person.")] = 1,
    directory: Annotated[
        Path | None,
        typer.Option("-d", "--directory", help="Where a session is kept; else a temporary folder."),
    ] = None,
    *,
    session: Annotated[
        bool, typer.Option("--session", help="Begin with the session: two minutes, to its report.")
    ] = False,
) -> None:
    """Open the dashboard on a simulated patient; there, s tries a session of two minutes."""
    from gripforce.dashboard.demo import demo_session, show_demo

    hand = f"profile={profile}&seed={seed}"
    watched = f"sim:lift?{hand}&mass_g={MASS_G}&trials={LIFTS}"
    wanted = session or show_demo(
        watched, f"demo: {profile} hand · s: try a session", {"task": "lift", "mass_g": MASS_G}
    )
    if not wanted:
        return
    root = directory or Path(tempfile.mkdtemp(prefix="gripforce-demo-"))
    folder = demo_session(root, f"sim:lift?{hand}")
    tell_where(folder)
