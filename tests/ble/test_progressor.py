"""A force gauge of somebody else: what it sends, what we make of it, what we cannot."""

import json
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.device import open_device
from gripforce.errors import DeviceError, UsageError
from gripforce.model import Ended, EndReason, Flag, Gap, Marker, Samples, Segment
from gripforce.recording import Recorder, read_recording
from gripforce.sim.device.progressor import SimProgressor
from gripforce.sim.scene import Scene
from gripforce.sim.tasks.registry import make_scene
from gripforce.transport.gatt import PROGRESSOR
from gripforce.transport.progressor import ProgressorBridge
from gripforce.wire import commands
from gripforce.wire.connection import Connection
from gripforce.wire.messages import Ack, SampleBlock, Status
from gripforce.wire.progressor import Opcode, WeightReading, encode_readings
from tests.ble.air import on_air
from tests.ble.radio import RadioModel
from tests.ble.virtual_time import run_virtual
from tests.npm import installed

PERIOD_US = 12_500
RAMP = Scene(
    t=np.linspace(0.0, 60.0, 601),
    forces=np.linspace([0.0] * 4, [60.0, 60.0, 0.0, 0.0], 601),
    accel=np.zeros((601, 3)),
    trials=(),
)
"""One newton a second."""


def only(items, kind):
    return [item for item in items if isinstance(item, kind)]


async def listen(twin, duration_s, *, outage=None):
    async with on_air(
        twin, model=RadioModel(), name="Progressor_1234", profile=PROGRESSOR, packets=True
    ) as radio:
        items = []
        async with open_device("ble:Progressor_1234") as opened:
            async for item in opened.stream(duration_s=duration_s):
                items.append(item)
                if outage and isinstance(item, Samples) and item.t[-1] > outage[0]:
                    radio.go_out(outage[1])
                    outage = None
        return items


def test_a_progressor_is_a_device_with_one_grip_force_in_newtons():
    items = run_virtual(listen(SimProgressor(RAMP), 20.0))
    assert items[-1] == Ended(EndReason.FINISHED, reconciled=True)
    assert not only(items, Gap)
    assert items[0].device.board == "progressor"
    assert items[0].device.firmware == "1.2.3"
    samples = only(items, Samples)
    assert samples[0].columns == ("grip_n",)
    t = np.concatenate([s.t for s in samples])
    grip_n = np.concatenate([s.values[:, 0] for s in samples])
    assert len(t) >= 1600
    np.testing.assert_allclose(np.diff(t), 0.0125, atol=1e-6)
    np.testing.assert_allclose(grip_n, t, atol=0.06)  # six times its noise


def test_the_battery_is_reported():
    twin = SimProgressor(RAMP)
    bridge = ProgressorBridge("AA:BB:CC:DD:EE:FF")
    connection = Connection()
    opcodes, answers = bridge.command(Connection.send(commands.AskStatus(request=3)))
    assert (opcodes, answers) == ([bytes([Opcode.GET_BATTERY])], b"")
    twin.receive(opcodes[0])
    frames = b"".join(map(bridge.notified, twin.advance(0.1)))
    (_, status), (_, ack) = connection.receive(frames)
    assert isinstance(status, Status)
    assert status.battery_mv == 3900
    assert ack == Ack(3, commands.AskStatus.TYPE)


def test_after_a_lost_link_it_is_started_anew():
    items = run_virtual(listen(SimProgressor(RAMP), 15.0, outage=(5.0, 3.0)))
    assert [segment.index for segment in only(items, Segment)] == [0, 1]
    assert [m.text for m in only(items, Marker)] == ["lost", "device restarted", "restored"]
    assert items[-1].reason is EndReason.FINISHED


def test_what_it_cannot_do_is_refused_in_words():
    async def scene():
        twin = SimProgressor(RAMP)
        async with (
            on_air(twin, profile=PROGRESSOR, packets=True),
            open_device("ble:GF-1") as opened,
        ):
            await opened.send(commands.DigitalOut(0, high=True))

    with pytest.raises(DeviceError, match="this board cannot do it"):
        run_virtual(scene())


