"""The two questions of an assessment, as terminal, screen, report and JSON put them."""

from __future__ import annotations

from typing import Final

COUPLING_QUESTION: Final = "Planned grip: does the grip rise together with the load?"
"""Anticipatory coupling: grip force that rises with load force, ahead of feedback."""
MARGIN_QUESTION: Final = "Squeezes harder than needed?"
"""Excess safety margin: grip force far above the force at which the object slips."""
