"""Simulated devices and scenes from the options of a URL, a command line or a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gripforce.sim.device.cells import with_flaws
from gripforce.sim.device.device import SimDevice
from gripforce.sim.device.faults import FaultPlan
from gripforce.sim.device.frontend import frontend
from gripforce.sim.option_table import SimOptions
from gripforce.sim.tasks.registry import perform, perform_live, require_task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.sim.scene import Scene, Through


def sim_from_options(task: str = "lift", *, through: Through = iter, **options: Any) -> SimDevice:
    """Return a simulated device on the scene of a task.

    Parameters: the name of the task, what the pieces of the scene pass through, and the fields of
    :class:`SimOptions`. Raise ``UsageError``
    for a task or an option that is not known, or that do not go together.
    """
    require_task(task)
    return sim_device(task, SimOptions.of(task, options), through=through)


def scene_from_options(task: str = "lift", **options: Any) -> Scene:
    """Return the scene of a task alone; parameters and errors as of :func:`sim_from_options`."""
    require_task(task)
    return perform(task, SimOptions.of(task, options))


def parse_options(task: str, texts: Mapping[str, str]) -> SimOptions:
    """Return the options of a ``sim:TASK?name=text&…`` URL; errors as of the others."""
    require_task(task)
    return SimOptions.parse(task, texts)


def sim_device(task: str, options: SimOptions, *, through: Through = iter) -> SimDevice:
    """Return a simulated device on the scene of a task, both as the options say."""
    faults = FaultPlan.parse(options.faults)
    device = with_flaws(frontend(options.frontend, options.rate_hz or None), options.cells)
    if options.noise_mn:
        device = device.with_force_sensors(noise=options.noise_mn * 1e-3)
    scene = perform_live(task, options, through=through)
    return SimDevice(scene, frontend=device, faults=faults, seed=options.seed)
