"""Help: keys, quantities and signs."""

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
 p  pause the picture (the stream continues), or a replay
 ← →  5 s back, forward     , .  last, next trial or mark
 \\[ ]  slower, faster        (in a replay)
 m  put a marker into the stream          ?  this page
 q  quit (a recording elsewhere continues)

[b]Forces[/b]
 GF     grip force: mean of the digits' normal forces
 LF     load force: sum of the tangential forces
 GF/LF  grip force for each newton of load force;
        none while LF is below 0.5 N

[b]Phases[/b]
 C contact   L load onset   U lift-off   H hold
 D put down   R released   ▾ marker

[b]Signs[/b]
 ░ samples are missing here   ▲ sensor saturated here
 – could not be measured; the flags say why

A single lift varies: read the median of ten or more."""


class Help(ModalScreen[None]):
    """A page of help over the screen; any of the usual keys closes it."""

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
