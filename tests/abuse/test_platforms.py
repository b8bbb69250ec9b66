"""Other systems, as far as they can be had here: without POSIX modules, with COM names, no signals.

A command is also interrupted while it is being loaded.
"""

import asyncio
import contextlib
import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
from serial.tools import list_ports

from bench.terminal import Terminal
from gripforce.errors import RecordingError, UsageError
from gripforce.recorder.server import HANDSHAKE_S, MOST_STRANGERS, RecorderServer
from gripforce.recording import Recorder, read_recording
from gripforce.recording.lock import mount_kind
from gripforce.recording.notes import annotate
from gripforce.transport import serve
from gripforce.transport.serial_port import SerialTransport
from gripforce.transport.urls import SourceUrl
from reliability.known_samples import session, stream_items

WITHOUT_POSIX = """
import asyncio, json, subprocess, sys
import serial, textual.drivers.linux_driver  # they have their own ways on Windows
for name in ("fcntl", "grp", "pwd", "pty", "resource", "termios", "tty"):
    sys.modules[name] = None
for name in list(sys.modules):
    assert not name.startswith("gripforce"), name

class NoSignals(asyncio.SelectorEventLoop):
    def add_signal_handler(self, *arguments):
        raise NotImplementedError

class Policy(asyncio.DefaultEventLoopPolicy):
    _loop_factory = NoSignals

asyncio.set_event_loop_policy(Policy())
import gripforce.cli.measure.monitor, gripforce.dashboard.app, gripforce.dashboard.session.app
from gripforce.cli.main import main
for words in json.loads(sys.argv[1]):
    sys.argv = ["gripforce", *words]
    try:
        main()
    except SystemExit as end:
        print("ended", end.code, flush=True)
        if end.code:
            raise
"""


def without_posix(*commands):
    """Return how Python is called to carry out commands, one after the other."""
    return "-c", WITHOUT_POSIX, json.dumps([list(map(str, words)) for words in commands])


