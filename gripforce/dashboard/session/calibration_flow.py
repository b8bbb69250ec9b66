"""Guided calibration in a session: of a device, or of the simulated bench."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from gripforce.calibration import read_masses
from gripforce.calibration.loads import EARTH_GRAVITY_M_S2
from gripforce.constants import CALIBRATION_MASSES_G, QUICK_MASSES_G, STANDARD_GRAVITY
from gripforce.dashboard.screens.calibrate import Calibrate
from gripforce.dashboard.screens.form import Check, Field, Form, number_within
from gripforce.device import open_device
from gripforce.sim.option_table import CALIBRATE, options_read_by
from gripforce.sim.tasks.calibrate import STEP_S
from gripforce.transport import SourceUrl

if TYPE_CHECKING:
    from textual.app import App

_FIELDS: Final = (
    Field("masses_g", "Masses, grams", ",".join(f"{mass:g}" for mass in QUICK_MASSES_G)),
    Field("cells", "Cells (empty: all)"),
    Field("gravity_m_s2", "Local gravity, m/s²", f"{STANDARD_GRAVITY}"),
)
_TITLE: Final = "Guided calibration: known masses up and down, cell by cell"
_CHECKS: Final[dict[str, Check]] = {
    "masses_g": read_masses,
    "cells": str,
    "gravity_m_s2": lambda text: number_within(*EARTH_GRAVITY_M_S2)(text) or STANDARD_GRAVITY,
}


async def calibrate(app: App[Any], source: str) -> str | None:
    """Calibrate on the screens of an app.

    Returns the outcome in words for the journal; None where the operator left the form.
    """
    url = SourceUrl.parse(source)
    if url.scheme == "sim":
        return await app.push_screen_wait(_bench_screen(url))
    values = await app.push_screen_wait(Form(_TITLE, _FIELDS, _CHECKS))
    if values is None:
        return None
    return await app.push_screen_wait(Calibrate(lambda: open_device(source), **values))


def calibration_screen(source: str, **values: Any) -> Calibrate:
    """Return the guided screen of a source; a simulated bench applies its own masses.

    ``values`` are ``masses_g``, ``cells``, ``gravity_m_s2`` and ``new_cell``.
    """
    url = SourceUrl.parse(source)
    if url.scheme == "sim":
        return _bench_screen(url)
    return Calibrate(lambda: open_device(source), **values)


def _bench_screen(url: SourceUrl) -> Calibrate:
    """Return the screen for a simulated bench, which applies its masses by itself."""
    read = options_read_by(CALIBRATE)
    options = [f"{key}={quote(url.options[key])}" for key in read if key in url.options]
    bench = "sim:calibrate" + ("?" + "&".join(options) if options else "")
    return Calibrate(
        lambda: open_device(bench),
        CALIBRATION_MASSES_G,
        gravity_m_s2=STANDARD_GRAVITY,
        every_s=STEP_S,
    )
