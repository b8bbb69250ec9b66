"""Simulate a participant, an object, and a device, with the ground truth of what happened.

Strategy: the forces of the whole scene are computed once, with their truth. The simulated firmware
then samples them, packs them as the real firmware would, and loses what the fault plan says. Its
output is bytes, so that framing, gaps, clock and calibration are always exercised. See
``docs/simulator.md``. What is named here is imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gripforce.sim.device.device import SimDevice
    from gripforce.sim.device.faults import FaultPlan
    from gripforce.sim.options import sim_from_options
    from gripforce.sim.tasks.registry import make_scene

_HOMES = {
    "FaultPlan": "gripforce.sim.device.faults",
    "SimDevice": "gripforce.sim.device.device",
    "make_scene": "gripforce.sim.tasks.registry",
    "sim_from_options": "gripforce.sim.options",
}

__all__ = ["FaultPlan", "SimDevice", "make_scene", "sim_from_options"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'gripforce.sim' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
