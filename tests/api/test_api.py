"""The public functions, on real paths and beside other people's numbers."""

import asyncio
import inspect
import pydoc
import re
import time

import numpy as np
import pandas as pd
import pytest

import gripforce as gf
from gripforce.analysis.tasks.registry import analyze_task
from gripforce.recording import reader
from gripforce.sim.tasks.registry import make_scene


@pytest.fixture(scope="module")
def lifts(tmp_path_factory):
    path = tmp_path_factory.mktemp("api") / "p01.grip"
    url = "sim:lift?seed=2&trials=7&speed=max&noise_mn=2.5"
    return gf.record(url, path, subject="p01", hand="right", session="s1")


@pytest.fixture(scope="module")
def slips(tmp_path_factory):
    return gf.simulate("slip", tmp_path_factory.mktemp("api") / "slip.grip", seed=3)


def test_dir_and_help_name_everything():
    """What somebody finds who types ``gf.`` and a tab, or ``help(gf)``."""
    public = {*gf.__all__, "__version__"}
    asked = {"record", "analyze_session", "from_arrays", "read_table", "export", "simulate", "live"}
    assert asked < public
    assert public <= set(dir(gf))
    page = pydoc.plain(pydoc.render_doc(gf))
    assert {name for name in gf.__all__ if not re.search(rf"\b{name}\b", page)} == set()
    assert re.search(rf"^VERSION\n +{re.escape(gf.__version__)}$", page, re.MULTILINE)
    assert {"lift", "force_plane", "lags", "margin", "trend"} <= set(dir(gf.plot))


def test_everything_public_is_documented_and_typed():
    for name in gf.__all__:
        thing = getattr(gf, name)
        assert inspect.getdoc(thing), name
        if inspect.isfunction(thing):
            signature = inspect.signature(thing)
            parameters = signature.parameters.values()
            assert all(p.annotation is not p.empty for p in parameters), name
            assert signature.return_annotation is not signature.empty


def test_forces_are_the_scene_that_was_simulated(lifts):
    scene = make_scene("lift", trials=7, seed=2)
    table = lifts.forces()
    for column, k in (("grip_thumb_n", 0), ("load_index_n", 3)):
        want = np.interp(table.t_s, scene.t, scene.forces[:, k])
        assert np.sqrt(np.mean((table[column] - want)[table.valid] ** 2)) < 0.006
    digits = ["grip_thumb_n", "grip_index_n"]
    np.testing.assert_allclose(table.grip_n, table[digits].mean(axis=1), atol=1e-12)
    assert np.allclose(np.diff(lifts.forces(200.0).t_s), 1 / 200)


def test_a_path_will_do_wherever_a_recording_does(lifts, tmp_path):
    pd.testing.assert_frame_equal(gf.analyze(lifts.path), lifts.trials())
    pd.testing.assert_frame_equal(gf.analyze(reader.read_recording(lifts.path)), lifts.trials())
    gf.export(lifts.path, tmp_path / "a.csv")
    exported = pd.read_csv(tmp_path / "a.csv")
    assert len(exported) == len(lifts.streams["force"])
    with pytest.raises(gf.GripforceError, match="format"):
        gf.export(lifts, tmp_path / "a.dat")


def test_a_session_is_tables(lifts, slips):
    session = gf.analyze_session([lifts, slips.path, lifts.path])
    assert len(session.copies) == 1
    table = session.table("lift")
    assert set(table.subject) == {"p01"}
    assert set(table.session) == {"s1"}
    summary = session.summary.set_index(["task", "metric"])
    used = [t.values["gf_static_n"] for t in session.visit.results[0].used]
    row = summary.loc["lift", "gf_static_n"]
    assert row.value == pytest.approx(float(pd.Series(used).median()))
    assert row.n == len(used)
    assert row.ci_low <= row.value <= row.ci_high
    assert set(session.verdicts.answer) <= {"yes", "no", "cannot tell"}
    assert "slip_force_n" in set(session.margin.metric)
    with pytest.raises(gf.GripforceError, match="Name one of the tasks"):
        session.table()
    with pytest.raises(gf.GripforceError, match="left"):
        session.hand("left")
    assert len(gf.analyze_session(lifts.path).table()) == len(lifts.trials())


def test_arrays_give_the_same_answers_as_their_file(lifts):
    table = lifts.forces()
    made = gf.from_arrays(
        table.t_s, grip_n=table.grip_n, load_n=table.load_n, metadata={"mass_g": 400}
    )
    for column in ("gf_static_n", "loading_ms", "xcorr_r"):
        np.testing.assert_allclose(made.trials()[column], lifts.trials()[column], rtol=0.02)
    again = gf.from_arrays(rate_hz=1000.0, grip_n=table.grip_n, load_n=table.load_n)
    assert len(again.trials()) == len(made.trials())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"t_s": [0.0, 1.0]}, "No column"),
        ({"t_s": [0, 1, 2], "grip_n": [1, 2]}, "do not fit"),
        ({"t_s": [0, 2, 1], "grip_n": [1, 2, 3]}, "rise"),
        ({"t_s": [0, np.nan, 1], "grip_n": [1, 2, 3]}, "rise"),
        ({"grip_n": [1, 2, 3]}, "Neither times nor a rate"),
        ({"rate_hz": -1, "grip_n": [1, 2, 3]}, "Neither times nor a rate"),
        ({"rate_hz": 100, "grip": [1, 2, 3]}, "called grip"),
        ({"rate_hz": 100, "grip_n": [1, 2, 3], "load_n": [1, 2]}, "one length"),
        ({"rate_hz": 100, "grip_n": [[1, 2, 3]]}, "one length"),
        ({"rate_hz": 100, "grip_n": [1, np.inf, 3]}, "infinite"),
        ({"rate_hz": 100, "grip_n": [np.nan] * 3}, "Fewer than two"),
        ({"rate_hz": 100, "grip_n": [1e9, 2, 3]}, "."),
    ],
)
def test_impossible_arrays_are_refused_in_a_sentence(given, said):
    with pytest.raises(gf.GripforceError, match=said):
        gf.from_arrays(**given)


