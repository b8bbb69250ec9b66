"""Every work that code and documentation cite is in the bibliography, under one form of key."""

import re

import pytest

from tests.docs.bibliography import BIBLIOGRAPHY, ROOT

KEY = re.compile(
    r"\b([A-Z][a-z]+(?:[A-Z][a-z]+)*(?:19|20)\d\d(?:[a-z]|[A-Z][a-z]+)?)\b|\b(GripDex)\b"
)
PLACES = {
    "gripforce": ["*.py"], "bench": ["*.py"], "validation": ["*.py"], "tests": ["*.py"],
    "docs": ["*.md", "*.py"], "hardware": ["*.md", "*.py"], "firmware": ["*.md", "*.h", "*.cpp"],
    ".": ["README.md", "CHANGELOG.md"],
}  # fmt: skip
FORBIDDEN = {
    "numbered source": re.compile(r"\bS\d{1,3}\b(?=[\s,;:.)\]]|$)(?!\s*=)"),
    "pubmed number": re.compile(r"(?i)\bpubmed \d|\bacemap\b"),
    "unshipped document": re.compile(
        r"(?i)\bscience(?:\.md|:? \d\.\d|: )|\b(?:names|style|field|abuse|wire)\.md\b"
    ),
    "tag": re.compile(r"\[(?:CALC|MEM|REC)\]"),
}


def files():
    for place, patterns in PLACES.items():
        for pattern in patterns:
            globbed = (
                (ROOT / place).glob(pattern) if place == "." else (ROOT / place).rglob(pattern)
            )
            yield from (path for path in globbed if "docs" not in path.relative_to(ROOT).parts[1:2])


FILES = sorted(set(files()))


def offenders(find):
    """Return what is found in each file that has any of it."""
    found = {str(p.relative_to(ROOT)): find(p.read_text(encoding="utf-8")) for p in FILES}
    return {name: sorted(set(hits)) for name, hits in found.items() if hits}


def test_cited_keys_resolve():
    def unknown(text):
        return [a or b for a, b in KEY.findall(text) if (a or b) not in BIBLIOGRAPHY]

    assert offenders(unknown) == {}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_points_at_what_does_not_ship(what):
    assert offenders(FORBIDDEN[what].findall) == {}


def test_entries_are_complete():
    for key, entry in BIBLIOGRAPHY.items():
        assert entry.get("title"), key
        assert entry.get("doi") or entry.get("note"), f"{key} has neither a DOI nor a note"
        doi = entry.get("doi")
        assert doi is None or re.fullmatch(r"10\.\d{4,}/\S+", doi), key
        year = re.search(r"\d{4}", key)
        assert year is None or entry["year"] == year[0], key
        if "author" in entry and year:
            first = re.split(r" and |,", entry["author"])[0]
            plain = first.translate(str.maketrans({"ö": "oe", "ü": "ue"}))
            plain = plain.replace(r"{\"o}", "oe").replace(r"{\"u}", "ue").replace(" ", "")
            assert key.startswith(plain), f"{key} is by {first}"


def test_dois_are_unique():
    dois = [entry["doi"].lower() for entry in BIBLIOGRAPHY.values() if "doi" in entry]
    assert len(dois) == len(set(dois))


def test_every_entry_is_cited():
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    uncited = sorted(key for key in BIBLIOGRAPHY if key not in text)
    assert uncited == []
