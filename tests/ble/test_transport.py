"""The way through bleak, GATT and a radio, for any peripheral that is a pipe of bytes."""

import asyncio
import contextlib
from functools import partial

import numpy as np
import pytest
from bumble.gatt import Characteristic

from gripforce.device import open_device
from gripforce.errors import TransportError, UsageError
from gripforce.model import Ended, EndReason, Gap, Samples
from gripforce.sim.options import sim_from_options
from gripforce.transport import SourceUrl, discover_ble, make_transport
from gripforce.transport.ble_peripheral import MTU, FramedTwin, Peripheral
from gripforce.transport.gatt import HM10, NORDIC_UART
from gripforce.wire import commands
from gripforce.wire.connection import Connection
from tests.ble.air import advertising, on_air
from tests.ble.radio import RadioModel
from tests.ble.virtual_time import run_virtual


def device(**options):
    return sim_from_options(**{"trials": 3, **options})


async def listen(url, duration_s=2.0):
    async with open_device(url, patience_s=0.0) as opened:
        return [item async for item in opened.stream(duration_s=duration_s)]


def only(items, kind):
    return [item for item in items if isinstance(item, kind)]


@pytest.mark.parametrize("target", ["GF-1", "gf-1", "F0:F1:F2:F3:F4:F5", "f0:f1:f2:f3:f4:f5"])
def test_a_device_is_found_by_name_or_address_and_streams(target):
    async def scene():
        async with on_air(device(), model=RadioModel()):
            return await listen(f"ble:{target}")

    items = run_virtual(scene())
    assert items[-1] == Ended(EndReason.FINISHED, reconciled=True)
    assert not only(items, Gap)
    counters = [
        k for s in only(items, Samples) if s.stream.name == "force" for k in s.counter.tolist()
    ]
    assert counters == list(range(len(counters)))
    assert len(counters) >= 2000


@pytest.mark.parametrize("profile", [NORDIC_UART, HM10], ids=lambda p: p.name)
@pytest.mark.parametrize("option", [False, True])
def test_serial_modules_carry_the_entry_build(profile, option):
    async def scene():
        async with on_air(device(frontend="entry"), model=RadioModel(), profile=profile):
            return await listen("ble:GF-1" + f"?profile={profile.name}" * option)

    items = run_virtual(scene())
    assert items[-1].reconciled
    assert not only(items, Gap)


def test_a_link_of_the_smallest_mtu_cuts_frames_and_commands():
    async def scene():
        async with (
            on_air(device(frontend="entry"), model=RadioModel(), mtu=23),
            open_device("ble:GF-1") as opened,
        ):
            block = (await opened.send(commands.ReadCalibration())).answer.block
            await opened.send(commands.WriteCalibration(block))
            return len(block), [item async for item in opened.stream(duration_s=2.0)]

    size, items = run_virtual(scene())
    assert size > 23
    assert items[-1].reconciled
    assert not only(items, Gap)


def test_a_full_notification_is_used():
    lengths = []

    async def scene():
        async with on_air(device()) as radio:
            send = radio.send_acl_data
            radio.send_acl_data = lambda a, b, c, data: (
                lengths.append(len(data)),
                send(a, b, c, data),
            )
            return await listen("ble:GF-1")

    run_virtual(scene())
    assert 200 < max(lengths) <= MTU + 4  # the L2CAP header


def test_who_is_not_there_is_said_in_one_sentence():
    async def scene():
        async with on_air(device()):
            with pytest.raises(TransportError, match="No peripheral 'GF-2' was found") as refused:
                await listen("ble:GF-2")
            return refused.value.hint

    assert "gripforce devices" in run_virtual(scene())


def test_namesakes_are_not_guessed_between():
    async def scene():
        async with (
            on_air(device()) as radio,
            advertising(radio, FramedTwin(device(seed=2)), address="F0:F1:F2:F3:F4:F6"),
        ):
            with pytest.raises(TransportError, match="Several peripherals are called 'GF-1'"):
                await listen("ble:GF-1")
            return await listen("ble:F0:F1:F2:F3:F4:F6")

    assert run_virtual(scene())[-1].reconciled


