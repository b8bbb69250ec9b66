"""A bench with cells whose gain, zero, cross-talk and faults are known."""

import numpy as np

from gripforce.calibration import Direction, LoadPoint, load_from_mass
from gripforce.model import Channel, Kind

FORCES = (Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.LOAD_THUMB, Kind.LOAD_INDEX)
MASSES_G = (0, 100, 200, 500, 1000, 2000)


def channels(count=1):
    return tuple(Channel(kind) for kind in FORCES[:count])


def cell_counts(loads_n, matrix, zeros):
    """Return the counts that ``matrix @ (counts - zeros)`` turns into the loads."""
    return np.linalg.solve(np.asarray(matrix), np.asarray(loads_n, dtype=float)) + zeros


def up_and_down(
    matrix, zeros, *, masses_g=MASSES_G, runs=3, noise_counts=0.0, sd_counts=None, bend=None, seed=0
):
    """Load each channel alone, up and down; ``bend(load_n, direction, run)`` adds newtons."""
    rng = np.random.default_rng(seed)
    size = len(zeros)
    sd = (max(noise_counts, 1.0) if sd_counts is None else sd_counts,) * size
    points = []
    for channel in range(size):
        for run in range(1, runs + 1):
            for direction, masses in (("up", masses_g), ("down", masses_g[::-1])):
                for mass_g in masses:
                    loads = np.zeros(size)
                    loads[channel] = load_from_mass(mass_g)
                    shown = loads.copy()
                    if bend:
                        shown[channel] += bend(loads[channel], direction, run)
                    counts = cell_counts(shown, matrix, zeros) + rng.normal(0, noise_counts, size)
                    row = (tuple(loads.tolist()), tuple(counts.tolist()), sd)
                    points.append(LoadPoint(*row, Direction(direction), run))
    return points
