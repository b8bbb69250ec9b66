"""Screens for results: of a sensor check or zero, and the summary of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Label, OptionList, Static

from gripforce.dashboard.widgets.cell_text import wrapped_cells
from gripforce.dashboard.widgets.key_bar import KeyBar
from gripforce.language import translatable, translate
from gripforce.session.events import FAILED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from gripforce.session.check_text import CheckOutcome

_TEXT_CELLS: Final = 74
"""Width of the text on the smallest terminal."""


AGAIN: Final = "check again"
GO_ON: Final = "continue anyway (this is noted)"


class CheckResult(ModalScreen[str]):
    """The result of a sensor check or a zero; after a failed one Enter checks again.

    Dismissed with ``AGAIN``, or with ``GO_ON``; ``d`` shows and hides the details.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "close", "Continue"),
        ("d", "details", "Details"),
    ]

    def __init__(self, title: str, outcome: CheckOutcome) -> None:
        super().__init__()
        self._title_text = title
        self._outcome = outcome
        self._failed = outcome.verdict == FAILED

    def compose(self) -> ComposeResult:
        """Show the lines, and after a failure the choice."""
        with Vertical(classes="question wide"):
            yield Label(translate(self._title_text), markup=False)
            with VerticalScroll(can_focus=False):
                yield Static(_wrapped_text(self._outcome.lines), markup=False)
                details = Static(_wrapped_text(["", *self._outcome.details]), markup=False)
                details.display = False
                yield details.add_class("details")
            choices = (AGAIN, GO_ON) if self._failed else (translatable("continue"),)
            yield OptionList(*map(translate, choices))
            keys = "Enter: choose · d: details" if self._outcome.details else "Enter: choose"
            yield Label(translate(keys), classes="dim")

    def on_mount(self) -> None:
        """Put the cursor on the choice."""
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Dismiss with the choice."""
        self.dismiss(AGAIN if self._failed and event.option_index == 0 else GO_ON)

    def action_close(self) -> None:
        """Continue after a check that passed; after a failed one a choice is needed."""
        if not self._failed:
            self.dismiss(GO_ON)

    def action_details(self) -> None:
        """Show or hide the figures of each channel."""
        details = self.query_one(".details", Static)
        details.display = bool(self._outcome.details) and not details.display


def _wrapped_text(lines: Sequence[str]) -> str:
    return "\n".join(p for line in lines for p in wrapped(translate(line), _TEXT_CELLS))


class SummaryScreen(Screen[None]):
    """The summary of a session; ``lines`` returns what is known of it at present."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("o", "open", "Open the report"),
        ("b", "app.blocks", "Blocks"),
        ("u", "app.undo", "Undo"),
        ("q,escape", "app.quit", "Close"),
    ]

    def __init__(self, title: str, lines: Callable[[], Sequence[str]]) -> None:
        super().__init__()
        self._title_text = title
        self._lines = lines
        self.is_complete = False
        """Whether the recordings have been analysed."""
        self._reports: Sequence[Path] = ()

    def compose(self) -> ComposeResult:
        """Show title and lines."""
        with VerticalScroll():
            yield Static(translate(self._title_text), classes="heading", markup=False)
            yield Static("", id="lines", markup=False)
        yield KeyBar(show_command_palette=False)

    def on_resize(self) -> None:
        """Wrap the lines at the terminal's width."""
        self.update()

    def update(self) -> None:
        """Show what is known now."""
        width = max(20, self.size.width - 6)
        lines = [part for line in self._lines() for part in wrapped(translate(line), width)]
        self.query_one("#lines", Static).update("\n".join(lines))

    def complete(self, reports: Sequence[Path]) -> None:
        """Show the final summary; ``reports`` are the pages that ``o`` opens."""
        self._reports = reports
        self.is_complete = True
        self.update()

    def action_open(self) -> None:
        """Open the reports in this computer's browser."""
        if not self._reports:
            self.notify(translate("No report yet."), timeout=3)
        for path in self._reports:
            self.app.open_url(path.absolute().as_uri())


def wrapped(line: str, width: int) -> list[str]:
    """Return a line wrapped to a width; continuation lines are indented."""
    first = " " * (len(line) - len(line.lstrip()))
    lines = wrapped_cells(line, width - len(first) - 2)
    return [f"{first}{'  ' if k else ''}{text}" for k, text in enumerate(lines)] or [""]
