"""Two foreign clients, pylsl and mne-lsl, receive what the file holds, at the time of its ticks."""

import contextlib
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pylsl
import pytest

import gripforce as gf
from tests.interop.lsl_config import command, environment

LISTENER = Path(__file__).with_name("lsl_listener.py")
URL = "sim:lift?seed=4&trials=9"
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
    with running(command("record", URL, "--lsl", "-o", path), env) as recorder:
        clients = {
            name: subprocess.Popen([sys.executable, LISTENER, name, folder / f"{name}.npz", "4"],
                                   env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for name in ("pylsl", "mne_lsl")
        }  # fmt: skip
        for name, client in clients.items():
            _, said = client.communicate(timeout=90)
            assert client.returncode == 0, f"{name}: {said.decode()[-2000:]}"
        recorder.send_signal(signal.SIGINT)
        _, said = recorder.communicate(timeout=30)
        assert "Streaming Layer" not in said
    return {name: np.load(folder / f"{name}.npz") for name in clients}, gf.read_recording(path)


@pytest.mark.parametrize("client", ["pylsl", "mne_lsl"])
@pytest.mark.parametrize("stream", ["force", "imu"])
def test_a_foreign_client_receives_the_samples_of_the_file(heard, client, stream):
    received, recording = heard[0][client], heard[1]
    values, stamps = received[f"{stream} values"], received[f"{stream} stamps"]
    samples = recording.streams[stream]
    assert len(values) > 2 * samples.stream.rate_hz
    first = int(np.flatnonzero((samples.values == values[0]).all(axis=1))[0])
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


def test_an_outlet_that_was_killed_is_found_again(tmp_path, monkeypatch):
    env = environment(tmp_path)
    script = tmp_path / "client.py"
    script.write_text(RECOVER)
    words = command("lsl", URL)
    with running(words, env) as first:
        client = subprocess.Popen(
            [sys.executable, script], env=env, stdout=subprocess.PIPE, text=True
        )
        assert client.stdout.readline() == "heard\n"
        first.send_signal(signal.SIGKILL)
    with running(words, env):
        said, _ = client.communicate(timeout=60)
    assert re.fullmatch(r"again\nrising\n", said)


RECOVER = """
import numpy as np, pylsl
(info,) = pylsl.resolve_byprop("name", "gripforce force", 1, 30)
inlet = pylsl.StreamInlet(info, recover=True)
before, silent = [], 0
while len(before) < 500:
    before += inlet.pull_chunk(0.5, 4096)[1]
print("heard", flush=True)
while silent < 3:
    stamps = inlet.pull_chunk(0.5, 4096)[1]
    before += stamps
    silent = 0 if stamps else silent + 1
after = []
while len(after) < 500:
    after += inlet.pull_chunk(0.5, 4096)[1]
print("again")
print("rising" if (np.diff(before + after) > 0).all() else "not rising")
"""


def test_the_clocks_are_one_on_this_computer():
    before_s, lsl_s, after_s = time.monotonic(), pylsl.local_clock(), time.monotonic()
    assert before_s - 1e-3 <= lsl_s <= after_s + 1e-3