def test_record_analyze_and_simulate_need_no_posix_module(tmp_path):
    made = tmp_path / "a.grip"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    called = without_posix(
        ("record", "sim:lift?speed=max&trials=2", "-o", made, "--mass-g", 400),
        ("analyze", made, "-o", tmp_path / "a.csv"),
        ("simulate", "--tcp", port),
    )
    with subprocess.Popen(
        [sys.executable, *called], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        said = ""
        while f"127.0.0.1:{port}" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        process.send_signal(signal.SIGINT)
        said += process.communicate(timeout=30)[0]
    assert "Traceback" not in said, said
    assert said.count("ended 0\n") >= 2, said
    assert (tmp_path / "a.csv").read_text().count("\n") == 3


def test_monitor_needs_no_posix_module():
    """Textual's own driver does; on Windows it has another."""
    with Terminal(
        without_posix(("monitor", "sim:lift")), columns=80, rows=24, leave=b"q"
    ) as terminal:
        terminal.read_until_shown()
        terminal.read(1.0)
    assert b"GF" in terminal.beginning
    assert terminal.exit_code == 0


def test_ctrl_c_while_a_command_is_loaded_leaves_no_traceback():
    for wait_s in (0.02, 0.05, 0.1, 0.2, 0.3):
        with subprocess.Popen(
            [sys.executable, "-m", "gripforce", "analyze", "none.grip"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            threading.Event().wait(wait_s)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        lines = [line for line in said.decode().splitlines() if "gripforce" in line]
        assert not any("File" in line for line in lines), said.decode()


class Port:
    def __init__(self, device, serial_number):
        self.device, self.serial_number = device, serial_number


def test_a_port_with_a_com_name_is_found_again_by_its_serial_number(monkeypatch):
    """The list of ports is pyserial's; here it is what Windows returns."""
    there = [Port("COM3", "A1"), Port("COM7", "B2")]
    monkeypatch.setattr(list_ports, "comports", lambda: there)
    transport = SerialTransport(SourceUrl.parse("serial:COM3"))
    assert transport._present_path() == "COM3"
    there[:] = [Port("COM7", "B2"), Port("COM9", "A1")]
    assert transport._present_path() == "COM9"
    there[:] = [Port("COM7", "B2")]
    assert transport._present_path() == "COM3"


async def test_serving_ends_where_no_signal_handler_can_be_set(monkeypatch):
    loop = asyncio.get_running_loop()

    def refuse(*arguments):
        raise NotImplementedError

    monkeypatch.setattr(loop, "add_signal_handler", refuse)
    await serve.until_terminated(asyncio.sleep(0))


@pytest.fixture
async def address(tmp_path):
    path = tmp_path / ".station.json"
    task = asyncio.create_task(RecorderServer(path).serve())
    async with asyncio.timeout(10):
        while not path.exists():  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0)
    yield json.loads(path.read_text())
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_connections_that_say_nothing_are_few_and_do_not_shut_out_the_screen(
    address, monkeypatch
):
    monkeypatch.setattr("gripforce.recorder.server.HANDSHAKE_S", 0.2)
    assert HANDSHAKE_S <= 10
    idle = [
        await asyncio.open_connection("127.0.0.1", address["port"])
        for _ in range(MOST_STRANGERS + 8)
    ]
    async with asyncio.timeout(20):
        ends = await asyncio.gather(*(reader.read() for reader, _ in idle))
    assert set(ends) == {b""}
    reader, writer = await asyncio.open_connection("127.0.0.1", address["port"])
    writer.write(json.dumps({"token": address["token"]}).encode() + b"\n")
    async with asyncio.timeout(10):
        assert await reader.readexactly(5)
    for _, one in [*idle, (reader, writer)]:
        one.close()
        with contextlib.suppress(OSError):
            await one.wait_closed()


def test_a_note_may_be_a_text(tmp_path):
    path = tmp_path / "a.grip"
    with Recorder(path, least_free_bytes=0) as recorder:
        for item in stream_items(session(1.0)):
            recorder.write(item)
    annotate(path, "the cable was loose")
    assert read_recording(path).notes[-1]["text"] == "the cable was loose"
    with pytest.raises(UsageError, match="A note of the kind int"):
        annotate(path, 3)


MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
31 22 0:52 / /home rw shared:7 - nfs4 server:/home rw,vers=4.2
32 22 0:53 / /mnt/my\\040disk rw - cifs //server/share rw
"""


def test_a_network_file_system_is_known_by_the_table_of_mounts():
    assert mount_kind(MOUNTS, "254:0") == "ext4"
    assert mount_kind(MOUNTS, "0:52") == "nfs4"
    assert mount_kind(MOUNTS, "0:53") == "cifs"
    assert mount_kind(MOUNTS, "8:1") == ""


def test_without_locks_a_note_waits_until_nothing_is_written(tmp_path, monkeypatch):
    def refused(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    path, whole = tmp_path / "a.grip", tmp_path / "whole.grip"
    for name in (path, whole):
        with Recorder(name, least_free_bytes=0) as recorder:
            for item in stream_items(session(1.0)):
                recorder.write(item)
    path.write_bytes(path.read_bytes()[:-400])  # it has no end
    monkeypatch.setattr(fcntl, "flock", refused)
    with pytest.raises(RecordingError, match="may still be recorded by another computer"):
        annotate(path, "a note")
    annotate(whole, "a note")
    an_hour_ago = time.time() - 3600
    os.utime(path, (an_hour_ago, an_hour_ago))
    annotate(path, "a note")
    assert [note["text"] for note in read_recording(path).notes] == ["a note"]


WINDOWS_LOCKS = """
import fcntl, importlib, os, sys, types
import gripforce.recording.lock as module
real = fcntl
def locking(descriptor, mode, size):  # as Microsoft documents it, with locks of this system
    assert size == 1 and os.lseek(descriptor, 0, os.SEEK_CUR) > 1 << 32
    try:
        real.flock(descriptor, real.LOCK_EX | real.LOCK_NB)
    except BlockingIOError:
        raise PermissionError(13, "Permission denied") from None
sys.modules["msvcrt"] = types.SimpleNamespace(locking=locking, LK_NBLCK=2)
sys.modules["fcntl"] = None
importlib.reload(module)
is_locked, lock, path = module.is_locked, module.lock, sys.argv[1]
first, second = (os.open(path, os.O_RDWR) for _ in range(2))
assert not is_locked(path)
os.lseek(first, 7, os.SEEK_SET)
assert lock(first) is True and lock(second) is False and is_locked(path)
assert os.lseek(first, 0, os.SEEK_CUR) == 7 and os.read(second, 5) == b"bytes"
os.close(first)
assert lock(second) is True
"""


def test_windows_locks_a_byte_that_nobody_reads(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"bytes")
    subprocess.run([sys.executable, "-c", WINDOWS_LOCKS, path], check=True, timeout=60)
