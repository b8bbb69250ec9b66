"""A form: fields below each other, and a refusal in words of what cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Input, Label, Static

from gripforce.errors import GripforceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Key


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
        check: Callable[[Mapping[str, str]], dict[str, Any]],
        note: str = "",
    ) -> None:
        super().__init__()
        self._title_text, self._note = title, note
        self._fields, self._check = tuple(fields), check

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
        """Go on to the next field, or be done."""
        if event.input.id == self._fields[-1].key:
            self.action_done()
        else:
            self.focus_next()

    def action_done(self) -> None:
        """Take what was typed, or say what is wrong with it."""
        typed = {f.key: self.query_one(f"#{f.key}", Input).value.strip() for f in self._fields}
        try:
            self.dismiss(self._check(typed))
        except GripforceError as error:
            self.query_one("#error", Static).update(f"! {error}")


def number_within(text: str, limits: tuple[float, float]) -> float:
    """Return a number as it is typed; ``UsageError`` for what is none, or beyond the limits."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise UsageError(f"'{text}' is not a number.") from None
    if not limits[0] <= value <= limits[1]:
        raise UsageError(f"{value:g} must lie between {limits[0]:g} and {limits[1]:g}.")
    return value
