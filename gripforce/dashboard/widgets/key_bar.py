"""The keys of a screen at its foot, in the language in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Footer

from gripforce.language import translate

if TYPE_CHECKING:
    from textual.app import ComposeResult


class KeyBar(Footer):
    """Textual's footer, with what each key does translated."""

    def compose(self) -> ComposeResult:
        """Lay out the keys."""
        for widget in super().compose():
            description = getattr(widget, "description", None)
            if isinstance(description, str):
                setattr(widget, "description", translate(description))  # noqa: B010 - not declared
            yield widget
