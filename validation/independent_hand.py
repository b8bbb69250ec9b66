"""Hands of ``tests/independent``, which share no formula with the project: what is made of them."""

from __future__ import annotations

import tempfile
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from tests.independent.kinds import make_hand
from tests.independent.mechanics import GRAVITY
from tests.independent.run import COUPLING, MARGIN, judge
from validation.hand_kinds import FIRST_SEED, HANDS, Outcome, seed_of
from validation.section import Row, Table, Target
from validation.verdicts import verdict_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.independent.run import Found
    from tests.independent.truth import Hand
    from validation.section import Cell, Settings

_BINS_MS: Final = (-20, 10, 40, 80, 120)
_LARGE_SQUEEZE: Final = 0.5
"""Of the load-driven grip in a hold."""


def observe(job: tuple[str, int]) -> Outcome:
    """Make one hand of a kind and a seed, import its tables, and compare."""
    kind, seed = job
    hand = make_hand(kind, seed)
    with tempfile.TemporaryDirectory() as folder:
        found = judge(hand, Path(folder))
    slip, static = hand.slip_force, [lift.gf_static for lift in hand.lifts[1:]]
    return Outcome(
        kind,
        {question: found.answer(question) for question in (COUPLING, MARGIN)},
        {
            "delay_ms": hand.delay_ms,
            "spread_ms": hand.delay_sd_ms,
            "squeeze": hand.habits.squeeze / (hand.habits.gain * hand.object_kg * GRAVITY),
            "margin_pct": 100 * (float(np.median(static)) / slip - 1) if slip else None,
        },
        {column: _figure(found, column) for column in _COLUMNS},
        {**_event_errors(hand, found), **_slip_errors(hand, found)},
    )


_COLUMNS: Final = ("xcorr_lag_ms", "coupling_delay_ms", "lag_spread_ms",
                   "static_margin_pct_of_slip")  # fmt: skip


def _figure(found: Found, column: str) -> tuple[float, float | None, float | None] | None:
    estimate = found.estimate(column)
    if estimate is None or estimate["median"] is None:
        return None
    return estimate["median"], estimate["ci_low"], estimate["ci_high"]


def _event_errors(hand: Hand, found: Found) -> dict[str, list[float]]:
    """Return errors [ms] of onsets outside their interval, of lift-off and replacement."""
    errors: dict[str, list[float]] = {name: [] for name in _EVENTS}
    for lift in hand.lifts if hand.task == "lift" else ():
        rows = [row for row in found.tables[0] if _near(row["t_liftoff_s"], lift.liftoff)]
        errors["found"].append(float(len(rows) == 1))
        if len(rows) != 1:
            continue
        row = rows[0]
        for name, column in (("contact", "t_contact_s"), ("load_onset", "t_load_onset_s")):
            early, late = getattr(lift, name)
            errors[name].append(1e3 * float(row[column] - np.clip(row[column], early, late)))
        errors["liftoff"].append(1e3 * (row["t_liftoff_s"] - lift.liftoff))
        errors["replace"].append(1e3 * (row["t_replace_s"] - lift.replace))
    return errors


def _near(time: float | None, true: float) -> bool:
    return time is not None and abs(time - true) < 1.0


def _slip_errors(hand: Hand, found: Found) -> dict[str, list[float]]:
    """Return errors of each slip force in percent, and how many slips there were."""
    times = (
        [(row["t_slip_s"], row["slip_force_n"]) for row in found.tables[-1]] if hand.slips else []
    )
    pairs = [
        (force, min(hand.slips, key=lambda slip: abs(slip.at - time)).force)
        for time, force in times
        if force and np.isfinite(force)
    ]
    errors = [100 * (force / true - 1) for force, true in pairs]
    return {"slip": errors, "slips": [float(len(hand.slips))]}


_EVENTS: Final = {"found": "found", "contact": "contact", "load_onset": "load onset",
                  "liftoff": "lift-off", "replace": "replacement"}  # fmt: skip


def measure(settings: Settings) -> Iterator[Table]:
    """Yield decisions, delays, events and slips."""
    jobs = [
        (kind, FIRST_SEED + 1000 * place + number)
        for place, (kind, usual) in enumerate(HANDS.items())
        for number in range(settings.count(usual))
    ]
    with ProcessPoolExecutor(settings.workers) as pool:
        outcomes = list(pool.map(observe, jobs, chunksize=4))
    yield from verdict_tables(outcomes)
    yield Table("delay of grip behind load", "hands", tuple(_delays(outcomes)), DELAYS)
    yield Table("spread of single-lift lags (ms)", "hands", tuple(_spreads(outcomes)))
    yield Table("event", "lifts", tuple(_events(outcomes)), EVENTS)
    yield Table("slip test", "hands", tuple(_slips(outcomes)), SLIPS)


DELAYS = (
    "Bias is the median error against the planted delay, the interval the 95 % one; *refused* is "
    "the share of hands without an answer. Squeeze 0.2 to 3 N over 20 to 250 ms, loading 80 to "
    "500 ms."
)
EVENTS = (
    "Error beyond the interval from the first 2 mN to 0.1 N and three SD of the noise (contact, "
    "load onset), or against the physical instant. Hands whose grip is there when the load is."
)
SLIPS = (
    "Against the grip at which friction no longer carries the weight; the limit of the margin is "
    "80 %, the true margins are below 50 or above 120 %."
)


