"""What a sensor check or a zero has found, in plain words, and the summary at the end."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Footer, Label, Static

from gripforce.device.health import check_device, check_stream
from gripforce.model import Unit
from gripforce.model.concat import concat

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from gripforce.device.health import ChannelCheck
    from gripforce.live import Snapshot
    from gripforce.model import Samples

_VERDICTS = {
    "pass": "✓ PASS: the device is fit to measure.",
    "warn": "! CAREFUL: it works, but not as it should.",
    "fail": "✕ FAIL: do not measure with this.",
}


def check_words(parts: Mapping[str, Sequence[Samples]], frame: Snapshot) -> list[str]:
    """Return the verdict on a device and what it rests on."""
    lost = {stream.name: stream.lost for stream in frame.status.streams}
    streams = [
        check_stream(concat(list(blocks)), lost.get(name, 0)) for name, blocks in parts.items()
    ]
    found = check_device(streams, clock_drift_ppm=None, corrupt=frame.status.corrupt)
    lines = [_VERDICTS[found.verdict], *(f"  {advice}" for advice in found.advice), ""]
    for stream in found.streams:
        rate = "no rate" if stream.rate_hz is None else f"{stream.rate_hz:.0f} samples/s"
        lines.append(f"{stream.name}: {rate} (nominal {stream.nominal_hz:g}), {stream.lost} lost")
        lines += [
            f"  {channel.name:<14} noise {_noise(channel):<9} "
            f"saturated {channel.saturated:<5} distinct readings {channel.unique}"
            for channel in stream.channels
        ]
    battery_v = frame.status.battery_v
    if battery_v is not None:
        lines.append(f"battery {battery_v:.1f} V")
    return lines


def _noise(channel: ChannelCheck) -> str:
    """Return the noise, of forces in millinewtons; the unit of others is in their name."""
    if channel.noise is None:
        return "–"
    if channel.unit is Unit.NEWTON:
        return f"{1e3 * channel.noise:.1f} mN"
    return f"{channel.noise:.2g}"


def zero_words(parts: Mapping[str, Sequence[Samples]]) -> list[str]:
    """Return what each force reads while nobody touches."""
    lines = ["Untouched, the forces read:"]
    for blocks in parts.values():
        samples = concat(list(blocks))
        for k, name in enumerate(samples.columns):
            if name.endswith("_n"):
                offset_n = float(samples.values[:, k].mean())
                word = "" if abs(offset_n) < LARGE_N else "   ! large: is something leaning on it?"
                lines.append(f"  {name:<16} {offset_n:+8.3f} N{word}")
    return [*lines, "", "Analysis takes the untouched level of each trial as its zero."]


LARGE_N = 0.5
_TEXT_CELLS = 74
"""Between the frames, on the smallest terminal."""


class CheckResult(ModalScreen[None]):
    """Some lines over the picture; Enter goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [("enter,space,escape", "dismiss", "Go on")]

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._title_text = title
        self._lines = lines

    def compose(self) -> ComposeResult:
        """Show the lines."""
        with Vertical(classes="question wide"):
            yield Label(self._title_text)
            with VerticalScroll():
                lines = (part for line in self._lines for part in broken(line, _TEXT_CELLS))
                yield Static("\n".join(lines), markup=False)
            yield Label("Enter goes on.", classes="dim")


class SummaryScreen(Screen[None]):
    """The summary of a session in words; it fills when the analysis is done."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("o", "open", "Open the report"),
        ("q,escape", "app.quit", "Close"),
    ]

    def __init__(self, title: str, lines: Callable[[], Sequence[str]]) -> None:
        super().__init__()
        self._title_text = title
        self._lines = lines
        self.reports: Sequence[Path] = ()

    def compose(self) -> ComposeResult:
        """Show title and lines."""
        with VerticalScroll():
            yield Static(self._title_text, classes="heading", markup=False)
            yield Static("", id="lines", markup=False)
        yield Footer(show_command_palette=False)

    def on_resize(self) -> None:
        """Break the lines where the terminal ends."""
        self.update()

    def update(self) -> None:
        """Show what is known now."""
        width = max(20, self.size.width - 6)
        lines = [part for line in self._lines() for part in broken(line, width)]
        self.query_one("#lines", Static).update("\n".join(lines))

    def action_open(self) -> None:
        """Show the reports in the browser of this computer."""
        if not self.reports:
            self.notify("There is no report yet.", timeout=3)
        for path in self.reports:
            self.app.open_url(path.absolute().as_uri())


def broken(line: str, width: int) -> list[str]:
    """Return a line as lines of a width; what goes on keeps its indent."""
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return wrap(line, width, subsequent_indent=indent, break_on_hyphens=False) or [""]
