"""Thumb-index against thumb-little pinch. Exploratory: no published definition, no norms."""

from __future__ import annotations

from dataclasses import dataclass

SMALLEST_PINCH_N = 0.5
EXPLORATORY = "exploratory: no published definition, no norms"


@dataclass(frozen=True, slots=True)
class SplitHand:
    """How the radial pinch compares with the ulnar one."""

    ratio: float
    """``P_TI / P_TL``; the denominator is at least 0.5 N, so that it is never infinite."""
    asymmetry: float
    """``(P_TI - P_TL) / (P_TI + P_TL)``, from -1 to 1."""
    floored: bool
    """Whether a pinch was below 0.5 N and counted as 0.5 N."""
    note: str = EXPLORATORY


def split_hand(thumb_index_n: float, thumb_little_n: float) -> SplitHand:
    """Return the split-hand pinch ratio of two maximal pinches [N]."""
    index, little = (max(force, SMALLEST_PINCH_N) for force in (thumb_index_n, thumb_little_n))
    return SplitHand(
        ratio=index / little,
        asymmetry=(index - little) / (index + little),
        floored=min(thumb_index_n, thumb_little_n) < SMALLEST_PINCH_N,
    )
