"""The form on subject and condition: code, hands, object, skin, medication, age group."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gripforce.constants import HANDS, MASS_LIMITS_G
from gripforce.dashboard.screens.form import Check, Field, Form, number_within
from gripforce.errors import UsageError
from gripforce.protocol.object_override import default_object
from gripforce.recording import check_pseudonym
from gripforce.sim.physics.surfaces import SURFACES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.protocol.schema import Protocol

SKIN: Final = ("dry", "normal", "moist")
_SURFACE: Final = re.compile(r"[a-z][a-z0-9 -]{0,23}")
"""Lower case, as protocols write surfaces; a person's name is not written like this."""


def subject_form(protocol: Protocol, source: str, given: Mapping[str, str]) -> Form:
    """Return the form for a protocol and source; ``given`` are values to fill it with."""
    default = default_object(protocol)
    fields = [
        Field("subject", "Subject code (p01)"),
        Field("first_hand", "First hand", "right", HANDS),
        Field("dominant_hand", "Dominant hand", "", HANDS, optional=True),
    ]
    if default.mass_g is not None:
        fields.append(Field("mass_g", "Mass of the object, g", f"{default.mass_g:g}"))
    if default.surface is not None:
        fields.append(Field("surface", "Surface", default.surface))
    fields += [
        Field("skin", "Skin", "", SKIN, optional=True),
        Field("medication_h", "Hours since medication"),
        Field("age_decade", "Age group (60 = 60–69)"),
    ]
    filled = [
        Field(f.key, f.label, given.get(f.key) or f.value, f.choices, f.optional) for f in fields
    ]
    note = f"{source}\nNo names, please. Keep the list of who is who elsewhere."
    known = SURFACES if source.startswith("sim:") else ()
    checks = subject_checks(known)
    return Form(protocol.title, filled, {f.key: checks[f.key] for f in filled}, note)


def subject_checks(surfaces: tuple[str, ...] = ()) -> dict[str, Check]:
    """Return the check of each field; ``surfaces`` are the only ones allowed, if any are given."""
    return {
        "subject": _subject,
        "first_hand": _word,
        "dominant_hand": _word,
        "mass_g": number_within(*MASS_LIMITS_G),
        "surface": lambda text: _surface(text, surfaces),
        "skin": _word,
        "medication_h": number_within(0, 1000),
        "age_decade": number_within(0, 120),
    }


def _subject(text: str) -> str:
    if not text:
        raise UsageError("The subject code is missing.", "Give a pseudonym such as p01.")
    return check_pseudonym(text)


def _word(text: str) -> str | None:
    return text or None


def _surface(text: str, known: tuple[str, ...]) -> str | None:
    if text and known and text not in known:
        raise UsageError(
            f"The simulator has no surface '{text}'.", f"Use one of {', '.join(known)}."
        )
    if text and not _SURFACE.fullmatch(text):
        raise UsageError(
            f"'{text}' is not a surface.", "Use lower case, such as sandpaper or smooth steel."
        )
    return text or None
