"""Subject and condition: who by pseudonym, which hand, and what friction and force depend on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from gripforce.dashboard.screens.form import Field, Form, number_within
from gripforce.errors import UsageError
from gripforce.recording import check_pseudonym
from gripforce.session.checks import MASS_LIMITS_G
from gripforce.session.handled import handled_by
from gripforce.sim.object import SURFACES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.session import Protocol

HANDS: Final = ("right", "left")
SKIN: Final = ("dry", "normal", "moist")
LIMITS: Final = {
    "mass_g": MASS_LIMITS_G,
    "medication_h": (0.0, 1000.0),
    "age_decade": (0.0, 120.0),
}
_SURFACE: Final = re.compile(r"[a-z][a-z0-9 -]{0,23}")
"""Small letters: that is how protocols write them, and names are not written so."""


def subject_form(protocol: Protocol, source: str, given: Mapping[str, str]) -> Form:
    """Return the form for a protocol, filled in as far as is known."""
    usual = handled_by(protocol)
    fields = [
        Field("subject", "Subject, by a pseudonym (p01)"),
        Field("first_hand", "First hand", "right", HANDS),
        Field("dominant_hand", "Dominant hand", "", HANDS, optional=True),
    ]
    if usual.mass_g is not None:
        fields.append(Field("mass_g", "Mass of the object, grams", f"{usual.mass_g:g}"))
    if usual.surface is not None:
        fields.append(Field("surface", "Its surface", usual.surface))
    fields += [
        Field("skin", "Skin", "normal", SKIN),
        Field("medication_h", "Hours since medication"),
        Field("age_decade", "Age, decade (60 for 60–69)"),
    ]
    filled = [
        Field(f.key, f.label, given.get(f.key) or f.value, f.choices, f.optional) for f in fields
    ]
    simulated = source.startswith("sim:")
    return Form(
        protocol.title,
        filled,
        lambda typed: checked(typed, simulated=simulated),
        note=f"{source}. No names here: whoever they are stays with you.",
    )


def checked(typed: Mapping[str, str], *, simulated: bool = False) -> dict[str, Any]:
    """Return what was typed as it is kept; ``UsageError`` for what cannot be."""
    given: dict[str, Any] = {key: text for key, text in typed.items() if text}
    if "subject" not in given:
        raise UsageError("The subject is missing.", "Give a pseudonym such as p01.")
    given["subject"] = check_pseudonym(given["subject"])
    for key, limits in LIMITS.items():
        if key in given:
            given[key] = number_within(given[key], limits)
    if "surface" in given:
        given["surface"] = _surface(given["surface"], simulated=simulated)
    return given


def _surface(text: str, *, simulated: bool) -> str:
    if simulated and text not in SURFACES:
        raise UsageError(
            f"A simulated hand knows no surface '{text}'.", f"It knows {', '.join(SURFACES)}."
        )
    if not _SURFACE.fullmatch(text):
        raise UsageError(
            f"'{text}' is no surface.", "Use small letters, such as sandpaper or smooth steel."
        )
    return text