def test_discovery_lists_what_can_be_read_with_its_strength():
    async def scene():
        async with (
            on_air(device()) as radio,
            advertising(
                radio, FramedTwin(device()), name="BT05", profile=HM10, address="F0:F1:F2:F3:F4:F6"
            ),
        ):
            return await discover_ble(1.0)

    found = run_virtual(scene())
    assert {one.url for one in found} == {"ble:F0:F1:F2:F3:F4:F5", "ble:F0:F1:F2:F3:F4:F6"}
    assert {one.name for one in found} == {
        "GF-1, gripforce device",
        "BT05, serial module (HM-10)",
    }
    assert all(-127 <= one.rssi_dbm <= 20 for one in found)


def test_the_wrong_profile_is_refused_with_the_right_one():
    async def scene():
        async with on_air(device()):
            await listen("ble:GF-1?profile=nus")

    with pytest.raises(TransportError, match="profile=gripforce"):
        run_virtual(scene())


@pytest.mark.parametrize("url", ["ble:X?profile=classic", "ble:X?baud=9600"])
def test_an_unknown_option_is_wrong_usage(url):
    with pytest.raises(UsageError):
        make_transport(url)


@pytest.mark.parametrize("wait", ["read", "write"])
def test_no_wait_outlives_the_connection(wait):
    async def scene():
        slow = RadioModel(supervision_s=1.0)
        async with on_air(device(), model=slow, kind=AcknowledgingPeripheral) as radio:
            transport = make_transport("ble:GF-1")
            await transport.open()
            radio.go_out(5.0)
            begin_s = transport.now()
            with pytest.raises(TransportError, match="GF-1 was lost"):
                await until_it_fails(transport, wait)
            waited_s = transport.now() - begin_s
            await transport.close()
            return waited_s

    assert 1.0 < run_virtual(scene()) < 1.5


AcknowledgingPeripheral = partial(Peripheral, write_properties=Characteristic.Properties.WRITE)
"""A peripheral whose response to each write is waited for."""


async def until_it_fails(transport, wait):
    while True:
        await (transport.read() if wait == "read" else transport.write(b"\0"))


def test_a_transport_that_is_not_open_says_so():
    transport = make_transport("ble:GF-1")
    with pytest.raises(TransportError, match="closed"):
        asyncio.run(transport.read())


def test_cancelled_reads_lose_nothing():
    async def scene():
        async with on_air(device(), model=RadioModel()):
            transport = make_transport("ble:GF-1")
            await transport.open()
            connection = Connection()
            await transport.write(connection.send(commands.Start(request=1)))
            counters = []
            until_s = transport.now() + 3.0
            while transport.now() < until_s:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.003):
                        chunk = await transport.read()
                    counters += [
                        m.first
                        for _, m in connection.receive(chunk.data)
                        if getattr(m, "stream", None) == 0
                    ]
            await transport.close()
            return counters

    counters = run_virtual(scene())
    assert len(counters) > 150
    cycle = np.array([0, 16, 32, 48])  # each fourth block is a sample short
    expected = [63 * (k // 4) + cycle[k % 4] for k in range(len(counters))]
    assert counters == expected


class GoesOutAfterStart(FramedTwin):
    """A device whose radio fails in the moment in which it was told to start."""

    radio = None

    def receive(self, data):
        super().receive(data)
        if self.radio is not None and any(
            isinstance(message, commands.Start) for _, message in Connection().receive(data)
        ):
            self.radio.go_out(2.5)
            self.radio = None


def test_a_start_whose_ack_is_late_is_followed():
    """The command is sent again, so the device starts anew: the stream is that of the second."""

    async def scene():
        twin = GoesOutAfterStart(device())
        async with on_air(twin, model=RadioModel(supervision_s=6.0), packets=True) as radio:
            twin.radio = radio
            async with open_device("ble:GF-1") as opened:
                return [item async for item in opened.stream(duration_s=5.0)]

    items = run_virtual(scene())
    force = [s for s in only(items, Samples) if s.stream.name == "force"]
    counters = np.concatenate([s.counter for s in force if s.segment == force[-1].segment])
    assert sorted(counters.tolist()) == list(range(len(counters)))
    assert force[-1].segment == 1
    assert all(gap.segment == 0 for gap in only(items, Gap))


def test_a_source_url_may_hold_an_address_with_colons():
    url = SourceUrl.parse("ble:F0:F1:F2:F3:F4:F5?profile=nus")
    assert (url.target, url.options) == ("F0:F1:F2:F3:F4:F5", {"profile": "nus"})
