"""Subject and condition: who by pseudonym, which hand, and what friction and force depend on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gripforce.constants import HANDS, MASS_LIMITS_G
from gripforce.dashboard.screens.form import Check, Field, Form, number_within
from gripforce.errors import UsageError
from gripforce.protocol.object_override import handled_by
from gripforce.recording import check_pseudonym
from gripforce.sim.physics.surfaces import SURFACES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.protocol.schema import Protocol

SKIN: Final = ("dry", "normal", "moist")
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
    note = f"{source}. No names here: whoever they are stays with you."
    known = SURFACES if source.startswith("sim:") else ()
    checks = subject_checks(known)
    return Form(protocol.title, filled, {f.key: checks[f.key] for f in filled}, note)


def subject_checks(surfaces: tuple[str, ...] = ()) -> dict[str, Check]:
    """Return what each field takes; ``surfaces`` are all that there are, where they are known."""
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
        raise UsageError("The subject is missing.", "Give a pseudonym such as p01.")
    return check_pseudonym(text)


def _word(text: str) -> str | None:
    return text or None


def _surface(text: str, known: tuple[str, ...]) -> str | None:
    if text and known and text not in known:
        raise UsageError(
            f"A simulated hand knows no surface '{text}'.", f"It knows {', '.join(known)}."
        )
    if text and not _SURFACE.fullmatch(text):
        raise UsageError(
            f"'{text}' is no surface.", "Use small letters, such as sandpaper or smooth steel."
        )
    return text or None
