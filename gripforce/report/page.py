"""The report: one self-contained page, without scripts, that prints well on A4.

Strategy: an analysis goes in, markup comes out; the one thing that touches a disk is
``write_report``. The page may load nothing and run nothing, and says so to the browser.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from gripforce.files import new_text_file
from gripforce.report.margin_section import margin_section
from gripforce.report.markup import Markup, css_text, element, joined
from gripforce.report.provenance import (
    excluded_section,
    provenance_section,
    trials_section,
)
from gripforce.report.summary_section import NO_DIAGNOSIS, by_task, heading, identity, opening
from gripforce.report.task_section import task_section
from gripforce.version import software_version

if TYPE_CHECKING:
    import os

    from gripforce.analysis.results import Analysis

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_HATCHES = (("hatch-excluded", "5", "M0 5L5 0"), ("hatch-slips", "7", "M0 0L7 7"))


def write_report(analysis: Analysis, path: str | os.PathLike[str]) -> None:
    """Write the page to a new file; ``UsageError`` where it exists or cannot be written."""
    page = render_report(analysis)
    with new_text_file(path) as stream:
        stream.write(page)


def render_report(analysis: Analysis) -> str:
    """Return the page: the same analysis gives the same page, to the letter."""
    tasks = by_task(analysis)
    body = element(
        "body",
        _hatches(),
        element(
            "main",
            heading(analysis),
            opening(analysis),
            [
                task_section(task, results, analysis.by_task.get(task, {}), analysis.margin)
                for task, results in tasks.items()
            ],
            margin_section(analysis),
            excluded_section(analysis),
            trials_section(tasks, analysis.by_task),
            provenance_section(analysis),
            element("footer", f"gripforce {software_version()}. {NO_DIAGNOSIS}"),
        ),
    )
    return f"<!DOCTYPE html>\n{element('html', _head(analysis), body, lang='en')}\n"


def _head(analysis: Analysis) -> Markup:
    foot = css_text(identity(analysis) or "gripforce")
    style = files("gripforce.report").joinpath("page.css").read_text(encoding="utf-8")
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name_="viewport", content="width=device-width"),
        element("title", f"Grip report {identity(analysis)}".strip()),
        element("style", Markup(style), Markup(f"@page {{ @bottom-left {{ content: {foot} }} }}")),
    )


def _hatches() -> Markup:
    """Return the patterns that all drawings share: hatching survives a black-and-white printer."""
    patterns = [
        element(
            "pattern",
            element("path", d=line, class_=name),
            id=name,
            width=size,
            height=size,
            patternUnits="userSpaceOnUse",
        )
        for name, size, line in _HATCHES
    ]
    return element("svg", element("defs", joined(patterns)), width="0", height="0", class_="hidden")
