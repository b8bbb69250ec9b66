"""Who changes over sessions, on one screen: the primary measure by person, then what else."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gripforce.cohort.slopes import DayNoise, SessionMeans, Slope

_MOST_ROWS: Final = 12
_MOST_OTHERS: Final = 5
"""With what stands above, both fit into 80 × 24."""
_SMALLEST_P: Final = 0.001
_PLANNED: Final = 0.1
"""The slope that the number of sessions is stated for: a tenth of the level."""
SLOPE_COLUMNS: Final = (
    "subject", "hand", "task", "object", "metric", "sessions", "primary", "slope", "ci_low",
    "ci_high", "in_percent", "p", "p_corrected", "changes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WhoChanges:
    """The slopes of a cohort, and what they rest on."""

    primary: str
    unit: str
    """Of time: session or month."""
    slopes: tuple[Slope, ...]
    noise: DayNoise | None
    """Of the primary measure in the task with most series."""
    sessions: int
    needed: int | None

    @property
    def of_primary(self) -> list[Slope]:
        """Return the slopes of the primary measure, the surest change first."""
        return [slope for slope in self.slopes if slope.primary]

    def as_json(self) -> dict[str, Any]:
        """Return plain values: every slope, its interval and its corrected p value."""
        return {
            "primary": self.primary,
            "time_in": f"{self.unit}s",
            "noise_between_days": None if self.noise is None else asdict(self.noise),
            "sessions_needed_for_10_pct": self.needed,
            "slopes": self.rows(),
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return every slope with the columns ``SLOPE_COLUMNS``."""
        return [_json(slope) for slope in self.slopes]

    def heading(self) -> list[str]:
        """Return what stands above the slopes: the measure, its noise, the sessions needed."""
        from gripforce.analysis.columns import column_spec

        primary = self.of_primary
        if not primary or self.noise is None:
            why = f"{self.primary} was measured in fewer than three sessions of each person."
            return [f"Who changes: cannot tell. {why}"]
        label = column_spec(self.primary, primary[0].series.task).label
        return [
            f"Who changes: {label}, {self.sessions} sessions",
            *_noise_lines(self.noise, len(primary), self.needed, self.sessions, self.unit),
        ]

    def lines(self) -> Iterator[str]:
        """Yield one screen of text."""
        from gripforce.analysis.columns import column_spec

        primary, (first, *basis) = self.of_primary, self.heading()
        yield first
        yield from (f"  {line}" for line in basis)
        if not primary or self.noise is None:
            return
        yield "  Slope (95 % interval), p corrected:"
        for slope in primary[:_MOST_ROWS]:
            yield f"  {_row(slope, self.unit)}"
        if len(primary) > _MOST_ROWS:
            left = primary[_MOST_ROWS:]
            shown = sum(slope.changes for slope in left)
            yield f"  and {len(left)} more, {shown} of them with a change shown"
        others = [slope for slope in self.slopes if not slope.primary]
        found = [slope for slope in others if slope.changes]
        yield f"Other measures, {len(others)} slopes corrected together: {len(found)} with a change"
        for slope in found[:_MOST_OTHERS]:
            yield f"  {column_spec(slope.series.metric).label}: {_row(slope, self.unit)}"
        if len(found) > _MOST_OTHERS:
            yield f"  and {len(found) - _MOST_OTHERS} more: --report shows them"


def changes(series: Sequence[SessionMeans], primary: str) -> WhoChanges:
    """Return who changes, judged by the primary measure."""
    from gripforce.cohort.slopes import day_noise, sessions_needed, slopes

    found = slopes(series, primary)
    chosen = [slope for slope in found if slope.primary]
    noise = day_noise(series).get((chosen[0].series.task, primary)) if chosen else None
    relative = noise is not None and noise.relative
    needed = sessions_needed(noise, _PLANNED, len(chosen)) if noise and relative else None
    dated = any(x % 1 for one in series for x in one.x)
    sessions = max((len(slope.series.means) for slope in chosen), default=0)
    return WhoChanges(
        primary, "month" if dated else "session", tuple(found), noise, sessions, needed
    )


def _noise_lines(
    noise: DayNoise, tests: int, needed: int | None, sessions: int, unit: str
) -> list[str]:
    scatter = f"{100 * noise.sem:.1f} %" if noise.relative else f"{noise.sem:.3g}"
    line = f"Between days a person varies by {scatter} (SD, {noise.df} degrees of freedom)."
    if needed is None or unit != "session":
        return [line]
    enough = "enough" if needed <= sessions else f"these {sessions} are too few"
    return [
        line,
        f"A change of {100 * _PLANNED:.0f} % a session takes {needed} sessions to be found in "
        f"{tests} slopes: {enough}.",
    ]


def _row(slope: Slope, unit: str) -> str:
    one = slope.series
    per = f"% a {unit}" if slope.relative else f"a {unit}"
    who = " ".join(part for part in (one.subject, one.hand, one.task, one.object) if part)
    answer = "changes" if slope.changes else "not shown"
    interval, p = f"({slope.ci_low:+.3g} to {slope.ci_high:+.3g})", p_words(slope.p_corrected)
    return f"{who:<22} {slope.value:+.3g} {per} {interval}  p {p}  {answer}"


def p_words(p: float) -> str:
    """Return a p value to three decimals."""
    return f"{p:.3f}" if p >= _SMALLEST_P else f"< {_SMALLEST_P}"


def _json(slope: Slope) -> dict[str, Any]:
    one = slope.series
    return {
        "subject": one.subject, "hand": one.hand, "task": one.task, "object": one.object,
        "metric": one.metric, "sessions": len(one.means), "primary": slope.primary,
        "slope": slope.value, "ci_low": slope.ci_low, "ci_high": slope.ci_high,
        "in_percent": slope.relative, "p": slope.p, "p_corrected": slope.p_corrected,
        "changes": slope.changes,
    }  # fmt: skip
