"""Check that a subject is named by a pseudonym: a recording must not identify a person."""

from __future__ import annotations

import re

from gripforce.errors import UsageError

_ALLOWED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_LONGEST_NUMBER = 5
"""Digits in a row: study numbers have fewer; dates of birth and record numbers have more."""
_LONGEST_WORD = 3
"""Letters in a row, as in ``p01`` or ``ALS-07``; most names are longer, or have no number."""
_CAPITALISED = re.compile(r"[A-Z][a-z]{2,}")
"""Short names: ``Max3``, ``Ann-2``."""
_CONDITIONS = frozenset(
    {"ctrl", "control", "controls", "healthy", "patient", "patients", "pilot", "subject",
     "participant", "person", "test", "demo", "dummy", "visit", "session", "group", "object",
     "robot", "sub"}
)  # fmt: skip
_DATE = re.compile(
    r"(?<!\d)(\d{4}[-_]\d{1,2}[-_]\d{1,2}|\d{1,2}[-_]\d{1,2}[-_](\d{4}|\d{2})|\d{4}[-_]\d{2})(?!\d)"
)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|okt|dez"
_SPELLED_DATE = re.compile(rf"\d({_MONTHS})|({_MONTHS})[-_]?\d", re.IGNORECASE)
_HINT = "Use a pseudonym such as p01 or als-07."


_TITLE = re.compile(
    r"\b(mr|mrs|ms|miss|dr|prof|herrn?|frau|madame|mme|monsieur|se[nñ]ora?|sra?)\b\.?\s+[A-ZÀ-Þ]",
    re.IGNORECASE,
)
_FULL_NAME = re.compile(r"\b[A-ZÀ-Þ][a-zß-ÿ]+[ -][A-ZÀ-Þ][a-zß-ÿ]+")
_YEAR_OR_DATE = re.compile(r"\b(19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\bborn\b")


def check_note(text: str) -> str:
    """Return an operator's note without surrounding spaces.

    Raises ``UsageError`` where it seems to name a person: a title, two capitalised words in a row,
    a year or a date, a long number.
    """
    text = text.strip()
    reason = ""
    if _TITLE.search(text) or _FULL_NAME.search(text):
        reason = "seems to name a person"
    elif _YEAR_OR_DATE.search(text):
        reason = "has a date"
    elif any(len(number) > _LONGEST_NUMBER for number in re.findall(r"\d+", text)):
        reason = "has a long number"
    if reason:
        hint = "Leave it out; write what is no name in lower case."
        raise UsageError(f"The note {reason}.", hint)
    return text


def check_pseudonym(text: str) -> str:
    """Return a subject's pseudonym without surrounding spaces.

    Raises ``UsageError`` where it looks like a name, a date or a record number.
    """
    pseudonym = text.strip()
    reason = _reason(pseudonym)
    if reason:
        raise UsageError(f"The subject {pseudonym!r} {reason}.", _HINT)
    return pseudonym


def _reason(text: str) -> str:
    if not _ALLOWED.fullmatch(text):
        return "may only have letters, digits, - and _ (at most 32), so that it cannot be a name"
    words = re.findall(r"[A-Za-z]+", text)
    if _DATE.search(text) or _SPELLED_DATE.search(text):
        return "looks like a date"
    if any(len(number) > _LONGEST_NUMBER for number in re.findall(r"\d+", text)):
        return "looks like a date or a record number"
    unusual = [word for word in words if word.lower() not in _CONDITIONS]
    if any(len(word) > _LONGEST_WORD or _CAPITALISED.match(word) for word in unusual):
        return "looks like a name"
    if not re.search(r"\d", text) and (len(unusual) > 1 or any(len(w) > 1 for w in unusual)):
        return "looks like a name or initials (it has no number)"
    return ""
