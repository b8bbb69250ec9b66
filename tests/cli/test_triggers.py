"""``record --trigger``: the device's own record of its output follows event and crossing."""

import asyncio

import numpy as np
import pytest
from typer.testing import CliRunner

import gripforce as gf
from gripforce.cli.main import app
from gripforce.cli.measure.beside import Beside
from gripforce.device import Device
from gripforce.recording import Recorder
from gripforce.sim.options import scene_from_options, sim_from_options
from gripforce.transport.memory import MemoryTransport
from tests.ble.virtual_time import run_virtual

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


DELAYED = {
    "load_onset": "load_onset + 200 ms -> ttl0 5ms",
    "lift_off": "lift_off + 120 ms -> ttl1 10ms",
}
DELAYS_S, PLANTED = (0.2, 0.12), ("t_load_onset_s", "t_liftoff_s")
SAME_S, DETECTED_S = 0.002, 0.010
FIT_S = 0.01
"""The clock's fit in the first seconds of a simulation in steps of 250 ms."""


class VirtualLink(MemoryTransport):
    """A link to a simulated device whose time is that of the loop."""

    def now(self):
        return asyncio.get_running_loop().time()


def test_a_delayed_pulse_stands_at_its_moment_after_what_was_planted(tmp_path):
    """In virtual time no busy machine moves a pulse; what is left is ours."""
    path, twin = tmp_path / "a.grip", sim_from_options("lift", trials=1, seed=4)

    async def record():
        async with Device(VirtualLink(twin)) as device:
            beside = Beside(device, triggers=tuple(DELAYED.values()))
            with Recorder(path) as recorder, beside:
                stream = device.stream(duration_s=2.6, metadata={"mass_g": 400})
                async for item in recorder.through(stream):
                    beside.put(item)

    run_virtual(record())
    markers = gf.read_recording(path).markers
    events = [m.t for text in DELAYED.values() for m in markers if m.text == text]
    rises = [m.t for k in (0, 1) for m in markers if m.text == f"line {k} rising"]
    falls = [m.t for k in (0, 1) for m in markers if m.text == f"line {k} falling"]
    np.testing.assert_allclose(rises, np.add(events, DELAYS_S), atol=SAME_S)
    np.testing.assert_allclose(np.subtract(falls, rises), (0.005, 0.010), atol=SAME_S)
    [lift] = scene_from_options("lift", trials=1, seed=4).trials
    wanted = [lift[event] + delay_s for event, delay_s in zip(PLANTED, DELAYS_S, strict=True)]
    np.testing.assert_allclose(rises, wanted, atol=DETECTED_S)


def test_markers_of_a_fast_simulation_stand_in_its_own_time(tmp_path, gripforce):
    path, rule = tmp_path / "a.grip", "grip > 2 N -> ttl0 10ms"
    words = ("record", "sim:lift?speed=max&trials=2&seed=2", "-o", path, "--trigger", rule)
    assert gripforce(*words).code == 0
    recording = gf.read_recording(path)
    forces, crossings = recording.forces(), [m.t for m in recording.markers if m.text == rule]
    above = forces.grip_n.to_numpy() > 2
    rises = forces.t_s[1:][above[1:] & ~above[:-1]]
    np.testing.assert_allclose(crossings, rises, atol=FIT_S)
