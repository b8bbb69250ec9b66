"""Thumb-index against thumb-little pinch. Exploratory: no published definition, no norms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t

from gripforce.analysis.results import Estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model import FloatArray

SMALLEST_PINCH_N = 0.5
BEST = 3
"""Efforts of each pair of digits that count: the strongest."""
EXPLORATORY = "exploratory: no published definition, no norms"


@dataclass(frozen=True, slots=True)
class SplitHand:
    """How the radial pinch compares with the ulnar one."""

    ratio: Estimate
    """``P_TI / P_TL``, geometric means; each effort counts as 0.5 N at least."""
    asymmetry: Estimate
    """``(P_TI - P_TL) / (P_TI + P_TL)``, from -1 to 1: ``(ratio - 1) / (ratio + 1)``."""
    floored: bool
    """Whether a pinch was below 0.5 N and counted as 0.5 N."""
    note: str = EXPLORATORY


def split_hand(thumb_index_n: Sequence[float], thumb_little_n: Sequence[float]) -> SplitHand:
    """Return the split-hand pinch ratio of maximal efforts [N], the three best of each pair.

    The 95 % interval is Welch's, of the logarithms; None with a single effort.
    """
    index, little = _best(thumb_index_n), _best(thumb_little_n)
    ratio = _ratio(np.log(np.maximum(index, SMALLEST_PINCH_N)),
                   np.log(np.maximum(little, SMALLEST_PINCH_N)))  # fmt: skip
    low, high = ratio.ci_low, ratio.ci_high
    return SplitHand(
        ratio=ratio,
        asymmetry=replace(
            ratio,
            value=_asymmetry(ratio.value),
            ci_low=None if low is None else _asymmetry(low),
            ci_high=None if high is None else _asymmetry(high),
        ),
        floored=bool(min(index.min(), little.min()) < SMALLEST_PINCH_N),
    )


def _best(efforts_n: Sequence[float]) -> FloatArray:
    return np.sort(np.asarray(efforts_n, dtype=np.float64))[-BEST:]


def _ratio(index: FloatArray, little: FloatArray) -> Estimate:
    difference, n = float(index.mean() - little.mean()), len(index) + len(little)
    value = float(np.exp(difference))
    if min(len(index), len(little)) < 2:  # noqa: PLR2004 - one effort has no spread
        return Estimate(value, None, None, n)
    parts = np.array([np.var(x, ddof=1) / len(x) for x in (index, little)])
    freedom = np.array([len(index) - 1, len(little) - 1])
    total = float(parts.sum())
    if total <= 0:
        return Estimate(value, value, value, n)
    half = float(t.ppf(0.975, total**2 / float((parts**2 / freedom).sum()))) * total**0.5
    return Estimate(value, float(np.exp(difference - half)), float(np.exp(difference + half)), n)


def _asymmetry(ratio: float) -> float:
    return (ratio - 1) / (ratio + 1)