def test_missing_samples_of_arrays_are_lost():
    grip = np.sin(np.arange(1000) / 50.0)
    grip[300:400] = np.nan
    made = gf.from_arrays(rate_hz=100.0, grip_n=grip)
    assert made.integrity.lost == 100
    assert made.forces().valid.sum() == 900


async def test_it_records_inside_a_running_event_loop(tmp_path):
    """As in a notebook: the loop of the notebook goes on, and is not used."""
    recording = gf.record("sim:lift?speed=max&trials=1", tmp_path / "a.grip", seconds=2)
    assert recording.duration_s == pytest.approx(2.0, abs=0.6)
    assert asyncio.get_running_loop().is_running()


def test_marks_of_a_live_recording_stand_where_they_were_set(tmp_path):
    with gf.start_recording("sim:lift?seed=1", tmp_path / "a.grip") as live:
        live.wait(0.6)
        set_s = []
        for k in range(20):
            set_s.append(time.monotonic())
            live.mark(f"m{k}", at_host_s=set_s[-1])
        past_s = time.monotonic() - 0.3
        live.mark("past", at_host_s=past_s)
        assert live.newest["force"].host_s is not None
        assert {"t_s", "grip_n", "load_n"} <= set(live.forces_now())
        live.wait(2.0)  # until the clock was fitted, which the file then places them by
    marks = [m for m in live.recording.markers if m.kind == "mark"]
    assert {m.text for m in marks} == {"past", *(f"m{k}" for k in range(20))}
    t = {m.text: m.t for m in marks}
    offsets = [set_s[k] - t[f"m{k}"] for k in range(20)]
    assert np.ptp(offsets) < 0.002
    assert past_s - t["past"] == pytest.approx(np.mean(offsets), abs=0.002)
    assert live.mark("too late") is None


def test_what_cannot_be_opened_is_said_in_the_thread_that_asked(tmp_path):
    with pytest.raises(gf.GripforceError):
        gf.record("serial:/dev/nothing", tmp_path / "a.grip")
    with pytest.raises(gf.GripforceError):
        gf.record("sim:nothing", tmp_path / "a.grip")
    (tmp_path / "b.grip").write_bytes(b"")
    with pytest.raises(gf.GripforceError, match="exists"):
        gf.record("sim:lift?speed=max", tmp_path / "b.grip")


def test_a_simulation_without_a_path_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    recording = gf.simulate("lift", trials=1, profile="als")
    assert len(recording.trials()) == 1
    assert not list(tmp_path.iterdir())
    with pytest.raises(gf.GripforceError):
        gf.simulate("lift", no_such_option=1)


def test_short_words_and_a_picture(lifts, slips):
    assert repr(lifts).startswith("<p01.grip: lift, ")
    assert len(repr(lifts)) < 120
    page = lifts._repr_html_()
    assert page.count("<path") == 2
    assert "nan" not in page
    named = gf.GripRecording.of(lifts)
    assert named is lifts
    evil = gf.from_arrays(rate_hz=100.0, name="<script>", grip_n=np.arange(9.0))
    assert "<script>" not in evil._repr_html_()
    session = gf.analyze_session([lifts, slips])
    assert repr(session).startswith("<2 recordings, ")
    assert "cannot tell" in session._repr_html_() or "yes" in session._repr_html_()


def test_figures_show_what_was_measured(lifts, slips):
    pytest.importorskip("matplotlib").use("Agg")
    result = analyze_task(lifts)
    trial = result.trials[1]
    ax = gf.plot.lift(lifts, trial=2)
    peak = max(line.get_ydata().max() for line in ax.get_lines()[:1])
    assert peak == pytest.approx(trial.values["gf_peak_n"], rel=0.01)
    size = ax.figure.get_size_inches() * 25.4
    assert size[0] == pytest.approx(85.0)
    session = gf.analyze_session([lifts, slips])
    slip_n = session.margin.set_index("metric").loc["slip_force_n"].value
    margin = gf.plot.margin(session)
    assert any(np.allclose(line.get_ydata(), slip_n) for line in margin.get_lines())
    assert gf.plot.lags(session, task="lift").get_xlabel().endswith("(ms)")
    assert len(gf.plot.force_plane(lifts).get_lines()) == len(result.trials)
    assert len(gf.plot.trend([session], "gf_static_n").containers) == 1
    own = gf.plot.lift(lifts, width="double")
    assert gf.plot.lift(lifts, ax=own) is own
    for wrong in (lambda: gf.plot.lift(lifts, trial=99), lambda: gf.plot.margin(lifts)):
        with pytest.raises(gf.GripforceError):
            wrong()
