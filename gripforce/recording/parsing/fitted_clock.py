"""The host's clock of a file, from the fits that were recorded with each status.

Strategy: a fit improves during its first seconds, so those are left out where later ones exist,
and the line of the later ones is drawn back to the beginning of the segment.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.model.host_clock import HostClock
from gripforce.recording.parsing.from_json import built, parse_health
from gripforce.recording.parsing.raw_records import MOST_SECONDS
from gripforce.recording.records import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.model import Health, Segment
    from gripforce.recording.parsing.raw_records import Contents

SETTLED_S = 20.0
"""A fit this old is within its limits on every link that the tests simulate; in a shorter segment
the second half of it is taken."""
LARGEST_SKEW = 0.02
"""Of any oscillator: a fit further from its neighbours than this allows is damaged."""
SLACK_S = 1.0
"""Deviation from them that is always allowed."""
BEFORE_NEXT_S = 1e-6
"""The end of a segment lies this long before the next one."""


def fitted_clock(contents: Contents, segments: Sequence[Segment]) -> HostClock | None:
    """Return the clock of a file; None where it holds no fit, as in an imported table."""
    fits = [fit for fit in built(contents, Record.HEALTH, parse_health) if fit.host_s]
    fits.sort(key=lambda fit: fit.t)
    knots: list[tuple[float, float]] = []
    uncertainties: list[float] = []
    ends = [segment.t for segment in segments] or [0.0]
    for begin, end in pairwise([*ends, math.inf]):
        settled = _settled(_sound([fit for fit in fits if begin <= fit.t < end]), begin)
        if settled:
            knots += _knots(settled, begin, end)
            uncertainties += [fit.clock_uncertainty_s or fit.clock_residual_s for fit in settled]
    rising = _rising(knots)
    if not rising:
        return None
    t, host_s = np.array(rising).T
    utc = _utc(contents.header.get("utc"))
    return HostClock(
        t, host_s, float(np.median(uncertainties)), utc, host_s_at_utc(contents.header)
    )


def host_s_at_utc(header: Mapping[str, Any]) -> float | None:
    """Return the host monotonic seconds at the ``utc`` of a header; None where it has none."""
    host_s = header.get("host_s")
    sound = isinstance(host_s, int | float) and abs(host_s) < MOST_SECONDS
    return float(host_s) if sound and host_s is not None else None


def _sound(fits: list[Health]) -> list[Health]:
    """Return the fits whose clock keeps pace with that of most of them."""
    if not fits:
        return []
    leads = [fit.host_s - fit.t for fit in fits]
    t, lead_s = float(np.median([fit.t for fit in fits])), float(np.median(leads))
    return [
        fit
        for fit, lead in zip(fits, leads, strict=True)
        if abs(lead - lead_s) <= SLACK_S + LARGEST_SKEW * abs(fit.t - t)
        and abs(fit.skew_ppm) <= LARGEST_SKEW * 1e6
    ]


def _settled(fits: list[Health], begin: float) -> list[Health]:
    if not fits:
        return []
    after = begin + min(SETTLED_S, (fits[-1].t - begin) / 2)
    return [fit for fit in fits if fit.t >= after]


def _knots(fits: Sequence[Health], begin: float, end: float) -> list[tuple[float, float]]:
    """Return the fits as points, with the line extended to both ends of their segment."""
    slope = 1 / (1 + float(np.median([fit.skew_ppm for fit in fits])) * 1e-6)
    first, last = fits[0], fits[-1]
    stop = end - BEFORE_NEXT_S if math.isfinite(end) else last.t + 1.0
    return [
        (begin, first.host_s + slope * (begin - first.t)),
        *((fit.t, fit.host_s) for fit in fits),
        (stop, last.host_s + slope * (stop - last.t)),
    ]


def _rising(knots: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the knots that rise in both times: a damaged one, or one set by hand, is left out."""
    rising: list[tuple[float, float]] = []
    for t, host_s in knots:
        if not rising or (t > rising[-1][0] and host_s > rising[-1][1]):
            rising.append((t, host_s))
    return rising


def _utc(text: object) -> datetime | None:
    try:
        utc = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return utc.astimezone(UTC) if utc.tzinfo else utc.replace(tzinfo=UTC)
