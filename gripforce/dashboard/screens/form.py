"""Subject and condition: who by pseudonym, which hand, and what friction and force depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Input, Label, Static

from gripforce.errors import GripforceError, UsageError
from gripforce.recording import check_pseudonym

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType

FIELDS: Final = (
    ("subject", "Subject (a pseudonym: p01)", ""),
    ("first_hand", "First hand (right, left)", "right"),
    ("dominant_hand", "Dominant hand (right, left)", ""),
    ("skin", "Skin (dry, normal, moist)", "normal"),
    ("medication_h", "Hours since medication", ""),
    ("age_decade", "Age, decade (60 for 60–69)", ""),
)
CHOICES: Final = {
    "first_hand": ("right", "left"),
    "dominant_hand": ("right", "left"),
    "skin": ("dry", "normal", "moist"),
}
REQUIRED: Final = ("subject", "first_hand")
MOST: Final = {"medication_h": 1000.0, "age_decade": 120.0}


class Form(Screen[dict[str, Any]]):
    """Fields below each other; Enter goes on, in the last one it begins."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("up", "app.focus_previous", "Up"),
        ("down", "app.focus_next", "Down"),
        ("ctrl+s", "begin", "Begin"),
        ("ctrl+q", "app.quit", "Quit"),
    ]

    def __init__(self, title: str, given: Mapping[str, str]) -> None:
        super().__init__()
        self._title_text = title
        self._given = given

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        with VerticalScroll():
            yield Static(self._title_text, classes="heading")
            yield Static("No names: whoever they are stays with you.", classes="dim")
            for key, label, default in FIELDS:
                with Horizontal(classes="row"):
                    yield Label(label)
                    yield Input(self._given.get(key, default), id=key, compact=True)
            yield Static("", id="error")
        yield Footer(show_command_palette=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the next field, or begin."""
        if event.input.id == FIELDS[-1][0]:
            self.action_begin()
        else:
            self.focus_next()

    def action_begin(self) -> None:
        """Take what was typed, or say what is wrong with it."""
        typed = {key: self.query_one(f"#{key}", Input).value.strip() for key, _, _ in FIELDS}
        try:
            self.dismiss(checked(typed))
        except GripforceError as error:
            self.query_one("#error", Static).update(str(error))


def checked(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed as it is kept; ``UsageError`` for what cannot be."""
    given: dict[str, Any] = {key: text for key, text in typed.items() if text}
    for key in REQUIRED:
        if key not in given:
            label = next(label for known, label, _ in FIELDS if known == key)
            raise UsageError(f"{label} is missing.")
    given["subject"] = check_pseudonym(given["subject"])
    for key, known in CHOICES.items():
        if key in given:
            given[key] = _completed(given[key], known)
    for key, most in MOST.items():
        if key in given:
            given[key] = _number(given[key], most)
    return given


def _completed(text: str, known: tuple[str, ...]) -> str:
    """Return the word that was meant: ``r`` is right."""
    meant = [word for word in known if word.startswith(text.lower())]
    if len(meant) != 1:
        raise UsageError(f"'{text}' is none of {', '.join(known)}.")
    return meant[0]


def _number(text: str, most: float) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise UsageError(f"'{text}' is not a number.") from None
    if not 0 <= value <= most:
        raise UsageError(f"{value:g} must lie between 0 and {most:g}.")
    return value
