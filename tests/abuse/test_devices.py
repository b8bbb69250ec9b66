"""Malicious and broken devices: the stream ends with a sentence, and no sample is wrong."""

import struct

import pytest

from gripforce.errors import DeviceError
from gripforce.model import Ended, EndReason, Marker, Samples, Segment
from gripforce.recording import Recorder, read_recording
from gripforce.recording.parsing.raw_records import read_contents
from gripforce.transport.progressor import ProgressorBridge
from gripforce.wire import commands
from gripforce.wire.framing import FrameReader
from gripforce.wire.hello import Hello
from gripforce.wire.messages import DeviceFlag, SampleBlock, Status
from gripforce.wire.progressor import ResponseTag
from reliability.known_samples import DEVICE
from reliability.wire_twin import WireTwin
from tests.abuse.twins import (
    DyingTransport,
    device_of,
    heard,
    lost,
    only,
    repacked,
    samples,
    texts,
)

NAMES = len(DEVICE.board) + 1 + len(bytes.fromhex(DEVICE.uid)) + 1
FIRST_STREAM = struct.calcsize("<BBBBBIHHH") + NAMES + 1
FIRST_CHANNEL = FIRST_STREAM + struct.calcsize("<BBIIBB")
BOARD = struct.calcsize("<BBBBBIHHH") + 1


def with_hello(payload):
    twin = WireTwin()
    twin.hello = lambda: payload
    return twin


def spoilt(offset, layout, *values):
    return repacked(Hello(DEVICE).encode(), offset, layout, *values)


