"""Criteria of coupling from lags: their size, their consistency, and how closely grip follows.

Lags are those of the load-coupled part of grip (``coupling_delay_ms``) where load explains grip in
most lifts, otherwise the lags of the best correlation, which a squeeze before the load pulls. Where
they are delays, two more things are asked, which a median delay and its robust spread do not see:
most single lifts must be ahead of feedback, and the same load must bring the same grip.
"""

from __future__ import annotations

from collections import Counter
from math import inf
from typing import TYPE_CHECKING, Final

from scipy.special import ndtri

from gripforce.analysis.assessment.reference import reference
from gripforce.analysis.evidence import Criterion
from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.results import Decision
from gripforce.language import translatable

if TYPE_CHECKING:
    from gripforce.analysis.assessment.pooling import TaskPool
    from gripforce.analysis.results import Estimate

MOSTLY: Final = 0.5
MOSTLY_EXPLAINED: Final = 0.8
"""Share of lifts in which load must explain grip for the delay to stand for the lag."""
_ANTI_PHASE_R: Final = -0.5
_INCOMPLETE: Final = (TrialFlag.GAP, TrialFlag.CUT)


def side(
    estimate: Estimate, limit: float, *, below_is: Decision, slack: float = 0.0, among: int = 1
) -> Decision:
    """Return on which side of a limit an interval lies.

    ``slack`` is the device's own error, in the unit of both; ``below_is`` the answer of a value
    below the limit. ``among`` is the number of criteria of which one *no* decides: for *no* the
    interval is that much wider (Bonferroni), so that more criteria do not make more false ones.

    >>> from gripforce.analysis.results import Decision, Estimate
    >>> str(side(Estimate(20.0, 10.0, 30.0, 9), 60.0, below_is=Decision.YES))
    'yes'
    """
    if estimate.ci_low is None or estimate.ci_high is None:
        return Decision.UNDETERMINED
    above_is = Decision.NO if below_is is Decision.YES else Decision.YES
    low, high, value = estimate.ci_low, estimate.ci_high, estimate.value
    wider = float(ndtri(1 - 0.025 / among) / ndtri(0.975))
    if below_is is Decision.NO:
        high = value + wider * (high - value)
    else:
        low = value - wider * (value - low)
    if high + slack < limit:
        return below_is
    return above_is if low - slack > limit else Decision.UNDETERMINED


def timing_criteria(pool: TaskPool, among: int) -> list[Criterion]:
    """Return the criteria of lag, consistency and correlation of one task."""
    opposed = _anti_phase(pool)
    if opposed is not None:
        return [opposed]
    criteria = [_lag(pool, among), _consistency(pool, among), _r(pool, among)]
    return criteria + ([_most(pool), _gain(pool, among)] if _explained(pool) else [])


def too_little(pool: TaskPool, estimate: Estimate | None) -> str | None:
    """Return why a criterion cannot be decided, if so; a bout of cycles counts for many trials."""
    if pool.timing.lag_ms is None:
        return pool.timing.why
    if estimate is None:
        trials = [trial for result in pool.results for trial in result.trials]
        flags = Counter(flag for trial in trials for flag in trial.flags)
        if TrialFlag.LOW_MODULATION in flags:
            return "the load hardly varied"
        incomplete = next((f for f in _INCOMPLETE if 2 * flags[f] > len(trials)), None)
        return incomplete and f"in {flags[incomplete]} of {len(trials)} trials {incomplete.meaning}"
    fewest = int(reference("fewest_lifts").value or 0)
    if not pool.spec.many_in_one and estimate.n < fewest:
        return f"{estimate.n} trials are too few: timing needs {fewest} or more"
    return None


def _explained(pool: TaskPool, least: float = MOSTLY_EXPLAINED) -> bool:
    """Whether load explains grip in most lifts, so that its delay stands for the lag."""
    share = pool.summary.get("delay_share")
    return share is not None and share.value >= least


def _lag(pool: TaskPool, among: int) -> Criterion:
    name, limit = f"lag ({pool.task})", reference("feedback_latency_ms").low or 0.0
    column = "coupling_delay_ms" if _explained(pool) else "xcorr_lag_ms"
    lag = pool.summary.get(column)
    refusal = too_little(pool, lag)
    if lag is None or refusal:
        return Criterion(name, Decision.UNDETERMINED, refusal or "no lag was measured")
    slack = pool.timing.lag_ms or 0.0
    answer = side(lag, limit, below_is=Decision.YES, slack=slack, among=among)
    earliest = -inf if lag.ci_low is None else lag.ci_low - slack
    if answer is Decision.YES and earliest < -limit:
        why = (
            f"grip comes {_ms(lag)}, well before it: that is timed beforehand, but a grip timed "
            "by contact or by position looks the same"
        )
        return Criterion(name, Decision.UNDETERMINED, why, (column,))
    words = {
        Decision.YES: f"grip comes {_ms(lag)}, sooner than any feedback ({limit:g} ms) could",
        Decision.NO: f"grip comes {_ms(lag)}, as late as feedback ({limit:g} ms or more) would",
        Decision.UNDETERMINED: f"grip comes {_ms(lag)}: ahead of feedback ({limit:g} ms) or not",
    }
    return Criterion(name, answer, words[answer], (column,), f"lag {lag.value:.0f} ms")


