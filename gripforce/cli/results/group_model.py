"""How a group changes, on one screen: slopes, equivalence, reliability between days, plans."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gripforce.cohort.mixed import GroupSlope

ALPHA: Final = 0.05
_MOST_ROWS: Final = 12


@dataclass(frozen=True, slots=True)
class GroupModel:
    """The slopes of a group, and what they are asked."""

    primary: str
    unit: str
    """Of time: session or month."""
    slopes: tuple[GroupSlope, ...]
    planned: float
    """Slope that a study is planned for, and that still counts as none: a share per unit."""

    def lines(self) -> Iterator[str]:
        """Yield one screen of text."""
        primary = [slope for slope in self.slopes if slope.primary_metric == self.primary]
        if not primary:
            yield (
                f"Group model: cannot tell. {self.primary} needs six people with two sessions or "
                "more each, of one hand and object."
            )
        for slope in primary:
            yield from self._of_primary(slope)
        others = [slope for slope in self.slopes if slope.primary_metric != self.primary]
        found = [slope for slope in others if slope.p_corrected < ALPHA]
        if others:
            yield f"Other measures, {len(others)} corrected together: {len(found)} with a change"
        for slope in found[:_MOST_ROWS]:
            yield f"  {self._row(slope)}"

    def _of_primary(self, slope: GroupSlope) -> Iterator[str]:
        yield f"Group model: {self._row(slope)}"
        yield f"  {slope.people} people, {slope.sessions} sessions; {self._spreads(slope)}"
        if slope.relative:
            margin = f"{100 * self.planned:g} % a {self.unit}"
            p = slope.equivalence_p(self.planned)
            answer = "shown" if p < ALPHA else "not shown"
            yield f"  Change of less than {margin}: {answer} (two one-sided tests, p {p:.3f})."
            plans = ", ".join(
                f"{visits} visits: {people if people else 'over 1000'} people"
                for visits, people in self._plans(slope).items()
            )
            yield f"  To find {margin} with 80 % power, visits as far apart as here: {plans}."
        yield f"  {_reliability(slope)}"

    def _spreads(self, slope: GroupSlope) -> str:
        scale, sign = (100.0, " %") if slope.relative else (1.0, "")
        people, days = scale * slope.sd_slope, scale * slope.sd_day
        return f"slopes differ by {people:.2g}{sign} (SD), days by {days:.2g}{sign}"

    def _plans(self, slope: GroupSlope) -> dict[int, int | None]:
        from gripforce.cohort.mixed import VISITS

        return {visits: slope.people_needed(self.planned, visits) for visits in VISITS}

    def _row(self, slope: GroupSlope) -> str:
        from gripforce.analysis.columns import column_spec

        hand, task, thing, metric = slope.group
        spec = column_spec(metric, task)
        scale, sign = (100.0, "%") if slope.relative else (1.0, spec.unit)
        value, low, high = (scale * x for x in (slope.value, slope.ci_low, slope.ci_high))
        what = " ".join(part for part in (hand, task, thing) if part)
        answer = "changes" if slope.p_corrected < ALPHA else "no change shown"
        return (
            f"{spec.label} ({what}) {value:+.3g} {sign} a {self.unit} "
            f"(95 % {low:+.3g} to {high:+.3g}), p {slope.p_corrected:.3f} corrected: {answer}"
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain values: every slope, and the plans of the primary measure."""
        return {
            "primary": self.primary,
            "time_in": f"{self.unit}s",
            "planned_slope": self.planned,
            "slopes": [self._json(slope) for slope in self.slopes],
        }

    def _json(self, slope: GroupSlope) -> dict[str, Any]:
        hand, task, thing, metric = slope.group
        primary = metric == self.primary
        plans = self._plans(slope) if primary and slope.relative else {}
        repeats = None if slope.repeats is None else asdict(slope.repeats)
        return {
            "hand": hand, "task": task, "object": thing, "metric": metric, "primary": primary,
            "people": slope.people, "sessions": slope.sessions, "as_share": slope.relative,
            "slope": slope.value, "ci_low": slope.ci_low, "ci_high": slope.ci_high, "p": slope.p,
            "p_corrected": slope.p_corrected, "sd_slope": slope.sd_slope, "sd_day": slope.sd_day,
            "equivalence_p": slope.equivalence_p(self.planned) if slope.relative else None,
            "people_needed": {str(visits): people for visits, people in plans.items()},
            "reliability_between_days": repeats,
        }  # fmt: skip


def group_model(series: Sequence[Any], primary: str, planned: float, *, dated: bool) -> GroupModel:
    """Return how a group changes, judged by the primary measure."""
    from gripforce.cohort.mixed import group_slopes

    found = group_slopes(series, primary)
    return GroupModel(primary, "month" if dated else "session", tuple(found), planned)


def _reliability(slope: GroupSlope) -> str:
    repeats = slope.repeats
    if repeats is None:
        return "Reliability between days: no repeated first sessions (within two weeks, dated)."
    scale, sign = (100.0, " %") if slope.relative else (1.0, "")
    return (
        f"Reliability between days, {repeats.groups} people: ICC(1) {repeats.icc:.2f}, SEM "
        f"{scale * repeats.sem:.2g}{sign}, MDC95 {scale * repeats.mdc95():.2g}{sign}."
    )
