"""``gripforce calibrate`` on a terminal: the guided screen of a session, on its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual.app import App

from gripforce.dashboard.app import STYLE_SHEETS
from gripforce.dashboard.session.calibration_flow import calibration_screen
from gripforce.dashboard.theme import DEFAULTS, use_themes
from gripforce.errors import CalibrationError

if TYPE_CHECKING:
    from gripforce.dashboard.screens.calibrate import Calibrate


class CalibrationApp(App[None]):
    """Shows one calibration; ``outcome`` is its end in words, "" until then."""

    CSS_PATH = STYLE_SHEETS
    TITLE = "gripforce calibrate"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, screen: Calibrate) -> None:
        super().__init__()
        self._calibrate = screen
        self.outcome = ""

    def on_mount(self) -> None:
        """Show the screen."""
        use_themes(self)
        self.push_screen(self._calibrate, self._finish)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the colours that the style sheets need before a theme is chosen."""
        return DEFAULTS

    def _finish(self, outcome: str | None) -> None:
        self.outcome = outcome or ""
        self.exit()


def run_calibration(source: str, **values: Any) -> str:
    """Calibrate on this terminal, and return the outcome in words.

    ``values`` are ``masses_g``, ``cells``, ``gravity_m_s2`` and ``new_cell``. Raises
    ``CalibrationError`` where nothing was saved.
    """
    app = CalibrationApp(calibration_screen(source, **values))
    asyncio.run(app.run_async())
    if not app.outcome.startswith("passed"):
        raise CalibrationError(f"Not calibrated: {app.outcome or 'the screen was closed'}.")
    return app.outcome
