"""Choose a device: ports, Bluetooth peripherals with their signal, simulated hands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Label, OptionList, Static

from gripforce.dashboard.session.calibration_flow import calibrate
from gripforce.dashboard.widgets.key_bar import KeyBar
from gripforce.dashboard.widgets.line_widget import justified
from gripforce.device import open_device, probe
from gripforce.errors import GripforceError
from gripforce.language import translatable, translate
from gripforce.transport import discover, discover_ble

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from gripforce.device import DeviceSummary
    from gripforce.transport import DiscoveredSource

KINDS: Final = {
    "serial": translatable("cable"),
    "ble": "Bluetooth",
    "simulator": translatable("simulated"),
}
SIGNALS: Final = (
    (-60, "▂▄▆█", translatable("strong")),
    (-75, "▂▄▆ ", translatable("good")),
    (-85, "▂▄  ", "weak: move closer"),
    (-1000, "▂   ", "too weak: move closer"),
)
NOTHING: Final = (
    "No device found: plug it in or switch it on, then press r. Or practise with a simulated hand:"
)
SLOW_ANSWER_S: Final = 0.25


class Devices(Screen["str | None"]):
    """Lists what can be opened, real devices first; dismissed with a source, None: left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("r", "scan", "Search again"),
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
            yield Static(translate("Which device?"), classes="heading")
            yield Static("", id="nothing-found", markup=False)
            yield OptionList(markup=False)
            yield Static("", id="radio", classes="dim", markup=False)
            yield Static(translate("↑ ↓ choose · Enter: identify the device"), classes="dim")
        yield KeyBar(show_command_palette=False)

    def on_mount(self) -> None:
        """Search."""
        self.action_scan()

    def action_scan(self) -> None:
        """Search for devices: ports at once, Bluetooth for as long as it takes."""
        self._show(self._ports())
        self.query_one("#radio", Static).update(translate("Searching for Bluetooth devices …"))
        self.run_worker(self._listen(), name="radio", exclusive=True)
        self.query_one(OptionList).focus()

    async def _listen(self) -> None:
        try:
            peripherals, error_text = await self._radio(), ""
        except GripforceError as error:
            peripherals, error_text = [], f"Bluetooth: {error}"
        if not self.query("#radio"):  # the screen is being closed
            return
        self._show([*self._found, *peripherals])
        self.query_one("#radio", Static).update(translate(error_text))

    def _show(self, found: list[DiscoveredSource]) -> None:
        """List real devices first, bare ports last; the cursor stays on its device."""
        options = self.query_one(OptionList)
        row = options.highlighted or 0
        here = self._found[row].url if self._found else ""
        self._found = sorted(found, key=_place)
        options.clear_options()
        options.add_options([option_text(one) for one in self._found])
        urls = [one.url for one in self._found]
        options.highlighted = urls.index(here) if here in urls and row else 0 if urls else None
        real = any(one.likely and one.kind != "simulator" for one in self._found)
        self.query_one("#nothing-found", Static).update("" if real else translate(NOTHING))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Identify the chosen device; dismiss with it where the operator uses it."""
        url = self._found[event.option_index].url

        def use(confirmed: bool | None) -> None:
            if confirmed:
                self.dismiss(url)

        self.app.push_screen(DeviceDetails(url), use)


def _place(found: DiscoveredSource) -> tuple[bool, bool]:
    return not found.likely, found.kind == "simulator"


class DeviceDetails(ModalScreen[bool]):
    """Identifies a device; Enter uses it or, where it does not answer, tries again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("enter,space", "use", "Use this device"),
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
            yield Static("", id="lines", markup=False)
            yield Label(translate("Escape: back"), id="what-to-press", classes="dim")

    def on_mount(self) -> None:
        """Identify the device."""
        self._identify()

    def _identify(self) -> None:
        self.query_one("#lines", Static).update(translate("Identifying the device …"))
        self.run_worker(self._probe(), name="probe", exclusive=True)

    async def _probe(self) -> None:
        try:
            async with open_device(self._url) as device:
                lines = device_lines(await probe(device))
            self._answers = True
            keys = "Enter: use this device · c: calibrate it · Escape: back"
        except GripforceError as error:
            lines = [f"✕ {error}"]
            keys = "Enter: try again · Escape: back"
        if not self.query("#lines"):  # the screen is being closed
            return
        self.query_one("#lines", Static).update("\n".join(map(translate, lines)))
        self.query_one("#what-to-press", Label).update(translate(keys))

    def action_use(self) -> None:
        """Use the device, if it has answered; else identify it again."""
        if self._answers:
            self.dismiss(True)
        else:
            self._identify()

    def action_calibrate(self) -> None:
        """Calibrate the device, then identify it again."""
        if self._answers:
            self.run_worker(self._calibrate(), name="calibrate")

    async def _calibrate(self) -> None:
        await calibrate(self.app, self._url)
        self._identify()


def option_text(found: DiscoveredSource) -> str:
    """Return two lines on a device: kind and name, address and signal."""
    kind = translate(KINDS.get(found.kind, found.kind))
    signal = "" if found.rssi_dbm is None else f"  {signal_text(found.rssi_dbm)}"
    return f"{justified(kind, 10)} {translate(found.name)}\n{'':<10} {found.url}{signal}"


def signal_text(rssi_dbm: int) -> str:
    """Return the strength of a Bluetooth signal as a sign, a word and a figure."""
    bars, word = next((bars, text) for least, bars, text in SIGNALS if rssi_dbm >= least)
    return f"{bars} {translate(word)} ({rssi_dbm} dBm)"


def device_lines(summary: DeviceSummary) -> list[str]:
    """Return a device's identity, streams, response time, battery and calibration in words."""
    info, calibration = summary.info, summary.calibration
    streams = ", ".join(f"{s.name} {s.rate_hz:g} Hz × {len(s.channels)}" for s in info.streams)
    slow = (
        "   ! slow: use a better cable, or move closer" if summary.answer_s > SLOW_ANSWER_S else ""
    )
    date = calibration.date[:10] if calibration is not None else ""
    battery = "no battery" if summary.battery_v is None else f"battery {summary.battery_v:.1f} V"
    return [
        f"✓ {info.board}, {info.uid}, firmware {info.firmware}",
        f"  {streams}",
        f"  answers in {1e3 * summary.answer_s:.0f} ms{slow}; {battery}",
        f"✓ calibrated {date}".rstrip()
        if calibration is not None
        else "! NOT CALIBRATED: press c, or raw counts are shown.",
    ]
