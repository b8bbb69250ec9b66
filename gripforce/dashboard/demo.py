"""The dashboard of ``gripforce demo``: a simulated patient, and a key that leads to a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from gripforce.dashboard.app import Dashboard

if TYPE_CHECKING:
    from textual.binding import BindingType


class Demo(Dashboard):
    """The dashboard with a key for a session; ``wants_session`` says whether it was pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [("s", "session", "Try a session")]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.wants_session = False

    def action_session(self) -> None:
        """Leave the dashboard for a session."""
        self.wants_session = True
        self.exit()
