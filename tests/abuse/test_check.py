"""``gripforce check``: what died, or never came, cannot pass."""

import pytest

from gripforce.cli.measure.check import listen
from gripforce.device import Device
from gripforce.device.health import early_end
from gripforce.device.run import CLOCK_STOOD, FELL_SILENT
from gripforce.model import Channel, DeviceInfo, Ended, EndReason, Kind, StreamInfo, Unit
from reliability.known_samples import FORCE
from reliability.wire_twin import WireTwin
from tests.abuse.twins import DyingTransport, device_of


async def test_a_link_lost_in_the_middle_fails():
    transport = DyingTransport(WireTwin(), 3.5)
    result = await listen(Device(transport, patience_s=0.0), 15.0)
    assert result.verdict == "fail"
    assert result.streams[0].lost == 0
    assert "lost after 3." in result.advice[0]
    assert "of 15" in result.advice[0]


@pytest.mark.parametrize("text", ["The link through COM3 was lost. Check the cable.", ""])
def test_a_lost_device_has_advice_and_one_only(text):
    """It said 'Check the cable. Check its cable, its supply and the distance.'"""
    said = early_end(Ended(EndReason.DEVICE_LOST, reconciled=False, text=text), 3.5, 15.0)
    assert said.lower().count("check") == 1


@pytest.mark.parametrize("text", [FELL_SILENT, CLOCK_STOOD])
def test_the_end_of_a_lost_device_says_what_to_try(text):
    assert text.count(". ") == 1


async def test_a_device_that_falls_silent_fails():
    class Silent(WireTwin):
        def receive(self, data):
            if self.now_s < 2.0:
                super().receive(data)

        def advance(self, until_s):
            return super().advance(until_s) if until_s < 2.0 else self.nothing(until_s)

        def nothing(self, until_s):
            self.now_s = until_s
            return b""

    result = await listen(device_of(Silent(), patience_s=0.0), 15.0)
    assert result.verdict == "fail"
    assert "of 15" in result.advice[0]


async def test_a_stream_of_the_time_asked_for_passes_that_test():
    result = await listen(device_of(WireTwin(), patience_s=0.0), 3.0)
    assert not any("of 3" in line for line in result.advice)


@pytest.mark.parametrize("kind", [Kind.CONTACT, Kind.TEMPERATURE])
async def test_a_constant_contact_or_temperature_is_no_fault(kind):
    class Steady(WireTwin):
        device = DeviceInfo(
            "board", "00", "0.1.0", 7, 1,
            (FORCE, StreamInfo(2, (Channel(kind, Unit.COUNT),), 10.0, 16, 0, 1)), 1, 16, 5,
        )  # fmt: skip

        def block(self, first, n, stream, origin_us):
            payload = super().block(first, n, stream, origin_us)
            return payload if stream.id == 0 else payload[:-2] + b"\7\0"

    result = await listen(device_of(Steady(), patience_s=0.0), 3.0)
    assert not any("stuck" in line for line in result.advice)
