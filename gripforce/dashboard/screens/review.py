"""Review all trials of a session; each verdict can be overruled or restored, none is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import DataTable, Label

from gripforce.dashboard.screens.dialogs import Choose
from gripforce.errors import GripforceError
from gripforce.language import translatable, translate
from gripforce.session.events import JUDGED

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.screen import Screen

    from gripforce.session.controller import SessionController
    from gripforce.session.events import TrialEntry


class Review(ModalScreen[None]):
    """A table of the trials, newest block first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,v,q", "dismiss", "Back"),
        ("k,r", "decide", "Decide"),
    ]

    def __init__(self, controller: SessionController) -> None:
        super().__init__()
        self._controller = controller
        self._rows: list[tuple[int, int]] = []

    def compose(self) -> ComposeResult:
        """Lay out the table and its keys."""
        with Vertical(classes="question wide"):
            yield Label(translate("Trials · Enter: decide whether it counts · Escape: back"))
            yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill the table."""
        table = self.query_one(DataTable)
        heads = (
            translate("block"),
            translate("trial"),
            translate("verdict"),
            translate("GF peak"),
            "GF/LF",
            translate("why"),
        )
        table.add_columns(*heads)
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
                row_cells = (block.title, "", translatable("skipped"), "", "", done.skipped)
                table.add_row(*map(translate, row_cells))
                self._rows.append((index, 0))
            for trial in reversed(done.trials):
                name = f"{block.title}, {session.hand_of(block)}"
                table.add_row(*map(translate, (name, *_cells(trial))))
                self._rows.append((index, trial.number))
        table.move_cursor(row=min(row, max(0, len(self._rows) - 1)))

    def on_data_table_row_selected(self) -> None:
        """Ask about the trial in the row of the cursor."""
        self.action_decide()

    def action_decide(self) -> None:
        """Ask about the trial in the row of the cursor."""
        if not self._rows:
            return
        block, number = self._rows[self.query_one(DataTable).cursor_row]
        if number:
            ask_decision(self, self._controller, block, number, self._fill)
        else:
            text = "This block was skipped: u in the list of blocks (b) undoes it."
            self.notify(translate(text), timeout=5)


def ask_decision(
    screen: Screen[Any],
    controller: SessionController,
    block: int,
    number: int,
    then: Callable[[], None] = lambda: None,
) -> None:
    """Ask on a screen whether a trial of a block counts, and record the decision; then ``then``."""
    session = controller.session
    trial = session.trial_of(block, number)

    def decide(answer: str | None) -> None:
        if answer is None:
            return
        decision = next(key for key, text in choices.items() if text == answer)
        try:
            session.decide(number, decision, controller.now_s, block)
        except GripforceError as error:
            screen.notify(translate(str(error)), timeout=5)
        then()

    judged = translatable("good") if trial.good else "not good"
    choices = {
        JUDGED: f"as judged: {judged}",
        "keep": "keep it: it counts",
        "repeat": "repeat it: it does not count",
    }
    now = translatable("counts") if trial.counts else "does not count"
    question = f"Trial {number} was judged {judged} and {now}. What holds?"
    screen.app.push_screen(Choose(question, tuple(choices.values()), careful=True), decide)


def _cells(trial: TrialEntry) -> tuple[str, ...]:
    verdict = "good" if trial.good else translatable("repeat")
    if trial.decision:
        verdict = "kept by hand" if trial.decision == "keep" else "to repeat, by hand"
    figures = [
        f"{trial.figures[k]:.{digits}f}" if k in trial.figures else "–"
        for k, digits in (("gf_peak_n", 1), ("gf_lf_ratio", 2))
    ]
    return str(trial.number), verdict, *figures, "; ".join(trial.why)
