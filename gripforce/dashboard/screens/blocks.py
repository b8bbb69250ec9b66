"""The list of a session's blocks: their state, a jump to any of them, and undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import DataTable, Label

from gripforce.dashboard.screens.dialogs import Choose
from gripforce.errors import GripforceError
from gripforce.language import translate
from gripforce.session.state import OVER, WAITING

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from gripforce.session import SessionMachine
    from gripforce.session.controller import SessionController


class BlockList(ModalScreen[bool]):
    """A table of all blocks; Enter goes to one. Dismissed with whether the session has moved."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,b,q", "dismiss(False)", "Back"),
        ("u", "undo", "Undo"),
    ]

    def __init__(self, controller: SessionController) -> None:
        super().__init__()
        self._controller = controller

    def compose(self) -> ComposeResult:
        """Lay out the table and its keys."""
        with Vertical(classes="question wide"):
            yield Label(translate("Blocks · Enter: go there, reopen it · u: undo · Escape: back"))
            yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill the table, with the cursor on the present block."""
        table = self.query_one(DataTable)
        table.add_columns("", translate("block"), translate("hand"), translate("state"))
        self._fill()
        table.move_cursor(row=min(self._controller.session.index, table.row_count - 1))
        table.focus()

    def _fill(self) -> None:
        table, session = self.query_one(DataTable), self._controller.session
        row = table.cursor_row
        table.clear()
        for index, block in enumerate(session.protocol.blocks):
            hand = session.hand_of(block) if block.measured else ""
            cells = (block.title, hand, block_state(session, index))
            table.add_row(f"{index + 1}", *map(translate, cells))
        table.move_cursor(row=row)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Go to the block of the row; one that is over is reopened when that is confirmed."""
        index, session = event.cursor_row, self._controller.session
        if session.state not in WAITING:
            self.notify(translate("Another block runs. End or skip it first."), timeout=5)
            return
        done, title = session.progress.block(index), session.protocol.blocks[index].title
        if not (done.over or done.failed):
            self._go(index)
            return

        def reopen(answer: str | None) -> None:
            if answer:
                self._go(index)

        more = "ask for one more trial" if not session.is_short(index) else "reopen it"
        question = f"'{title}' is over: {block_state(session, index)}"
        self.app.push_screen(Choose(question, (more,), careful=True), reopen)

    def _go(self, index: int) -> None:
        try:
            self._controller.session.reopen(index, self._controller.now_s)
        except GripforceError as error:
            self.notify(translate(str(error)), timeout=5)
            return
        self.dismiss(True)

    def action_undo(self) -> None:
        """Take back the last skip, decision or end."""
        try:
            words = self._controller.session.undo(self._controller.now_s)
        except GripforceError as error:
            self.notify(translate(str(error)), timeout=5)
            return
        self.notify(translate(f"Undone: {words}."), timeout=5)
        self._fill()


def block_state(session: SessionMachine, index: int) -> str:
    """Return the state of a block as a sign and words."""
    done, asked = session.progress.block(index), session.asked_of(index)
    count = f"{done.counted} of {asked} good"
    if done.skipped:
        return f"– skipped, {done.skipped}"
    if done.failed:
        return "✕ failed, the session went on"
    if index == session.index and session.state not in OVER:
        return f"▶ now, {count}"
    if done.done:
        return f"! {count}" if session.is_short(index) else "✓ done" if asked == 1 else f"✓ {count}"
    return f"· {count}" if done.trials else "· to come"
