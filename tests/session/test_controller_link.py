"""The link breaks in the middle of a trial: the trial is marked, and asked for again."""

import pytest

from gripforce.dashboard.widgets.header import alarm_words
from gripforce.device import Device
from gripforce.model import Ended, EndReason, Marker
from gripforce.session import EventKind, SessionState
from gripforce.transport import SourceUrl
from gripforce.transport.simulated import simulated
from tests.dashboard.session_screens import LIFT, PINCH, make_bench
from tests.device.test_device import Vanishing
from tests.session.fast_time import StreamClock

PULLED_S = {"pinch": 4.0, "lift": 4.0}
BLOCKS = {"pinch": PINCH, "lift": LIFT}
REST_S = {"pinch": 24, "lift": 0}
"""The block of pinches asks for 20 s, that of lifts for none."""


async def pulled(path, task, *, faults="", opens=1, patience_s=5.0):
    """Run a block whose cable is pulled in its first trial; return bench, banners and end."""
    options = f"trials=6&rest_s={REST_S[task]}&speed=max&faults={faults}"
    inner = simulated(SourceUrl.parse(f"sim:{task}?{options}"))
    device = Device(Vanishing(inner, PULLED_S[task], opens), patience_s=patience_s)
    clock = StreamClock()
    bench = make_bench(path, BLOCKS[task], clock=clock)
    controller = bench.controller
    await bench.begin()
    banners, ended = [], None
    async with device:
        async for item in device.stream(metadata={"task": task, "mass_g": 400}):
            controller.accept(item)
            clock.follow(item, controller.live.newest_t)
            if isinstance(item, Marker):
                banners.append((item.text, alarm_words(controller.frame().status)))
            if isinstance(item, Ended):
                ended = item
            if bench.recorder.stopped:
                device.stop()
    await controller.settle()
    return bench, banners, ended


@pytest.mark.parametrize("task", BLOCKS)
async def test_what_is_lost_with_the_link_is_asked_for_again(tmp_path, task):
    bench, banners, ended = await pulled(tmp_path, task, faults="no_resend")
    (lost, banner), (restored, after) = [b for b in banners if b[0] in {"lost", "restored"}]
    assert (lost, restored) == ("lost", "restored")
    assert "LINK LOST" in banner.upper()
    assert "LINK LOST" not in after.upper()
    first, *later = bench.session.progress.block(0).trials
    assert not first.good
    assert first.why[0] == "the link to the device broke"
    assert any("missing" in why for why in first.why)
    assert sum(trial.good for trial in later) == BLOCKS[task].trials, "it was offered again"
    assert ended.reason is EndReason.STOPPED, "one recording from the first to the last"
    assert bench.session.state is SessionState.FINISHED


async def test_what_comes_back_whole_counts_and_says_so(tmp_path):
    bench, _, ended = await pulled(tmp_path, "pinch")
    first = bench.session.progress.block(0).trials[0]
    assert first.good
    assert first.remarks == ("the link broke meanwhile and came back",)
    assert ended.reconciled


async def test_a_device_that_is_lost_for_good_leaves_the_block_to_be_begun_again(tmp_path):
    bench, _, ended = await pulled(tmp_path, "pinch", opens=10**9, patience_s=0.0)
    assert ended.reason is EndReason.DEVICE_LOST
    assert bench.controller.alarm.startswith("RECORDING ENDED: device lost")
    assert bench.session.state is SessionState.READY
    assert not bench.controller.recorded
    (broke,) = [e for e in bench.journal.events if e.kind is EventKind.INTERRUPTED]
    assert broke.data["why"] == "device lost"
    await bench.begin()
    assert bench.controller.alarm == ""
    assert bench.controller.recorded
