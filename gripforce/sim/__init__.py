"""The device that is not there: a hand that lifts, an object that weighs, a twin of the firmware.

Strategy: the whole scene of forces is computed once, with its truth; the twin then samples it,
packs it as the firmware would, and loses of it what the fault plan says. It makes bytes, so
framing, gaps, clock and calibration are always exercised. See ``docs/simulator.md``.
"""

from gripforce.sim.device.device import SimDevice
from gripforce.sim.device.faults import FaultPlan
from gripforce.sim.options import sim_from_options
from gripforce.sim.tasks.registry import make_scene

__all__ = ["FaultPlan", "SimDevice", "make_scene", "sim_from_options"]
