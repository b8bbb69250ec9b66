"""``gripforce trend``: one person's measures over sessions."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import expm1, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gripforce.cli.options import FilterHz, Json, positive, print_json, print_text
from gripforce.cli.results.cohort import name_doubtful
from gripforce.cli.work import Work
from gripforce.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.cohort.slopes import DayNoise, SessionMeans, Slope

_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Trend:
    """One measure of one hand over sessions."""

    series: SessionMeans
    slope: Slope | None
    """None under three sessions."""
    noise: DayNoise | None

    @property
    def mdc(self) -> float | None:
        """The change between two sessions that repeats do not explain; % where relative."""
        if self.noise is None:
            return None
        limit = _Z95 * sqrt(2) * self.noise.sem
        return 100 * expm1(limit) if self.noise.relative else limit


def trend(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder with the person's recordings.")
    ],
    subject: Annotated[
        str | None, typer.Option(help="Whose trend; the others give the scatter between days.")
    ] = None,
    primary: Annotated[
        str, typer.Option(help="The measure that change is judged by, chosen beforehand.")
    ] = "gf_lf_ratio",
    filter_hz: FilterHz = None,
    *,
    json: Json = False,
) -> None:
    """Show how a person's measures change over sessions.

    Each measure with its slope, interval and the change that repeated sessions do not explain.
    """
    from gripforce import cohort as many

    positive("A filter frequency", filter_hz)
    files = many.find_recordings(folder)
    here = many.worthwhile(files)
    with many.processes(here) as run, Work("measuring") as work:
        results = many.measure_cohort(folder, files, run, filter_hz, work)
    good = [one for one in results if isinstance(one, many.Measured)]
    name_doubtful(good, [one for one in results if isinstance(one, many.Skipped)])
    if not good:
        raise UsageError(f"None of the {len(files)} recordings could be used.")
    series = many.series_of(many.cohort_table(good).to_dict("records"))
    found = _trends(series, _whose(series, subject), primary)
    unit = "month" if any(x % 1 for one in series for x in one.x) else "session"
    if json:
        print_json({"time_in": f"{unit}s", "trends": [_json(one) for one in found]})
    else:
        print_text("\n".join(_lines(found, unit)))


def _whose(series: Sequence[SessionMeans], subject: str | None) -> str:
    people = sorted({one.subject for one in series})
    if subject is None and len(people) == 1:
        return people[0]
    if subject not in people:
        raise UsageError(
            f"The folder has sessions of {', '.join(people) or 'nobody with a name'}.",
            "Name one with --subject.",
        )
    return subject


def _trends(series: Sequence[SessionMeans], subject: str, primary: str) -> list[Trend]:
    """Return a person's trends, the primary measure first, then the surest changes."""
    from gripforce.cohort.slopes import correct, day_noise, slopes

    noise = day_noise(series)
    own = correct([slope for slope in slopes(series, primary) if slope.series.subject == subject])
    done = [slope.series for slope in own]
    rest = [one for one in series if one.subject == subject and one not in done]
    return [
        *(
            Trend(slope.series, slope, noise[slope.series.task, slope.series.metric])
            for slope in own
        ),
        *(Trend(one, None, noise.get((one.task, one.metric))) for one in rest),
    ]


def _lines(trends: Sequence[Trend], unit: str) -> list[str]:
    if not trends:
        return ["No measure was taken in any session of this person."]
    first = trends[0].series
    sessions = max(len(one.series.means) for one in trends)
    lines = [f"{first.subject}: {sessions} sessions, slopes a {unit}"]
    if sessions < 3:  # noqa: PLR2004 - a line through two points has no scatter
        lines.append("A trend needs three sessions or more: cannot tell.")
    return lines + [_line(one, unit) for one in trends]


def _line(one: Trend, unit: str) -> str:
    from gripforce.analysis.columns import column_spec

    series, slope, spec = one.series, one.slope, column_spec(one.series.metric, one.series.task)
    what = " ".join(part for part in (series.hand, series.task, series.object) if part)
    values = " ".join(spec.write(mean) for mean in series.means)
    text = f"  {spec.title} ({what}): {values}"
    if slope is None or one.noise is None or one.mdc is None:
        return text
    sign = "%" if slope.relative else spec.unit
    answer = "beyond what repeats explain" if slope.changes else "no change shown"
    return (
        f"{text}; slope {slope.value:+.3g} {sign} a {unit} (95 % {slope.ci_low:+.3g} to "
        f"{slope.ci_high:+.3g}), p {slope.p_corrected:.3f} corrected: {answer}; MDC {one.mdc:.3g} "
        f"{sign} ({one.noise.df} degrees of freedom)"
    )


def _json(one: Trend) -> dict[str, Any]:
    slope = one.slope
    given = None if slope is None else {
        "slope": slope.value, "ci_low": slope.ci_low, "ci_high": slope.ci_high,
        "in_percent": slope.relative, "p": slope.p, "p_corrected": slope.p_corrected,
        "changes": slope.changes,
    }  # fmt: skip
    noise = None if one.noise is None else asdict(one.noise)
    return {**asdict(one.series), "trend": given, "mdc": one.mdc, "noise_between_days": noise}
