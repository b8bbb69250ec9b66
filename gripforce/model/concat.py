"""Concatenate blocks of samples."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model import Samples


def concat(blocks: Sequence[Samples]) -> Samples:
    """Concatenate one or more blocks of one stream in order of time, back-filled ones in place."""
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
