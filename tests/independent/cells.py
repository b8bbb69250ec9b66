"""Load cells and their table: averaging converter, noise, hum, drift, offset, and plain text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tests.independent.mechanics import FINE_HZ

if TYPE_CHECKING:
    from pathlib import Path

    from tests.independent.mechanics import Array

RATES_HZ = (80, 100, 160, 200, 250, 400, 500, 800, 1000, 2000)
"""Divisors of ``FINE_HZ``: a sample is the mean of a whole number of fine steps."""


@dataclass(frozen=True)
class Cells:
    """One set of cells: rate, errors and the form of its table."""

    rate_hz: int
    noise_n: float
    hum_n: float = 0.0
    hum_hz: float = 50.0
    drift_n_per_min: float = 0.0
    offset_n: float = 0.0
    digits: bool = True
    """One column a digit; otherwise one of mean grip and one of total load."""
    dead: str = ""
    """The name of a column whose cell does not respond."""
    separator: str = ","
    clock: bool = True
    """A column of time; otherwise the map gives the rate."""


@dataclass(frozen=True)
class Table:
    """One recording as plain text, with the map that names its columns."""

    text: str
    map_toml: str

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """Write the table and its map; return both paths."""
        table, columns = folder / f"{name}.csv", folder / f"{name}.toml"
        table.write_text(self.text)
        columns.write_text(self.map_toml)
        return table, columns


def draw_cells(rng: np.random.Generator, digits: bool | None = None) -> Cells:
    """Draw cells over the range in use: 80 Hz to 2 kHz, 1 to 50 mN, hum and drift."""
    rate = int(rng.choice(RATES_HZ))
    noise = float(np.exp(rng.uniform(np.log(0.001), np.log(0.05))))
    return Cells(
        rate_hz=rate,
        noise_n=noise,
        hum_n=float(rng.choice([0.0, noise])),
        hum_hz=float(rng.choice([50.0, 60.0])),
        drift_n_per_min=float(rng.uniform(-0.03, 0.03)),
        offset_n=float(rng.uniform(-0.05, 0.05)),
        digits=bool(rng.integers(2)) if digits is None else digits,
        separator=str(rng.choice([",", "\t", ";"])),
        clock=bool(rng.integers(2)),
    )


def _sampled(force: Array, cells: Cells, rng: np.random.Generator) -> Array:
    """Average a force over each sample and add the errors of a cell."""
    block = FINE_HZ // cells.rate_hz
    count = len(force) // block
    fine_t = np.arange(count * block) / FINE_HZ
    hum = cells.hum_n * np.sin(2 * np.pi * (cells.hum_hz * fine_t + rng.uniform()))
    values = (force[: count * block] + hum).reshape(count, block).mean(axis=1)
    minutes = np.arange(count) / cells.rate_hz / 60
    drift = cells.offset_n + cells.drift_n_per_min * minutes
    return np.asarray(values + drift + cells.noise_n * rng.standard_normal(count))


def tabulate(
    grip: Array, load: Array, cells: Cells, rng: np.random.Generator, trial: dict[str, object]
) -> Table:
    """Write what the cells measured as a table; its time is that of each sample's middle."""
    columns = _columns(grip, load, cells, rng)
    count = len(next(iter(columns.values())))
    t = (np.arange(count) + 0.5) / cells.rate_hz
    names = list(columns)
    if cells.clock:
        columns = {"time": t, **columns}
    header = cells.separator.join(columns)
    row = cells.separator.join(["%.9g"] * len(columns))
    values = (column.tolist() for column in columns.values())
    body = [row % numbers for numbers in zip(*values, strict=True)]
    places = {name: k + 1 for k, name in enumerate(columns)}
    time = "time_column = 1" if cells.clock else f"rate_hz = {cells.rate_hz}"
    separator = "\\t" if cells.separator == "\t" else cells.separator
    lines = ["[table]", f'separator = "{separator}"', "header_rows = 1", time, "[channels]"]
    lines += [f"{name} = {{ mean = [{places[name]}] }}" for name in names]
    lines += ["[trial]"]
    lines += [f'{k} = "{v}"' if isinstance(v, str) else f"{k} = {v}" for k, v in trial.items()]
    return Table("\n".join([header, *body, ""]), "\n".join([*lines, ""]))


def _columns(grip: Array, load: Array, cells: Cells, rng: np.random.Generator) -> dict[str, Array]:
    if not cells.digits:
        return {"load_n": _sampled(load, cells, rng), "grip_n": _sampled(grip, cells, rng)}
    share, unequal = rng.uniform(0.42, 0.58), rng.uniform(-0.03, 0.03)
    forces = {
        "grip_index_n": grip * (1 - unequal),
        "load_thumb_n": load * share,
        "grip_thumb_n": grip * (1 + unequal),
        "load_index_n": load * (1 - share),
    }
    return {
        name: _sampled(force * (name != cells.dead), cells, rng) for name, force in forces.items()
    }
