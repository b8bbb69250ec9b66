"""Markers of foreign programs stand in the file at the time at which they were sent."""

import json
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest
from typer.testing import CliRunner

import gripforce as gf
from gripforce.bridge.markers_in import LONGEST_TEXT
from gripforce.cli.main import app
from tests.interop.lsl_config import command, environment

URL = "sim:lift?seed=4&trials=9"
MOST_S = 1e-3
SENDER = """
import json, sys, time
import pylsl
outlet = pylsl.StreamOutlet(pylsl.StreamInfo("stimuli", "Markers", 1, 0, "string", "test-stimuli"))
while not outlet.have_consumers():
    time.sleep(0.02)
time.sleep(2.0)
sent = {}
for k in range(200):
    sent[f"stimulus {k}"] = time.monotonic()
    outlet.push_sample([f"stimulus {k}"], pylsl.local_clock())
    time.sleep(0.01)
time.sleep(0.5)
print(json.dumps(sent), flush=True)
"""


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def recorded_s(path):
    try:
        return gf.read_recording(path).duration_s
    except gf.GripforceError:
        return 0.0


def late_s(recording, sent):
    """How much later than it was sent each marker stands in the file."""
    t = {m.text: m.t for m in recording.markers if m.kind == "mark"}
    assert set(t) == set(sent)
    return np.array([recording.clock.to_host_s(t[text]) - at_s for text, at_s in sent.items()])


def test_two_hundred_markers_of_an_lsl_outlet(tmp_path):
    env, path = environment(tmp_path), tmp_path / "a.grip"
    sender = subprocess.Popen([sys.executable, "-c", SENDER], env=env, stdout=subprocess.PIPE)
    words = command("record", URL, "-o", path, "--markers", "lsl:stimuli")
    recorder = subprocess.Popen(words, env=env, stderr=subprocess.PIPE)
    sent = json.loads(sender.communicate(timeout=90)[0])
    recorder.send_signal(signal.SIGINT)
    _, said = recorder.communicate(timeout=30)
    assert recorder.returncode == 0, said.decode()
    late = late_s(gf.read_recording(path), sent)
    assert len(late) == 200
    assert np.percentile(np.abs(late), 99) < MOST_S


def test_packets_and_lines(tmp_path):
    path, port, sent = tmp_path / "a.grip", free_port(), {}
    words = command("record", URL, "-o", path, "--markers", f"udp:127.0.0.1:{port}",
                    "--markers", "stdin")  # fmt: skip
    recorder = subprocess.Popen(words, env=environment(tmp_path), stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    while recorded_s(path) < 1.0:
        assert recorder.poll() is None, recorder.stderr.read().decode()
        time.sleep(0.1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for k in range(50):
            sent[f"udp {k}"] = time.monotonic()
            sender.sendto(f"udp {k}\n".encode(), ("127.0.0.1", port))
            sent[f"line {k}"] = time.monotonic()
            recorder.stdin.write(f"line {k}\n".encode())
            recorder.stdin.flush()
            time.sleep(0.02)
        for evil in (b"", b"\n \n", b"\xff\x00\x1b[31m", b"x" * 60_000):
            sender.sendto(evil, ("127.0.0.1", port))
    time.sleep(0.5)
    recorder.send_signal(signal.SIGINT)
    _, said = recorder.communicate(timeout=30)
    assert recorder.returncode == 0, said.decode()
    recording = gf.read_recording(path)
    others = {m.text for m in recording.markers if m.kind == "mark"} - set(sent)
    assert len(others) == 2
    assert max(map(len, others)) == LONGEST_TEXT
    t = {m.text: m.t for m in recording.markers}
    late = np.array([recording.clock.to_host_s(t[text]) - at_s for text, at_s in sent.items()])
    assert np.median(late) < MOST_S
    assert np.all(late > -MOST_S)


@pytest.mark.parametrize(
    "url", ["udp:", "udp:127.0.0.1", "udp:127.0.0.1:0", "udp:127.0.0.1:99999", "tcp:1", "stdin:x"]
)
def test_a_source_that_does_not_exist_is_refused_before_anything_is_recorded(tmp_path, url):
    path = tmp_path / "a.grip"
    done = CliRunner().invoke(app, ["record", URL, "-o", str(path), "--markers", url])
    assert isinstance(done.exception, gf.GripforceError)
    assert not path.exists()
