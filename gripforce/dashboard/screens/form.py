"""A form: fields below each other, and a refusal in words of what cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Input, Label, Static

from gripforce.errors import GripforceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Key


Check: TypeAlias = "Callable[[str], Any]"
"""Returns what is meant by a text, or refuses it."""
KEYS: Final = "Enter: next field; in the last one, done. ← →: other words."


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a form."""

    key: str
    label: str
    value: str = ""
    choices: tuple[str, ...] = ()
    """Where only a few words will do: the arrows and first letters go through them."""
    optional: bool = False
    """Of choices: none of them is an answer."""


class InvalidEntryError(UsageError):
    """What stands in a field cannot be."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.key = key


class Choice(Input):
    """One of a few words; ← → and Space go through them, a letter takes the word it begins."""

    def __init__(self, field: Field) -> None:
        super().__init__(field.value, id=field.key, compact=True, select_on_focus=False)
        self._words = (("",) if field.optional else ()) + field.choices

    async def _on_key(self, event: Key) -> None:
        step = {"right": 1, "space": 1, "left": -1}.get(event.key, 0)
        begun = [
            word for word in self._words if event.character and word.startswith(event.character)
        ]
        if step:
            here = self._words.index(self.value) if self.value in self._words else 0
            self.value = self._words[(here + step) % len(self._words)]
        elif begun:
            self.value = begun[0]
        elif event.key in {"backspace", "delete"} and "" in self._words:
            self.value = ""
        elif not event.is_printable and event.key not in {"backspace", "delete"}:
            return
        event.stop()
        event.prevent_default()


class Form(Screen["dict[str, Any] | None"]):
    """Enter goes on, in the last field it is done; Escape goes back."""

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
        self._fields, self._checks = tuple(fields), checks

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        with VerticalScroll(can_focus=False):
            yield Static(self._title_text, classes="heading", markup=False)
            if self._note:
                yield Static(self._note, classes="dim", markup=False)
            for field in self._fields:
                with Horizontal(classes="row"):
                    yield Label(field.label, markup=False)
                    if field.choices:
                        yield Choice(field)
                        yield Label(" ".join(field.choices), classes="dim", markup=False)
                    else:
                        yield Input(field.value, id=field.key, compact=True)
            yield Static("", id="error", markup=False)
            yield Static(
                "Enter: next field; in the last one, done. ← →: other words.", classes="dim"
            )
        yield Footer(show_command_palette=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the field after this one, or be done."""
        keys = [field.key for field in self._fields]
        after = keys.index(str(event.input.id)) + 1
        if after == len(keys):
            self.action_done()
        else:
            self.query_one(f"#{keys[after]}").focus()

    def on_input_changed(self) -> None:
        """Take the refusal away: it was of what stood there before."""
        self.query_one("#error", Static).update("")

    def action_done(self) -> None:
        """Take what was typed, or say what is wrong with it."""
        inputs = {field.key: self.query_one(f"#{field.key}", Input) for field in self._fields}
        try:
            self.dismiss(checked({k: i.value.strip() for k, i in inputs.items()}, self._checks))
        except InvalidEntryError as refused:
            inputs[refused.key].focus()
            self.query_one("#error", Static).update(f"! {refused}")


def checked(typed: Mapping[str, str], checks: Mapping[str, Check]) -> dict[str, Any]:
    """Return what is told, as the checks make it; ``RefusedError`` for what cannot be."""
    values = {}
    for key, check in checks.items():
        try:
            values[key] = check(typed.get(key, ""))
        except GripforceError as error:
            raise InvalidEntryError(key, str(error)) from error
    return {key: value for key, value in values.items() if value is not None}


def number_within(low: float, high: float) -> Check:
    """Return a check for a number as it is typed; what is left empty is no number."""

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
