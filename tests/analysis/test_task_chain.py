"""Each simulated task through bytes and recording: what was planted comes back."""

import numpy as np
import pytest

from tests.sim.chain import chain


def off(result, truth, column, key):
    pairs = [
        (trial.values[column], planted[key])
        for trial, planted in zip(result.trials, truth.trials, strict=True)
        if trial.values[column] is not None and planted[key] is not None
    ]
    assert len(pairs) >= len(truth.trials) - 2
    return np.array([found - planted for found, planted in pairs])


@pytest.mark.parametrize("profile", ["healthy", "als"])
def test_slip_forces_come_back_within_4_percent(tmp_path, profile):
    result, truth = chain(tmp_path, "slip", profile=profile, seed=51, trials=5)
    planted = np.array([trial["slip_force_n"] for trial in truth.trials])
    assert np.abs(off(result, truth, "slip_force_n", "slip_force_n") / planted).max() < 0.04
    assert np.abs(off(result, truth, "mu", "mu")).max() < 0.04


def test_movements_come_back(tmp_path):
    result, truth = chain(tmp_path, "p2p", seed=9, trials=8)
    assert [t.values["direction"] for t in result.trials] == [t["direction"] for t in truth.trials]
    assert np.abs(off(result, truth, "gf_static_n", "gf_static_n")).max() < 0.1
    assert np.abs(off(result, truth, "gf_peak_n", "gf_peak_n")).max() < 0.05
    assert np.abs(off(result, truth, "lf_peak_n", "lf_peak_n")).max() < 0.05
    assert np.abs(off(result, truth, "early_gf_change_n", "early_gf_change_n")).max() < 0.1
    assert abs(np.median(off(result, truth, "xcorr_lag_ms", "lag_ms"))) < 3.0


def test_rhythm_comes_back(tmp_path):
    result, truth = chain(tmp_path, "cyclic", seed=53, trials=2)
    assert np.abs(off(result, truth, "frequency_hz", "frequency_hz")).max() < 0.01
    assert np.abs(off(result, truth, "xcorr_lag_ms", "lag_ms")).max() < 2.0
    assert np.abs(off(result, truth, "gain_ols", "gain")).max() < 0.02
    assert np.abs(off(result, truth, "offset_ols_n", "offset_n")).max() < 0.05


def test_prediction_and_reaction_are_told_apart(tmp_path):
    result, truth = chain(tmp_path, "drop", seed=54, trials=6)
    assert np.abs(off(result, truth, "gf_onset_ms", "gf_onset_ms")).max() < 15
    for trial, planted in zip(result.trials, truth.trials, strict=True):
        if planted["dropped_by"] == "self":
            assert trial.values["mode"] == "predictive"


def test_maximal_pinch_comes_back(tmp_path):
    result, truth = chain(tmp_path, "pinch", seed=55, trials=3)
    assert np.abs(off(result, truth, "mvc_n", "mvc_n")).max() < 0.2
