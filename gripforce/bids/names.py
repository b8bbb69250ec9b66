"""Names of a BIDS data set: labels, and the beginning of each file's name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gripforce.errors import UsageError
from gripforce.recording import check_pseudonym

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gripforce.cohort.results import Identified

_USUAL_DIGITS = "thumb-index"


@dataclass(frozen=True, slots=True, order=True)
class BidsName:
    """Person, session, task, hand with digits, and run of one recording."""

    sub: str
    ses: str
    task: str
    acq: str
    run: int

    @property
    def folder(self) -> str:
        """The session's folder below the data set: ``sub-p01/ses-01``."""
        return f"sub-{self.sub}/ses-{self.ses}"

    @property
    def stem(self) -> str:
        """The beginning of its files' names."""
        acq = f"_acq-{self.acq}" if self.acq else ""
        return f"sub-{self.sub}_ses-{self.ses}_task-{self.task}{acq}_run-{self.run:02d}"


def label(text: str) -> str:
    """Return a text as a label, which has letters and digits only."""
    return re.sub(r"[^A-Za-z0-9]", "", text)


def session_label(session: str) -> str:
    """Return a session's label: ``ses-01``, ``01`` and ``2026-11-27`` lose what is no label."""
    return label(session.removeprefix("ses-"))


def refuse_reason(one: Identified) -> str:
    """Return why a recording has no place in a data set; "" where it has one."""
    if not one.whose.subject:
        return "names no subject"
    try:
        check_pseudonym(one.whose.subject)
    except UsageError as error:
        return str(error.args[0])
    if not label(one.whose.subject) or not session_label(one.whose.session):
        return "has neither a session nor a date"
    return ""


def refuse_collisions(identified: Iterable[Identified]) -> None:
    """Raise ``UsageError`` where two people, or two sessions of one, would have the same label."""
    people: dict[str, set[str]] = {}
    sessions: dict[tuple[str, str], set[str]] = {}
    for one in identified:
        person, session = one.whose.subject, one.whose.session
        people.setdefault(label(person).lower(), set()).add(person)
        place = (person, session_label(session).lower())
        sessions.setdefault(place, set()).add(session.removeprefix("ses-"))
    for what, known in (("subjects", people), ("sessions", sessions)):
        for names in known.values():
            if len(names) > 1:
                raise UsageError(
                    f"The {what} {' and '.join(sorted(names))} would have the same label.",
                    "BIDS labels have letters and digits only: rename one.",
                )


def names_of(identified: Iterable[Identified]) -> dict[str, BidsName]:
    """Return each recording's name by its file; runs are numbered in the order of time."""
    runs: Counter[tuple[str, str, str, str]] = Counter()
    named = {}
    for one in sorted(identified, key=lambda one: (one.begun, one.file.name)):
        key = (
            label(one.whose.subject),
            session_label(one.whose.session),
            label(one.task) or "lift",
            _acquisition(one),
        )
        runs[key] += 1
        named[one.file.name] = BidsName(*key, runs[key])
    return named


def _acquisition(one: Identified) -> str:
    usual = one.digits in {"", _USUAL_DIGITS}
    return label(one.whose.hand) + ("" if usual else label(one.digits))
