"""Options of a URL or command line to a simulated device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gripforce.sim.device.device import SimDevice
from gripforce.sim.device.faults import FaultPlan
from gripforce.sim.device.frontend import frontend as find_frontend
from gripforce.sim.device.frontend import with_flaws
from gripforce.sim.scene import still_scene
from gripforce.sim.tasks.registry import make_scene

if TYPE_CHECKING:
    from gripforce.sim.scene import Scene

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
    rest_s: float = 0.0,
    beat_s: float = 0.0,
) -> SimDevice:
    """Return a device on its scene; ``UsageError`` names what is unknown and what is known."""
    plan = FaultPlan.parse(faults)
    device = with_flaws(find_frontend(frontend, rate_hz), cells)
    scene = scene_from_options(
        task,
        profile=profile,
        seed=seed,
        trials=trials,
        mass_g=mass_g,
        surface=surface,
        fasciculations_hz=fasciculations_hz,
        rest_s=rest_s,
        beat_s=beat_s,
    )
    return SimDevice(scene, frontend=device, faults=plan, seed=seed)


def scene_from_options(task: str = "lift", *, trials: int = 10, **options: Any) -> Scene:
    """Return the scene of a task, or of an object at rest; options as ``make_scene`` has them."""
    if task == STILL:
        return still_scene(STILL_S * trials)
    return make_scene(task, trials=trials, **options)
