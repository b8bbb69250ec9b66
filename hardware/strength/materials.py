"""What the parts of the load path are made of, with sources."""

from __future__ import annotations

from typing import Final

from hardware.strength.judge import Material

PETG: Final = Material("PETG", 2000, 0.38, 44, 25)
"""Printed PETG: the low ends of the ranges for as-built specimens that additive.tools collects from
the literature (44 to 56 MPa along the layers, 25 to 38 MPa across them, 2 to 3 GPa); read there.
Poisson's ratio is remembered."""
ALUMINIUM: Final = Material("aluminium", 69_000, 0.33, 160, None)
"""EN AW-6060 T66, the alloy of angles and flat bars from a hardware shop: yield strength of
EN 755-2 up to 3 mm; remembered. The alloys 6063 T66 and 6082 T6 bear more."""

MADE_OF: Final = {"bracket": ALUMINIUM, "carrier": ALUMINIUM}
"""Parts that are not printed."""


def material(part: str) -> Material:
    """Return what a part is made of."""
    return MADE_OF.get(part, PETG)
