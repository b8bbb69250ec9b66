"""Which device: what is found and how well it is heard, who it says it is, or a simulated hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Footer, Label, OptionList, Static

from gripforce.dashboard.session.calibration_flow import calibrate
from gripforce.device import open_device, probe
from gripforce.errors import GripforceError
from gripforce.transport import discover, discover_ble

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from gripforce.device import DeviceSummary
    from gripforce.transport import DiscoveredSource

KINDS: Final = {"serial": "cable", "ble": "Bluetooth", "simulator": "simulated"}
HEARD: Final = ((-60, "▂▄▆█ strong"), (-75, "▂▄▆  good"), (-85, "▂▄   weak: come nearer"))
TOO_WEAK: Final = "▂    too weak: come nearer"
NOTHING: Final = (
    "No device is found: plug it in or switch it on, then press r.\n"
    "Or practise with one of these simulated hands."
)
SLOW_S: Final = 0.25


class Devices(Screen["str | None"]):
    """What can be opened, the simulated hands last; dismissed with a source."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("r", "look", "Look again"),
        ("q,escape", "dismiss(None)", "Quit"),
    ]

    def __init__(
        self,
        ports: Callable[[], list[DiscoveredSource]] = discover,
        radio: Callable[[], Awaitable[list[DiscoveredSource]]] = discover_ble,
    ) -> None:
        super().__init__()
        self._ports, self._radio = ports, radio
        self._found: list[DiscoveredSource] = []

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical():
            yield Static("Which device?", classes="heading")
            yield Static("", id="said", markup=False)
            yield OptionList(markup=False)
            yield Static("", id="radio", classes="dim", markup=False)
            yield Static("↑ ↓ and Enter: ask the device who it is.", classes="dim")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Look."""
        self.action_look()

    def action_look(self) -> None:
        """Look what is there: ports at once, radios as long as it takes."""
        self._show(self._ports())
        self.query_one("#radio", Static).update("Listening for Bluetooth …")
        self.run_worker(self._listen(), name="radio", exclusive=True)
        self.query_one(OptionList).focus()

    async def _listen(self) -> None:
        try:
            heard, said = await self._radio(), ""
        except GripforceError as error:
            heard, said = [], f"Bluetooth: {error}"
        self._show([*self._found, *heard])
        self.query_one("#radio", Static).update(said)

    def _show(self, found: list[DiscoveredSource]) -> None:
        """Show what is found, what is real first; the cursor stays where it was."""
        options = self.query_one(OptionList)
        row = options.highlighted or 0
        here = self._found[row].url if self._found else ""
        self._found = sorted(found, key=lambda one: one.kind == "simulator")
        options.clear_options()
        options.add_options([device_words(one) for one in self._found])
        urls = [one.url for one in self._found]
        options.highlighted = urls.index(here) if here in urls and row else 0 if urls else None
        real = any(one.kind != "simulator" for one in self._found)
        self.query_one("#said", Static).update("" if real else NOTHING)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Ask it who it is; take it where that is wanted."""
        url = self._found[event.option_index].url

        def take(taken: bool | None) -> None:
            if taken:
                self.dismiss(url)

        self.app.push_screen(DeviceDetails(url), take)


class DeviceDetails(ModalScreen[bool]):
    """What a device says of itself; Enter takes it, ``c`` calibrates it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("enter,space", "take", "Take it"),
        ("c", "calibrate", "Calibrate"),
        ("escape,q", "dismiss(False)", "Back"),
    ]

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._answers = False

    def compose(self) -> ComposeResult:
        """Show the lines."""
        with Vertical(classes="question"):
            yield Label(self._url, classes="heading", markup=False)
            yield Static("Asking it who it is …", id="lines", markup=False)
            yield Label("Enter takes it. c calibrates it. Escape goes back.", classes="dim")

    def on_mount(self) -> None:
        """Ask."""
        self._ask()

    def _ask(self) -> None:
        self.run_worker(self._look(), name="look", exclusive=True)

    async def _look(self) -> None:
        try:
            async with open_device(self._url) as device:
                lines = look_words(await probe(device))
            self._answers = True
        except GripforceError as error:
            lines = [f"✕ {error}"]
        self.query_one("#lines", Static).update("\n".join(lines))

    def action_take(self) -> None:
        """Take what has answered."""
        if self._answers:
            self.dismiss(True)

    def action_calibrate(self) -> None:
        """Calibrate it, then ask again."""
        if self._answers:
            self.run_worker(self._calibrate(), name="calibrate")

    async def _calibrate(self) -> None:
        await calibrate(self.app, self._url)
        self._ask()


def device_words(found: DiscoveredSource) -> str:
    """Return two lines: kind and name, and how to reach it."""
    kind = KINDS.get(found.kind, found.kind)
    heard = "" if found.rssi_dbm is None else f"  {link_words(found.rssi_dbm)}"
    return f"{kind:<10} {found.name}\n{'':<10} {found.url}{heard}"


def link_words(rssi_dbm: int) -> str:
    """Return how well a radio is heard, as a sign, a word and a figure."""
    word = next((text for least, text in HEARD if rssi_dbm >= least), TOO_WEAK)
    return f"{word} ({rssi_dbm} dBm)"


def look_words(look: DeviceSummary) -> list[str]:
    """Return what a device says of itself, in words."""
    info, calibration = look.info, look.calibration
    streams = ", ".join(f"{s.name} {s.rate_hz:g} Hz × {len(s.channels)}" for s in info.streams)
    slow = "   ! slow: a better cable, or nearer" if look.answer_s > SLOW_S else ""
    date = calibration.date[:10] if calibration is not None else ""
    kept = f"✓ calibrated {date}".rstrip()
    battery = "no battery" if look.battery_v is None else f"battery {look.battery_v:.1f} V"
    return [
        f"✓ {info.board}, {info.uid}, firmware {info.firmware}",
        f"  {streams}",
        f"  answers in {1e3 * look.answer_s:.0f} ms{slow}; {battery}",
        kept if calibration is not None else "! NOT CALIBRATED: press c, or it shows raw counts.",
    ]
