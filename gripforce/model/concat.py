"""Blocks of samples to one: a short block online and a whole session offline are one type."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model import Samples


def concat(blocks: Sequence[Samples]) -> Samples:
    """Return all samples of one stream in the order of their time, back-filled ones in place."""
    if len(blocks) == 1:
        return blocks[0]
    t = np.concatenate([block.t for block in blocks])
    order = np.argsort(t, kind="stable")
    return replace(
        blocks[0],
        counter=np.concatenate([block.counter for block in blocks])[order],
        t=t[order],
        counts=np.concatenate([block.counts for block in blocks])[order],
        flags=np.concatenate([block.flags for block in blocks])[order],
        backfilled=False,
    )
