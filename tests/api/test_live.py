"""Trials that are given out while a recording is made are those of the finished file."""

import contextlib

import numpy as np
import pytest

import gripforce as gf

SPEED = 8
BETWEEN_S = 10.0
"""Rest between the lifts: a second and a half on the clock of a machine that is busy meanwhile."""
SAME_N, SAME_MS, SAME_S, SAME_SHARE = 1e-3, 0.1, 1e-4, 1e-3
NOISE_MN = 2.5
"""What these limits allow: a live trial and the file take their zeros from other samples."""


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("live") / "source.grip"
    given = {"trials": 2, "mass_g": 400, "noise_mn": NOISE_MN, "rest_s": BETWEEN_S}
    gf.simulate("lift", path, seed=5, **given)
    return f"replay:{path}?speed={SPEED}"


async def test_each_trial_has_the_figures_of_the_finished_file(source, tmp_path):
    path = tmp_path / "a.grip"
    seen = [
        (trial, gf.read_recording(path).duration_s)
        async for trial in gf.live(source, path, task="lift", mass_g=400)
    ]
    recording = gf.read_recording(path)
    expected = recording.result().trials
    assert len(seen) == len(expected) == 2
    assert seen[0][1] < expected[1].trial.stop_s, "the first is known before the second is over"
    for (trial, _), other in zip(seen, expected, strict=True):
        assert (trial.trial.number, trial.flags) == (other.trial.number, other.flags)
        assert set(trial.values) == set(other.values)
        for column, value in {**other.events, **other.values}.items():
            given = {**trial.events, **trial.values}[column]
            if isinstance(value, float):
                ending = column.rpartition("_")[2]
                limit = {"n": SAME_N, "ms": SAME_MS, "s": SAME_S}.get(ending, SAME_SHARE)
                assert given == pytest.approx(value, abs=limit, rel=1e-3), column
            else:
                assert given == value


async def test_a_loop_that_is_left_ends_the_recording(source, tmp_path):
    path = tmp_path / "a.grip"
    async with contextlib.aclosing(gf.live(source, path)) as trials:
        async for trial in trials:
            assert trial.trial.number == 1
            break
    recording = gf.read_recording(path)
    assert str(recording.integrity.ended) in {"stopped", "finished"}
    np.testing.assert_array_equal(np.diff(recording.streams["force"].counter), 1)


async def test_what_has_no_analysis_is_refused_before_anything_is_recorded(tmp_path):
    with pytest.raises(gf.GripforceError, match="no analysis of task 'dance'"):
        await anext(gf.live("sim:lift", tmp_path / "a.grip", task="dance"))
    with pytest.raises(gf.GripforceError):
        await anext(gf.live("nothing:there", tmp_path / "a.grip"))
    assert not (tmp_path / "a.grip").exists()


async def test_a_recording_without_trials_has_none_and_leaves_no_file():
    assert [trial async for trial in gf.live("sim:lift?speed=max&trials=1", seconds=1)] == []
