"""The lag's error against the best possible: sensor noise and motor noise, each with its bound."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from gripforce.calibration.reference_cells import (
    BUILDS,
    GRIP_CAPACITY_KG,
    LOAD_CAPACITY_KG,
    ReferenceConverter,
    cell_noise,
)
from gripforce.sim.person.hand import Grip
from gripforce.sim.person.profiles import PROFILES, profile
from gripforce.sim.physics.object import surface
from gripforce.sim.tasks.lift import PlannedLift, plan_lift
from gripforce.sim.tasks.registry import SCENE_RATE_HZ, make_scene
from tests.sim.observer import (
    AFTER_LIFTOFF_S,
    BEFORE_CONTACT_S,
    LONGEST_LAG_S,
    lift_lags_ms,
    net_lag_s,
)
from validation.chain import FRONTENDS, analyze_simulated
from validation.section import Row, Table, Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gripforce.model import FloatArray
    from gripforce.sim.scene import Scene
    from validation.section import Settings

FIRST_SEED = 7_330_000
LIFTS = 10
DRAWS = 400
"""Of motor noise, with the plan of the lift fixed."""
LARGEST_RATIO = 1.5
SENSOR_NOTE = (
    "Where grip and load are hardly alike, the peak of their correlation is low and broad, and "
    "contact and lift-off, which set its window, move it by more than cells do."
)
HAND_NOTE = (
    "The bound is that of an observer who knows the trajectory that grip would have without motor "
    "noise. No analysis knows it; this one knows the load."
)
_STRIDE = 10
_NUDGE_N = 0.01
_REACH_S = LONGEST_LAG_S + 0.1
_SHIFT_S = 0.002


def measure(settings: Settings) -> Iterator[Table]:
    """Yield the tables of sensor noise, a device each, and of motor noise."""
    lifts, draws = settings.count(LIFTS, 4), settings.count(DRAWS, 300)
    asked = (Target("ratio", LARGEST_RATIO),)
    for front, words in FRONTENDS.items():
        rows = []
        for name in PROFILES:
            s = sensor_spread(name, front, FIRST_SEED, lifts)
            measured = {"bias (ms)": s.bias_ms, "spread (ms)": s.found_ms,
                        "bound (ms)": s.bound_ms, "ratio": s.ratio}  # fmt: skip
            rows.append(Row(name, measured, lifts, FIRST_SEED, asked))
        yield Table(f"sensor noise, {words}", "lifts", tuple(rows), SENSOR_NOTE)
    rows = []
    for k, name in enumerate(PROFILES):
        s = hand_spread(name, FIRST_SEED + k, draws)
        measured = {"spread (ms)": s.found_ms, "bound (ms)": s.bound_ms, "ratio": s.ratio}
        rows.append(Row(name, measured, draws, FIRST_SEED + k))
    yield Table("motor noise", "draws", tuple(rows), HAND_NOTE)


@dataclass(frozen=True, slots=True)
class Spread:
    """What was found beside what can be."""

    name: str
    found_ms: float
    bound_ms: float
    bias_ms: float = 0.0

    @property
    def ratio(self) -> float:
        """Found over bound."""
        return self.found_ms / self.bound_ms


def sensor_spread(name: str, front: str, seed: int, lifts: int) -> Spread:
    """Return errors of lags through bytes, recording and analysis, in units of their bounds."""
    scene = make_scene("lift", profile=name, seed=seed, trials=lifts)
    result = analyze_simulated("lift", profile=name, seed=seed, trials=lifts, frontend=front)
    cells = [trial.values["xcorr_lag_ms"] for trial in result.trials]
    found = [float(cell) if isinstance(cell, float) else None for cell in cells]
    errors, bounds = [], []
    for trial, lag_ms, seen_ms in zip(scene.trials, found, lift_lags_ms(scene), strict=True):
        if lag_ms is not None and np.isfinite(seen_ms):
            errors.append(lag_ms - seen_ms)
            bounds.append(1e3 * _sensor_bound_s(scene, trial, BUILDS[front]))
    off, best = np.array(errors), np.array(bounds)
    bound = float(np.median(best))
    # Single lags with two peaks of nearly one height may jump between them: robust spreads.
    share = 1.4826 * float(np.median(np.abs(off / best)))
    return Spread(f"{name}, {front}", share * bound, bound, float(np.median(off)))


def _sensor_bound_s(
    scene: Scene, trial: Mapping[str, float], converter: ReferenceConverter
) -> float:
    """Return ``sigma * |gradient|`` of the lag by the samples of both forces [s]."""
    window = trial["t_contact_s"] - BEFORE_CONTACT_S, trial["t_liftoff_s"] + AFTER_LIFTOFF_S
    first, last = np.searchsorted(scene.t, [window[0] - 2 * _REACH_S, window[1] + 2 * _REACH_S])
    here = slice(int(first), int(last))
    t, forces = scene.t[here], scene.forces[here]
    grip, load = forces[:, :2].mean(axis=1), forces[:, 2:].sum(axis=1)
    usual, _ = net_lag_s(t, grip, load, *window)
    squares = {"grip": 0.0, "load": 0.0}
    for begin in range(0, len(t) - _STRIDE, _STRIDE):
        nudge = np.zeros_like(t)
        nudge[begin : begin + _STRIDE] = _NUDGE_N
        squares["grip"] += (net_lag_s(t, grip + nudge, load, *window)[0] - usual) ** 2
        squares["load"] += (net_lag_s(t, grip, load + nudge, *window)[0] - usual) ** 2
    # White noise of a cell, averaged over a stride; grip is the mean of two cells, load the sum.
    grip_n, load_n = (cell_noise(converter, kg) for kg in (GRIP_CAPACITY_KG, LOAD_CAPACITY_KG))
    strides = SCENE_RATE_HZ / converter.rate_hz / _STRIDE / _NUDGE_N**2
    return sqrt(strides * (grip_n**2 * squares["grip"] / 2 + load_n**2 * squares["load"] * 2))


def hand_spread(name: str, seed: int, draws: int) -> Spread:
    """Return the lag's spread over draws of motor noise, in milliseconds of shift."""
    hand, rng = profile(name), np.random.default_rng([seed, 1])
    lift = PlannedLift(0.4, 0.4, surface("sandpaper", hand.friction), 5)
    t, plan, load, expected = plan_lift(lift, hand, rng, SCENE_RATE_HZ)
    window = plan.contact_s - BEFORE_CONTACT_S, plan.liftoff_s + AFTER_LIFTOFF_S
    stop = int(np.searchsorted(t, window[1] + 2 * _REACH_S))

    def force(who: str, shift_s: float) -> FloatArray:
        kind = replace(hand, slow_cv=0.0, tremor=0.0, decorrelation=0.0) if who == "mean" else hand
        noise = np.random.default_rng([seed, 2, 0 if who == "mean" else int(who)])
        return Grip(t, plan, kind, expected, noise).force(shift_s)[:stop]

    usual = force("mean", 0.0)
    moved = (force("mean", _SHIFT_S) - force("mean", -_SHIFT_S)) / (2 * _SHIFT_S)
    drawn = np.array([force(str(k), 0.0) for k in range(draws)])
    begin, end = np.searchsorted(t, [window[0] - LONGEST_LAG_S, window[1] + LONGEST_LAG_S])
    at = np.arange(begin, end, _STRIDE)
    grip_n = cell_noise(BUILDS["research"], GRIP_CAPACITY_KG)
    sensor = grip_n**2 / 2 * SCENE_RATE_HZ / BUILDS["research"].rate_hz / _STRIDE
    apart = (drawn - usual)[:, at]
    covariance = apart.T @ apart / draws + sensor * np.eye(len(at))
    known = moved[at] @ np.linalg.solve(covariance, moved[at])
    # A covariance from as many draws flatters its own bound (Anderson: (n - p - 2) / n of it).
    known *= (draws - len(at) - 2) / draws
    lags = [net_lag_s(t[:stop], one, load[:stop], *window)[0] for one in drawn]
    pace = np.diff([net_lag_s(t[:stop], usual + s * moved, load[:stop], *window)[0]
                    for s in (-_SHIFT_S, _SHIFT_S)])[0] / (2 * _SHIFT_S)  # fmt: skip
    middle = np.median(np.abs(np.array(lags) - np.median(lags)))
    return Spread(name, 1e3 * 1.4826 * float(middle / pace), 1e3 / sqrt(known))
