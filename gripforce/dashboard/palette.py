"""The list of all commands by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.command import CommandPalette

from gripforce.language import translate

if TYPE_CHECKING:
    from textual.app import App


def open_palette(app: App[Any]) -> None:
    """Show the list of commands, in the language in use, where it is not open already."""
    if not CommandPalette.is_open(app):
        asks = translate("Search for commands …")
        app.push_screen(CommandPalette(placeholder=asks, id="--command-palette"))
