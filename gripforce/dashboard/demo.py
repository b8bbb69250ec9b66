"""What a newcomer sees first: a simulated patient at once, and a session with one at a key."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from gripforce.dashboard.app import Dashboard
from gripforce.dashboard.session.run import SessionOptions, run_session
from gripforce.dashboard.terminal import require_terminal
from gripforce.device import open_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from textual.binding import BindingType

    from gripforce.session import SessionFolder

PROTOCOL = "try-out"
SUBJECT = "demo-1"


class Demo(Dashboard):
    """The dashboard, with a way into a session."""

    BINDINGS: ClassVar[list[BindingType]] = [("s", "session", "Try a session")]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.wants_session = False

    def action_session(self) -> None:
        """Leave the dashboard for a session."""
        self.wants_session = True
        self.exit()


def show_demo(url: str, title: str, metadata: Mapping[str, Any]) -> bool:
    """Show a simulated patient until somebody quits; return whether a session is wanted."""
    require_terminal()
    return asyncio.run(_show(url, title, metadata))


async def _show(url: str, title: str, metadata: Mapping[str, Any]) -> bool:
    async with open_source(url) as source:
        app = Demo(
            source.stream(metadata=metadata),
            title=title,
            on_mark=lambda text: source.mark("key", text),
        )
        await app.run_async()
    if app.failure is not None:
        raise app.failure
    return app.wants_session


def demo_session(root: Path, source: str) -> SessionFolder:
    """Run a short session with a simulated patient: Enter begins each block, ``?`` helps."""
    wish = SessionOptions(root, source, PROTOCOL, SUBJECT, first_hand="right", anew=True, ask=False)
    return run_session(wish)
