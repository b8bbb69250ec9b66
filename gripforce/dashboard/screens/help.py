"""Keys and words, over the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

TEXT: Final = """\
[b]Keys[/b]
 p  hold the picture (the stream goes on)
 m  put a marker into the stream, now
 q  quit; a recording elsewhere is not touched
 ?  this page

[b]Forces[/b]
 GF     grip force: mean of the digits' normal forces
 LF     load force: sum of the tangential forces
 GF/LF  how many newtons are squeezed for each carried;
        none while LF is below 0.5 N

[b]Phase letters[/b]
 C contact   L load onset   U up: lift-off   H hold
 D down: replaced   R released   ▾ marker

[b]Signs[/b]
 ░ samples are missing here   ▲ sensor saturated here
 – not measurable; the lift's flags say why

One lift says little: read the median of ten or more."""


class Help(ModalScreen[None]):
    """Any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,question_mark,enter,space,q", "dismiss", "Close"),
    ]

    def __init__(self, text: str = TEXT) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """Show the page."""
        with VerticalScroll(id="help"):
            yield Static(self._text)
