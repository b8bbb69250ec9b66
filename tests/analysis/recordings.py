"""Recordings of each task as formulas, shared by the tests of analysis."""

from dataclasses import replace

import numpy as np

from gripforce.model import Kind
from gripforce.sim.person.noise import band, slow
from tests.analysis.analytic_lifts import (
    AnalyticLift,
    G,
    lifts_recording,
    min_jerk,
    noise,
    recording,
    stream,
)
from tests.analysis.analytic_tasks import Held, held_recording, movements


def only(result):
    assert len(result.trials) == 1, [t.trial for t in result.trials]
    return result.trials[0]


def sum_of(helds):
    """Return several holds whose grips are only there while each lasts."""
    t = np.arange(round((helds[-1].end_s + 1.0) * 1000)) / 1000
    grip = sum(np.where((t > h.begin_s - 0.2) & (t < h.end_s + 0.3), h.grip(t), 0.0) for h in helds)
    load = sum(h.load(t) for h in helds)
    values = [grip + noise(t, 1, 0.002), load + noise(t, 2, 0.002)]
    return recording(stream([Kind.GRIP, Kind.LOAD], t, values), task="slip", mass_g=400)


def p2p_recording(up_gain=0.5, down_gain=0.5, lag_s=0.0, **metadata):
    """Eight movements; ``down_gain`` below 0 raises grip when load falls."""
    starts = [3.0 + 2.0 * k for k in range(8)]
    signs = [1, -1] * 4
    extra = movements(starts, signs)

    def grip(t):
        total = np.full_like(t, 6.0)
        for start, sign in zip(starts, signs, strict=True):
            one = movements([start], [sign])(t - lag_s)
            total += (up_gain if sign > 0 else down_gain) * one
        return total

    held = Held(duration_s=19.0, grip_n=grip, extra_load_n=extra)
    return held_recording(held, task="p2p", **metadata)


def cyclic_recording(
    lag_s=0.0, *, amplitude_n=2.5, f=1.2, gain=0.8, rate_hz=1000.0, span_s=34.0, mass_g=400.0
):
    def extra(t):
        inside = (t > 3.0) & (t < 3.0 + span_s)
        return np.where(inside, amplitude_n * np.sin(2 * np.pi * f * (t - 3.0)), 0.0)

    def grip(t):
        return 4.0 + gain * extra(t - lag_s)

    held = Held(duration_s=span_s + 4.0, mass_g=mass_g, grip_n=grip, extra_load_n=extra)
    return held_recording(held, task="cyclic", rate_hz=rate_hz, noise_n=0.001)


def drop_recording(onset_s, *, impact_n=5.0, rise_n=3.0):
    """Three impacts of a 30 ms half sine at 4, 7 and 10 s; grip rises ``onset_s`` from them."""
    impacts = [4.0, 7.0, 10.0]

    def extra(t):
        return sum(
            np.where((t > s) & (t < s + 0.03), impact_n * np.sin(np.pi * (t - s) / 0.03), 0.0)
            for s in impacts
        )

    def grip(t):
        total = np.full_like(t, 4.0)
        for s in impacts:
            total += (
                rise_n * min_jerk((t - s - onset_s) / 0.12) * (1 - min_jerk((t - s - 0.4) / 0.4))
            )
        return total

    held = Held(duration_s=12.0, grip_n=grip, extra_load_n=extra)
    return held_recording(held, task="drop", dropped_by="self")


def pinch_recording(efforts, **metadata):
    t = np.arange(round((6.0 * len(efforts) + 2.0) * 1000)) / 1000
    grip = sum(
        force * np.minimum(min_jerk((t - 1 - 6 * k) / 0.3), min_jerk((5 + 6 * k - t) / 0.3))
        for k, force in enumerate(efforts)
    )
    return recording(stream([Kind.GRIP], t, [grip + noise(t, 3)]), **({"task": "pinch"} | metadata))


KNOTS = [[2.0, 0.0], [5.0, 0.0], [8.0, 6.0], [12.0, 6.0], [15.0, 0.0], [18.0, 0.0]]


def tracking_recording(error_n):
    t = np.arange(20_000) / 1000
    knots = np.array(KNOTS)
    wanted = np.interp(t, knots[:, 0], knots[:, 1])
    grip = np.maximum(wanted + error_n(t) * (wanted > 0), 0)
    target = {"force": "gf", "knots": KNOTS}
    made = stream([Kind.GRIP], t, [grip + noise(t, 1, 0.001)])
    return recording(made, task="tracking", target=target)


def lift_series(masses_g, gains=None):
    lifts, at = [], 1.0
    for mass, gain in zip(masses_g, gains or [1.2] * len(masses_g), strict=True):
        lifts.append(AnalyticLift(contact_s=at, mass_g=mass, gain=gain, hold_s=3.0))
        at = lifts[-1].release_s + 1.0
    return lifts


def shaky(t, seed, *, slow_cv=0.02, tremor=0.006):
    """Return what a healthy hand's grip is multiplied with: slow wander and tremor."""
    rng = np.random.default_rng(seed)
    return 1 + slow_cv * slow(len(t), 1000.0, rng) + tremor * band(len(t), 1000.0, rng, 8.3, 10.7)


WEIGHT = 0.4 * G


def lifts(n=12, *, lag_s=0.0, gain=1.2, seed=1, lag_sd_s=0.008, **metadata):
    rng = np.random.default_rng(seed)
    made, at = [], 1.0
    for _ in range(n):
        lag = lag_s + rng.normal(0, lag_sd_s)
        one = AnalyticLift(contact_s=at, hold_s=3.0, lag_s=lag, gain=gain * rng.normal(1, 0.03))
        made.append(one)
        at = one.release_s + 1.0
    return lifts_recording(made, task="lift", **metadata)


def slips(*forces, mass_g=400.0, **metadata):
    helds = []
    for k, force in enumerate(forces):
        begin = 1.0 + 14.0 * k
        slip_s = begin + 2.0 + 8.0 - force
        helds.append(
            Held(
                duration_s=slip_s - begin + 0.5,
                begin_s=begin,
                mass_g=mass_g,
                grip_n=lambda t, b=begin: 8.0 - np.clip(t - b - 2.0, 0, None),
                slips_s=slip_s,
            )
        )
    made = sum_of(helds)
    return replace(made, metadata={**made.metadata, **metadata, "mass_g": mass_g})
