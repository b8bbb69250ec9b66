"""The report: one self-contained page, without scripts, that prints well on A4.

Strategy: an analysis goes in, markup comes out; the one thing that touches a disk is
``write_report``. The page may load nothing and run nothing, and says so to the browser.
"""

from __future__ import annotations

import os
from importlib.resources import files
from typing import TYPE_CHECKING

from gripforce.files import new_text_file
from gripforce.language import language, translate
from gripforce.model import task_spec
from gripforce.report.file_page import by_task, file_page
from gripforce.report.first_page import first_page
from gripforce.report.identity import NO_DIAGNOSIS, hand_title, heading, identity
from gripforce.report.margin_section import margin_section
from gripforce.report.markup import Child, Markup, css_text, element, joined
from gripforce.report.pdf import write_pdf
from gripforce.report.provenance import (
    excluded_section,
    provenance_section,
    trials_section,
)
from gripforce.report.task_section import task_section, traces_section
from gripforce.version import software_version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.assessment.visits import VisitAnalysis
    from gripforce.analysis.results import Analysis

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_HATCHES = (("hatch-excluded", "5", "M0 5L5 0"), ("hatch-slips", "7", "M0 0L7 7"))


def write_report(
    visit: VisitAnalysis, path: str | os.PathLike[str], earlier: Sequence[VisitAnalysis] = ()
) -> None:
    """Write the page to a new file, as PDF where its name ends so.

    Raises ``UsageError`` where the file exists or cannot be written, or nothing can print a PDF.
    """
    page = render_report(visit, earlier)
    if os.fspath(path).lower().endswith(".pdf"):
        write_pdf(page, path)
        return
    with new_text_file(path) as stream:
        stream.write(page)


def render_report(visit: VisitAnalysis, earlier: Sequence[VisitAnalysis] = ()) -> str:
    """Return the page of a visit, compared with earlier ones, the oldest first.

    The same analysis gives the same page, to the letter.
    """
    body = element(
        "body",
        _hatches(),
        element(
            "main",
            heading(visit),
            first_page(visit, earlier),
            file_page(visit, earlier),
            [_traces(hand, analysis) for hand, analysis in visit.hands.items()],
            [_appendix(h, a, alone=len(visit.hands) == 1) for h, a in visit.hands.items()],
            element("footer", f"gripforce {software_version()}. {NO_DIAGNOSIS}"),
        ),
    )
    return f"<!DOCTYPE html>\n{element('html', _head(visit), body, lang=language())}\n"


def _traces(hand: str, analysis: Analysis) -> Child:
    """Return one hand's page of traces: its lifts, or else its first task."""
    tasks = by_task(analysis)
    if not tasks:
        return None
    task = next((task for task in tasks if task_spec(task).lifted), next(iter(tasks)))
    return element(
        "section",
        element("h2", f"{hand_title(hand)}: forces"),
        traces_section(task, tasks[task], analysis.by_task.get(task, {}), analysis.margin),
        class_="sheet",
    )


def _appendix(hand: str, analysis: Analysis, *, alone: bool) -> Markup:
    """Return everything else about one hand; a task that has no page of its own is drawn here."""
    tasks = by_task(analysis)
    suffix = "" if alone else f"-{hand or 'unstated'}"
    shown = next((task for task in tasks if task_spec(task).lifted), next(iter(tasks), ""))
    return element(
        "div",
        element("h2", f"Appendix. {hand_title(hand)}"),
        [
            task_section(task, results, analysis, suffix, drawn=task != shown)
            for task, results in tasks.items()
        ],
        margin_section(analysis, suffix),
        excluded_section(analysis, suffix),
        trials_section(tasks, suffix),
        provenance_section(analysis, suffix),
        class_="appendix",
    )


def _head(visit: VisitAnalysis) -> Markup:
    about = identity(visit)
    foot = css_text(translate(about) or "gripforce")
    style = files("gripforce.report").joinpath("page.css").read_text(encoding="utf-8")
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name_="viewport", content="width=device-width"),
        element("title", f"Grip report {about}" if about else "Grip report"),
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
