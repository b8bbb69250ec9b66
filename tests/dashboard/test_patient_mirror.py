"""The patient's screen says what the operator's says, through a battery and on any device."""

import json

import pytest

from gripforce.dashboard.screens.patient import PatientBar, session_cue
from gripforce.dashboard.widgets.big_text import largest
from gripforce.dashboard.widgets.task import cue_hint
from gripforce.model import Ended, Marker
from gripforce.online import Snapshot
from gripforce.protocol.library import find_protocol
from gripforce.recorder import RecorderClient, RecorderService, RecordingRequest
from gripforce.recording import read_recording
from gripforce.session.cue.patient_cue import PatientCue, cue_of
from gripforce.session.storage import create_session
from tests.dashboard.session_screens import LIFT, make_bench
from tests.online.patients import recorded, sentence
from tests.session.fast_time import answers, run_through

BATTERY = """
title = "One of each"
[defaults]
mass_g = 250
surface = "sandpaper"
instruction = "Do it."
trials = 1
[[block]]
task = "zero"
title = "Zero"
instruction = "Hands off."
word = "Hands off"
trial_s = 1
cue_s = 2
[[block]]
task = "slip"
title = "Slip test"
instruction = "Let go."
word = "Let go slowly"
trial_s = 12
[[block]]
task = "p2p"
title = "Up and down"
instruction = "Up, stop, down, stop."
word = "Move, stop"
trial_s = 12
beat_s = 2.5
[[block]]
task = "rest"
title = "Rest"
instruction = "Rest."
word = "Rest"
trial_s = 2
[[block]]
task = "cyclic"
title = "Rhythm"
instruction = "Up and down."
word = "Up, down"
trial_s = 12
beat_s = 1.0
[[block]]
task = "lift"
title = "Lift"
instruction = "Lift it."
word = "Lift"
trials = 2
"""


class Mirror(RecorderService):
    """A recorder that keeps what is shown to the patient, as it would go over the wire."""

    shown = None

    def show(self, content):
        self.shown = json.loads(json.dumps(dict(content)))  # at once: this stream never pauses
        return super().show(content)


async def test_both_screens_say_the_same_through_a_battery(tmp_path, monkeypatch):
    """The patient was told HOLD during the slip test and the movements."""
    path = tmp_path / "battery.toml"
    path.write_text(BATTERY)
    source = "sim:lift?profile=healthy&seed=3&speed=max"
    folder = create_session(tmp_path, find_protocol(str(path)), answers(source))
    mirror, pairs = Mirror(), []
    monkeypatch.setattr("tests.session.fast_time.RecorderService", lambda: mirror)

    def compare(controller):
        operator = cue_of(controller)
        if mirror.shown is not None:
            patient = session_cue(Snapshot(), mirror.shown, 0.0)
            pairs.append((controller.session.block.task, operator, patient))

    await run_through(folder, watch=compare)
    same = sum(operator.word == patient.word for _, operator, patient in pairs)
    assert same >= 0.97 * len(pairs), "a message is at most one tick behind"
    words = {}
    for task, _, patient in pairs:
        words.setdefault(task, set()).add(patient.word)
    assert {"Hands off", "Soon"} <= words["zero"]
    assert "Let go slowly" in words["slip"]
    assert {"Up", "Down"} <= words["p2p"]
    assert {"Up", "Down"} <= words["cyclic"]
    assert {"Lift", "Good"} <= words["lift"]
    assert not any("Hold" in said for said in words.values())
    beats = [m for f in folder.recordings.glob("*p2p*") for m in read_recording(f).markers]
    assert [m.text for m in beats if m.kind == "beat"][:3] == ["1", "2", "3"]


async def test_another_process_receives_what_the_session_shows(tmp_path):
    session, patient = RecorderClient(tmp_path), RecorderClient(tmp_path)
    await session.open()
    try:
        assert await patient.join()
        await session.show(PatientCue("Up", None, 3, active=True).to_json())
        await patient.mark("key", "")  # answers come in order, so it is there by now
        assert PatientCue.from_json(patient.shown) == PatientCue("Up", None, 3, active=True)
    finally:
        await patient.leave()
        await session.close()


async def test_the_stream_of_any_device_has_the_words_of_its_block(tmp_path):
    """Only the file had them, so the patient's screen and the operator's corner had none."""
    service = RecorderService()
    request = RecordingRequest(
        "sim:lift?speed=max&trials=1", str(tmp_path / "a.grip"), {"word": "Let go", "mass_g": 300}
    )
    await service.begin(request)
    async for item in service.items():
        started = item
        break
    async for item in service.items():
        if isinstance(item, Ended):
            break
    await service.close()
    assert (started.metadata["word"], started.metadata["mass_g"]) == ("Let go", 300)


async def test_a_lost_link_is_wait_on_both_screens(tmp_path):
    """The word of the task stood there, with a countdown that had stopped."""
    bench = make_bench(tmp_path, LIFT)
    await bench.begin()
    bench.play([*sentence(recorded(6.0), end=None, mass_g=400), Marker(6.0, "link", "lost")])
    bench.clock.now += 2.0
    bench.controller.tick()
    await bench.controller.settle()
    assert cue_of(bench.controller).text == "Wait"
    assert "by itself" in cue_hint(bench.controller), "it went on to say 'Lifting…'"
    assert session_cue(Snapshot(), bench.recorder.shown[-1], 0.0).text == "Wait"


def test_a_session_that_is_gone_makes_the_patient_wait():
    shown = PatientCue("Squeeze", 3, active=True).to_json()
    assert session_cue(Snapshot(), shown, 0.5).text == "Squeeze 3"
    assert session_cue(Snapshot(), shown, 10.0).text == "Wait"


def test_words_of_another_version_raise_nothing():
    assert PatientCue.from_json({"word": 3, "left_s": "x", "beat": None, "new": []}).text == "3"


def test_the_patients_bar_draws_the_cue():
    bar = PatientBar(lambda _: PatientCue("Squeeze", 3, beat=1, active=True), id="bar")
    lines = ["".join(text for text, _ in runs) for runs in bar.draw(Snapshot(), 80, 24)]
    for row in largest("Squeeze 3", 78, 10):
        assert any(row.rstrip() in line for line in lines)
    assert any("██   ──" in line for line in lines)
    assert len(lines) <= 24


@pytest.mark.parametrize(("target_n", "column"), [(0.0, 1), (1.5, 20), (6.0, 79)])
def test_the_patients_bar_marks_the_target(target_n, column):
    cue = PatientCue("Follow", active=True, target_n=target_n, top_n=6.0)
    bar = PatientBar(lambda _: PatientCue.from_json(cue.to_json()), id="bar")
    lines = ["".join(text for text, _ in runs) for runs in bar.draw(Snapshot(), 80, 24)]
    marks = [line.index(sign) for line in lines for sign in "▼▲" if sign in line]
    assert marks == pytest.approx([column, column], abs=1)
