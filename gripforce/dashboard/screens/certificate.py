"""The certificate of a calibration, and the question whether to save it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from gripforce.calibration import certificate, checks
from gripforce.language import translate

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from gripforce.calibration import Calibration


class Certificate(ModalScreen[bool]):
    """A line for each cell and the certificate; dismissed with True where ``w`` saves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("w", "write", "Write"),
        ("escape,q", "dismiss(False)", "Do not save"),
    ]

    def __init__(self, calibration: Calibration, before: Calibration | None) -> None:
        super().__init__()
        self._calibration, self._before = calibration, before
        self._passed = not any(c.passed is False for c in checks(calibration))

    def compose(self) -> ComposeResult:
        """Show verdict, cells, certificate and question."""
        verdict = translate("✓ Passed" if self._passed else "✕ Failed: it cannot be saved.")
        keys = "Escape: do not save · ↑ ↓: scroll"
        if self._passed:
            keys = f"w: write it to the device · {keys}"
        with Vertical(classes="question wide"):
            yield Label(verdict, classes="heading")
            yield Label(translate(keys))
            yield Static("\n".join(cell_lines(self._calibration, self._before)), markup=False)
            with VerticalScroll(can_focus=True):
                yield Static(certificate(self._calibration, self._before), markup=False)

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one(VerticalScroll).focus()

    def action_write(self) -> None:
        """Confirm, if the calibration passed."""
        if self._passed:
            self.dismiss(True)


def cell_lines(calibration: Calibration, before: Calibration | None) -> list[str]:
    """Return a line for each cell: uncertainty, change of gain since ``before``, worst figure."""
    lines = []
    results = checks(calibration)
    for channel, quality in zip(calibration.channels, calibration.quality, strict=True):
        own = [c for c in results if c.channel == channel and c.measured_pct is not None]
        worst = max(own, key=lambda c: (c.measured_pct or 0.0) / c.limit_pct)
        sign = "✕" if any(c.passed is False for c in own) else "✓"
        line = f"{sign} {channel:<11} ±{quality.uncertainty_n:.3f} N  "
        if before is not None and channel in before.channels and before.gain(channel):
            change_pct = 100 * (calibration.gain(channel) / before.gain(channel) - 1)
            line += translate(f"gain {change_pct:+.2f} %  ")
        line += f"{translate(worst.name)} "
        line += translate(f"{worst.measured_pct:.2f} of {worst.limit_pct:g} %")
        lines.append(line)
    return lines
