"""Arithmetic of the device's 32-bit counters and microsecond ticks, which wrap."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np

if TYPE_CHECKING:
    from gripforce.model.device import IntArray

WRAP = 1 << 32
"""A sample counter and a tick (in µs, every 71.6 min) begin again at this value."""


@overload
def nearest(wrapped: int, near: int) -> int: ...
@overload
def nearest(wrapped: IntArray, near: int) -> IntArray: ...
def nearest(wrapped: int | IntArray, near: int) -> int | IntArray:
    """Return the integer closest to ``near`` that equals ``wrapped`` modulo 2**32."""
    return near + (wrapped - near + WRAP // 2) % WRAP - WRAP // 2


def ramps(begin: IntArray, n: IntArray) -> IntArray:
    """Return consecutive runs of integers, one after the other, shape ``(sum(n),)``.

    The runs are ``begin[0], begin[0] + 1, …`` (``n[0]`` values), then ``begin[1], …``; both
    arguments have the shape ``(runs,)``.
    """
    if len(n) == 1:  # a live stream's blocks come one by one, a hundred a second
        return np.arange(begin[0], begin[0] + n[0], dtype=np.int64)
    if len(n) and (n == n[0]).all():
        return np.asarray((begin[:, None] + np.arange(n[0])).ravel(), np.int64)
    ends = np.cumsum(n)
    found = np.repeat(begin - (ends - n), n)
    found += np.arange(len(found))
    return np.asarray(found, np.int64)
