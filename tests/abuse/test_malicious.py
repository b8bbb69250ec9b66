"""One device of each malicious kind; ``make abuse`` runs hundreds of them."""

import asyncio

import pytest

from reliability.malicious import KINDS, record_liar

MOST_S = 60


@pytest.mark.parametrize("kind", KINDS)
async def test_a_device_that_lies_ends_in_words(kind, tmp_path):
    for seed in range(3):
        async with asyncio.timeout(MOST_S):
            await record_liar(kind, seed, tmp_path / f"{seed}.grip")
