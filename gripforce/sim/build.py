"""Options of a URL or command line to a simulated device."""

from __future__ import annotations

from typing import Final

from gripforce.sim.device import SimDevice
from gripforce.sim.faults import FaultPlan
from gripforce.sim.frontend import frontend as find_frontend
from gripforce.sim.frontend import with_flaws
from gripforce.sim.scene import still_scene
from gripforce.sim.tasks import make_scene

STILL: Final = "still"
"""No task: an object that nobody touches, for whoever checks or zeroes a device."""
STILL_S: Final = 30.0


def sim_from_options(
    task: str = "lift",
    *,
    profile: str = "healthy",
    seed: int = 1,
    trials: int = 10,
    mass_g: float = 400.0,
    surface: str = "sandpaper",
    rate_hz: float | None = None,
    frontend: str = "research",
    faults: str = "",
    fasciculations_hz: float = 0.0,
    cells: str = "",
) -> SimDevice:
    """Return a device on its scene; ``UsageError`` names what is unknown and what is known."""
    plan = FaultPlan.parse(faults)
    device = with_flaws(find_frontend(frontend, rate_hz), cells)
    if task == STILL:
        scene = still_scene(STILL_S * trials)
    else:
        scene = make_scene(
            task,
            profile=profile,
            seed=seed,
            trials=trials,
            mass_g=mass_g,
            surface=surface,
            fasciculations_hz=fasciculations_hz,
        )
    return SimDevice(scene, frontend=device, faults=plan, seed=seed)
