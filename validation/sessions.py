"""The battery by Enter alone: every hand, at two sizes, in two languages."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from gripforce.dashboard.session.app import SUMMARY
from gripforce.language import use_language
from tests.dashboard.pilot import run_through
from tests.dashboard.reading import lines_in_english, read_page
from tests.session.answers import Performed, answers_of, unfinished
from tests.session.fast_time import new_session
from validation.section import Row, Table, Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.session.answers import Answer
    from validation.section import Cell, Settings

ABOUT: Final = (
    "A simulated hand does `als-battery` in a session on the screen that is driven by the Enter "
    "key alone: a healthy one, an ALS-like one, a reactive one, whose grip follows each change of "
    "load later than feedback, and a cerebellar one, whose lags have a median near 0 but scatter "
    "by 60 ms. What the screens showed each time that they waited for a key, the summary and the "
    "report are searched for English words. CI runs the ALS-like hand at 80 × 24 in Chinese."
)
SEEDS: Final = {"healthy": 2718, "als": 31415, "reactive": 577, "cerebellar": 1618}
SIZES: Final = ((80, 24), (120, 40))
CODES: Final = ("de", "zh")
NOTE: Final = (
    "Unfinished: blocks with fewer accepted trials than the protocol asks for. Right: answers that "
    "agree with what was planted, as in the section on protocols. English: lines on a screen, in "
    "the summary or in the report with a word that was not translated."
)


class _Session(NamedTuple):
    """A session of the battery that is over."""

    short: int
    answers: list[Answer]
    english: list[str]
    """Lines with an English word."""


def measure(settings: Settings) -> Iterator[Table]:
    """Yield a row for each hand, size and language."""
    cases = [(hand, size, code) for size in SIZES for code in CODES for hand in SEEDS]
    chosen = cases[: settings.count(len(cases), 1)]
    with ProcessPoolExecutor(settings.workers) as pool:
        rows = tuple(pool.map(_row, chosen))
    yield Table("battery by Enter alone", "answers", rows, NOTE)


def _row(case: tuple[str, tuple[int, int], str]) -> Row:
    hand, size, code = case
    done = _run(hand, size, code)
    right = sum(answer.right for answer in done.answers)
    wrong = "; ".join(answer.question for answer in done.answers if not answer.right)
    measured: dict[str, Cell] = {
        "unfinished": done.short,
        "right (%)": 100 * right / len(done.answers),
        "English": len(done.english),
        "wrong": wrong or None,
    }
    asked = (Target("unfinished", 0), Target("right (%)", 100, floor=True), Target("English", 0))
    label = f"{hand}, {size[0]} × {size[1]}, {code}"
    for line in done.english:
        sys.stderr.write(f"{label}: {line}\n")
    return Row(label, measured, len(done.answers), SEEDS[hand], asked)


def _run(hand: str, size: tuple[int, int], code: str) -> _Session:
    source = f"sim:lift?profile={hand}&seed={SEEDS[hand]}&speed=max"
    with tempfile.TemporaryDirectory() as root:
        folder = new_session(Path(root), "als-battery", source, skin="dry")
        seen: set[str] = set()
        use_language(code)
        try:
            session = asyncio.run(run_through(folder, size, seen)).controller.session
        finally:
            use_language("en")
        summary = (folder.path / SUMMARY).read_text(encoding="utf-8")
        page = read_page((folder.path / "report.html").read_text(encoding="utf-8"))
        english = lines_in_english((*seen, summary, page), code)
        answers = answers_of(Performed(session, folder))
        return _Session(len(unfinished(session)), answers, list(english))
