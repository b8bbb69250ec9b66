"""``gripforce monitor`` and ``gripforce demo``."""

from __future__ import annotations

from typing import Annotated

import typer

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
) -> None:
    """Open the dashboard on a simulated patient."""
    from gripforce.dashboard import watch

    watch(
        f"sim:lift?profile={profile}&seed={seed}&mass_g={MASS_G}&trials={LIFTS}",
        metadata={"task": "lift", "mass_g": MASS_G},
    )
