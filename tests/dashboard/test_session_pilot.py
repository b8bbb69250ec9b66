"""A whole session by keys alone, on a simulated patient in fast time."""

import asyncio
import time

import pytest

from gripforce.dashboard.conductor import Conductor, Setting
from gripforce.dashboard.screens.found import Page
from gripforce.dashboard.session_app import SUMMARY, SessionApp
from gripforce.dashboard.session_run import begin_folder, restored
from gripforce.model import EndReason
from gripforce.recording import read_recording
from gripforce.session import Journal, Stage, find_protocol
from gripforce.station import Station

FASTER = 60.0
"""Countdowns and rests of a minute pass in a second; the simulated patient is as fast as it can."""
PATIENCE_S = 240.0
SOURCE = "sim:lift?profile=als&seed=3&speed=max"


def told(subject="p01"):
    return {"subject": subject, "first_hand": "right", "source": SOURCE, "skin": "dry"}


async def run_through(folder, *, watch=None):
    """Press Enter whenever the session waits, until it is over; return the session."""
    session, progress = restored(folder)
    desk = Station()
    begin_s = time.monotonic()

    def clock():
        return FASTER * (time.monotonic() - begin_s)

    with Journal(folder.journal) as journal:
        setting = Setting(folder, str(progress.about["source"]), clock, lambda: None)
        conductor = Conductor(session, journal, desk, setting)
        app = SessionApp(conductor)
        async with app.run_test(size=(80, 24)) as pilot:
            async with asyncio.timeout(PATIENCE_S):
                while not isinstance(app.screen, Page) or "analysed" in app._verdicts[0]:
                    await pilot.pause(0.02)
                    if watch is not None and watch(app):
                        break
                    waiting = session.stage in {Stage.READY, Stage.REST}
                    if not isinstance(app.screen, Page) and (waiting or app.screen.is_modal):
                        await pilot.press("enter")
        await conductor.settle()
        await desk.close()
    return app


@pytest.mark.parametrize("name", ["als-battery"])
async def test_a_battery_from_the_first_key_to_the_last(tmp_path, name):
    protocol = find_protocol(name)
    folder = begin_folder(tmp_path, name, protocol.text, told())
    app = await run_through(folder)
    session = app.conductor.session
    assert session.stage is Stage.FINISHED
    assert all(session.progress.block(k).over for k in range(len(protocol.blocks)))
    for index, block in enumerate(protocol.blocks):
        if not block.recorded:
            continue
        done = session.progress.block(index)
        assert done.counted == block.trials, (block.title, done)
        for file in done.files:
            recording = read_recording(folder.recordings / file)
            assert recording.integrity.ended in {EndReason.STOPPED, EndReason.FINISHED}
            assert recording.integrity.reconciled
            assert recording.metadata["task"] == block.task
            assert recording.metadata["hand"] == session.hand_of(block)
            assert recording.metadata["skin"] == "dry"
    assert "Nothing is to be repeated." in (folder.path / SUMMARY).read_text()
    assert restored(folder)[0].stage is Stage.FINISHED
