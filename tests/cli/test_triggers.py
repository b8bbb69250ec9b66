"""``record --trigger``: the device's own record of its output follows event and crossing."""

import numpy as np
import pytest
from typer.testing import CliRunner

import gripforce as gf
from gripforce.cli.main import app

RISE, FALL = "grip > 3 N -> ttl0 5ms", "load > 1 N + 100 ms -> ttl1 10ms"
ONSET = "load_onset + 200 ms -> ttl1 20ms"


def test_an_output_is_raised_at_an_event_and_when_a_force_crosses_a_level(tmp_path):
    path = tmp_path / "a.grip"
    words = ["record", "sim:lift?trials=1&seed=4", "-o", str(path), "--duration", "3"]
    rules = [word for rule in (RISE, FALL, ONSET) for word in ("--trigger", rule)]
    done = CliRunner().invoke(app, [*words, "--mass-g", "400", *rules])
    assert done.exit_code == 0, done.output
    recording = gf.read_recording(path)
    forces = recording.forces()
    crossed = {m.text: m.t for m in recording.markers if m.kind == "crossing"}
    assert crossed[RISE] == pytest.approx(forces.t_s[np.argmax(forces.grip_n > 3)], abs=0.01)
    assert crossed[FALL] == pytest.approx(forces.t_s[np.argmax(forces.load_n > 1)], abs=0.01)
    pulses = [(m.text, m.t) for m in recording.markers if m.kind == "trigger"]
    rises = {line: [t for text, t in pulses if text == f"line {line} rising"] for line in (0, 1)}
    falls = [t for text, t in pulses if text == "line 0 falling"]
    assert falls[0] - rises[0][0] == pytest.approx(0.005, abs=1e-3)
    assert rises[0][0] - crossed[RISE] > 0
    event = {m.text: m.t for m in recording.markers if m.kind == "event"}
    assert event[ONSET] == pytest.approx(recording.trials().t_load_onset_s[0], abs=0.01)
    # The simulator shares our loop, so its ticks lag where the machine is busy: no exact delay.
    assert min(rises[1]) > event[ONSET]


def test_what_cannot_be_is_refused_before_anything_is_recorded(tmp_path):
    path = tmp_path / "a.grip"
    for rule in ("grip", "grip > 5 N -> ttl0 0ms"):
        words = ["record", "sim:lift", "-o", str(path), "--trigger", rule]
        done = CliRunner().invoke(app, words)
        assert isinstance(done.exception, gf.GripforceError)
    assert not path.exists()


def test_a_watch_without_effect_is_said_in_spite_of_quiet(gripforce, tmp_path):
    words = ("record", "sim:lift?speed=max&trials=1", "-o", tmp_path / "a.grip", "--watch", RISE)
    done = gripforce("-q", *words)
    assert done.code == 0
    assert f"'{RISE}' has no effect" in done.err
