"""Calibrate counts to newtons: plan and fit loads, check and certify the result, encode it."""

from gripforce.calibration.certificate import Check, certificate, checks, require_passed
from gripforce.calibration.fit import fit, join
from gripforce.calibration.guide import Guide, Step, cell_groups, read_masses
from gripforce.calibration.loads import Direction, LoadPoint, load_from_mass
from gripforce.calibration.readings import READING_S, LoadReading, Readings
from gripforce.calibration.result import Calibration, FitQuality, Residual, default_scaling
from gripforce.calibration.storage import block_bytes, from_block, from_json, to_block, to_json

__all__ = [
    "READING_S",
    "Calibration",
    "Check",
    "Direction",
    "FitQuality",
    "Guide",
    "LoadPoint",
    "LoadReading",
    "Readings",
    "Residual",
    "Step",
    "block_bytes",
    "cell_groups",
    "certificate",
    "checks",
    "default_scaling",
    "fit",
    "from_block",
    "from_json",
    "join",
    "load_from_mass",
    "read_masses",
    "require_passed",
    "to_block",
    "to_json",
]
