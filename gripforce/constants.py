"""Facts that several parts of the package need, each declared once.

The module imports nothing, so that the command line can read it without loading NumPy.
"""

from __future__ import annotations

from typing import Final

STANDARD_GRAVITY: Final = 9.80665
"""Standard acceleration of free fall, m/s² (3rd CGPM, 1901); local values run from
9.780 at the equator to 9.832 at the poles."""

HANDS: Final = ("right", "left")
"""Hands as a recording's metadata name them."""

MASS_LIMITS_G: Final = (20.0, 2000.0)
"""Smallest and largest mass of a test object, grams."""

CALIBRATION_MASSES_G: Final = (0.0, 200.0, 500.0, 1000.0, 2000.0)
"""Reference masses of the full calibration, grams: nine loads a cell, up and down."""

QUICK_MASSES_G: Final = (0.0, 1000.0, 2000.0)
"""Reference masses of the shortest calibration that can contradict itself, grams: five loads."""
