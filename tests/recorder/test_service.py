"""The recorder process: killed dashboards lose nothing, a killed recorder its last moment."""

import asyncio
import json
import os
import signal
import time
from contextlib import asynccontextmanager

import numpy as np
import pytest

from gripforce.errors import GripforceError, RecordingError, TransportError, UsageError
from gripforce.model import Ended, EndReason, Marker, Samples, Started
from gripforce.recorder import RecorderClient, RecorderService, RecordingRequest
from gripforce.recorder.server import ADDRESS, REMEMBERED_S
from gripforce.recording import read_recording
from tests.forkserver import KILLED, ForkServer

PATIENCE_S = 60
KILLS = 10
FAST = "sim:lift?speed=max&trials=1"


@asynccontextmanager
async def opened(folder, kind):
    recorder = RecorderService() if kind is RecorderService else RecorderClient(folder)
    if kind is RecorderClient:
        await recorder.open()
    try:
        yield recorder
    finally:
        await recorder.close()


async def until(recorder, kind):
    """Return items up to the first of a kind."""
    items = []
    async with asyncio.timeout(PATIENCE_S):
        async for item in recorder.items():
            items.append(item)
            if isinstance(item, kind):
                return items
    raise AssertionError


@pytest.mark.parametrize("kind", [RecorderService, RecorderClient])
async def test_records_one_file_after_another_and_publishes_all(tmp_path, kind):
    async with opened(tmp_path, kind) as recorder:
        for name in ("a", "b"):
            file = tmp_path / f"{name}.grip"
            await recorder.begin(
                RecordingRequest(FAST, str(file), {"subject": "p01", "task": "lift"})
            )
            items = await until(recorder, Ended)
            assert isinstance(items[0], Started)
            assert items[-1].reason is EndReason.FINISHED
            published = np.concatenate(
                [i.counter for i in items if isinstance(i, Samples) and i.stream.name == "force"]
            )
            recording = read_recording(file)
            np.testing.assert_array_equal(published, recording.streams["force"].counter)
            assert recording.metadata["subject"] == "p01"
            assert recording.integrity.reconciled


@pytest.mark.parametrize("kind", [RecorderService, RecorderClient])
async def test_marks_notes_and_stops(tmp_path, kind):
    file = tmp_path / "a.grip"
    async with opened(tmp_path, kind) as recorder:
        await recorder.begin(RecordingRequest("sim:lift", str(file)))
        assert recorder.file == str(file)
        await until(recorder, Samples)
        await recorder.mark("key", "trial=1")
        await recorder.annotate({"trial": 1, "good": True}, verdict=True)
        assert (await until(recorder, Marker))[-1].text == "trial=1"
        await recorder.stop()
        assert (await until(recorder, Ended))[-1].reason is EndReason.STOPPED
        assert recorder.file == ""
    recording = read_recording(file)
    assert [m.text for m in recording.markers] == ["trial=1"]
    assert any(note.get("good") is True for note in recording.notes)


async def test_notes_on_a_closed_file_wait_for_each_other(tmp_path):
    """The verdict on the last trial and the end of the block came at once, and one was lost."""
    file = tmp_path / "a.grip"
    async with opened(tmp_path, RecorderService) as recorder:
        await recorder.begin(RecordingRequest(FAST, str(file), {}))
        await until(recorder, Ended)
        notes = [{"event": "trial", "number": k} for k in range(40)]
        await asyncio.gather(*(recorder.annotate(note, file=str(file)) for note in notes))
    assert [note["number"] for note in read_recording(file).notes] == list(range(40))


@pytest.mark.parametrize("kind", [RecorderService, RecorderClient])
async def test_a_source_that_cannot_be_opened_is_refused_in_one_sentence(tmp_path, kind):
    async with opened(tmp_path, kind) as recorder:
        for url, error in (
            ("sim:dance", UsageError),
            ("tcp:127.0.0.1:1", TransportError),
            ("nonsense", UsageError),
        ):
            with pytest.raises(GripforceError) as refused:
                await recorder.begin(RecordingRequest(url, str(tmp_path / "a.grip")))
            assert refused.value.exit_code == error.exit_code
            assert recorder.file == ""
        await recorder.begin(RecordingRequest(FAST, str(tmp_path / "b.grip")))


