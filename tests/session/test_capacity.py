"""Strength without breakage: what a device says that it can bear is not asked for, nor silent."""

from dataclasses import replace

import pytest

from gripforce.analysis.assessment.person import summarize_person
from gripforce.analysis.tasks.registry import analyze_session
from gripforce.dashboard.widgets.header import alarm_words
from gripforce.model import DeviceInfo, Ended
from gripforce.online import MonitorState
from gripforce.protocol.library import find_protocol
from gripforce.recorder import RecorderService, RecordingRequest
from gripforce.recording import read_recording
from gripforce.session import EventKind, read_journal
from gripforce.session.acceptance.capacity import grip_capacity, overload_in, too_much
from gripforce.session.storage import create_session
from gripforce.sim.device.frontend import frontend
from gripforce.wire.connection import decode_message
from gripforce.wire.hello import Hello
from tests.session.fast_time import answers, run_through

BATTERY = """
title = "Strength"
[[block]]
task = "pinch"
title = "Maximal pinch"
instruction = "Squeeze."
trials = 1
trial_s = 4
valid = { grip_n = [0.5, 150] }
[[block]]
task = "lift"
title = "Lifts"
instruction = "Lift."
mass_g = 250
trials = 1
"""


async def recorded_pinch(tmp_path, capacity):
    """Return the items of a maximal pinch on a device with a capacity, and its file."""
    file = tmp_path / "a.grip"
    service, items = RecorderService(), []
    url = f"sim:pinch?speed=max&trials=1&seed=4&faults=capacity={capacity}"
    await service.begin(RecordingRequest(url, str(file), {"task": "pinch", "subject": "p01"}))
    async for item in service.items():
        items.append(item)
        if isinstance(item, Ended):
            break
    await service.close()
    return items, file


async def test_a_task_that_asks_for_too_much_is_not_offered(tmp_path):
    path = tmp_path / "strength.toml"
    path.write_text(BATTERY)
    source = "sim:lift?seed=7&speed=max&faults=capacity=74"
    folder = create_session(tmp_path, find_protocol(str(path)), answers(source))
    controller = await run_through(folder)
    skipped = [e for e in read_journal(folder.journal) if e.kind is EventKind.SKIPPED]
    assert [event.block for event in skipped] == [0]
    assert "asks for up to 150 N, this device bears 74 N" in skipped[0].data["why"]
    assert controller.session.progress.block(1).counted == 1


def test_what_a_battery_asks_for_is_compared_with_the_object():
    (pinch, *_) = [b for b in find_protocol("als-battery").blocks if b.task == "pinch"]
    assert too_much(pinch, 74.0)
    assert not too_much(pinch, 150.0)
    assert not too_much(pinch, None), "a device that says nothing is not refused"


async def test_a_strong_grip_is_warned_of_and_an_overload_is_in_the_report(tmp_path):
    items, file = await recorded_pinch(tmp_path, 30)
    live, alarms = MonitorState(), set()
    for item in items:
        live.feed(item, 0.0)
        alarms.add(alarm_words(live.snapshot(0.0).status).split(":")[0])
    assert "TOO STRONG" in alarms
    assert any(overload_in(item) for item in items if hasattr(item, "counts"))
    recording = read_recording(file)
    assert grip_capacity(recording.device) == 30.0, "the file keeps what the device said"
    remarks = summarize_person(analyze_session([recording])).remarks
    assert any(remark.startswith("Overload in a.grip: grip_") for remark in remarks)


async def test_a_grip_below_four_fifths_is_not_warned_of(tmp_path):
    items, _ = await recorded_pinch(tmp_path, 5000)
    live = MonitorState()
    for item in items:
        live.feed(item, 0.0)
        assert live.snapshot(0.0).status.strain is None
    assert not any(overload_in(item) for item in items if hasattr(item, "counts"))


@pytest.mark.parametrize("name", ["research", "entry"])
def test_the_hello_grows_at_its_end_and_nothing_else_changes(name):
    plain = tuple(plan.info for plan in frontend(name).streams)
    stated = tuple(plan.info for plan in frontend(name).with_capacity(74.0).streams)
    device = Hello.decode(_hello(plain)).device
    assert all(c.capacity_n is None for s in device.streams for c in s.channels)
    longer = _hello(stated)
    assert longer.startswith(_hello(plain)), "an older host reads the same as before"
    found = decode_message(longer).device
    assert grip_capacity(found) == 74.0
    assert replace(found, streams=plain) == replace(device, streams=plain)


def _hello(streams):
    return Hello(DeviceInfo("board", "0102", "1.2.3", 7, 1, streams)).encode()
