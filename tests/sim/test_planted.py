"""Simulated ground truth through bytes, recording and analysis.

Where a target stands wider than asked, the comment beside it says why.
"""

import numpy as np
import pytest

from gripforce.analysis.assessment.margin import find_slips, safety_margin
from gripforce.analysis.tasks.registry import analyze_session
from gripforce.sim.person.profiles import PROFILES
from tests.sim.chain import chain, column, found_column, planted, recorded

SEED = 21
RESEARCH, ENTRY = "research", "entry"
BOTH = [("healthy", RESEARCH), ("als", RESEARCH), ("healthy", ENTRY), ("als", ENTRY)]


def errors(found, truth, key, planted_key=None):
    """Return what was found minus what was planted, of trials that have both."""
    assert len(found.trials) == len(truth.trials)
    off = found_column(found, key) - column(truth.trials, planted_key or key)
    return off[np.isfinite(off)]


@pytest.mark.parametrize(
    ("name", "front"), [*((name, RESEARCH) for name in PROFILES), ("als", ENTRY)]
)
def test_slip_forces_come_back_within_4_percent(tmp_path, name, front):
    found, truth = chain(tmp_path, "slip", profile=name, trials=3, seed=SEED, frontend=front)
    share = errors(found, truth, "slip_force_n") / column(truth.trials, "slip_force_n")
    assert len(share) == 3
    assert np.abs(share).max() < 0.04
    assert np.abs(errors(found, truth, "t_slip_s")).max() < 0.010
    assert np.abs(errors(found, truth, "mu")).max() < 0.04


@pytest.mark.parametrize(("name", "front"), [("healthy", RESEARCH), ("als", ENTRY)])
def test_the_margin_comes_back_within_5_percent(tmp_path, name, front):
    options = {"profile": name, "seed": 31, "frontend": front}
    recordings = [
        recorded(tmp_path / "lift.grip", "lift", trials=8, **options),
        recorded(tmp_path / "slip.grip", "slip", trials=5, **options),
    ]
    lifts, slips = analyze_session(recordings)
    margin = safety_margin([(lifts, find_slips(lifts, [slips]))])
    truth = planted("lift", trials=8, **options).trials[1:]  # the first lift is left out
    wanted = np.median([trial["static_margin_n"] for trial in truth])
    assert margin.static_margin_n.value == pytest.approx(wanted, rel=0.05)
    assert margin.slip_force_n.value == pytest.approx(truth[0]["slip_force_n"], rel=0.04)


@pytest.mark.parametrize(("name", "front"), BOTH)
def test_movements_come_back(tmp_path, name, front):
    found, truth = chain(tmp_path, "p2p", profile=name, trials=12, seed=SEED, frontend=front)
    directions = [trial.values["direction"] for trial in found.trials]
    assert directions == [trial["direction"] for trial in truth.trials]
    static = column(truth.trials, "gf_static_n")
    assert np.abs(errors(found, truth, "gf_static_n") / static).max() < 0.03
    assert np.abs(errors(found, truth, "gf_peak_n", "gf_peak_n") / static).max() < 0.02
    assert np.abs(errors(found, truth, "early_gf_change_n") / static).max() < 0.05
    assert np.abs(errors(found, truth, "lf_peak_n")).max() < 0.05
    if name == "healthy":  # grip that rises both ways is no copy of the load
        assert abs(np.median(errors(found, truth, "xcorr_lag_ms", "lag_ms"))) < 3.0


@pytest.mark.parametrize(
    ("name", "low", "high", "rises_down"),
    [("healthy", 0.95, 1.0, 0.0), ("als", 0.15, 0.55, 1.0), ("cerebellar", 0.9, 1.0, 0.0)],
)
def test_directions_are_told_apart(tmp_path, name, low, high, rises_down):
    """A δ of .25 leaves (1 - .5) / (1 + .5) = .33 of the selectivity."""
    found, _ = chain(tmp_path, "p2p", profile=name, trials=16, seed=SEED)
    assert low <= found.summary["direction_selectivity"].value <= high
    assert found.summary["early_rise_down_share"].value == pytest.approx(rises_down, abs=0.25)


@pytest.mark.parametrize(("name", "front"), [*BOTH, ("cerebellar", RESEARCH)])
def test_rhythm_comes_back(tmp_path, name, front):
    found, truth = chain(tmp_path, "cyclic", profile=name, trials=1, seed=SEED, frontend=front)
    assert np.abs(errors(found, truth, "xcorr_lag_ms", "lag_ms")).max() < 5.0
    assert np.abs(errors(found, truth, "gain_ols", "gain")).max() < 0.01
    assert np.abs(errors(found, truth, "frequency_hz")).max() < 0.01
    assert np.abs(errors(found, truth, "offset_ols_n", "offset_n")).max() < 0.05
    if name == "healthy":
        assert np.abs(errors(found, truth, "xcorr_lag_ms", "lag_ms")).max() < 2.0


@pytest.mark.parametrize("front", [RESEARCH, ENTRY])
def test_maximal_force_comes_back(tmp_path, front):
    found, truth = chain(tmp_path, "pinch", profile="als", trials=3, seed=SEED, frontend=front)
    share = errors(found, truth, "mvc_n") / column(truth.trials, "mvc_n")
    assert np.abs(share).max() < 0.005


