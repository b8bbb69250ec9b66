"""Before a session: which device, and whose hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Footer, OptionList, Static

from gripforce.dashboard.app import THEME
from gripforce.dashboard.screens.form import Form
from gripforce.transport import discover

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType


class Devices(Screen[str]):
    """What can be opened, the simulator last."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("r", "look", "Look again"),
        ("q,escape", "app.quit", "Quit"),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical():
            yield Static("Which device?", classes="heading")
            yield OptionList()
            yield Static("Arrows and Enter. Plug one in, then r looks again.", classes="dim")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Look."""
        self.action_look()
        self.query_one(OptionList).focus()

    def action_look(self) -> None:
        """Look what is there."""
        self._found = discover()
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([f"{one.url}   {one.name}" for one in self._found])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take it."""
        self.dismiss(self._found[event.option_index].url)


class Intake(App[dict[str, Any]]):
    """Asks for what is not known; returns ``source`` and what the form holds, None where left."""

    CSS_PATH: ClassVar[list[str | Path]] = [  # type: ignore[assignment]
        Path(__file__).with_name("dashboard.tcss"),
        Path(__file__).with_name("session.tcss"),
    ]

    def __init__(self, title: str, source: str | None, given: Mapping[str, str]) -> None:
        super().__init__()
        self._title_text = title
        self._source = source
        self._given = given

    def on_mount(self) -> None:
        """Ask for the device first."""
        self.register_theme(THEME)
        self.theme = THEME.name
        if self._source is None:
            self.push_screen(Devices(), self._with_source)
        else:
            self._with_source(self._source)

    def _with_source(self, source: str | None) -> None:
        self._source = source
        self.push_screen(Form(self._title_text, self._given), self._with_form)

    def _with_form(self, typed: dict[str, Any] | None) -> None:
        self.exit({"source": self._source, **(typed or {})})
