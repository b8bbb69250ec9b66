"""Parts list, build steps and pages: they name the same parts and link to what is there."""

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
import yaml
from packaging.licenses import canonicalize_license_expression

from hardware.bom import BUILDS, SHIPPING_USD, cost, read_bom
from hardware.cad.fasteners import screws
from hardware.cad.gallery import NAMES
from hardware.cad.labels import LABELS
from hardware.cad.openscad import PARTS
from hardware.cad.picture import PICTURES, source_digest
from hardware.cad.wiring_steps import COLOURS
from hardware.wiring.plan import CELL_WIRE, CIRCUITS, harness
from tests.hardware.open_know_how import OKH_V1

ROOT = Path(__file__).parents[2]
HARDWARE = ROOT / "hardware"
STEPS = sorted((HARDWARE / "build").glob("*.md"))
WHY = sorted((HARDWARE / "why").glob("*.md"))
PAGES = [*HARDWARE.glob("*.md"), *STEPS, *WHY]
REF = re.compile(r"`([A-Z][A-Z0-9]*-[A-Z0-9][A-Z0-9-]*)`")
MADE_BY_MAKE = re.compile(r"build-output/")


def test_every_reference_in_the_pages_is_on_the_parts_list():
    refs = {item.ref for item in read_bom()}
    for page in PAGES:
        unknown = set(REF.findall(page.read_text())) - refs
        assert not unknown, f"{page.name}: {unknown}"


def test_every_part_on_the_list_is_used():
    used = {ref for page in STEPS for ref in REF.findall(page.read_text())}
    for build in CIRCUITS:
        used |= {c["type"] for c in harness(build)["connectors"].values()}
        used |= {c["type"] for c in harness(build)["cables"].values()}
    assert {item.ref for item in read_bom()} - used == set()


def test_parts_list_is_whole():
    items = read_bom()
    assert max(Counter(item.ref for item in items).values()) == 1
    for item in items:
        assert item.build in {*BUILDS, "both"}, item.ref
        assert item.kind in {"part", "tool"}, item.ref
        assert item.quantity > 0, item.ref
        assert item.price_usd > 0, item.ref
        assert item.pack > 0, item.ref
        assert item.shop in SHIPPING_USD, item.ref
        assert re.fullmatch(r"(estimate|read) \d{4}-\d\d", item.priced), item.ref
        said = (item.part, item.specification, item.maker, item.number, item.second_source)
        assert all((*said, item.alternative)), item.ref


