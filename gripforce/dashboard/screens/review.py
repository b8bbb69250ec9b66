"""Review all trials of a session; each verdict can be overruled, none is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import DataTable, Label

from gripforce.errors import GripforceError

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from gripforce.session.controller import SessionController
    from gripforce.session.events import TrialEntry


class Review(ModalScreen[None]):
    """A table of the trials, newest block first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,v,q", "dismiss", "Back"),
        ("k", "decide('keep')", "Keep"),
        ("r", "decide('repeat')", "Repeat"),
    ]

    def __init__(self, controller: SessionController) -> None:
        super().__init__()
        self._controller = controller
        self._rows: list[tuple[int, int]] = []

    def compose(self) -> ComposeResult:
        """Lay out the table and its keys."""
        with Vertical(classes="question wide"):
            yield Label("Trials · k: keep · r: repeat · Escape: back")
            yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill the table."""
        table = self.query_one(DataTable)
        table.add_columns("block", "trial", "verdict", "GF peak", "GF/LF", "why")
        self._fill()
        table.focus()

    def _fill(self) -> None:
        table = self.query_one(DataTable)
        row = table.cursor_row
        table.clear()
        session = self._controller.session
        self._rows = []
        for index, block in reversed(list(enumerate(session.protocol.blocks))):
            done = session.progress.block(index)
            if done.skipped:
                table.add_row(block.title, "", "skipped", "", "", done.skipped)
                self._rows.append((index, 0))
            for trial in reversed(done.trials):
                table.add_row(f"{block.title}, {session.hand_of(block)}", *_cells(trial))
                self._rows.append((index, trial.number))
        table.move_cursor(row=min(row, max(0, len(self._rows) - 1)))

    def action_decide(self, decision: str) -> None:
        """Overrule the verdict in the row of the cursor."""
        if not self._rows:
            return
        block, number = self._rows[self.query_one(DataTable).cursor_row]
        session = self._controller.session
        try:
            session.decide(number, decision, self._controller.now_s, block)
        except GripforceError as error:
            self.notify(str(error), timeout=5)
        self._fill()


def _cells(trial: TrialEntry) -> tuple[str, ...]:
    verdict = "good" if trial.good else "repeat"
    if trial.decision:
        verdict = f"{trial.decision} (by hand)"
    figures = [
        f"{trial.figures[k]:.{digits}f}" if k in trial.figures else "–"
        for k, digits in (("gf_peak_n", 1), ("gf_lf_ratio", 2))
    ]
    return str(trial.number), verdict, *figures, "; ".join(trial.why)
