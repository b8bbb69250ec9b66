"""The first screen of a session: who comes, what is unfinished, which protocol and device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import OptionList, Static

from gripforce.dashboard.screens.dialogs import Choose
from gripforce.dashboard.widgets.key_bar import KeyBar
from gripforce.dashboard.widgets.line_widget import justified
from gripforce.language import translate
from gripforce.protocol.library import shipped_protocols
from gripforce.session.folder import last_visits

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from gripforce.protocol.schema import Protocol
    from gripforce.session.folder import Visit

NEW_PERSON: Final = "A person who is new here"
_NAME_CELLS: Final = 12


@dataclass(frozen=True, slots=True)
class StartChoice:
    """What was chosen on the first screen."""

    subject: str
    """The subject code; "" for a new person."""
    protocol: Protocol
    device: str
    """The device to use; "": choose it."""


class StartScreen(Screen["StartChoice | None"]):
    """Lists the people of a folder; dismissed with the choice, None: left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("p", "protocol", "Protocol"),
        ("d", "device", "Other device"),
        ("q,escape", "dismiss(None)", "Quit"),
    ]

    def __init__(self, root: Path, protocol: Protocol, device: str) -> None:
        super().__init__()
        self._root, self._protocol, self._device = root, protocol, device
        self._visits: list[Visit] = last_visits(root)

    def compose(self) -> ComposeResult:
        """Lay out the people and what holds for all."""
        with Vertical():
            yield Static(translate("Who comes?"), classes="heading")
            people = [visit_words(visit) for visit in self._visits]
            yield OptionList(translate(NEW_PERSON), *people, markup=False)
            yield Static("", id="holds", markup=False)
            yield Static(translate("↑ ↓ choose · Enter: continue"), classes="dim")
        yield KeyBar(show_command_palette=False)

    def on_mount(self) -> None:
        """Put the cursor on the person who came last, or on a new one."""
        self._show()
        people = self.query_one(OptionList)
        unfinished = [k for k, visit in enumerate(self._visits, start=1) if visit.is_open_today]
        people.highlighted = unfinished[0] if unfinished else 0
        people.focus()

    def _show(self) -> None:
        minutes = self._protocol.estimate_s / 60
        device = self._device or translate("is chosen next")
        protocol = f"{translate(self._protocol.title)}, {translate(f'about {minutes:.0f} min')}"
        rows = (
            (translate("Protocol"), f"{protocol}   ({translate('p: another')})"),
            (translate("Device"), f"{device}   ({translate('d: another')})"),
            (translate("Folder"), str(self._root)),
        )
        text = "\n".join(f"{justified(name, _NAME_CELLS)}{what}" for name, what in rows)
        self.query_one("#holds", Static).update(text)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Dismiss with the person."""
        row = event.option_index
        subject = self._visits[row - 1].subject if row else ""
        self.dismiss(StartChoice(subject, self._protocol, self._device))

    def action_device(self) -> None:
        """Choose the device after the person."""
        self._device = ""
        self._show()

    def action_protocol(self) -> None:
        """Choose another protocol."""
        by_words = {protocol_words(protocol): protocol for protocol in shipped_protocols()}

        def use(words: str | None) -> None:
            if words is not None:
                self._protocol = by_words[words]
                self._show()

        self.app.push_screen(Choose("Which protocol?", tuple(by_words), careful=True), use)


def protocol_words(protocol: Protocol) -> str:
    """Return a protocol's title, length and name."""
    minutes = protocol.estimate_s / 60
    return f"{protocol.title}, about {minutes:.0f} min ({protocol.name})"


def visit_words(visit: Visit) -> str:
    """Return who came last when, and what of it is unfinished."""
    state = translate(visit.ended or f"UNFINISHED, {visit.place}")
    when = translate(f"{visit.folder.path.name} of {visit.date}")
    return f"{visit.subject:<12} {when}: {state}"