@pytest.mark.parametrize("build", CIRCUITS)
def test_whole_packs_cost_at_least_their_shares(build):
    lines = [i for i in read_bom() if i.kind == "part" and i.belongs_to(build)]
    assert all(i.packs * i.pack >= i.quantity > (i.packs - 1) * i.pack for i in lines)
    spent = cost(build)
    assert spent.used < spent.bought
    by_hand = sum(i.price_usd * max(1, -(-i.quantity // i.pack)) for i in lines)
    assert spent.bought == pytest.approx(by_hand)


@pytest.mark.parametrize("build", CIRCUITS)
def test_readme_names_each_build_for_its_cost(build):
    said = re.search(
        rf"\*\*{build.title()}, (\d+) USD of parts\*\*", (HARDWARE / "README.md").read_text()
    )
    assert int(said[1]) == round(cost(build).used, -1)


def test_nothing_that_the_steps_need_is_missing():
    refs = {item.ref for item in read_bom()}
    assert refs >= {
        "CABLE-TIE",
        "CABLE-USB-C",
        "CABLE-USB-MINI",
        "HEAT-SHRINK",
        "LEAD-PH2",
        "LEAD-PH4",
        "SOLDER-WIRE",
        "TOOL-SPANNER",
    }


def test_leads_and_jacks_are_as_many_as_the_harnesses_have():
    needed = Counter()
    for build in CIRCUITS:
        drawn = harness(build)
        ends = [*drawn["connectors"].values(), *drawn["cables"].values()]
        types = [ref for end in ends for ref in re.findall(r"[A-Z]+-[A-Z0-9-]+", end["type"])]
        needed |= Counter(ref for ref in types if not ref.startswith("BOARD-"))
    assert needed["LEAD-PH4"] == 4
    quantity = {item.ref: item.quantity for item in read_bom()}
    assert {ref: quantity[ref] for ref in needed} == needed


def test_screws_are_as_many_as_the_holes(dimensions):
    quantity = {item.ref: item.quantity for item in read_bom()}
    turned = Counter(screw.ref for screw in screws(dimensions))
    assert {ref: quantity[ref] for ref in turned} == turned
    assert quantity["SHIM-M3"] == 2 * len(dimensions["carrier_holes"])
    assert quantity["STEEL-50X5"] == dimensions["steel_count"]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        if not target.startswith(("http", "../docs")) and not MADE_BY_MAKE.search(target):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", STEPS, ids=lambda p: p.name)
def test_build_page_has_numbered_steps_and_ends_with_a_check(page):
    text = page.read_text()
    steps = [int(n) for n in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1))
    assert len(steps) >= 3
    check = text.split("## Check\n")
    assert len(check) == 2, "one section Check, at the end"
    assert "## " not in check[1]
    assert re.search(r"^    (gripforce|make|python) ", check[1], re.MULTILINE), "a command"
    assert ".svg)" in text, "a picture"


@pytest.mark.parametrize("page", STEPS, ids=lambda p: p.name)
def test_each_step_has_its_picture_or_what_the_terminal_shows(page):
    text = page.read_text().split("## Check\n")[0]
    steps = re.split(r"^\d+\. ", text, flags=re.MULTILINE)[1:]
    for number, step in enumerate(steps, 1):
        assert ".svg)" in step or "    ```\n" in step, f"step {number}"
        # four spaces: with three, the site's Markdown begins a new list after each picture
        assert not re.search(r"^ {1,3}\S", step, re.MULTILINE), f"step {number}"


def test_picture_of_a_cells_plug_has_the_colours_of_the_harness():
    for wire, code in CELL_WIRE.items():
        colour = COLOURS[code]
        assert LABELS["cell-lead"][f"wire {colour}"] == f"{wire} {colour}"


def test_no_step_shows_the_picture_of_another():
    shown = Counter(
        name for page in STEPS for name in re.findall(r"pictures/([\w-]+)\.svg", page.read_text())
    )
    assert {name for name, n in shown.items() if n > 1} == set()
    assert set(NAMES) - set(shown) == set(), "drawn, and on no page"


def test_words_of_the_trade_are_explained():
    """Those that somebody stumbled over who had built nothing."""
    rows = re.findall(r"^\| ([^|]+) \|", (HARDWARE / "words.md").read_text(), re.MULTILINE)
    explained = " ".join(rows).lower()
    pages = " ".join(page.read_text() for page in STEPS).lower()
    for word in TRADE:
        assert word in pages, f"{word} is no longer used"
        assert word in explained, word


TRADE = (
    *("board house", "bridge", "brim", "caliper", "certificate", "continuity", "countersink"),
    *("cross-talk", "deck", "firmware", "flash", "free end", "gerber", "grip axis", "harness"),
    *("heat-shrink", "ide", "infill", "jack", "jumper", "load cell", "newton", "petg", "port"),
    *("release", "shelves", "shim", "slicer", "socket", "solder", "spine", "terminal", "tether"),
    *("tip", "trigger", "ttl", "walls"),
)


@pytest.mark.parametrize("page", WHY, ids=lambda p: p.name)
def test_why_page_is_half_a_page(page):
    words = len(page.read_text().split())
    assert 90 <= words <= 330


def test_the_pages_that_were_asked_for_are_there():
    names = {page.stem for page in WHY}
    assert names >= {
        "two-normal-cells",
        "simultaneous-sampling",
        "no-kitchen-cell",
        "surfaces",
        "tether",
        "cleaning",
    }
    assert [page.stem.split("-", 1)[1] for page in STEPS] == [
        "print",
        "cells",
        "wiring",
        "flash",
        "calibrate",
        "verify",
    ]


def test_printed_parts_are_all_named_in_the_print_step():
    text = (HARDWARE / "build" / "1-print.md").read_text()
    for part in PARTS:
        row = f"`{part.name}`, twice | `" if part.sawn else f"`{part.name}` | {part.print_count} |"
        assert row in text, part.name


def test_sawn_parts_are_as_the_print_step_says(dimensions):
    d = dimensions
    text = (HARDWARE / "build" / "1-print.md").read_text()
    at = [d["bracket_end"] - d["pad_y"], *sorted(-d["pad_y"] - y for _, y in d["digit_load_holes"])]
    legs = d["grip_x0"], d["load_top"] + d["flange"]
    assert "20 mm | one leg: at 3 and 10 mm, 9.5 mm from" in text
    assert "other leg: at 3 and 10 mm, 10 mm from" in text
    assert (*at, *legs) == (20, 3, 10, 9.5, 10)
    end = d["cell_length"] / 2
    assert "41 mm | at 4 and 11 mm, in the middle" in text
    holes = sorted(end - y for y, _ in d["carrier_holes"])
    assert (d["plate_side"] / 2 + end, *holes) == (41, 4, 11)


@pytest.mark.parametrize("name", NAMES)
def test_picture_was_drawn_from_these_parts(name):
    text = (PICTURES / f"{name}.svg").read_text()
    assert f"<desc>sources {source_digest()}</desc>" in text, "run `make -C hardware cad`"


def test_manifest_names_what_is_there():
    manifest = (HARDWARE / "okh.yml").read_text()
    for path in re.findall(r"path: (\S+)", manifest):
        assert (HARDWARE / path).exists(), path
    assert "CERN-OHL-P-2.0" in manifest
    said = yaml.safe_load(manifest)
    needed = {"title", "description", "licensor", "license", "contact", "documentation-home"}
    assert needed <= said.keys()
    assert said["okh-manifest-version"] == "1.0.0"
    assert all(isinstance(said[key], str) for key in ("date-created", "date-updated"))
    newest = re.search(r"^## (\w+) \(([-\d]+)\)", (HARDWARE / "CHANGELOG.md").read_text(), re.M)
    assert (said["version"], str(said["date-updated"])) == newest.groups()
    assert "CERN-OHL-P-2.0" in (HARDWARE / "LICENSE").read_text()


def faults(manifest):
    """What the published rules of Open Know-How find wrong with a manifest."""
    check = jsonschema.Draft7Validator(OKH_V1, format_checker=jsonschema.FormatChecker())
    return [error.message for error in check.iter_errors(manifest)]


def test_manifest_is_valid_by_the_rules_of_open_know_how():
    manifest = yaml.safe_load((HARDWARE / "okh.yml").read_text())
    assert faults(manifest) == []
    for part in manifest["license"].values():
        assert canonicalize_license_expression(part) == part


WRONG = [
    {"licence": {"hardware": "CERN-OHL-P-2.0"}},
    {"license": {}},
    {"bom": "../bom.csv"},
    {"date-updated": "28.11.2026"},
    {"contact": {"affiliation": "nobody"}},
    {"making-instructions": [{"path": "ftp://here/page.md"}]},
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda w: next(iter(w)))
def test_a_wrong_manifest_is_found(wrong):
    assert faults(yaml.safe_load((HARDWARE / "okh.yml").read_text()) | wrong)


def test_build_steps_are_in_the_repository():
    """The root ignores folders named build; this one is no product."""
    git = shutil.which("git")
    if git is not None and (ROOT / ".git").exists():
        ask = [git, "-C", str(ROOT), "check-ignore", "-q", str(STEPS[0].relative_to(ROOT))]
        assert subprocess.run(ask, check=False).returncode != 0
