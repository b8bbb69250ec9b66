"""Counts to newtons: fit loads, refuse nonsense, say how good it is, keep it."""

from gripforce.calibration.certificate import Check, certificate, checks
from gripforce.calibration.fit import fit, join
from gripforce.calibration.loads import STANDARD_GRAVITY_M_S2, Direction, LoadPoint, load_from_mass
from gripforce.calibration.result import Calibration, Quality, Residual, default_scaling
from gripforce.calibration.storage import block_bytes, from_block, from_json, to_block, to_json

__all__ = [
    "STANDARD_GRAVITY_M_S2",
    "Calibration",
    "Check",
    "Direction",
    "LoadPoint",
    "Quality",
    "Residual",
    "block_bytes",
    "certificate",
    "checks",
    "default_scaling",
    "fit",
    "from_block",
    "from_json",
    "join",
    "load_from_mass",
    "to_block",
    "to_json",
]