def _delays(outcomes: Sequence[Outcome]) -> Iterator[Row]:
    lifted = [o for o in outcomes if o.kind in {"coupled", "delayed", "tremulous"}]
    groups = {
        f"{low} to {high} ms": [o for o in lifted if low <= (o.truth["delay_ms"] or 0.0) < high]
        for low, high in pairwise(_BINS_MS)
    }
    groups["squeeze of more than half of the rest"] = [
        o for o in lifted if (o.truth["squeeze"] or 0.0) > _LARGE_SQUEEZE
    ]
    for column in ("coupling_delay_ms", "xcorr_lag_ms"):
        asked = (Target("bias (ms)", 5), Target("interval covers (%)", 90, floor=True))
        for label, chosen in groups.items():
            yield Row(
                f"`{column}`: {label}",
                _delay_cells(chosen, column),
                len(chosen),
                seed_of("coupled"),
                asked if column == "coupling_delay_ms" else (),
            )


def _delay_cells(outcomes: Sequence[Outcome], column: str) -> dict[str, Cell]:
    errors, inside = [], []
    for outcome in outcomes:
        found, true = outcome.found[column], outcome.truth["delay_ms"]
        if found is None or true is None:
            continue
        median, low, high = found
        errors.append(median - true)
        if low is not None and high is not None:
            inside.append(low <= true <= high)
    told = len(errors)
    return {
        "bias (ms)": float(np.median(errors)) if told else None,
        "90 % within (ms)": float(np.quantile(np.abs(errors), 0.9)) if told else None,
        "interval covers (%)": 100 * float(np.mean(inside)) if inside else None,
        "refused (%)": 100 * (1 - told / len(outcomes)) if outcomes else None,
    }


def _spreads(outcomes: Sequence[Outcome]) -> Iterator[Row]:
    for kind in ("coupled", "delayed", "tremulous", "jittered", "mixed", "pulse"):
        chosen = [outcome for outcome in outcomes if outcome.kind == kind]
        told = [figure[0] for o in chosen if (figure := o.found["lag_spread_ms"]) is not None]
        planted = [o.truth["spread_ms"] or 0.0 for o in chosen]
        cells: dict[str, Cell] = {
            "planted (median)": float(np.median(planted)) if kind in _PLANTED else None,
            "found (median)": float(np.median(told)) if told else None,
            "smallest": min(told, default=None),
            "largest": max(told, default=None),
        }
        yield Row(kind, cells, len(chosen), seed_of(kind))


_PLANTED: Final = ("coupled", "delayed", "tremulous", "jittered")


def _events(outcomes: Sequence[Outcome]) -> Iterator[Row]:
    chosen = [o for o in outcomes if o.kind in {"coupled", "delayed", "tremulous", "constant"}]
    for name, label in _EVENTS.items():
        values = np.array([value for o in chosen for value in o.errors[name]], dtype=float)
        if name == "found":
            n, share = len(values), 100 * float(values.mean())
            empty: dict[str, Cell] = {"median (ms)": None, "90 % within (ms)": None}
            asked = (Target("found (%)", 99, floor=True),)
            yield Row("lift", {"found (%)": share, **empty}, n, seed_of("coupled"), asked)
            continue
        seen = values[np.isfinite(values)]
        cells: dict[str, Cell] = {
            "found (%)": 100 * len(seen) / len(values),
            "median (ms)": float(np.median(seen)),
            "90 % within (ms)": float(np.quantile(np.abs(seen), 0.9)),
        }
        target = (Target("90 % within (ms)", 18),) if name == "liftoff" else ()
        yield Row(label, cells, len(values), seed_of("coupled"), target)


def _slips(outcomes: Sequence[Outcome]) -> Iterator[Row]:
    chosen = [outcome for outcome in outcomes if outcome.kind == "slipping"]
    slips = np.array([value for o in chosen for value in o.errors["slip"]])
    given = sum(o.errors["slips"][0] for o in chosen)
    right, inside, errors = [], [], []
    for outcome in chosen:
        figure, true = outcome.found["static_margin_pct_of_slip"], outcome.truth["margin_pct"]
        answer = "yes" if (true or 0.0) > 80 else "no"  # noqa: PLR2004 - the limit of methods.md
        right.append(outcome.answers[MARGIN] in {answer, "cannot tell"})
        if figure is not None and true is not None:
            errors.append(100 * ((100 + figure[0]) / (100 + true) - 1))
            if figure[1] is not None and figure[2] is not None:
                inside.append(figure[1] <= true <= figure[2])
    n, seed = len(chosen), seed_of("slipping")
    names = ("bias (%)", "90 % within (%)", "share (%)")
    told = 100 * len(slips) / given
    rows = (
        ("slip force; share of slips found", _spread(slips), told),
        ("grip over slip force; interval covers", _spread(np.array(errors)), _percent(inside)),
        ("answer on the margin not wrong", (None, None), _percent(right)),
    )
    for label, (bias, within), share in rows:
        yield Row(label, dict(zip(names, (bias, within, share), strict=True)), n, seed)


def _spread(errors: np.ndarray) -> tuple[Cell, Cell]:
    return float(np.median(errors)), float(np.quantile(np.abs(errors), 0.9))


def _percent(hits: Sequence[bool]) -> Cell:
    return 100 * float(np.mean(hits)) if hits else None
