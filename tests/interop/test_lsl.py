"""What foreign programs receive is what the file holds, at the time of its ticks.

The programs are two clients, pylsl and mne-lsl, and LabRecorder, whose file pyxdf reads.
"""

import contextlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pylsl
import pytest
import pyxdf

import gripforce as gf
from bench.terminal import Terminal
from gripforce.protocol.parse import require_protocol
from gripforce.session.storage import create_session
from reliability.lsl_alone import lab_recorder
from tests.interop.lsl_config import command, environment

LISTENER = Path(__file__).with_name("lsl_listener.py")
URL = "sim:cyclic?seed=4"
RULE = "load > 4.5 N -> ttl0 5ms"
"""The load of the moved object crosses this each 0.8 s, from second 5 on."""
MOST_MS = 1.0
SETTLED_S = 3.0
"""The host clock's fit is approached slowly, so the first seconds are coarser."""


@contextlib.contextmanager
def running(words, env):
    process = subprocess.Popen(
        words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    """What both clients received of one recording, and the recording."""
    folder = tmp_path_factory.mktemp("lsl")
    env, path = environment(folder), folder / "a.grip"
    words = command("record", URL, "--lsl", "--trigger", RULE, "-o", path)
    lab = lab_recorder(folder / "lab.xdf", "starts-with(name,'gripforce')")
    with (
        running(words, env) as recorder,
        subprocess.Popen(lab, env=env, stdin=subprocess.PIPE) as its_recorder,
    ):
        clients = {
            name: subprocess.Popen([sys.executable, LISTENER, name, folder / f"{name}.npz", "4"],
                                   env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for name in ("pylsl", "mne_lsl")
        }  # fmt: skip
        for name, client in clients.items():
            _, said = client.communicate(timeout=90)
            assert client.returncode == 0, f"{name}: {said.decode()[-2000:]}"
        its_recorder.communicate(b"", timeout=60)
        recorder.send_signal(signal.SIGINT)
        _, said = recorder.communicate(timeout=30)
        assert "Streaming Layer" not in said
    received = {name: np.load(folder / f"{name}.npz") for name in clients}
    return received | {"lab": folder / "lab.xdf"}, gf.read_recording(path)


@pytest.mark.parametrize("client", ["pylsl", "mne_lsl"])
@pytest.mark.parametrize("stream", ["force", "imu"])
def test_a_foreign_client_receives_the_samples_of_the_file(heard, client, stream):
    received, recording = heard[0][client], heard[1]
    values, stamps = received[f"{stream} values"], received[f"{stream} stamps"]
    require_the_file(values, stamps, recording, stream)


def require_the_file(values, stamps, recording, stream):
    """Require the values of the file, at the times of its ticks and of its clock."""
    samples = recording.streams[stream]
    assert len(values) > 2 * samples.stream.rate_hz
    alike = np.flatnonzero((samples.values == values[0]).all(axis=1))
    [first] = [k for k in alike if np.array_equal(samples.values[k : k + 9], values[:9])]
    there = slice(first, first + len(values))
    np.testing.assert_array_equal(values, samples.values[there])
    assert np.all(np.diff(stamps) > 0)
    t, settled = samples.t[there], samples.t[there] > SETTLED_S
    assert settled.sum() > samples.stream.rate_hz
    line = np.polyfit(t[settled], stamps[settled], 1)
    late_ms = 1e3 * np.abs(stamps - np.polyval(line, t))[settled]
    assert np.percentile(late_ms, 99) <= MOST_MS
    by_file_ms = 1e3 * np.abs(stamps - recording.clock.to_host_s(t))[settled]
    assert np.percentile(by_file_ms, 99) <= MOST_MS


def test_what_labrecorder_wrote_is_aligned_with_the_file(heard):
    """A laboratory records both outlets beside its EEG: pyxdf puts all on the computer's clock."""
    recording = heard[1]
    streams, _ = pyxdf.load_xdf(str(heard[0]["lab"]), dejitter_timestamps=False)
    found = {one["info"]["name"][0]: one for one in streams}
    for stream in ("force", "imu"):
        one = found[f"gripforce {stream}"]
        require_the_file(one["time_series"], one["time_stamps"], recording, stream)
    markers = found["gripforce markers"]
    texts = [text for [text] in markers["time_series"]]
    assert {f"crossing {RULE}", "trigger line 0 rising", "trigger line 0 falling"} <= set(texts)
    for text, stamp_s in zip(texts, markers["time_stamps"], strict=True):
        own = np.array([m.t for m in recording.markers if f"{m.kind} {m.text}" == text])
        late_ms = 1e3 * (stamp_s - recording.clock.to_host_s(own))
        assert np.abs(late_ms).min() <= MOST_MS, text


@pytest.mark.parametrize("client", ["pylsl", "mne_lsl"])
def test_channels_say_their_names_and_units(heard, client):
    received, recording = heard[0][client], heard[1]
    labels = [text.split("|") for text in received["force labels"]]
    assert [label for label, _ in labels] == list(recording.streams["force"].columns)
    if client == "pylsl":  # mne-lsl translates units to those of electrodes
        assert {unit for _, unit in labels} == {"N"}
    source, kind, rate = received["force about"]
    assert source == f"{recording.device.uid}:force"
    assert (kind, float(rate)) == ("Force", 1000.0)


def test_an_outlet_that_was_killed_is_found_again(tmp_path):
    env = environment(tmp_path)
    words = command("lsl", URL)
    with running(words, env) as first:
        clients = [
            subprocess.Popen(
                [sys.executable, "-c", RECOVER, name], env=env, stdout=subprocess.PIPE, text=True
            )
            for name in ("pylsl", "mne_lsl")
        ]
        assert [client.stdout.readline() for client in clients] == ["heard\n", "heard\n"]
        first.send_signal(signal.SIGKILL)
    with running(words, env):
        said = [client.communicate(timeout=60)[0] for client in clients]
    assert said == ["again\nrising\n"] * 2


RECOVER = """
import sys
import numpy as np
if sys.argv[1] == "pylsl":
    import pylsl
    (info,) = pylsl.resolve_byprop("name", "gripforce force", 1, 30)
    inlet = pylsl.StreamInlet(info, recover=True)
else:
    from mne_lsl.lsl import StreamInlet, resolve_streams
    (info,) = resolve_streams(30, name="gripforce force", minimum=1)
    inlet = StreamInlet(info, recover=True)
    inlet.open_stream(30)
pull = lambda: list(inlet.pull_chunk(0.5, 4096)[1])
before, silent = [], 0
while len(before) < 500:
    before += pull()
print("heard", flush=True)
while silent < 3:
    stamps = pull()
    before += stamps
    silent = 0 if stamps else silent + 1
after = []
while len(after) < 500:
    after += pull()
print("again")
print("rising" if (np.diff(before + after) > 0).all() else "not rising")
"""


def test_the_clocks_are_one_on_this_computer():
    before_s, lsl_s, after_s = time.monotonic(), pylsl.local_clock(), time.monotonic()
    assert before_s - 1e-3 <= lsl_s <= after_s + 1e-3


def test_a_session_is_offered_from_its_first_block_on(tmp_path, monkeypatch):
    """The screen runs on a terminal of its own; the recorder and the outlets are processes."""
    monkeypatch.setenv("LSLAPICFG", environment(tmp_path)["LSLAPICFG"])
    create_session(tmp_path / "all", require_protocol("lifts", PROTOCOL, "lifts"), ANSWERS)
    words = ("-m", "gripforce", "session", "--lsl", "--subject", "p01", "-d", str(tmp_path / "all"))
    with Terminal(words, columns=120, rows=40, leave=b"q2") as terminal:
        terminal.read_until_shown()
        terminal.press_until(b"\r", lambda: b"Enter: begin" in terminal.beginning)
        terminal.press_until(b"\r", lambda: list((tmp_path / "all").rglob("*.grip")))
        client = subprocess.Popen([sys.executable, LISTENER, "pylsl", tmp_path / "a.npz", "4"])
        while client.poll() is None:
            terminal.read(0.2)
        assert client.returncode == 0
    [path] = (tmp_path / "all").rglob("*.grip")
    received = np.load(tmp_path / "a.npz")
    recording = gf.read_recording(path)
    require_the_file(received["force values"], received["force stamps"], recording, "force")


PROTOCOL = """\
title = "Lifts"
[[block]]
task = "lift"
title = "Lifts"
instruction = "Lift."
mass_g = 300
trials = 9
"""
ANSWERS = {"subject": "p01", "first_hand": "right", "source": "sim:lift?seed=4&trials=9"}
