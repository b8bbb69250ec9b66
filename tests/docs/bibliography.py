"""``docs/references.bib`` as a dictionary: only what this file's own style needs."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_ENTRY = re.compile(r"^@(\w+)\{(\w+),\n(.*?)^\}$", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"\b(author|title|journal|booktitle|year|doi|note) = \{(.*?)\}(?=,?\s|$)", re.S)


def read_bibliography(path=ROOT / "docs" / "references.bib"):
    """Return the fields of each entry by key."""
    found = {}
    for kind, key, body in _ENTRY.findall(path.read_text(encoding="utf-8")):
        assert key not in found, f"{key} stands twice"
        found[key] = {"kind": kind, **dict(_FIELD.findall(body))}
    return found


BIBLIOGRAPHY = read_bibliography()
