"""The whole way from simulated bytes to stream items, faults and all."""

import asyncio
import gc
from collections import Counter
from datetime import datetime, timedelta

import pytest

from gripforce.device import Device, open_device
from gripforce.errors import DeviceError, TransportError
from gripforce.model import Corrupt, Ended, EndReason, Gap, Marker, Samples, Segment, Started
from gripforce.sim.options import sim_from_options
from gripforce.transport import Chunk, MemoryTransport
from gripforce.wire import commands
from gripforce.wire.framing import encode_frame


async def listen(device, **options):
    async with device:
        return [item async for item in device.stream(**options)]


def fast(faults="", *, trials=2, frontend="research", seed=1):
    twin = sim_from_options(
        task="lift", profile="healthy", seed=seed, trials=trials, mass_g=400.0,
        surface="sandpaper", frontend=frontend, faults=faults,
    )  # fmt: skip
    return MemoryTransport(twin, paced=False)


def only(items, kind):
    return [item for item in items if isinstance(item, kind)]


def tally(items):
    received, lost = Counter(), Counter()
    for item in items:
        match item:
            case Samples():
                received[item.stream.name] += len(item)
            case Gap():
                lost[item.stream] += item.lost
            case _:
                pass
    return received, lost


@pytest.mark.parametrize("frontend", ["research", "entry"])
async def test_an_undisturbed_stream_is_complete_and_reconciles(frontend):
    items = await listen(Device(fast(frontend=frontend)))
    assert isinstance(items[0], Started)
    local = datetime.now().astimezone().utcoffset()
    assert timedelta(minutes=items[0].metadata["utc_offset_min"]) == local
    assert items[-1] == Ended(EndReason.FINISHED, reconciled=True)
    assert not only(items, Gap)
    for name in {s.stream.name for s in only(items, Samples)}:
        counters = [k for s in only(items, Samples) if s.stream.name == name for k in s.counter]
        assert counters == list(range(len(counters)))


async def test_second_zero_is_the_first_sample():
    items = await listen(Device(fast()))
    assert only(items, Segment)[0].t == 0.0
    assert min(s.tick_s[0] for s in only(items, Samples)) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_what_is_dropped_without_resend_is_lost_exactly(seed):
    transport = fast("drop=0.02,no_resend", seed=seed)
    items = await listen(Device(transport))
    _, lost = tally(items)
    faults = transport.twin.truth()["faults"]
    assert faults["samples_dropped"] > 0
    assert sum(lost.values()) == faults["samples_dropped"]
    assert items[-1].reconciled


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_with_resend_drops_corruption_duplicates_and_disorder_cost_nothing(seed):
    transport = fast("drop=0.02,corrupt=0.01,duplicate=0.01,reorder=0.01", seed=seed)
    items = await listen(Device(transport))
    _, lost = tally(items)
    assert not lost
    assert items[-1].reconciled
    assert sum(c.frames for c in only(items, Corrupt)) > 0
    assert any(s.backfilled for s in only(items, Samples))


async def test_a_reset_begins_a_new_segment_and_the_stream_goes_on():
    items = await listen(Device(fast("reset_at_s=5", trials=3)))
    segments = only(items, Segment)
    assert [s.index for s in segments] == [0, 1]
    assert 5.0 < segments[1].t < 8.0
    assert any(m.text == "device restarted" for m in only(items, Marker))
    outages = {gap.stream: gap for gap in only(items, Gap)}
    assert outages["force"].lost == pytest.approx((segments[1].t - 5.0) * 1000, abs=20)
    assert items[-1].reason is EndReason.FINISHED
    assert not items[-1].reconciled  # what the device took in its last moments, nobody knows


async def test_a_short_link_loss_is_filled_from_the_ring():
    items = await listen(Device(fast("link_loss=4+3", trials=3)))
    texts = [m.text for m in only(items, Marker)]
    assert texts == ["lost", "restored"]
    assert not only(items, Gap)
    assert items[-1].reconciled
    assert sum(len(s) for s in only(items, Samples) if s.backfilled) > 2000


async def test_a_link_loss_longer_than_the_ring_loses_what_was_overwritten():
    items = await listen(Device(fast("link_loss=4+12", trials=5)))
    _, lost = tally(items)
    assert lost["force"] > 0
    assert items[-1].reconciled


async def test_a_duration_ends_the_stream_at_the_device_s_own_seconds():
    items = await listen(Device(fast(trials=20)), duration_s=3.0)
    last = max(s.t[-1] for s in only(items, Samples))
    assert 3.0 <= last < 3.6
    assert items[-1].reason is EndReason.FINISHED


async def test_stop_ends_the_stream_with_everything_that_was_buffered():
    device = Device(fast(trials=20))
    async with device:
        items = []
        async for item in device.stream():
            items.append(item)
            if len(only(items, Samples)) == 5:
                device.stop()
    assert items[-1] == Ended(EndReason.STOPPED, reconciled=True)


async def test_a_mark_stands_in_the_stream_at_its_time():
    device = Device(fast(trials=20))
    async with device:
        items = []
        async for item in device.stream(duration_s=5.0):
            items.append(item)
            if not only(items, Marker) and len(only(items, Samples)) == 10:
                device.mark("key", "space")
    (marker,) = [m for m in only(items, Marker) if m.kind == "key"]
    assert marker.text == "space"
    assert 0 < marker.t < 5.5


