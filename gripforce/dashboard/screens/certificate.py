"""The certificate of a calibration, and the question whether it is to be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from gripforce.calibration import certificate, checks

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from gripforce.calibration import Calibration


class Certificate(ModalScreen[bool]):
    """A line for each cell, the whole certificate below; ``w`` keeps one that passed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("w", "write", "Write"),
        ("escape,q", "dismiss(False)", "Keep nothing"),
    ]

    def __init__(self, calibration: Calibration, before: Calibration | None) -> None:
        super().__init__()
        self._calibration, self._before = calibration, before
        self._passed = not any(c.passed is False for c in checks(calibration))

    def compose(self) -> ComposeResult:
        """Show verdict, cells, certificate and question."""
        verdict = "✓ PASS" if self._passed else "✕ FAIL: this is not kept"
        ask = "w writes it to the device. " if self._passed else ""
        with Vertical(classes="question wide"):
            yield Label(verdict, classes="heading")
            yield Label(f"{ask}Escape keeps nothing. ↑ ↓: the rest of it.")
            yield Static("\n".join(cell_lines(self._calibration, self._before)), markup=False)
            with VerticalScroll(can_focus=True):
                yield Static(certificate(self._calibration, self._before), markup=False)

    def on_mount(self) -> None:
        """Let the arrows move the text."""
        self.query_one(VerticalScroll).focus()

    def action_write(self) -> None:
        """Say yes, to what passed."""
        if self._passed:
            self.dismiss(True)


def cell_lines(calibration: Calibration, before: Calibration | None) -> list[str]:
    """Return one line for each cell: its uncertainty, what has changed, its worst figure."""
    lines = []
    found = checks(calibration)
    for channel, quality in zip(calibration.channels, calibration.quality, strict=True):
        own = [c for c in found if c.channel == channel and c.measured_pct is not None]
        worst = max(own, key=lambda c: (c.measured_pct or 0.0) / c.limit_pct)
        sign = "✕" if any(c.passed is False for c in own) else "✓"
        line = f"{sign} {channel:<11} ±{quality.uncertainty_n:.3f} N  "
        if before is not None and channel in before.channels and before.gain(channel):
            change_pct = 100 * (calibration.gain(channel) / before.gain(channel) - 1)
            line += f"gain {change_pct:+.2f} %  "
        line += f"{worst.name} {worst.measured_pct:.2f} of {worst.limit_pct:g} %"
        lines.append(line)
    return lines