def test_coupling_is_refused_with_the_reason(tmp_path):
    path = tmp_path / "pinch.grip"

    async def scene():
        twin = SimProgressor(make_scene(trials=1))
        async with on_air(twin, profile=PROGRESSOR, packets=True):
            with Recorder(path, {"task": "pinch"}) as recorder:
                async with open_device("ble:GF-1") as opened:
                    async for _ in recorder.through(opened.stream(duration_s=3.0)):
                        pass

    run_virtual(scene())
    recording = read_recording(path)
    assert recording.integrity.reconciled
    with pytest.raises(UsageError, match="no load force"):
        analyze_lifts(recording)


def measured(*readings):
    """Return the blocks that a bridge makes of readings after a start."""
    bridge = ProgressorBridge("AA")
    bridge.command(Connection.send(commands.Start(request=1)))
    pairs = Connection().receive(bridge.notified(encode_readings(list(readings))))
    return [message for _, message in pairs if isinstance(message, SampleBlock)]


def test_a_jump_of_the_stamps_is_a_hole_of_that_length():
    ticks = [0, 1, 2, 7, 8]  # four are missing
    blocks = measured(*[WeightReading(1.0, tick * PERIOD_US) for tick in ticks])
    assert [(b.first, b.n) for b in blocks] == [(0, 3), (7, 2)]


def test_stamps_wrap():
    start = 2**32 - PERIOD_US
    blocks = measured(*[WeightReading(1.0, (start + i * PERIOD_US) % 2**32) for i in range(4)])
    assert [(b.first, b.n, b.tick_us) for b in blocks] == [(0, 4, start)]


@pytest.mark.parametrize("kg", [float("nan"), float("inf")])
def test_what_is_no_number_is_missing_not_zero(kg):
    blocks = measured(
        WeightReading(1.0, 0), WeightReading(kg, PERIOD_US), WeightReading(1.0, 2 * PERIOD_US)
    )
    assert [(b.first, b.n) for b in blocks] == [(0, 1), (2, 1)]


def test_full_scale_is_flagged():
    (block,) = measured(WeightReading(151.0, 0))
    assert block.flags == Flag.SATURATED


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_no_notification_makes_it_raise(notifications):
    bridge, connection = ProgressorBridge("AA"), Connection()
    bridge.command(Connection.send(commands.Start(request=1)))
    for notification in notifications:
        connection.receive(bridge.notified(notification))


def test_a_notification_of_the_wrong_length_counts_as_corrupt():
    bridge, connection = ProgressorBridge("AA"), Connection()
    for wrong in (b"\x01", b"\x01\x10abc", b"\x01\x05abcde"):
        connection.receive(bridge.notified(wrong))
    assert connection.corrupt == 3


NODE = Path(__file__).parent / "read_progressor.mjs"
CLIENT = "@hangtime/grip-connect@0.13.0"


def test_another_client_s_parser_reads_the_simulated_progressor():
    twin = SimProgressor(RAMP)
    said = []
    for at_s, opcode in [
        (0.0, Opcode.GET_VERSION), (0.1, Opcode.GET_BATTERY), (0.2, Opcode.GET_ID),
        (0.3, Opcode.START), (10.3, Opcode.STOP),
    ]:  # fmt: skip
        said += [[None, packet.hex()] for packet in twin.advance(at_s)]
        twin.receive(bytes([opcode]))
        said += [[int(opcode), packet.hex()] for packet in twin.advance(at_s + 0.05)]
    done = subprocess.run(
        ["node", NODE, installed(CLIENT)],
        input=json.dumps(said), capture_output=True, text=True, check=True,
    )  # fmt: skip
    heard = json.loads(done.stdout)
    assert heard["responses"] == ["1.2.3.4", "3900", "0000000000000001"]
    kg, tick_us = np.array(heard["readings"]).T
    assert len(kg) == 800
    np.testing.assert_array_equal(np.diff(tick_us), PERIOD_US)
    np.testing.assert_allclose(kg * 9.80665, tick_us * 1e-6, atol=0.06)
    ours = [
        struct.unpack_from("<fI", bytes.fromhex(packet), 2 + 8 * i)
        for _, packet in said
        if packet.startswith("01")
        for i in range((len(packet) // 2 - 2) // 8)
    ]
    np.testing.assert_allclose(np.array(ours), np.array([kg, tick_us]).T, rtol=1e-6)
