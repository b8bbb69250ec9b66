"""Grip responses to events of the load, all those of one recording together.

Background force variability is modelled on the holds before the events, outside the windows that
are searched for an onset. An onset whose 90 % interval is wider than 80 ms (an SD of about 25 ms)
is not reported.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.response.ar_model import BAND, SAMPLE_S, fit_background
from gripforce.analysis.response.onset_posterior import onset_evidence, resolve_onsets
from gripforce.analysis.statistics.estimates import estimate_median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.lift.holds import Hold
    from gripforce.analysis.response.onset_posterior import Onset, OnsetEvidence
    from gripforce.analysis.results import Estimate
    from gripforce.analysis.signal.prepared import PreparedSignals

_WIDEST_S = 0.08
_SETTLED_S = 0.3
_BACKGROUND_S = 1.0
_SMEAR_S = 0.04
"""How far the filter carries the fall of a dropped object back in time."""


@dataclass(frozen=True, slots=True)
class Response:
    """A grip response to one event."""

    onset: Onset | None
    """None where the holds are too short to model the background force variability."""
    is_resolved: bool
    """Whether the onset's interval is narrow enough to report a time."""
    peak: int
    """Grid index of the largest grip force after the event."""
    peak_n: float

    @property
    def flags(self) -> set[TrialFlag]:
        """Why the onset's time is not reported, if it is not."""
        if self.onset is None:
            return {TrialFlag.SHORT_HOLD}
        return set() if self.is_resolved else {TrialFlag.UNCLEAR_ONSET}


class Responses:
    """Detect the grip responses to all events of one recording.

    ``events`` are pairs of the hold and the event's grid index; ``search_s`` is the window about
    the event in which an onset may lie, ``after_s`` how long after it data are used [s].
    """

    def __init__(
        self,
        signals: PreparedSignals,
        events: Sequence[tuple[Hold, float]],
        search_s: tuple[float, float],
        after_s: float,
    ) -> None:
        self._signals, self._search_s = signals, search_s
        self._after = signals.samples(after_s)
        self._smooth = BAND.apply(signals.gf_event, signals.rate_hz, signals.aligned.valid)
        spans = [self._quiet(held, event) for held, event in events]
        whole = [span for span in spans if span[1] > span[0] and signals.complete(*span)]
        stride = round(SAMPLE_S * signals.rate_hz)
        self._background = fit_background(self._smooth, whole, stride)
        evidence = [self._evidence(held, event) for held, event in events]
        pooled = resolve_onsets([one for one in evidence if one is not None])
        onsets, self._offsets = iter(pooled.onsets), pooled.offsets
        self._onsets = {
            event: None if one is None else next(onsets)
            for (_, event), one in zip(events, evidence, strict=True)
        }

    def _quiet(self, held: Hold, event: float) -> tuple[int, int]:
        signals = self._signals
        stop = int(event) + signals.samples(self._search_s[0])
        settled = held.start + signals.samples(_SETTLED_S)
        return max(settled, stop - signals.samples(_BACKGROUND_S)), stop

    def _stop(self, held: Hold, event: float) -> int:
        return min(held.stop, int(event) + self._after, len(self._smooth) - 1)

    def _evidence(self, held: Hold, event: float) -> OnsetEvidence | None:
        signals = self._signals
        stop = self._stop(held, event)
        searched = int(event) + signals.samples(self._search_s[0] - _SETTLED_S)
        if self._background is None or not signals.complete(max(0, searched), stop):
            return None
        return onset_evidence(
            self._smooth,
            self._background,
            event=event,
            search_s=self._search_s,
            stop=stop - signals.samples(_SMEAR_S),
            rate_hz=signals.rate_hz,
        )

    def find(self, held: Hold, event: float) -> Response | None:
        """Return the response to one of the events; None where there is none."""
        signals = self._signals
        begin = max(0, int(event))
        stop = max(self._stop(held, event), begin + 1)
        peak = begin + int(np.argmax(signals.gf_event[begin:stop]))
        peak_n = float(signals.gf_event[peak])
        if self._background is None:
            return Response(None, False, peak, peak_n)
        onset = self._onsets[event]
        if onset is None:
            return None
        return Response(onset, onset.width <= _WIDEST_S * signals.rate_hz, peak, peak_n)

    def pooled_ms(self, values_ms: Sequence[float]) -> Estimate | None:
        """Return the median of onsets with an interval that allows for the open course of rise."""
        estimate, ms = estimate_median(values_ms), 1e3 / self._signals.rate_hz
        if estimate is None or estimate.ci_low is None or estimate.ci_high is None:
            return estimate
        early, late = (ms * offset for offset in self._offsets)
        return replace(estimate, ci_low=estimate.ci_low + early, ci_high=estimate.ci_high + late)
