"""The emulated board on the bench: the true AVR image, a waveform, a pty, and the truth."""

import itertools
import json
import os
import signal
import subprocess
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import serial

from gripforce.device import open_device
from gripforce.model import Samples
from gripforce.recording import Recorder, read_recording
from gripforce.wire import commands
from gripforce.wire.connection import Connection, decode_message
from gripforce.wire.framing import encode_frame
from gripforce.wire.hello import Hello
from gripforce.wire.messages import Ack, Nak, SampleBlock

FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"
BUILD = FIRMWARE / "build"
CPU_HZ = 16_000_000
ANSWER_S = 20.0
"""Patience with a loaded machine, not an expectation."""


def write_waveform(path, t_s, counts):
    """Write ``counts``, shape (n, 4) or, with rotation and acceleration, (n, 10)."""
    rows = (f"{t:.6f},{','.join(map(str, row))}\n" for t, row in zip(t_s, counts, strict=True))
    path.write_text("t_s,c0,c1,c2,c3\n" + "".join(rows))
    return path


def busy_waveform(path, seconds, seed=1):
    """Write counts that change all the time and never repeat, so that a wrong place shows."""
    t_s = np.arange(round((seconds + 2) * 1000)) / 1000
    random = np.random.default_rng(seed)
    steps = random.integers(-4000, 4001, (len(t_s), 4))
    middle = np.array([0, 1_000_000, -1_000_000, 3_000_000])
    forces = np.clip(middle + np.cumsum(steps, axis=0), -(1 << 23), (1 << 23) - 1)
    motion = random.integers(-32000, 32001, (len(t_s), 6))
    return write_waveform(path, t_s, np.hstack([forces, motion]))


@dataclass
class Emulated:
    """A running emulator."""

    process: subprocess.Popen
    port: Path
    truth_path: Path
    stopped: bool = False

    def tell(self, line):
        """Do an event now."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def truth(self):
        """End the emulator and return what it presented."""
        self.stop()
        return json.loads(self.truth_path.read_text())

    def stop(self):
        if not self.stopped:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(ANSWER_S)
            self.process.stdin.close()
            self.process.stdout.close()
            self.stopped = True


@contextmanager
def emulated(folder, build, waveform, *options, events="", images=BUILD):
    """Run an image, named by front end and options; the folder holds pty, truth and EEPROM."""
    image, frontend = images / f"uno-{build}.elf", build.split("-")[0]
    port, truth = folder / "port", folder / "truth.json"
    command = [
        BUILD / "emulator", "--image", image, "--frontend", frontend, "--waveform", waveform,
        "--link", port, "--truth", truth, "--eeprom", folder / "eeprom", "--control", *options,
    ]  # fmt: skip
    if build.endswith("-10hz"):
        command += ["--cell-rate", "10"]
    if events:
        (folder / "events").write_text(events)
        command += ["--events", folder / "events"]
    process = subprocess.Popen(
        list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    board = Emulated(process, port, truth)
    try:
        while (line := process.stdout.readline()) != "ready\n":
            assert line, "the emulator ended before it was ready"
        yield board
    finally:
        board.stop()


class Wire:
    """pyserial and ``Connection``, and nothing between: what a device really says."""

    def __init__(self, port):
        self._port = serial.Serial(os.fspath(port), 1_000_000, timeout=ANSWER_S)
        self.connection = Connection()
        self._request = 0
        self._heard = deque()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._port.close()

    def write(self, data):
        self._port.write(data)

    def messages(self):
        """Yield messages as they come; an error where none comes for a long time."""
        while True:
            while self._heard:
                yield self._heard.popleft()
            data = self._port.read(self._port.in_waiting or 1)
            assert data, "the device is silent"
            self._heard += (message for _, message in self.connection.receive(data))

    def until(self, wanted):
        """Return the messages up to the first that is ``wanted``, which ends the list."""
        heard = []
        for message in self.messages():
            heard.append(message)
            if wanted(message):
                return heard
        raise AssertionError

    def hello(self):
        return self.until(lambda m: isinstance(m, Hello))[-1].device

    def ask(self, command):
        """Send a command; return everything up to its answer."""
        self._request = self._request % 255 + 1
        payload = bytearray(command.encode())
        payload[1] = self._request
        return self.ask_raw(bytes(payload))

    def ask_raw(self, payload):
        self.write(encode_frame(payload))
        return self.until(lambda m: isinstance(m, Ack | Nak) and m.request == payload[1])

    def ask_until_answered(self, command, patience=50):
        """Ask again after so many messages without an answer, as a host does; return all heard."""
        heard, request = [], bytearray(command.encode())
        while not (heard and isinstance(heard[-1], Ack)):
            self._request = request[1] = self._request % 255 + 1
            self.write(encode_frame(bytes(request)))
            for message in itertools.islice(self.messages(), patience):
                heard.append(message)
                if isinstance(message, Ack) and message.request == request[1]:
                    break
        return heard

    def blocks(self, enough):
        """Return the sample blocks up to the first of which ``enough`` is true."""
        heard = self.until(lambda m: isinstance(m, SampleBlock) and enough(m))
        return [m for m in heard if isinstance(m, SampleBlock)]

    def start(self):
        return self.ask(commands.Start())

    def stop(self):
        """Return what came up to the ack, the last status included."""
        return self.ask(commands.Stop())


def counts_of(block, channels):
    """Return a block's counts, shape (n, channels)."""
    if len(block.data) == 2 * block.n * channels:
        return np.frombuffer(block.data, "<i2").reshape(-1, channels).astype(np.int32)
    raw = np.frombuffer(block.data, np.uint8).reshape(-1, channels, 3).astype(np.int32)
    value = raw[..., 0] | raw[..., 1] << 8 | raw[..., 2] << 16
    return np.where(value >= 1 << 23, value - (1 << 24), value)


def presented(truth, stream):
    """Return the cycles at which a converter presented, and what: shapes (n,) and (n, channels)."""
    rows = np.array(truth["streams"][stream])
    return rows[:, 0], rows[:, 1:]


def place_of(counts, shown):
    """Return where ``counts`` begin in ``shown``: their first eight rows, which occur only once."""
    n = min(8, len(counts))
    starts = [
        i for i in range(min(40, len(shown) - n)) if np.array_equal(shown[i : i + n], counts[:n])
    ]
    assert len(starts) == 1, "what came first was never presented, or more than once"
    return starts[0]


async def record(port, path, seconds, metadata=None, then=None):
    """Record through Device and Recorder; return the recording, its blocks and how it ended.

    ``then`` is called once, when a second has come: while nobody streams, emulated time runs on.
    """
    blocks, ended = [], None
    with Recorder(path, metadata or {}) as recorder:
        async with open_device(f"serial:{port}") as device:
            async for item in recorder.through(device.stream(duration_s=seconds)):
                payload = getattr(item, "payload", None)
                if payload is not None and payload[0] == 3:
                    blocks.append(decode_message(payload))
                if then is not None and isinstance(item, Samples) and item.t[-1] > 1.0:
                    then()
                    then = None
                ended = item
    return read_recording(path), blocks, ended
