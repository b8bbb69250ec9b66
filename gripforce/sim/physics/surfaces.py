"""Friction of the simulated grip surfaces, as data."""

from __future__ import annotations

from typing import Final

FRICTION_LAWS: Final = {
    # The order follows [JohanssonWestling1984], from memory; the magnitudes are design choices.
    "sandpaper": (0.9, 0.9),
    "suede": (0.6, 0.9),
    "silk": (0.35, 0.95),
}
"""``(k, n)`` of the largest tangential force of one digit, ``k * grip ** n``, both in newtons."""
SURFACES: Final = tuple(FRICTION_LAWS)
