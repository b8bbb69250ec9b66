"""Lifts in a row: of one object, of changing weights, of changing surfaces."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING, Final

from gripforce.constants import MASS_LIMITS_G, STANDARD_GRAVITY
from gripforce.errors import UsageError
from gripforce.sim.physics.object import surface
from gripforce.sim.physics.surfaces import SURFACES
from gripforce.sim.tasks.lift import PlannedLift, perform_lift

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np

    from gripforce.sim.person.profiles import Profile
    from gripforce.sim.physics.object import Surface
    from gripforce.sim.tasks.episode import Episode

_WEIGHTS: Final = (
    1.0, 1.0, 2.0, 0.5, 0.5, 1.0, 2.0, 0.5, 1.0, 0.5, 0.5, 2.0, 2.0, 2.0, 1.0, 0.5, 2.0, 1.0, 1.0,
)  # fmt: skip
"""Factors of the mass: 330, 660 and 165 g of WAY-EEG-GAL's objects, each twice after each."""
_INFORMING: Final = {"watch", "imagine"}
"""What tells a hand of the weight that comes, as far as its profile's ``observation`` goes."""
_SURFACE_RUNS: Final = ((0, 4), (1, 2), (2, 2), (0, 2), (2, 2), (1, 2))
"""Surfaces, the first one asked for, and how often in a row."""


def lifts(
    series: Sequence[tuple[float, Surface]],
    hand: Profile,
    rng: Callable[[int], np.random.Generator],
    rate_hz: float,
    *,
    friction_known: bool = True,
    prepared: Sequence[str] = (),
) -> Iterator[Episode]:
    """Yield lifts of masses and surfaces; each teaches the hand what to expect of the next.

    Where friction is not known beforehand, grip is planned for what was felt before. The expected
    mass is that of the lift before to the share ``memory``, and to the rest the true one, as the
    object's look gives it away.
    """
    previous_kg, plates = series[0]
    expected_slip_n = _slip_n(plates, previous_kg)
    programmed = len({mass_kg for mass_kg, _ in series}) > 1
    for number, (mass_kg, plates) in enumerate(series, 1):
        slip_n = None if friction_known else expected_slip_n
        before = prepared[(number - 1) % len(prepared)] if prepared else ""
        memory = hand.memory * (1 - (hand.observation if before in _INFORMING else 0.0))
        expected_kg = mass_kg + memory * (previous_kg - mass_kg)
        lift = PlannedLift(mass_kg, expected_kg, plates, number, slip_n, programmed)
        episode = perform_lift(lift, hand, rng(number), rate_hz)
        if not friction_known:
            for truth in episode.truths:
                truth |= {"surface": plates.name, "expected_slip_force_n": expected_slip_n}
                truth["mu"] = round(plates.friction(mass_kg * STANDARD_GRAVITY), 6)
        yield episode
        previous_kg = mass_kg
        expected_slip_n += hand.memory * (_slip_n(plates, mass_kg) - expected_slip_n)


def weight_series(
    mass_kg: float, plates: Surface, count: int, order: str = ""
) -> list[tuple[float, Surface]]:
    """Return the weights of ``order`` [g], else the mass, its double and its half in turns."""
    masses = [factor * mass_kg for factor in _WEIGHTS]
    if order:
        masses = [_mass_kg(word) for word in order.split(",")]
    return [(mass, plates) for mass in islice(cycle(masses), count)]


def _mass_kg(word: str) -> float:
    low, high = MASS_LIMITS_G
    try:
        mass_g = float(word)
    except ValueError:
        mass_g = float("nan")
    if not low <= mass_g <= high:
        raise UsageError(
            f"'{word}' in the order of weights is no mass.",
            f"Give masses of {low:g} to {high:g} g, such as order=330,165,660.",
        )
    return mass_g * 1e-3


def surface_series(
    mass_kg: float, first: str, skin: float, count: int, order_words: str = ""
) -> list[tuple[float, Surface]]:
    """Return the surfaces of ``order_words``, else runs with surprises, beginning with one."""
    names = [first, *(name for name in SURFACES if name != first)]
    order = [names[which] for which, times in _SURFACE_RUNS for _ in range(times)]
    if order_words:
        order = order_words.split(",")
    unknown = next((name for name in order if name not in SURFACES), None)
    if unknown is not None:
        raise UsageError(f"There is no surface '{unknown}'.", f"Known: {', '.join(SURFACES)}.")
    return [(mass_kg, surface(name, skin)) for name in islice(cycle(order), count)]


def _slip_n(plates: Surface, mass_kg: float) -> float:
    return float(plates.slip_force_n(mass_kg * STANDARD_GRAVITY))
