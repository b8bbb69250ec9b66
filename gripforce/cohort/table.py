"""The cohort's table: one row a metric of a person's session and hand, with its change.

Trials of several recordings of one session, hand, task, object and surface count together.
Change is against the first session of the same person, hand, task, object and surface::

    change = mean - mean of the first session
    mdc95  = 1.96 · √2 · SEM between days                        where people have three sessions
    mdc95  = 1.96 · SEM · √(1/n + 1/n of the first session)      else

SEM between days is the scatter of session means about each person's own line (``slopes``), pooled
over the cohort. The other SEM is the standard deviation within sessions (one-way random effects
over sessions): variability between days is not in it, so a true change must be larger.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.analysis.columns import column_spec
from gripforce.analysis.statistics.estimates import estimate_median
from gripforce.analysis.statistics.reliability import Z95, reliability
from gripforce.cohort.slopes import day_noise, series_of
from gripforce.errors import UsageError
from gripforce.files import new_file, refuse_existing, require_parquet
from gripforce.untrusted import spreadsheet_safe

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from gripforce.analysis.results import Estimate
    from gripforce.cohort.discover import RecordingKey
    from gripforce.cohort.results import Measured

COLUMNS: Final = {
    "subject": "str", "session": "str", "hand": "str", "task": "str", "mass_g": "float64",
    "surface": "str", "filter": "str", "metric": "str", "median": "float64", "ci_low": "float64",
    "ci_high": "float64", "mean": "float64", "sd": "float64", "n": "int64", "trials": "int64",
    "answer": "str", "label": "str", "unit": "str",
    "first_session": "str", "change": "float64", "mdc95": "float64",
    "beyond_mdc": "str",
    "sem_of": "str", "utc": "str",
    "recordings": "str", "ended": "str", "lost": "int64", "reconciled": "str",
}  # fmt: skip
FORMATS: Final = (".csv", ".parquet")
FEWEST_DF: Final = 10
"""Degrees of freedom from which scatter between days replaces that within sessions."""


@dataclass(frozen=True, slots=True)
class _Condition:
    """What must be the same for two sessions to be compared."""

    subject: str
    hand: str
    task: str
    mass_g: float | None
    surface: str
    filter: str


@dataclass(frozen=True, eq=False, slots=True)
class _Session:
    """Recordings whose trials count together."""

    whose: RecordingKey
    condition: _Condition
    parts: tuple[Measured, ...]

    @property
    def begun(self) -> str:
        """When the first of its recordings was made; empty where one does not say."""
        return min(part.utc for part in self.parts)

    def values(self, metric: str) -> tuple[float, ...]:
        """Return a metric of all trials that count."""
        return tuple(v for part in self.parts for v in part.values.get(metric, ()))


def cohort_table(measured: Iterable[Measured]) -> pd.DataFrame:
    """Return the cohort in tidy rows; the same recordings give the same table, to the bit."""
    import pandas as pd  # noqa: PLC0415 - half a second that `import gripforce` must not cost

    sessions = _sessions(measured)
    noise = _noise(sessions)
    before = _firsts(sessions)
    rows = [row for session in sessions for row in _rows(session, before.get(session), noise)]
    _between_days(rows)
    rows += _verdicts(sessions)
    words = {name: "" for name, kind in COLUMNS.items() if kind == "str"}
    return pd.DataFrame([words | row for row in rows], columns=list(COLUMNS)).astype(COLUMNS)


def _between_days(rows: list[dict[str, Any]]) -> None:
    """Replace the limit of each change by that between days, where the rows give one."""
    days = day_noise(series_of([row for row in rows if "mean" in row]))
    for row in rows:
        found = days.get((row["task"], row["metric"]))
        if found is None or found.df < FEWEST_DF or row.get("change") is None:
            continue
        level = abs(row["mean"] - 0.5 * row["change"]) if found.relative else 1.0
        row["mdc95"] = Z95 * sqrt(2) * found.sem * level
        row["beyond_mdc"] = "yes" if abs(row["change"]) > row["mdc95"] else "no"
        row["sem_of"] = "between days"


def write_table(table: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a new ``.csv`` or ``.parquet`` file."""
    target = Path(path)
    refuse_output(target)
    with new_file(target) as stream:
        if target.suffix == ".parquet":
            table.to_parquet(stream, engine="pyarrow", index=False)
        else:
            safe = spreadsheet_safe(table)
            safe.to_csv(stream, index=False, encoding="utf-8", lineterminator="\n")


def refuse_output(target: Path) -> None:
    """Raise ``UsageError`` where the table could not be written, before the cohort is measured."""
    if target.suffix not in FORMATS:
        raise UsageError(f"{target} has no known ending.", f"Known: {', '.join(FORMATS)}.")
    refuse_existing(target)
    if target.suffix == ".parquet":
        require_parquet()


def _sessions(measured: Iterable[Measured]) -> list[_Session]:
    found: dict[tuple[Any, ...], list[Measured]] = {}
    for part in sorted(measured, key=lambda part: part.name):
        # Of a person without a name nothing can be added up: each recording stands alone.
        alone = "" if part.whose.subject else part.name
        found.setdefault((part.whose, _condition(part), alone), []).append(part)
    sessions = [_Session(key[0], key[1], tuple(parts)) for key, parts in found.items()]
    return sorted(sessions, key=_order)


def _order(session: _Session) -> tuple[Any, ...]:
    condition = session.condition
    what = (condition.task, condition.mass_g or 0.0, condition.surface, condition.filter)
    who = (_natural(condition.subject), condition.hand)
    return (*who, *what, _natural(session.whose.session), session.parts[0].name)


