"""The methods page quotes the code's constants, existing columns, and references without holes."""

import importlib
import re
from dataclasses import fields, is_dataclass
from math import isclose
from pathlib import Path

import pytest

import gripforce.analysis
from gripforce.analysis.assessment.reference import reference
from gripforce.analysis.signal.filters import LowPass
from tests.docs.bibliography import BIBLIOGRAPHY

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
ANALYSIS = Path(gripforce.analysis.__file__).parent
MODULES = {path.stem: path for path in ANALYSIS.rglob("*.py") if path.name != "__init__.py"}
MARK = re.compile(r"(\d+(?:\.\d+)?)\s?(ms|s|%)?(?![\d.])[^|\d<]*<!--=([\w.]+)-->")
SECTIONS = (
    "Signals", "Preprocessing", "Event detection", "Outcome measures", "Task-specific analyses",
    "Statistics", "Decision rules", "Limits", "References", "A paragraph for a paper",
)  # fmt: skip


def imported(stem):
    parts = MODULES[stem].relative_to(ANALYSIS).with_suffix("").parts
    return importlib.import_module(".".join(("gripforce.analysis", *parts)))


def constant(name):
    """Return a module's constant, or a figure of the reference table, as a number."""
    stem, *rest = name.split(".")
    if stem == "reference":
        return getattr(reference(rest[0]), rest[1])
    found = getattr(imported(stem), rest[0])
    found = found() if isinstance(found, type) else found
    return found.cutoff_hz if isinstance(found, LowPass) else found


def in_unit(value, unit, name):
    """Return a constant as the page writes it: seconds as ms, shares as percent."""
    if unit == "ms" and name.endswith("_S"):
        return 1e3 * value
    if unit == "%" and "pct" not in name.lower():
        return 100 * value
    return value


MARKS = [match.groups() for match in MARK.finditer(PAGE)]


def test_every_marker_is_read():
    assert len(MARKS) == PAGE.count("<!--=") > 100


@pytest.mark.parametrize(("number", "unit", "name"), MARKS, ids=[mark[2] for mark in MARKS])
def test_quoted_values_are_the_code_s(number, unit, name):
    assert isclose(float(number), in_unit(constant(name), unit, name), rel_tol=1e-9)


def test_the_sections_are_those_of_a_methods_section():
    found = re.findall(r"^## (\d+) (.+)$", PAGE, re.MULTILINE)
    assert found == [(str(k), title) for k, title in enumerate(SECTIONS, 1)]


def test_equations_and_tables_are_numbered_without_holes():
    equations = [int(n) for n in re.findall(r"(?:\|\s|> )\((\d+)\)\s", PAGE)]
    assert equations == list(range(1, len(equations) + 1))
    tables = [int(n) for n in re.findall(r"\*\*Table (\d+)\.\*\*", PAGE)]
    assert tables == list(range(1, len(tables) + 1))


def test_references_are_numbered_cited_and_in_the_bibliography():
    text, listed = PAGE.split("## 9 References")
    entries = re.findall(r"^(\d+)\. (.+) `(\w+)`$", listed, re.MULTILINE)
    assert [int(n) for n, _, _ in entries] == list(range(1, len(entries) + 1))
    cited = {
        int(n) for group in re.findall(r"\[(\d+(?:, \d+)*)\]", text) for n in group.split(", ")
    }
    assert cited == {int(n) for n, _, _ in entries}
    first = [int(n) for n in re.findall(r"\b\d+\b", " ".join(re.findall(r"\[([\d, ]+)\]", text)))]
    assert list(dict.fromkeys(first)) == sorted(cited), "numbered in the order of citation"
    for _, entry, key in entries:
        doi = BIBLIOGRAPHY[key].get("doi")
        assert (f"doi:[{doi}]" in entry) if doi else ("doi" not in entry), key


def columns():
    """Return the column names that the analysis declares: fields, events and figures of series."""
    names = set()
    for stem, path in MODULES.items():
        module = imported(stem)
        for value in vars(module).values():
            if is_dataclass(value):
                names |= {field.name for field in fields(value)}
        names |= set(re.findall(r"\"([a-z][a-z0-9_]+)\"", path.read_text(encoding="utf-8")))
    return names


def test_documented_columns_exist():
    text = PAGE.split("## 9 References")[0]
    documented = set(re.findall(r"`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)`", text))
    assert documented - columns() == set()
