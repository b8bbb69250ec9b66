"""Help: keys, quantities and signs, in as many columns as there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from rich.table import Table
from rich.text import Text
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from gripforce.language import translatable, translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

Section: TypeAlias = "tuple[str, tuple[tuple[str, str], ...]]"
"""A heading, and pairs of a sign or key and its meaning."""

PHASES: Final[Section] = (
    translatable("Phases"),
    (
        ("C", translatable("contact")), ("L", "load onset"), ("U", translatable("lift-off")),
        ("H", translatable("hold")), ("D", "put down"), ("R", translatable("released")),
        ("▾", translatable("marker")),
    ),
)  # fmt: skip
MONITOR_HELP: Final[Sequence[Section]] = (
    (
        translatable("Keys"),
        (
            ("p", "pause the picture, or a replay"), ("← →", "earlier, later"),
            ("+ -", "a shorter, a longer span"), ("h", "hold the scale, or fit it"),
            ("x", "cursor with values"), ("c", "the force of each cell"),
            ("f", "filter on, off"), (", .", "last, next trial or mark"),
            ("[ ]", "a replay slower, faster"), ("0-9", "a replay at 0 to 90 %"),
            ("m", "put a marker into the stream"), ("l", "light or dark"),
            ("q", "quit; a recording elsewhere continues"), ("?", "this page"),
        ),
    ),
    (
        translatable("Forces"),
        (
            ("GF", "grip force: mean of the digits' normal forces"),
            ("LF", "load force: sum of the tangential forces"),
            ("GF/LF", "grip force for each newton of load force; none while LF is below 0.5 N"),
            ("░ ▲", "samples are missing; sensor saturated"),
        ),
    ),
    PHASES,
)  # fmt: skip
_TWO_COLUMNS: Final = 70
_PAIRS_PER_ROW: Final = 2


class Help(ModalScreen[None]):
    """A page of help over the screen; any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,question_mark,enter,space,q", "dismiss", "Close"),
    ]

    def __init__(self, sections: Sequence[Section] = MONITOR_HELP, note: str = "") -> None:
        super().__init__()
        self.sections, self._note = sections, note

    def compose(self) -> ComposeResult:
        """Show the sections."""
        with VerticalScroll(id="help"):
            for title, pairs in self.sections:
                yield Static(Text(translate(title), style="bold"))
                yield Static(_table(pairs, self.app.size.width))
            if self._note:
                yield Static(translate(self._note), markup=False)

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one(VerticalScroll).focus()


def _table(pairs: Sequence[tuple[str, str]], width: int) -> Table:
    """Return the pairs in one or two columns; a long meaning is wrapped below itself."""
    side_by_side = _PAIRS_PER_ROW if width >= _TWO_COLUMNS else 1
    table = Table.grid(padding=(0, 1), expand=True)
    for _ in range(side_by_side):
        table.add_column(min_width=5, no_wrap=True)
        table.add_column(ratio=1)
    for k in range(0, len(pairs), side_by_side):
        row: list[Text] = []
        for key, words in pairs[k : k + side_by_side]:
            row += [Text(key, style="bold"), Text(translate(words))]
        table.add_row(*row)
    return table
