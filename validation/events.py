"""Lifts of simulated people through device, bytes and recording: events, forces, lags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.sim.person.profiles import PROFILES
from gripforce.sim.tasks.registry import make_scene
from tests.sim.observer import lift_lags_ms
from validation.chain import (
    FRONTENDS,
    analyze_simulated,
    column,
    found_column,
    robust_sd,
)
from validation.section import Row, Table, Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validation.section import Cell, Settings

FIRST_SEED: Final = 7_530_000
LIFTS: Final = 12
EVENTS: Final = ("t_contact_s", "t_load_onset_s", "t_liftoff_s", "t_replace_s", "t_release_s")


def measure(settings: Settings) -> Iterator[Table]:
    """Yield a table for each of the two simulated devices."""
    lifts = settings.count(LIFTS, 4)
    for frontend, words in FRONTENDS.items():
        rows = [_row(name, frontend, FIRST_SEED + k, lifts) for k, name in enumerate(PROFILES)]
        note = (
            "Events and static force: median absolute error. Lag: `xcorr_lag_ms` less the lag of "
            "the best correlation of the true forces, median and robust SD: an error of device "
            "and clock. The delay of the person is in a section of its own."
        )
        yield Table(f"lifts, {words}", "lifts", tuple(rows), note)


def _row(profile: str, frontend: str, seed: int, lifts: int) -> Row:
    result = analyze_simulated("lift", profile=profile, seed=seed, trials=lifts, frontend=frontend)
    scene = make_scene("lift", profile=profile, seed=seed, trials=lifts)
    truth = scene.trials
    measured: dict[str, Cell] = {}
    for event in EVENTS:
        errors = np.abs(found_column(result, event) - column(truth, event))
        title = event.removeprefix("t_").removesuffix("_s").replace("_", " ")
        measured[f"{title.replace('liftoff', 'lift-off')} (ms)"] = 1e3 * float(np.nanmedian(errors))
    static = column(truth, "gf_static_n")
    share = np.abs(found_column(result, "gf_static_n") / static - 1)
    measured["static GF (%)"] = 100 * float(np.nanmedian(share))
    lag = found_column(result, "xcorr_lag_ms") - lift_lags_ms(scene)
    known = lag[np.isfinite(lag)]
    measured |= {"lag, bias (ms)": float(np.median(known)), "lag, SD (ms)": robust_sd(known)}
    asked = (Target("static GF (%)", 2), Target("lag, bias (ms)", 3))
    return Row(profile, measured, lifts, seed, asked)
