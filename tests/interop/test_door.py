"""The documented client, which imports nothing of gripforce, records, marks and reads along."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import gripforce as gf

PAGE = Path(__file__).parents[2] / "docs" / "clients.md"
MARKS = 1000


MOST_LINES = 40


def on_the_page(language):
    """Return the first block of code in a language that the page shows."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)[0]


@contextlib.contextmanager
def running(folder):
    """Run a recorder in a folder until a client lets it quit."""
    process = subprocess.Popen([sys.executable, "-m", "gripforce.recorder", str(folder)])
    while not (folder / ".station.json").exists():
        assert process.poll() is None
        time.sleep(0.05)
    yield
    process.wait(30)


@pytest.fixture
def client(tmp_path):
    source = on_the_page("python")
    assert "gripforce" not in "".join(re.findall(r"^(?:from|import).*$", source, re.MULTILINE))
    assert len(source.splitlines()) <= MOST_LINES
    names = {}
    exec(compile(source, "clients.md", "exec"), names)
    with running(tmp_path):
        recorder = names["Recorder"](tmp_path)
        yield recorder
        recorder.ask("quit")
        recorder.close()


def test_a_thousand_marks(client, tmp_path):
    path = tmp_path / "a.grip"
    client.ask("begin", url="sim:lift?seed=2", file=str(path), metadata={"subject": "p01"})
    sent, trips = {}, []
    while client.ask("status")["t_s"] < 1.0:
        time.sleep(0.1)
    for k in range(MARKS):
        before_s = time.monotonic()
        answer = client.ask("mark", kind="mark", text=f"m{k}", at_host_s=before_s)
        trips.append(time.monotonic() - before_s)
        sent[f"m{k}"] = before_s
        assert answer["t_s"] is not None
    client.ask("stop")
    items = []
    while not items or items[-1]["item"] != "ended":
        items.append(client.item())
    recording = gf.read_recording(path)
    marks = {m.text: m.t for m in recording.markers if m.kind == "mark"}
    assert set(marks) == set(sent)
    late_s = [recording.clock.to_host_s(marks[text]) - at_s for text, at_s in sent.items()]
    assert np.percentile(np.abs(late_s), 99) < 1e-3
    newest = [i for i in items if i["item"] == "samples" and i["stream"] == "force"]
    force = recording.streams["force"]
    at = np.searchsorted(force.t, [i["t_s"] - 2e-4 for i in newest])
    columns = force.columns
    np.testing.assert_array_equal([[i[c] for c in columns] for i in newest], force.values[at])


def test_a_wrong_request_is_answered_in_a_sentence(client):
    with pytest.raises(RuntimeError, match="no request 'dance'"):
        client.ask("dance")
    for wrong in (
        {"at_host_s": "now"},
        {"at_host_s": [1]},
        {"ago_s": "x"},
        {"ago_s": float("inf")},
    ):
        with pytest.raises(RuntimeError, match="a number of seconds"):
            client.ask("mark", kind="mark", text="m", **wrong)
    assert client.ask("mark", kind="mark", text="nothing runs")["t_s"] is None
    assert client.ask("status")["file"] == ""


OCTAVE = """
pkg load instrument-control
warning('off', 'all');
g = GripRecorder('.');
g.ask('begin', struct('url', 'sim:lift?seed=2', 'file', fullfile(pwd, 'a.grip'), ...
                      'metadata', struct('subject', 'p01')));
do
    pause(0.1);
until g.ask('status').t_s > 1
for k = 1:20
    printf('%.9f\\n', g.ask('mark', struct('kind', 'mark', 'text', sprintf('m%d', k))).t_s);
end
g.ask('stop');
try
    g.ask('dance');
catch problem
    fputs(stderr, problem.message);
end
g.ask('quit');
"""


@pytest.mark.skipif(
    shutil.which("octave-cli") is None and not os.environ.get("CI"), reason="needs Octave"
)
def test_the_client_for_matlab_runs_in_octave(tmp_path):
    (tmp_path / "GripRecorder.m").write_text(on_the_page("matlab"))
    with running(tmp_path):
        done = subprocess.run(
            ["octave-cli", "--no-history", "--norc", "--eval", OCTAVE],
            cwd=tmp_path, capture_output=True, text=True, timeout=90, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert "no request 'dance'" in done.stderr
    recording = gf.read_recording(tmp_path / "a.grip")
    marks = {marker.text: marker.t for marker in recording.markers if marker.kind == "mark"}
    assert list(marks) == [f"m{k}" for k in range(1, 21)]
    np.testing.assert_allclose([float(t) for t in done.stdout.split()], list(marks.values()),
                               atol=0.05)  # fmt: skip
