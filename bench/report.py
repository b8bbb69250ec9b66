"""What a run of the bench says: a page, a comparison with an earlier run."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gripforce.version import software_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.figure import Figure

HERE: Final = Path(__file__).resolve().parent
PAGE: Final = HERE.parent / "docs" / "performance.md"
NOTES: Final = HERE / "notes.md"
BASELINE: Final = HERE / "baseline.json"
GROWTH: Final = ("<!-- growth -->\n", "<!-- end of growth -->\n")
"""Where the section on growth begins and ends, at the end of the page."""
WORSE: Final = 1.2
"""A ratio that grew by more than a fifth is named."""


def machine() -> str:
    """Return what the numbers were measured on."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"gripforce {software_version()}, load {load:.1f} at the start"
    )


def write_page(figures: Sequence[Figure], where: str) -> None:
    """Write ``docs/performance.md``: the table of this run and the notes beside it."""
    lines = [
        "# Speed",
        "",
        f"Written by `make bench` on {datetime.now(UTC).date().isoformat()} ({where}).",
        "",
        "| what | asked | measured | runs | reached |",
        "|---|---|---|---|---|",
        *(_cells(figure) for figure in figures),
        "",
    ]
    text = "\n".join(lines) + "\n" + NOTES.read_text("utf-8")
    PAGE.write_text(text + _growth(PAGE), encoding="utf-8")


def _growth(page: Path) -> str:
    """Return the section on growth of a page, which another run has written."""
    text = page.read_text("utf-8") if page.is_file() else ""
    begin = text.find(GROWTH[0])
    return "\n" + text[begin:] if begin >= 0 else ""


def _cells(figure: Figure) -> str:
    sign = "≥" if figure.floor else "≤"
    measured = f"{figure.measured:.3g} {figure.unit}"
    verdict = {"yes": "yes", "NO": "**no**"}.get(figure.verdict, figure.verdict)
    asked = f"{sign} {figure.reach:g} {figure.unit}"
    return f"| {figure.what} | {asked} | {measured} | {figure.spread} | {verdict} |"


def as_json(figures: Iterable[Figure], where: str) -> str:
    """Return a run as JSON."""
    return json.dumps({"machine": where, "figures": [f.as_json() for f in figures]}, indent=1)


def write_baseline(figures: Iterable[Figure], where: str) -> None:
    """Store the ratios to peers: seconds of one machine say nothing on another."""
    ratios = {figure.what: round(figure.measured, 3) for figure in figures if figure.peer}
    BASELINE.write_text(
        json.dumps({"machine": where, "ratios": ratios}, indent=1) + "\n", encoding="utf-8"
    )


def baseline() -> dict[str, Any]:
    """Return the stored ratios; none where nothing is stored yet."""
    if not BASELINE.is_file():
        return {"ratios": {}}
    return dict(json.loads(BASELINE.read_text("utf-8")))


def worse(figures: Iterable[Figure], baseline: dict[str, Any]) -> list[str]:
    """Return a sentence for each ratio that is worse than in the baseline by over a fifth."""
    found = []
    for figure in figures:
        before = baseline["ratios"].get(figure.what)
        if not figure.peer or before is None:
            continue
        factor = before / figure.measured if figure.floor else figure.measured / before
        if factor > WORSE:
            found.append(f"{figure.what}: {before:.3g} before, {figure.measured:.3g} now")
    return found


def unmatched(figures: Iterable[Figure], baseline: dict[str, Any]) -> list[str]:
    """Return a sentence for each ratio that is stored or measured, and not both."""
    measured, stored = {figure.what for figure in figures if figure.peer}, set(baseline["ratios"])
    missing = [f"{what}: stored, but not measured" for what in sorted(stored - measured)]
    return missing + [f"{what}: measured, but not stored" for what in sorted(measured - stored)]
