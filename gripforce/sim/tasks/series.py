"""Lifts in a row: of one object, of changing weights, of changing surfaces."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING, Final

from gripforce.constants import STANDARD_GRAVITY
from gripforce.sim.physics.object import surface
from gripforce.sim.physics.surfaces import SURFACES
from gripforce.sim.tasks.lift import PlannedLift, perform_lift

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

    from gripforce.sim.person.profiles import Profile
    from gripforce.sim.physics.object import Surface
    from gripforce.sim.tasks.episode import Episode

_WEIGHT_RUNS: Final = ((1.0, 4), (2.0, 3), (0.5, 3), (2.0, 3), (1.0, 3), (0.5, 3))
"""Factors of the mass and how often in a row: 330, 660 and 165 g of WAY-EEG-GAL's objects."""
_SURFACE_RUNS: Final = ((0, 4), (1, 2), (2, 2), (0, 2), (2, 2), (1, 2))
"""Surfaces, the first one asked for, and how often in a row."""


def lifts(
    series: Sequence[tuple[float, Surface]],
    hand: Profile,
    rng: Callable[[int], np.random.Generator],
    rate_hz: float,
    *,
    friction_known: bool = True,
) -> list[Episode]:
    """Return lifts of masses and surfaces; each teaches the hand what to expect of the next.

    Where friction is not known beforehand, grip is planned for what was felt before.
    """
    expected_kg, plates = series[0]
    expected_slip_n = _slip_n(plates, expected_kg)
    episodes = []
    for number, (mass_kg, plates) in enumerate(series, 1):
        slip_n = None if friction_known else expected_slip_n
        lift = PlannedLift(mass_kg, expected_kg, plates, number, slip_n)
        episode = perform_lift(lift, hand, rng(number), rate_hz)
        if not friction_known:
            for truth in episode.truths:
                truth |= {"surface": plates.name, "expected_slip_force_n": expected_slip_n}
                truth["mu"] = round(plates.friction(mass_kg * STANDARD_GRAVITY), 6)
        episodes.append(episode)
        expected_kg += hand.memory * (mass_kg - expected_kg)
        expected_slip_n += hand.memory * (_slip_n(plates, mass_kg) - expected_slip_n)
    return episodes


def weight_series(mass_kg: float, plates: Surface, count: int) -> list[tuple[float, Surface]]:
    """Return runs of equal weights with surprises: the mass, its double and its half."""
    factors = [factor for factor, times in _WEIGHT_RUNS for _ in range(times)]
    return [(factor * mass_kg, plates) for factor in islice(cycle(factors), count)]


def surface_series(
    mass_kg: float, first: str, skin: float, count: int
) -> list[tuple[float, Surface]]:
    """Return runs of equal surfaces with surprises, beginning with one."""
    names = [first, *(name for name in SURFACES if name != first)]
    order = [names[which] for which, times in _SURFACE_RUNS for _ in range(times)]
    return [(mass_kg, surface(name, skin)) for name in islice(cycle(order), count)]


def _slip_n(plates: Surface, mass_kg: float) -> float:
    return float(plates.slip_force_n(mass_kg * STANDARD_GRAVITY))