async def test_the_calibration_of_the_device_makes_newtons():
    items = await listen(Device(fast()))
    force = next(s for s in only(items, Samples) if s.stream.name == "force")
    assert force.columns == ("grip_thumb_n", "grip_index_n", "load_thumb_n", "load_index_n")
    assert items[0].metadata["calibration"]["channels"][0] == "grip_thumb"


async def test_a_refused_command_says_why():
    async with open_device("sim:lift?speed=max") as device:
        with pytest.raises(DeviceError, match="argument is out of range"):
            await device.send(commands.SetRate(99, 1000))


class Stalling(MemoryTransport):
    """A host that did not get to its queue for a while: chunks wait, with their true arrivals."""

    def __init__(self, inner, stall_s):
        super().__init__(inner.twin, paced=False)
        self.stall_s = stall_s

    def now(self):
        return super().now() + self.stall_s


@pytest.mark.parametrize("stall_s", [0.0, 0.6, 5.0])
async def test_a_host_that_is_late_to_read_asks_nothing_twice(stall_s):
    inner = fast(trials=1)
    received = []
    take = inner.twin.receive
    inner.twin.receive = lambda data: (received.append(data), take(data))
    items = await listen(Device(Stalling(inner, stall_s)), duration_s=3.0)
    starts = [data for data in received if commands.Start.TYPE in data[:3]]
    assert len(starts) == 1
    assert items[-1].reconciled


class Stranger:
    """A port at which something else speaks."""

    url = "serial:stranger"
    paced = False

    def __init__(self, *replies: bytes) -> None:
        self._replies = list(replies)
        self._otherwise = b"T: 21.5 C\r\n"
        self._now_s = 0.0

    def says(self, *chunks: bytes):
        """Make it say these and nothing else."""
        self._replies, self._otherwise = list(chunks), b""

    async def open(self):
        pass

    async def read(self):
        await asyncio.sleep(0)
        self._now_s += 0.25
        data = self._replies.pop(0) if self._replies else self._otherwise
        return Chunk(data, self._now_s)

    async def write(self, data):
        pass

    async def close(self):
        pass

    def now(self):
        return self._now_s


async def test_a_device_of_another_kind_is_refused_in_one_sentence():
    with pytest.raises(DeviceError, match=r"sends text such as 'T: 21\.5 C': another program"):
        await listen(Device(Stranger()))


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ([b"12.3, 45.6\r\n12.", b"4, 45.7\r\n"], "12.4, 45.7"),
        ([b"-0.02\n" * 300], "-0.02"),
        ([b"\xff\xfeets Jun  8 2016 00:22:57\r\nrst:0x1 (POWERON_RESET)\r\n"], "POWERON_RESET"),
        ([b"\x1b[31mred\x1b[0m " + 20 * b"long " + b"\n"], "[31mred[0m long"),
    ],
)
async def test_a_device_that_talks_text_is_named(sent, named):
    stranger = Stranger()
    stranger.says(*sent)
    with pytest.raises(DeviceError, match="sends text such as") as caught:
        await listen(Device(stranger))
    assert named in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("sent", [b"", bytes(range(1, 256)), b"\0" * 40, b"\x80\xff\n" * 30])
async def test_noise_is_no_text(sent):
    stranger = Stranger()
    stranger.says(sent)
    with pytest.raises(DeviceError, match="does not answer"):
        await listen(Device(stranger))


async def test_a_device_of_another_protocol_is_refused_in_one_sentence():
    foreign = bytes([1, 9]) + bytes(20)
    ack = bytes([5, 1, 0x81, 0, 0, 0, 0])
    with pytest.raises(DeviceError, match="speaks protocol 9"):
        await listen(Device(Stranger(encode_frame(foreign) + encode_frame(ack))))


class Vanishing(MemoryTransport):
    """A simulated device whose cable is pulled at some point of its time, for a while."""

    def __init__(self, inner, at_s, back_after_opens):
        super().__init__(inner.twin, paced=False)
        self._at_s, self._opens_left = at_s, back_after_opens
        self._pulled = False

    async def open(self):
        if self._pulled:
            self._opens_left -= 1
            if self._opens_left > 0:
                raise TransportError("There is no port.")
            self._pulled, self._at_s = False, float("inf")
        await super().open()

    async def read(self):
        chunk = await super().read()
        if self._elapsed_s >= self._at_s:
            self._pulled = True
            raise TransportError("The link was lost.")
        return chunk


async def test_a_pulled_cable_is_waited_for_and_the_stream_goes_on():
    items = await listen(Device(Vanishing(fast(trials=3), 6.0, 2)))
    assert [m.text for m in only(items, Marker)] == ["lost", "restored"]
    assert items[-1].reconciled
    assert not only(items, Gap)


async def test_a_device_that_does_not_come_back_ends_the_stream():
    items = await listen(Device(Vanishing(fast(trials=3), 6.0, 10**9), patience_s=0.0))
    assert items[-1].reason is EndReason.DEVICE_LOST
    assert sum(len(s) for s in only(items, Samples)) > 3000


async def test_a_command_that_could_not_be_written_leaves_no_traceback():
    """Its answer fails later, with everything that is open, and nobody waits for it any more."""
    reports = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reports.append(context))

    async def refuse(_):
        raise TransportError("The port cannot be written to.")

    async with Device(fast()) as device:
        device._link.transport.write = refuse
        with pytest.raises(TransportError):
            await device.send(commands.AskHello())
        device._link.fail_requests(TransportError("The link broke."))
    gc.collect()
    assert not reports