@pytest.mark.parametrize(("front", "within_s"), [(RESEARCH, 0.004), (ENTRY, 0.020)])
def test_steps_come_back(tmp_path, front, within_s):
    found, truth = chain(tmp_path, "step", profile="healthy", trials=8, seed=42, frontend=front)
    assert (
        np.abs(errors(found, truth, "t_step_s")).max() < within_s
    )  # a sample is 12.5 ms at 80 SPS
    height = column(truth.trials, "load_step_n")
    assert np.abs(errors(found, truth, "load_step_n") / height).max() < 0.01
    latency = errors(found, truth, "latency_ms")
    assert len(latency) >= 7
    assert abs(np.median(latency)) < 5
    assert np.abs(latency).max() < 25


def test_prediction_is_told_from_reaction(tmp_path):
    found, truth = chain(tmp_path, "drop", profile="als", trials=8, seed=41)
    assert np.abs(errors(found, truth, "t_impact_s")).max() < 0.003
    modes = [trial.values["mode"] for trial in found.trials]
    assert modes[::2] == ["predictive"] * 4  # dropped by themselves
    assert modes[1::2].count("reactive") >= 3
    assert np.abs(errors(found, truth, "gf_onset_ms")).max() < 25
    kinds = [trial.values["dropped_by"] for trial in found.trials]
    assert kinds == ["self", "experimenter"] * 4
    assert found.summary["predictive_share_self"].value == 1.0
    assert found.summary["predictive_share_experimenter"].value == 0.0
    sooner = found.summary["gf_onset_self_before_experimenter_ms"]
    assert 150 < sooner.value < 300  # 65 ms after against about 130 before


def test_each_drop_by_the_person_is_predicted(tmp_path):
    found, truth = chain(tmp_path, "drop", profile="healthy", trials=6, seed=54)
    onset = errors(found, truth, "gf_onset_ms")
    assert len(onset) >= 4
    assert np.abs(onset).max() < 15
    modes = [trial.values["mode"] for trial in found.trials]
    by = [trial["dropped_by"] for trial in truth.trials]
    assert {mode for mode, who in zip(modes, by, strict=True) if who == "self"} == {"predictive"}


def test_slow_converters_do_not_time_impacts(tmp_path):
    """At 80 samples a second an impact that a slip cuts short is found 80 ms late."""
    found, _ = chain(tmp_path, "drop", profile="healthy", trials=4, seed=41, frontend=ENTRY)
    assert found.trials
    for trial in found.trials:
        assert "low_rate" in trial.flags
        assert trial.values["mode"] is None
        assert trial.values["gf_onset_ms"] is None


def test_tracking_errors_come_back(tmp_path):
    """Nobody says what the target was: the recording of a simulated device does."""
    options = {"profile": "parkinson", "trials": 2, "seed": SEED}
    found, truth = chain(tmp_path, "tracking", **options)
    for key in ("rmse_generation_n", "rmse_release_n"):
        share = errors(found, truth, key) / column(truth.trials, key)
        assert len(share) == 2
        assert np.abs(share).max() < 0.02
    assert found.summary["release_generation_ratio"].value > 1.2


def test_weights_come_back(tmp_path):
    found, truth = chain(tmp_path, "weights", profile="healthy", trials=11, seed=SEED)
    share = errors(found, truth, "lifted_mass_g", "mass_g") / column(truth.trials, "mass_g")
    assert np.abs(share).max() < 0.01


def test_surfaces_come_back(tmp_path):
    options = {"profile": "healthy", "trials": 14, "seed": SEED}
    found, truth = chain(tmp_path, "surfaces", **options)
    assert [t.values["lifted_surface"] for t in found.trials] == truth.facts["surfaces"]
    static = errors(found, truth, "gf_static_n") / column(truth.trials, "gf_static_n")
    assert np.abs(static).max() < 0.03
    level = {
        name: found.summary[f"gf_static_n_{name}"].value for name in ("sandpaper", "suede", "silk")
    }
    assert level["sandpaper"] < level["suede"] < level["silk"]


def test_the_time_to_another_friction_comes_back(tmp_path):
    """Shorter series, and some as long as this one, leave it open: then nothing is reported."""
    found, truth = chain(tmp_path, "surfaces", profile="cerebellar", trials=56, seed=72002)
    update = found.summary["friction_update_ms"]
    assert update.ci_low <= truth.facts["friction_ms"] <= update.ci_high
    assert update.ci_high - update.ci_low <= 150


def test_a_hand_that_feels_no_friction_has_no_such_time(tmp_path):
    found, _ = chain(tmp_path, "surfaces", profile="deafferented", trials=28, seed=72001)
    assert "friction_update_ms" not in found.summary


def test_a_movement_that_ends_in_a_fall_has_a_row(tmp_path):
    options = {"profile": "als", "trials": 8, "seed": 72002, "mass_g": 1000.0, "surface": "silk"}
    found, truth = chain(tmp_path, "p2p", **options)
    lost = [trial for trial in truth.trials if trial["t_drop_s"] is not None]
    dropped = [trial for trial in found.trials if "dropped" in trial.flags]
    assert len(dropped) == len(lost) == 1
    assert dropped[0].values["direction"] == lost[0]["direction"]
    assert dropped[0].events["t_onset_s"] < lost[0]["t_drop_s"]
    static = dropped[0].values["gf_static_n"]
    assert static == pytest.approx(lost[0]["gf_static_n"], rel=0.03)
    assert dropped[0].values["gf_peak_n"] is None
