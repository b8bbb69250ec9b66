"""CITATION.cff agrees with the project and its bibliography."""

import tomllib

import yaml

from tests.docs.bibliography import BIBLIOGRAPHY, ROOT

CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_it_cites_this_version():
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["title"] == PROJECT["name"]
    assert CITATION["version"] == PROJECT["version"]
    assert CITATION["license"] == PROJECT["license"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"version {PROJECT['version']}" in readme
    methods = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    assert f"gripforce (version {PROJECT['version']})" in methods


def test_its_references_are_in_the_bibliography():
    dois = {entry.get("doi"): entry for entry in BIBLIOGRAPHY.values()}
    for work in CITATION["references"]:
        entry = dois[work["doi"]]
        assert str(work["year"]) == entry["year"]
        assert work["authors"][0]["family-names"] in entry["author"]