def _condition(part: Measured) -> _Condition:
    whose = part.whose
    return _Condition(whose.subject, whose.hand, part.task, part.mass_g, part.surface, part.filter)


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return what makes ``ses-10`` come after ``ses-9``."""
    parts = re.findall(r"\d+|\D+", text)
    return tuple((int(p), "") if p.isdecimal() else (-1, p) for p in parts)


def _firsts(sessions: Iterable[_Session]) -> dict[_Session, _Session]:
    """Return the session that a change is counted from, of each that is not the first itself."""
    alike: dict[_Condition, list[_Session]] = {}
    for session in sessions:
        if session.condition.subject:
            alike.setdefault(session.condition, []).append(session)
    firsts = {condition: _earliest(found) for condition, found in alike.items()}
    return {
        session: first
        for condition, first in firsts.items()
        for session in alike[condition]
        if session is not first
    }


def _earliest(sessions: Sequence[_Session]) -> _Session:
    """Return the first: by number or date where all are named so, else by the clock."""
    by_name = all(other.whose.session[:1].isdecimal() for other in sessions)
    if by_name or not all(other.begun for other in sessions):
        return min(sessions, key=lambda other: _natural(other.whose.session))
    return min(sessions, key=lambda other: other.begun)


def _noise(sessions: Sequence[_Session]) -> dict[tuple[str, str], float]:
    """Return SEM of one trial by task and metric, from all sessions together."""
    groups: dict[tuple[str, str], list[tuple[float, ...]]] = {}
    for session in sessions:
        for metric in _metrics(session):
            values = session.values(metric)
            groups.setdefault((session.condition.task, metric), []).append(values)
    found = {key: reliability([np.array(v) for v in values]) for key, values in groups.items()}
    return {key: result.sem for key, result in found.items() if result is not None}


def _metrics(session: _Session) -> list[str]:
    return list(dict.fromkeys(metric for part in session.parts for metric in part.values))


def _rows(
    session: _Session, first: _Session | None, noise: dict[tuple[str, str], float]
) -> list[dict[str, Any]]:
    rows = []
    for metric in _metrics(session):
        values = session.values(metric)
        estimate = estimate_median(values)
        if estimate is not None:
            sem = noise.get((session.condition.task, metric))
            change = {} if first is None else _change(values, first.values(metric), sem)
            spread = {"mean": float(np.mean(values)), "sd": _sd(values)}
            rows.append(_row(session, first, metric, estimate) | spread | change)
    if len(session.parts) == 1:  # a figure of a whole series has no trials to pool
        series = session.parts[0].series
        rows += [_row(session, None, metric, estimate) for metric, estimate in series.items()]
    return rows


def _verdicts(sessions: Sequence[_Session]) -> list[dict[str, Any]]:
    """Return the answers on each session of a hand: they rest on all its tasks together."""
    found: dict[tuple[Any, ...], list[Measured]] = {}
    for session in sessions:
        for part in session.parts:
            alone = "" if part.whose.subject else part.name
            found.setdefault((part.whose, alone), []).append(part)
    return [
        {
            "subject": parts[0].whose.subject,
            "session": parts[0].whose.session,
            "hand": parts[0].whose.hand,
            "metric": question,
            "answer": answer,
            "n": sum(part.used for part in parts),
            "trials": sum(part.trials for part in parts),
            "recordings": ";".join(part.name for part in parts),
            **_integrity(parts),
        }
        for parts in found.values()
        for question, answer in parts[0].verdicts.items()
    ]


def _row(
    session: _Session, first: _Session | None, metric: str, estimate: Estimate
) -> dict[str, Any]:
    condition = session.condition
    return {
        "subject": condition.subject,
        "session": session.whose.session,
        "hand": condition.hand,
        "task": condition.task,
        "mass_g": condition.mass_g,
        "surface": condition.surface,
        "filter": condition.filter,
        "metric": metric,
        "label": column_spec(metric, condition.task).label,
        "unit": column_spec(metric, condition.task).unit,
        "median": estimate.value,
        "ci_low": estimate.ci_low,
        "ci_high": estimate.ci_high,
        "n": estimate.n,
        "trials": sum(part.trials for part in session.parts),
        "utc": session.begun,
        "first_session": "" if first is None else first.whose.session,
        "recordings": ";".join(part.name for part in session.parts),
        **_integrity(session.parts),
    }


def _integrity(parts: Sequence[Measured]) -> dict[str, Any]:
    """Return how recordings ended, what they lost, and whether all counts agree."""
    return {
        "ended": ";".join(dict.fromkeys(part.ended for part in parts)),
        "lost": sum(part.lost for part in parts),
        "reconciled": "yes" if all(part.reconciled for part in parts) else "no",
    }


def _sd(values: Sequence[float]) -> float | None:
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


def _change(values: Sequence[float], before: Sequence[float], sem: float | None) -> dict[str, Any]:
    """Return the change of the mean, what it must exceed, and whether it does."""
    if not before:
        return {}
    change = float(np.mean(values)) - float(np.mean(before))
    if sem is None:
        return {"change": change}
    mdc95 = Z95 * sem * sqrt(1 / len(values) + 1 / len(before))
    beyond = "yes" if abs(change) > mdc95 else "no"
    return {"change": change, "mdc95": mdc95, "beyond_mdc": beyond, "sem_of": "within sessions"}
