"""The documented client, which imports nothing of gripforce, records, marks and reads along."""

import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import gripforce as gf

PAGE = Path(__file__).parents[2] / "docs" / "clients.md"
MARKS = 1000


@pytest.fixture
def client(tmp_path):
    (source,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert "gripforce" not in "".join(re.findall(r"^(?:from|import).*$", source, re.MULTILINE))
    assert len(source.splitlines()) <= 48
    process = subprocess.Popen([sys.executable, "-m", "gripforce.recorder", str(tmp_path)])
    while not (tmp_path / ".station.json").exists():
        assert process.poll() is None
        time.sleep(0.05)
    names = {}
    exec(compile(source, "clients.md", "exec"), names)
    recorder = names["Recorder"](tmp_path)
    yield recorder
    recorder.ask("quit")
    recorder.close()
    process.wait(30)


def test_a_thousand_marks(client, tmp_path):
    path = tmp_path / "a.grip"
    client.ask("begin", url="sim:lift?seed=2", file=str(path), metadata={"subject": "p01"})
    sent, trips = {}, []
    while client.ask("status")["t_s"] < 1.0:
        time.sleep(0.1)
    for k in range(MARKS):
        before_s = time.monotonic()
        answer = client.ask("mark", kind="mark", text=f"m{k}")
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
    assert np.median(late_s) < 1e-3
    newest = [i for i in items if i["item"] == "samples" and i["stream"] == "force"]
    force = recording.streams["force"]
    at = np.searchsorted(force.t, [i["t_s"] - 2e-4 for i in newest])
    columns = force.columns
    np.testing.assert_array_equal([[i[c] for c in columns] for i in newest], force.values[at])


def test_a_wrong_request_is_answered_in_a_sentence(client):
    with pytest.raises(RuntimeError, match="no request 'dance'"):
        client.ask("dance")
    assert client.ask("mark", kind="mark", text="nothing runs")["t_s"] is None
    assert client.ask("status")["file"] == ""