async def test_a_file_is_never_overwritten(tmp_path):
    file = tmp_path / "a.grip"
    file.write_bytes(b"precious")
    async with opened(tmp_path, RecorderService) as recorder:
        with pytest.raises(RecordingError, match="never overwritten"):
            await recorder.begin(RecordingRequest(FAST, str(file)))
    assert file.read_bytes() == b"precious"


async def test_a_client_without_the_token_receives_nothing(tmp_path):
    async with opened(tmp_path, RecorderClient):
        address = json.loads((tmp_path / ADDRESS).read_text())
        assert (tmp_path / ADDRESS).stat().st_mode & 0o077 == 0
        for hello in (b'{"token": "guess"}\n', b"GET / HTTP/1.1\r\n", b"[]\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", address["port"])
            writer.write(hello)
            assert await reader.read() == b""
            writer.close()
            await writer.wait_closed()


async def test_a_watching_client_reads_all_and_may_ask_for_nothing(tmp_path):
    async with opened(tmp_path, RecorderClient) as recorder:
        watcher = RecorderClient(tmp_path, watch=True)
        assert await watcher.join()
        file = tmp_path / "a.grip"
        await recorder.begin(RecordingRequest(FAST, str(file), {}))
        with pytest.raises(UsageError, match="only watches"):
            await watcher.stop()
        seen, own = await until(watcher, Ended), await until(recorder, Ended)
        assert [type(i) for i in seen] == [type(i) for i in own]
        host_s = [i.host_s for i in seen if isinstance(i, Samples) and i.stream.name == "force"]
        assert np.all(np.diff(np.concatenate(host_s)) > 0)
        await watcher.leave()
    items = [item async for item in watcher.items_while_connected()]
    assert items == []


async def test_a_killed_recorder_ends_the_stream_and_is_started_again(tmp_path):
    async with opened(tmp_path, RecorderClient) as recorder:
        file = tmp_path / "a.grip"
        await recorder.begin(RecordingRequest("sim:lift", str(file)))
        while (await until(recorder, Samples))[-1].t[
            -1
        ] < 0.5:  # beyond the 0.1 s by which the file may lag
            continue
        os.kill(json.loads((tmp_path / ADDRESS).read_text())["pid"], signal.SIGKILL)
        assert (await until(recorder, Ended))[-1].reason is EndReason.TRUNCATED
        assert read_recording(file).integrity.ended is EndReason.TRUNCATED
        with pytest.raises(TransportError):
            await recorder.stop()
        await recorder.begin(RecordingRequest(FAST, str(tmp_path / "b.grip")))
        await until(recorder, Ended)


async def test_ten_killed_dashboards_lose_nothing_and_the_next_one_gets_the_recent_past(tmp_path):
    """Each is killed without warning while it watches; the same recording goes on."""
    file = tmp_path / "a.grip"
    lasts = []
    began_s = time.monotonic()
    with ForkServer("tests.recorder.watcher_process", tmp_path) as server:
        for _ in range(KILLS):
            pid, said = server.start(str(tmp_path), str(file))
            with said:
                lines = [said.readline() for _ in range(3)]
                os.kill(pid, signal.SIGKILL)
                assert server.ended() == KILLED
                lines += said.read().splitlines(keepends=True)
            lasts.append(int([line for line in lines if line.endswith(b"\n")][-1]))
    killed_s = time.monotonic()
    recorder = RecorderClient(tmp_path)
    await recorder.open()
    assert recorder.found
    assert recorder.file == str(file)
    items = await until(recorder, Samples)
    assert isinstance(items[0], Started)
    if time.monotonic() - began_s < REMEMBERED_S:
        assert items[-1].counter[0] == 0, "a new client receives all of a young recording"
    assert time.monotonic() - killed_s < PATIENCE_S
    await recorder.close()
    recording = read_recording(file)
    force = recording.streams["force"]
    np.testing.assert_array_equal(force.counter, np.arange(len(force)))
    assert force.counter[-1] >= max(lasts)
    assert recording.integrity.ended is EndReason.STOPPED
    assert recording.integrity.reconciled
    assert not (tmp_path / ADDRESS).exists()
