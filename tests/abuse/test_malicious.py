"""One device of each malicious kind; ``make abuse`` runs hundreds of them."""

import asyncio

import pytest

from gripforce.model import EndReason
from gripforce.wire import commands
from reliability.malicious import KINDS, record_liar
from reliability.wire_twin import WireTwin
from tests.abuse.twins import device_of, heard

MOST_S = 60


@pytest.mark.parametrize("kind", KINDS)
async def test_a_device_that_lies_ends_in_words(kind, tmp_path):
    for seed in range(3):
        async with asyncio.timeout(MOST_S):
            await record_liar(kind, seed, tmp_path / f"{seed}.grip")


async def test_a_stop_does_not_wait_for_an_answer_that_never_comes():
    class NoTime(WireTwin):
        asked_s = stopped_s = 0.0

        def answer(self, command):
            if isinstance(command, commands.ProbeTime):
                if self.now_s > 3.0 and not self.asked_s:
                    self.asked_s = self.now_s
                    device.stop()
                return []
            if isinstance(command, commands.Stop):
                self.stopped_s = self.stopped_s or self.now_s
            return super().answer(command)

    twin = NoTime()
    device = device_of(twin)
    items = await heard(device, duration_s=20.0)
    assert items[-1].reason is EndReason.STOPPED
    assert 0 < twin.asked_s <= twin.stopped_s < twin.asked_s + 0.4
