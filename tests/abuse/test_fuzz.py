"""A small part of the fuzz of the live path; ``make abuse`` runs more of it."""

import asyncio

import pytest

from reliability.nonsense import session_of

EACH = 10
MOST_S = 60
"""Of real time for a few seconds of simulated time: a hang."""


@pytest.mark.parametrize("batch", range(6))
async def test_nonsense_with_valid_checks_ends_in_words(tmp_path, batch):
    for seed in range(batch * EACH, (batch + 1) * EACH):
        async with asyncio.timeout(MOST_S):
            await session_of(seed, tmp_path / f"{seed}.grip")


async def test_ticks_that_never_reach_the_duration_end_by_the_host_s_clock(tmp_path):
    """Of 200 sessions this one never ended: made-up ticks moved the device's time back."""
    async with asyncio.timeout(MOST_S):
        assert await session_of(20_135, tmp_path / "a.grip") == "device lost"
