"""The delay of load-coupled grip over the whole range in which it is asked for."""

from __future__ import annotations

import itertools
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from tests.independent.kinds import JUDGING_SEEDS
from tests.independent.lifts import Planted, lift_hand
from tests.independent.run import judge
from validation.section import Row, Table, Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validation.section import Cell, Settings

FIRST_SEED: Final = JUDGING_SEEDS.start + 750_000
LEVELS: Final = {
    "delay_ms": (-20.0, 10.0, 40.0, 80.0, 120.0),
    "squeeze": (0.2, 0.8, 3.0),
    "preload": (0.020, 0.1, 0.25),
    "loading": (0.080, 0.2, 0.5),
}
_WORDS: Final = {"delay_ms": "delay {:g} ms", "squeeze": "squeeze {:g} N",
                 "preload": "preload {:g} s", "loading": "loading {:g} s"}  # fmt: skip
ASKED: Final = (Target("bias (ms)", 5), Target("interval covers (%)", 90, floor=True))
NOTE: Final = (
    "Every combination of five delays, three squeezes, three preloads and three loadings once; a "
    "row is all hands with one value. Mass, gain, noise, cells and trial-to-trial scatter of the "
    "delay (3 to 8 ms) are drawn. Bias: median error; the interval is the 95 % one."
)
Result = tuple[Planted, tuple[float, float | None, float | None] | None]


def measure(settings: Settings) -> Iterator[Table]:
    """Yield bias and coverage of the delay by each planted value."""
    plans = [Planted(*values) for values in itertools.product(*LEVELS.values())]
    plans = plans[:: max(1, round(1 / settings.scale))]
    with ProcessPoolExecutor(settings.workers) as pool:
        results = list(pool.map(observe, plans, range(FIRST_SEED, FIRST_SEED + len(plans))))
    rows = [_row("all", results)]
    for name, levels in LEVELS.items():
        for level in levels:
            chosen = [r for r in results if asdict(r[0])[name] == level]
            rows.append(_row(_WORDS[name].format(level), chosen))
    yield Table("`coupling_delay_ms`", "hands", tuple(rows), NOTE)


def observe(planted: Planted, seed: int) -> Result:
    """Return what was planted in one hand, and the delay that is found with its interval."""
    hand = lift_hand("delayed", seed, planted=planted)
    with tempfile.TemporaryDirectory() as folder:
        found = judge(hand, Path(folder)).estimate("coupling_delay_ms")
    if found is None:
        return planted, None
    return planted, (found["median"], found["ci_low"], found["ci_high"])


def _row(label: str, results: Sequence[Result]) -> Row:
    told = [(planted.delay_ms, *found) for planted, found in results if found is not None]
    errors = [median - true for true, median, _, _ in told]
    held = [
        low <= true <= high for true, _, low, high in told if low is not None and high is not None
    ]
    cells: dict[str, Cell] = {
        "bias (ms)": float(np.median(errors)) if told else None,
        "90 % within (ms)": float(np.quantile(np.abs(errors), 0.9)) if told else None,
        "interval covers (%)": 100 * float(np.mean(held)) if held else None,
        "no delay (%)": 100 * (1 - len(told) / len(results)) if results else None,
        "no interval (%)": 100 * (1 - len(held) / len(results)) if results else None,
    }
    return Row(label, cells, len(results), FIRST_SEED, ASKED)
