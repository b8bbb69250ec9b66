"""The colours of the screens, dark and light: two for data, one for alarms, and dim text.

Strategy: grip, load and alarm differ in lightness as well as in hue (Okabe and Ito's orange, sky
blue and yellow on dark ground; brown, blue and dark wine on light ground), so every kind of colour
vision tells them apart; a terminal of 16 colours shows yellow, cyan and bright yellow. Nothing is
told by colour alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from textual.theme import Theme

from gripforce.dashboard.settings import load_settings, save_settings

if TYPE_CHECKING:
    from textual.app import App

DEFAULTS: Final = {"dim": "#9aa5b1"}
"""Variables of the style sheets that Textual's own themes lack."""
DARK: Final = Theme(
    name="gripforce",
    dark=True,
    primary="#56B4E9",
    secondary="#E69F00",
    accent="#F0E442",
    foreground="#E4E4E4",
    background="#101418",
    surface="#181D23",
    panel="#232A32",
    warning="#E69F00",
    error="#F0E442",
    success="#E4E4E4",
    variables={"footer-key-foreground": "#F0E442", **DEFAULTS},
)
LIGHT: Final = Theme(
    name="gripforce-light",
    dark=False,
    primary="#005B96",
    secondary="#8A4B00",
    accent="#4A0030",
    foreground="#16191D",
    background="#FFFFFF",
    surface="#F1F3F5",
    panel="#E2E6EA",
    warning="#8A4B00",
    error="#4A0030",
    success="#16191D",
    variables={"footer-key-foreground": "#4A0030", "dim": "#4F5963"},
)


def use_themes(app: App[Any]) -> None:
    """Give an app both themes, and the one that was chosen last."""
    for theme in (DARK, LIGHT):
        app.register_theme(theme)
    app.theme = LIGHT.name if load_settings().light else DARK.name


def change_theme(app: App[Any]) -> None:
    """Change between dark and light, and remember it."""
    light = app.theme != LIGHT.name
    app.theme = LIGHT.name if light else DARK.name
    save_settings(light=light)