IMPOSSIBLE = {
    "width": (spoilt(FIRST_STREAM + 1, "<B", 17), "width"),
    "rate 0": (spoilt(FIRST_STREAM + 2, "<I", 0), "rate"),
    "rate of a radio": (spoilt(FIRST_STREAM + 2, "<I", 0xFFFFFFFF), "rate"),
    "latency": (spoilt(FIRST_STREAM + 6, "<I", 0xFFFFFFFF), "latency"),
    "blocks of none": (spoilt(FIRST_STREAM + 10, "<B", 0), "no samples"),
    "blocks of 255": (spoilt(FIRST_STREAM + 10, "<B", 255), "does not fit a frame"),
    "no channels": (spoilt(FIRST_STREAM + 11, "<B", 0), "channels"),
    "scale": (spoilt(FIRST_CHANNEL + 2, "<Hb", 10_000, 127), "scale"),
    "scale 0": (spoilt(FIRST_CHANNEL + 2, "<Hb", 0, 0), "scale"),
    "full scale": (spoilt(FIRST_CHANNEL + 5, "<i", -1), "full scale"),
    "skew": (spoilt(FIRST_CHANNEL + 9, "<i", -(1 << 31)), "skew"),
    "escapes": (spoilt(BOARD, "<5s", b"\x1b[2Jx"), "control characters"),
    "cut off": (Hello(DEVICE).encode()[:-3], "last channel"),
    "no streams": (Hello(DEVICE).encode()[: FIRST_STREAM - 1] + b"\0", "no streams"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
async def test_an_impossible_hello_is_refused_at_the_door_with_its_reason(name):
    payload, reason = IMPOSSIBLE[name]
    with pytest.raises(DeviceError, match=reason):
        await heard(device_of(with_hello(payload)), duration_s=1.0)


async def test_a_name_that_is_not_ascii_is_recorded(tmp_path):
    twin = with_hello(spoilt(BOARD, "<5s", "Grüß"[:3].encode() + b"e"))
    path = tmp_path / "a.grip"
    with Recorder(path, least_free_bytes=0) as recorder:
        async with device_of(twin) as device:
            async for item in device.stream(duration_s=1.0):
                recorder.write(item)
    assert read_recording(path).device.board == "Grüe"


async def test_the_stored_hello_is_the_device_s_own_bytes(tmp_path):
    payload = spoilt(FIRST_CHANNEL + 2, "<Hb", 12345, -13) + b"\1\2\3"  # five digits, and grown
    items = await heard(device_of(with_hello(payload)), duration_s=1.0)
    path = tmp_path / "a.grip"
    with Recorder(path, least_free_bytes=0) as recorder:
        for item in items:
            recorder.write(item)
    recording = read_recording(path)
    assert recording.device.streams[0].channels[0].scale == 12345e-13
    assert read_contents(path).header["hello"] == payload.hex()


def raising(*_):
    raise ZeroDivisionError("float division by zero")


@pytest.mark.parametrize("where", ["feed", "settle", "give_up_all"])
async def test_a_fault_of_the_host_ends_the_stream_in_words(monkeypatch, where):
    """Whatever fails inside, nobody waits for ever; there is no such device, so it is planted."""
    from gripforce.assembly import Assembler  # noqa: PLC0415
    from gripforce.device.run import DeviceRun  # noqa: PLC0415

    twin = WireTwin()
    device = device_of(twin)
    async with device:
        stream = device.stream(duration_s=2.0)
        items = [await anext(stream) for _ in range(3)]
        monkeypatch.setattr(DeviceRun if where == "settle" else Assembler, where, raising)
        items += [item async for item in stream]
        with pytest.raises(DeviceError, match="cannot process"):
            await device.send(commands.AskStatus())
    assert isinstance(items[-1], Ended)
    assert "ZeroDivisionError" in items[-1].text


async def test_a_lying_status_costs_no_samples():
    class Liar(WireTwin):
        told = 0

        def status(self, *, streaming=True):
            self.told += 1
            if self.told != 2:
                return super().status(streaming=streaming)
            self.taken[0] += 3_000_000
            payload = super().status(streaming=streaming)
            self.taken[0] -= 3_000_000
            return payload

    items = await heard(device_of(Liar()), duration_s=6.0)
    assert lost(items) == 0
    assert any("implausible" in text for text in texts(items))
    assert items[-1].reconciled


class Restarting(WireTwin):
    """Restarts once; what the new run's samples are shows that they are not the old one's."""

    reset_s = 3.0
    new_device = None
    restarted = False
    says_hello = True

    def advance(self, until_s):
        if not self.restarted and until_s >= self.reset_s:
            self.restarted = True
            self.started_s, self.booted_s = None, until_s
            self.device = self.new_device or DEVICE.__class__(
                *(getattr(DEVICE, name) for name in DEVICE.__slots__[:-1]), boot=DEVICE.boot + 1
            )
            self.replies += self.framed(self.hello()) if self.says_hello else b""
        return super().advance(until_s)

    @staticmethod
    def framed(payload):
        from gripforce.wire.framing import encode_frame  # noqa: PLC0415

        return encode_frame(payload)


class LosingTheAck(Restarting):
    """Its first ack of a start after the restart is lost, and some blocks before it were."""

    dropped = False

    def answer(self, command):
        answers = super().answer(command)
        if self.restarted and isinstance(command, commands.Start) and not self.dropped:
            self.dropped = True
            return []
        return answers

    def blocks(self, elapsed_s):
        out = super().blocks(elapsed_s)
        return out if self.restarted else [b for i, b in enumerate(out) if i % 10]


async def test_a_reset_whose_ack_is_lost_never_mixes_runs():
    twin = LosingTheAck()
    device = device_of(twin)
    device_items = await heard(device, duration_s=9.0)
    segments = {segment.index: segment for segment in only(device_items, Segment)}
    assert len(segments) >= 2
    before = [s for s in only(device_items, Samples) if s.segment == 0 and s.stream.id == 0]
    assert max(s.t[-1] for s in before) < 3.1
    assert sum(map(len, before)) <= 3000
    # Nothing of a new run stands in the first one's holes.
    newest = 0
    for one in before:
        assert one.counter[0] >= newest or one.flags[0] & 8
        newest = max(newest, one.counter[-1])


async def test_a_restart_without_hello_is_noticed_although_probes_are_answered():
    class Mute(Restarting):
        says_hello = False

    items = await heard(device_of(Mute()), duration_s=12.0)
    restarts = [m.t for m in only(items, Marker) if m.text == "device restarted"]
    assert restarts
    assert restarts[0] < 6.0


async def test_other_channels_end_the_recording_with_a_sentence():
    class Changed(Restarting):
        new_device = DEVICE.__class__(
            "board", DEVICE.uid, "0.1.0", 7, 1, DEVICE.streams[:1], 1, 16, boot=9
        )

    items = await heard(device_of(Changed()), duration_s=60.0)
    assert items[-1].reason is EndReason.DEVICE_LOST
    assert "other channels" in items[-1].text


async def test_another_device_is_said_at_once():
    class Swapped(Restarting):
        new_device = DEVICE.__class__(
            "board", "ff00ff00", "0.1.0", 7, 1, DEVICE.streams, 1, 16, boot=9
        )

    items = await heard(device_of(Swapped(), patience_s=5.0), duration_s=60.0)
    said = [m for m in only(items, Marker) if "another device" in m.text]
    assert [m.text for m in said] == ["another device answers: ff00ff00"]
    assert items[-1].reason is EndReason.DEVICE_LOST


async def test_a_duration_bounds_a_device_that_falls_silent():
    class Silent(WireTwin):
        def receive(self, data):
            if self.now_s < 3.0:
                super().receive(data)

        def advance(self, until_s):
            data = super().advance(until_s)
            return data if until_s < 3.0 else b""

    items = await heard(device_of(Silent()), duration_s=8.0)
    assert items[-1].reason is EndReason.DEVICE_LOST
    assert only(items, Marker)[0].text == "lost"


async def test_a_device_that_answers_but_never_streams_ends_with_the_duration():
    class Idle(WireTwin):
        def blocks(self, elapsed_s):
            return super().blocks(0 * elapsed_s)

        def status(self, *, streaming=True):
            return super().status(streaming=streaming and False)

    items = await heard(device_of(Idle()), duration_s=4.0)
    assert items[-1].reason is EndReason.DEVICE_LOST
    assert samples(items) == 0


async def test_the_return_of_the_link_has_the_time_at_which_it_was():
    class Away(Restarting):
        reset_s = 5.0

        def blocks(self, elapsed_s):  # its first ones come late
            return [] if self.restarted and elapsed_s < 1.0 else super().blocks(elapsed_s)

    transport = DyingTransport(Away(), 4.0)
    opened = transport.open

    async def open_again():
        if transport._elapsed_s >= 4.0:
            transport._elapsed_s = max(transport._elapsed_s, 8.0)
            transport.dies_s = 1e9
        await opened()

    transport.open = open_again
    from gripforce.device import Device  # noqa: PLC0415

    items = await heard(Device(transport), duration_s=14.0)
    times = {m.text: m.t for m in only(items, Marker)}
    assert times["lost"] < times["restored"]
    assert times["restored"] == pytest.approx(8.0, abs=1.0)


async def test_after_a_reset_losses_are_counted_once(tmp_path):
    class Late(Restarting):
        def blocks(self, elapsed_s):
            out = super().blocks(elapsed_s)
            new = [b for b in out if not self.restarted or self.first(b) >= 64 or b[1] == 1]
            return [b for b in new if SampleBlock.decode(b).n]

        @staticmethod
        def first(payload):
            return SampleBlock.decode(payload).first

    path = tmp_path / "a.grip"
    twin = Late()
    twin.device = DEVICE.__class__("board", "0011aabb", "0.1.0", 7, 1, DEVICE.streams, 0, 0, 5)
    items = []
    with Recorder(path, least_free_bytes=0) as recorder:
        async with device_of(twin) as device:
            async for item in device.stream(duration_s=8.0):
                recorder.write(item)
                items.append(item)
    recording = read_recording(path)
    force = recording.streams["force"]
    span = force.t[-1] - force.t[0]
    tally = recording.integrity.streams[0]
    assert tally.samples + tally.lost == pytest.approx(span * 1000 + 1, abs=2)
    assert lost([g for g in items if getattr(g, "stream", "") == "force"]) == pytest.approx(
        tally.lost, abs=2
    )


def test_a_progressor_s_word_that_its_battery_is_low_is_passed_on():
    bridge = ProgressorBridge("aa:bb")
    (payload,) = FrameReader().feed(bridge.notified(bytes([ResponseTag.LOW_POWER, 0])))
    assert Status.decode(payload).flags & DeviceFlag.BATTERY_LOW


async def test_a_low_battery_is_marked_once():
    class Weak(WireTwin):
        def status(self, *, streaming=True):
            payload = super().status(streaming=streaming)
            return repacked(payload, 5, "<H", payload[5] | DeviceFlag.BATTERY_LOW)

    items = await heard(device_of(Weak()), duration_s=4.0)
    assert texts(items) == ["battery low"]