def _consistency(pool: TaskPool, among: int) -> Criterion:
    """Return whether single lags are alike: those that the criterion of lag rests on."""
    name, limit = f"consistency ({pool.task})", reference("lag_spread_ms").value or 0.0
    column = "delay_spread_ms" if _explained(pool) else "lag_spread_ms"
    spread = pool.summary.get(column)
    refusal = None if pool.timing.lag_ms is not None else pool.timing.why
    if spread is None or refusal:
        return Criterion(name, Decision.UNDETERMINED, refusal or too_little(pool, None) or
                         "too few lags were measured to see whether they are alike")  # fmt: skip
    if spread.ci_high is None:
        why = f"{spread.n} lags are too few to see whether they are alike"
        return Criterion(name, Decision.UNDETERMINED, why)
    answer = side(spread, limit, below_is=Decision.YES, among=among)
    low, high = spread.ci_low or 0.0, spread.ci_high
    scatter = f"single lags scatter by {spread.value:.0f} ms (95 %: {low:.0f} to {high:.0f})"
    words = {
        Decision.YES: f"{scatter}, so grip and load are timed to each other",
        Decision.NO: f"{scatter}, so grip and load are not timed to each other",
        Decision.UNDETERMINED: f"{scatter}, which may be more than {limit:g} ms: grip and load may "
        "not be timed to each other",
    }
    brief = f"scatter {spread.value:.0f} ms"
    return Criterion(name, answer, words[answer], (column,), brief)


def _most(pool: TaskPool) -> Criterion:
    """Return whether grip is ahead of feedback in most single lifts."""
    name, ahead = f"most lifts ({pool.task})", pool.summary.get("ahead_share")
    refusal = too_little(pool, ahead)
    if ahead is None or refusal:
        return Criterion(name, Decision.UNDETERMINED, refusal or "no delay was measured")
    answer = side(ahead, MOSTLY, below_is=Decision.UNDETERMINED)
    share = f"in {100 * ahead.value:.0f} % of lifts grip comes ahead of feedback"
    words = {
        Decision.YES: share,
        Decision.UNDETERMINED: f"{share}: some may be coupled and others not",
    }
    return Criterion(name, answer, words[answer], ("ahead_share",), share)


def _gain(pool: TaskPool, among: int) -> Criterion:
    """Return whether the same load brings the same grip, lift by lift."""
    name, limit = f"gain ({pool.task})", reference("gain_spread_pct").value or 0.0
    spread = pool.summary.get("gain_spread_pct")
    refusal = too_little(pool, spread)
    if spread is None or refusal:
        return Criterion(name, Decision.UNDETERMINED, refusal or "no gain was measured")
    answer = side(spread, limit, below_is=Decision.YES, among=among)
    scatter = f"the grip that a newton of load brings scatters by {spread.value:.0f} %"
    words = {
        Decision.YES: f"{scatter}, so the same load brings the same grip",
        Decision.NO: f"{scatter}, so grip rises by itself and not with the load",
        Decision.UNDETERMINED: f"{scatter}, which may be more than {limit:g} %: grip may rise by "
        "itself and not with the load",
    }
    brief = f"gains alike within {spread.value:.0f} %"
    return Criterion(name, answer, words[answer], ("gain_spread_pct",), brief)


def _r(pool: TaskPool, among: int) -> Criterion:
    name, limit = f"r ({pool.task})", reference("coupled_r").value or 0.0
    r = pool.summary.get("xcorr_r")
    refusal = too_little(pool, r)
    if r is None or refusal:
        return Criterion(name, Decision.UNDETERMINED, refusal or "no correlation was measured")
    if _explained(pool):
        why = "load explains the change of grip after load onset"
        return Criterion(name, Decision.YES, why, ("delay_share",), "grip explained by load")
    answer = side(r, limit, below_is=Decision.NO, among=among)
    if answer is Decision.NO and _explained(pool, MOSTLY):  # a squeeze lowers r as well
        answer = Decision.UNDETERMINED
    words = {
        Decision.YES: f"grip follows load closely (r {r.value:.2f})",
        Decision.NO: f"grip hardly follows load (r {r.value:.2f}, below {limit:g})",
        Decision.UNDETERMINED: f"r of {r.value:.2f} may lie on either side of {limit:g}",
    }
    return Criterion(name, answer, words[answer], ("xcorr_r",), f"r {r.value:.2f}")


def _anti_phase(pool: TaskPool) -> Criterion | None:
    """Return that grip falls while load rises in cyclic movement, where it does."""
    r, phase = pool.summary.get("r_zero_lag"), pool.summary.get("relative_phase_deg")
    if r is None or phase is None or r.value > _ANTI_PHASE_R:
        return None
    why = (
        f"grip falls while load rises (r {r.value:.2f} at zero lag, relative phase "
        f"{phase.value:.0f}°)"
    )
    return Criterion(f"phase ({pool.task})", Decision.NO, why, ("r_zero_lag",), "anti-phase")


def _ms(estimate: Estimate) -> str:
    word = translatable("after") if estimate.value >= 0 else translatable("before")
    lag = f"{abs(estimate.value):.0f} ms {word} load"
    if estimate.ci_low is None or estimate.ci_high is None:
        return lag
    return f"{lag} (95 %: {estimate.ci_low:+.0f} to {estimate.ci_high:+.0f})"
