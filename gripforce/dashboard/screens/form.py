"""A form: fields one below the other, each with a check that explains what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Input, Label, Static

from gripforce.dashboard.widgets.key_bar import KeyBar
from gripforce.errors import GripforceError, UsageError
from gripforce.language import translate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Key


Check: TypeAlias = "Callable[[str], Any]"
"""Returns the value of a text; ``GripforceError`` where it has none."""
KEYS: Final = "Enter: next field · ← →: change · Ctrl+S: done"


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a form."""

    key: str
    label: str
    value: str = ""
    choices: tuple[str, ...] = ()
    """The words to choose from by arrow keys or first letters; none: free text."""
    optional: bool = False
    """Whether a choice may be left empty."""


class InvalidEntryError(UsageError):
    """The entry in a field is not valid; ``key`` names the field."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.key = key


class Choice(Input):
    """A choice of words: ← → and Space go through them, a whole word that is typed chooses it.

    Other letters change nothing: they were meant for another field. Words are shown in the language
    in use; ``word`` is the one that was chosen.
    """

    def __init__(self, field: Field) -> None:
        shown = translate(field.value)
        super().__init__(shown, id=field.key, compact=True, select_on_focus=False)
        words = (("",) if field.optional else ()) + field.choices
        self._by_shown = {translate(word): word for word in words}
        self._words = tuple(self._by_shown)
        self._typed = ""

    @property
    def word(self) -> str:
        """The word that is chosen, in English."""
        return self._by_shown.get(self.value, self.value)

    async def _on_key(self, event: Key) -> None:
        step = {"right": 1, "space": 1, "left": -1}.get(event.key, 0)
        self._typed = self._after(event.character if event.is_printable and not step else None)
        if step:
            here = self._words.index(self.value) if self.value in self._words else 0
            self.value = self._words[(here + step) % len(self._words)]
        elif self._typed and self._typed in self._words:
            self.value, self._typed = self._typed, ""
        elif event.key in {"backspace", "delete"} and "" in self._words:
            self.value = ""
        elif not event.is_printable and event.key not in {"backspace", "delete"}:
            return
        event.stop()
        event.prevent_default()

    def _after(self, character: str | None) -> str:
        """Return what was typed of a word so far, "" where it begins none."""
        for typed in (self._typed + (character or ""), character or ""):
            if character and any(word.startswith(typed) for word in self._words):
                return typed
        return ""


class Form(Screen["dict[str, Any] | None"]):
    """Dismissed with the checked values, Escape: None. Enter in the last field ends it too.

    ``checks`` has a check for each field's key; ``note`` stands below the title.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("up", "app.focus_previous", "Up"),
        ("down", "app.focus_next", "Down"),
        ("ctrl+s", "done", "Done"),
        ("escape", "dismiss(None)", "Back"),
    ]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        checks: Mapping[str, Check],
        note: str = "",
    ) -> None:
        super().__init__()
        self._title_text, self._note = title, note
        self.fields, self._checks = tuple(fields), checks

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        with VerticalScroll(can_focus=False):
            yield Static(translate(self._title_text), classes="heading", markup=False)
            if self._note:
                yield Static(translate(self._note), classes="dim", markup=False)
            for field in self.fields:
                with Horizontal(classes="row"):
                    yield Label(translate(field.label), markup=False)
                    if field.choices:
                        yield Choice(field)
                        words = " ".join(map(translate, field.choices))
                        yield Label(words, classes="dim", markup=False)
                    else:
                        yield Input(field.value, id=field.key, compact=True)
            yield Static("", id="error", markup=False)
            yield Static(translate(KEYS), classes="dim")
        yield KeyBar(show_command_palette=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Move to the next field, or finish after the last one."""
        keys = [field.key for field in self.fields]
        after = keys.index(str(event.input.id)) + 1
        if after == len(keys):
            self.action_done()
        else:
            self.query_one(f"#{keys[after]}").focus()

    def on_input_changed(self) -> None:
        """Clear the error: it was about the former entry."""
        self.query_one("#error", Static).update("")

    def action_done(self) -> None:
        """Dismiss with the values, or show the first error at its field."""
        inputs = {field.key: self.query_one(f"#{field.key}", Input) for field in self.fields}
        try:
            self.dismiss(parse_entries({k: _entry(i) for k, i in inputs.items()}, self._checks))
        except InvalidEntryError as error:
            inputs[error.key].focus()
            self.query_one("#error", Static).update(f"! {translate(str(error))}")


def _entry(field: Input) -> str:
    return field.word if isinstance(field, Choice) else field.value.strip()


def parse_entries(entries: Mapping[str, str], checks: Mapping[str, Check]) -> dict[str, Any]:
    """Return the values of the entries that are not empty; ``InvalidEntryError`` for a bad one."""
    values = {}
    for key, check in checks.items():
        try:
            values[key] = check(entries.get(key, ""))
        except GripforceError as error:
            raise InvalidEntryError(key, str(error)) from error
    return {key: value for key, value in values.items() if value is not None}


def number_within(low: float, high: float) -> Check:
    """Return a check for a number from ``low`` to ``high``; an empty entry has no value."""

    def check(text: str) -> float | None:
        if not text:
            return None
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            raise UsageError(f"'{text}' is not a number.") from None
        if not low <= value <= high:
            raise UsageError(f"{value:g} must lie between {low:g} and {high:g}.")
        return value

    return check
