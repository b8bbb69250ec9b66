"""Each shipped protocol by keys on the screen, from the first to the answer."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gripforce.protocol.library import shipped_protocols
from gripforce.session import SessionState
from tests.dashboard.pilot import run_through
from tests.session.answers import Performed, answers_of, unfinished
from tests.session.fast_time import new_session
from validation.section import Row, Table, Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.session.answers import Answer
    from validation.section import Cell, Settings

ABOUT: Final = (
    "A simulated hand does each shipped protocol in a session on a screen of 80 × 24 that is "
    "driven by the Enter key alone, through device, bytes, recorder and recordings; the figures of "
    "the last screen are compared with what was planted. An answer of *cannot tell* is right, a "
    "decision against the truth is not. Tests run the sessions on seed 4711."
)
FIRST_SEED: Final = 8_720_001
PROFILES: Final = ("healthy", "als")
NOTE: Final = (
    "Right: answers that agree with what was planted, each with the tolerance of "
    "`tests/session/answers.py`: an interval that holds it, or a figure that is near. Unfinished: "
    "blocks with fewer accepted trials than the protocol asks for."
)


def measure(settings: Settings) -> Iterator[Table]:
    """Yield for each protocol the share of its answers that are right, then every answer."""
    chosen = shipped_protocols()[: settings.count(len(shipped_protocols()), 1)]
    runs = [
        (protocol.name, profile, _run(protocol.name, profile))
        for protocol in chosen
        for profile in PROFILES
    ]
    rows = tuple(_row(name, profile, *found) for name, profile, found in runs)
    yield Table("protocols by keys", "answers", rows, NOTE)
    for name, profile, (_, answers) in runs:
        every = tuple(_answer(answer) for answer in answers)
        yield Table(f"{name}, {profile}", "answers", every)


def _run(name: str, profile: str) -> tuple[int, list[Answer]]:
    """Return how many blocks lack trials, and the answers of a session."""
    source = f"sim:lift?profile={profile}&seed={FIRST_SEED}&speed=max"
    with tempfile.TemporaryDirectory() as root:
        folder = new_session(Path(root), name, source)
        session = asyncio.run(run_through(folder)).controller.session
        assert session.state is SessionState.FINISHED
        return len(unfinished(session)), answers_of(Performed(session, folder))


def _row(name: str, profile: str, short: int, answers: list[Answer]) -> Row:
    right = sum(answer.right for answer in answers)
    wrong = "; ".join(answer.question for answer in answers if not answer.right)
    measured: dict[str, Cell] = {
        "right (%)": 100 * right / len(answers),
        "unfinished": short,
        "wrong": wrong or None,
    }
    asked = (Target("right (%)", 100, floor=True), Target("unfinished", 0))
    return Row(f"{name}, {profile}", measured, len(answers), FIRST_SEED, asked)


def _answer(answer: Answer) -> Row:
    measured: dict[str, Cell] = {
        "found": answer.found,
        "planted": answer.planted,
        "right": "yes" if answer.right else "no",
    }
    return Row(answer.question, measured, 1, FIRST_SEED)
