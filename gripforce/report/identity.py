"""Whose recordings these are, and under which conditions they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gripforce.analysis.assessment.visits import values
from gripforce.model.local_time import local_begin
from gripforce.report.markup import Markup, element
from gripforce.report.tables import facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.assessment.visits import VisitAnalysis
    from gripforce.analysis.results import TaskResult

NO_DIAGNOSIS: Final = (
    "For research. Describes how an object was gripped on one day; it is no diagnosis."
)
_IDENTITY: Final = (
    ("Person", "subject", ""),
    ("Hand", "hand", ""),
    ("Session", "session", ""),
    ("Date", "utc", ""),
    ("Object", "mass_g", " g"),
    ("Surface", "surface", ""),
    ("Skin", "skin", ""),
    ("Since medication", "medication_h", " h"),
    ("Dominant hand", "dominant_hand", ""),
    ("Age group", "age_decade", "s"),
    ("Protocol", "protocol", ""),
)
"""Name, key in the recordings' metadata, unit; *several* stand side by side."""
_NOT_STATED: Final = ("skin", "medication_h", "protocol")
"""What changes how the figures read, so that its absence is said."""


def heading(visit: VisitAnalysis) -> Markup:
    """Return the page's title, whose recordings these are, and the conditions."""
    known = [(name, _text(visit.results, key, unit), key) for name, key, unit in _IDENTITY]
    missing = [name.lower() for name, text, key in known if not text and key in _NOT_STATED]
    return element(
        "header",
        element("h1", "Grip force and load force"),
        element("p", NO_DIAGNOSIS, class_="no-diagnosis"),
        facts([(name, text) for name, text, _ in known if text]),
        element("p", f"Not stated: {', '.join(missing)}.", class_="note") if missing else None,
    )


def identity(visit: VisitAnalysis) -> str:
    """Return person, hand and date in one line, for the foot of each page."""
    parts = [_text(visit.results, key, "") for key in ("subject", "hand", "utc")]
    return " · ".join(part for part in parts if part)


def hand_title(hand: str) -> str:
    """Return what a hand is called in a heading."""
    return f"{hand.capitalize()} hand" if hand else "Hand not stated"


def _text(results: Sequence[TaskResult], key: str, unit: str) -> str:
    texts = values(results, key)
    if key == "utc":
        begun = [local_begin(result.recording.metadata) for result in results]
        texts = [text for text in dict.fromkeys(each[:10] for each in begun) if text]
    return ", ".join(f"{text}{unit}" for text in texts)
