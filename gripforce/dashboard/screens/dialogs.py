"""Small dialogs: a choice, or a line of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList

from gripforce.errors import GripforceError
from gripforce.language import translate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Key


GO_BACK: Final = "go back"


class Choose(ModalScreen[str | None]):
    """A choice by number, or by arrows and Enter; dismissed with its text, Escape: None.

    With ``careful``, the first and highlighted choice goes back, and a number only highlights: no
    single key that was meant for something else chooses anything.
    """

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Back")]

    def __init__(self, title: str, choices: Sequence[str], *, careful: bool = False) -> None:
        super().__init__()
        self._title_text = title
        self._careful = careful
        self._choices = (GO_BACK, *choices) if careful else tuple(choices)

    def compose(self) -> ComposeResult:
        """Show the question and its choices."""
        with Vertical(classes="question"):
            yield Label(translate(self._title_text), markup=False)
            rows = enumerate(map(translate, self._choices), start=1)
            yield OptionList(*(f"{k}  {text}" for k, text in rows), markup=False)
            keys = "↑ ↓ or number, then Enter" if self._careful else "number or Enter"
            yield Label(translate(f"{keys}: choose · Escape: back"), classes="dim")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Dismiss with the chosen text."""
        choice = self._choices[event.option_index]
        self.dismiss(None if self._careful and event.option_index == 0 else choice)

    def on_key(self, event: Key) -> None:
        """Choose by number."""
        if event.key.isdigit() and 0 < int(event.key) <= len(self._choices):
            event.stop()
            if self._careful:
                self.query_one(OptionList).highlighted = int(event.key) - 1
            else:
                self.dismiss(self._choices[int(event.key) - 1])


class Ask(ModalScreen[str | None]):
    """A line of text; dismissed with it, None where it is empty or Escape was pressed.

    ``check`` raises ``GripforceError`` for a text that is refused.
    """

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Back")]

    def __init__(self, title: str, check: Callable[[str], object] = str) -> None:
        super().__init__()
        self._title_text = title
        self._check = check

    def compose(self) -> ComposeResult:
        """Show the question and a field."""
        with Vertical(classes="question"):
            yield Label(translate(self._title_text), markup=False)
            yield Input()
            yield Label("", id="refusal", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Dismiss with the text, or say why it is refused."""
        try:
            self._check(event.value)
        except GripforceError as error:
            self.query_one("#refusal", Label).update(f"! {translate(str(error))}")
        else:
            self.dismiss(event.value.strip() or None)
