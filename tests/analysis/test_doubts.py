"""Recordings that are wrong as a whole: the reason, no answer and no figure that rests on it."""

import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gripforce.analysis.assessment.person import analysis_json, summarize_person
from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.results import Decision
from gripforce.analysis.signal.plausibility import flat_ceiling, mains_hum, spikes
from gripforce.analysis.tasks.registry import analyze_session
from gripforce.formats.tables.table import ImportedTable
from gripforce.formats.tables.table_recording import table_recording

RATE_HZ = 500.0
MASS_G = 400.0
WEIGHT_N = MASS_G * 1e-3 * 9.80665


def lifts(rng, count=6):
    """Return grip and load of lifts with noise: a rise, an overshoot, a hold, a release."""
    t = np.arange(int(6 * RATE_HZ)) / RATE_HZ
    up = np.interp(t, [0.5, 0.7, 4.5, 4.8], [0, 1, 1, 0])
    smooth = np.convolve(up, np.hanning(60) / np.hanning(60).sum(), "same")
    over = np.exp(-(((t - 0.8) / 0.12) ** 2))
    levels = rng.uniform(4.6, 6.5, count)
    grip = np.concatenate([level * smooth * (1 + 0.35 * over) for level in levels])
    load = np.tile(WEIGHT_N * smooth * (1 + 0.05 * over), count)
    noise = rng.normal(0, 0.004, (2, len(grip)))
    return grip + noise[0], load + noise[1]


def analysed(grip, load, **metadata):
    t = np.arange(len(grip)) / RATE_HZ
    table = ImportedTable(t, {"grip_n": grip, "load_n": load}, RATE_HZ, {"mass_g": MASS_G})
    recording = table_recording(table, "made.grip")
    return summarize_person(analyze_session([recording]))


@pytest.mark.parametrize(
    ("sign", "offset", "turned"), [(1, 0, False), (1, -6.4, False), (-1, 0, True)]
)
def test_a_turned_digit_is_told_from_an_offset(sign, offset, turned):
    """Both are below zero while held; only one falls while the other rises."""
    grip, load = lifts(np.random.default_rng(12))
    columns = {"grip_thumb_n": grip, "grip_index_n": sign * grip + offset, "load_n": load}
    table = ImportedTable(np.arange(len(grip)) / RATE_HZ, columns, RATE_HZ, {"mass_g": MASS_G})
    (result,) = analyze_session([table_recording(table, "made.grip")])
    said = result.details["doubts"].get(TrialFlag.NEGATIVE_FORCE, "")
    assert ("grip index force is below zero" in said) == turned


def spoiled(kind, rng, grip, load):  # noqa: PLR0911, PLR0912 - one for each kind
    """Return the spoiled forces, the flag and what must be said."""
    match kind:
        case "grip sign":
            return -grip, load, TrialFlag.NEGATIVE_FORCE, "grip force is below zero"
        case "both signs":
            return -grip, -load, TrialFlag.NEGATIVE_FORCE, "grip and load force is below zero"
        case "grams":
            k = 1e3 / 9.80665
            return grip * k, load * k, TrialFlag.LOAD_UNIT, "102 times the weight.*in grams"
        case "load in grams":
            return grip, load * 1e3 / 9.80665, TrialFlag.LOAD_UNIT, "102 times.*in grams"
        case "kilograms":
            return grip / 9.80665, load / 9.80665, TrialFlag.LOAD_UNIT, "1/9.8 of.*in kilograms"
        case "exchanged":
            return load, grip, TrialFlag.EXCHANGED, "are the two exchanged"
        case "clipped":
            limit = rng.uniform(3.0, 4.4)
            return np.minimum(grip, limit), load, TrialFlag.CLIPPED, "flat at its largest"
        case "spikes":
            grip = grip.copy()
            grip[::997] = rng.choice([-168.0, 168.0, 40.0])
            return grip, load, TrialFlag.SPIKES, "jumps for one sample"
        case "wide spikes":
            grip = grip.copy()
            for k in range(300, len(grip), 997):
                grip[k : k + int(rng.integers(2, 4))] = rng.choice([-168.0, 168.0])
            return grip, load, TrialFlag.SPIKES, "jumps for one sample"
        case "spikes of one code":
            grip = grip.copy()
            grip[200::499] = -0.5
            return grip, load, TrialFlag.SPIKES, "jumps for one sample"
        case "ounces":
            k = 16 / 4.4482216152605
            return grip * k, load * k, TrialFlag.LOAD_UNIT, "times the weight.*in ounces"
        case "grip in grams":
            return grip * 1e3 / 9.80665, load, TrialFlag.GRIP_UNIT, "N while held.*another unit"
        case "grip in kilograms":
            return grip / 9.80665, load, TrialFlag.GRIP_UNIT, "too little to hold it"
        case _:
            offset = rng.uniform(1.5, 4)
            return grip + offset, load + 1, TrialFlag.NO_BASELINE, "never untouched"


KINDS = (
    "grip sign", "both signs", "grams", "load in grams", "kilograms", "exchanged", "clipped",
    "spikes", "wide spikes", "spikes of one code", "ounces", "grip in grams", "grip in kilograms",
    "offset",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**31))
def test_a_doubt_is_said_and_leaves_no_answer(kind, seed):
    rng = np.random.default_rng(seed)
    grip, load, flag, words = spoiled(kind, rng, *lifts(rng))
    analysis = analysed(grip, load)
    (result,) = analysis.results
    flagged = sum(flag in trial.flags for trial in result.trials)
    assert 2 * flagged > len(result.trials) or not result.trials
    assert "gf_static_n" not in analysis.summary
    assert "gf_lf_ratio" not in analysis.summary
    for verdict in analysis.verdicts.values():
        assert verdict.answer is Decision.UNDETERMINED
        assert re.search(words, verdict.why)
    said = analysis_json(analysis)
    assert all(v["answer"] == "cannot tell" for v in said["verdicts"].values())


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_sound_lifts_raise_no_doubt(seed):
    rng = np.random.default_rng(seed)
    analysis = analysed(*lifts(rng))
    (result,) = analysis.results
    doubtful = {
        TrialFlag.NEGATIVE_FORCE, TrialFlag.EXCHANGED, TrialFlag.LOAD_UNIT, TrialFlag.CLIPPED,
        TrialFlag.SPIKES, TrialFlag.NO_BASELINE,
    }  # fmt: skip
    assert not doubtful & {flag for trial in result.trials for flag in trial.flags}
    assert "gf_static_n" in analysis.summary


@pytest.mark.parametrize("share", [0.55, 1.35])
def test_a_load_off_the_weight_leaves_no_ratio_but_the_lag(share):
    grip, load = lifts(np.random.default_rng(9), 8)
    analysis = analysed(grip, load * share)
    assert "gf_lf_ratio" not in analysis.summary
    assert "gf_static_n" in analysis.summary
    assert "xcorr_lag_ms" in analysis.summary
    why = analysis.verdicts["excess_margin"].why
    assert "differs by more than 10 % from the mass given" in why
    assert "mass given" not in analysis.verdicts["anticipatory_coupling"].why


def test_missing_samples_are_the_reason_where_no_lag_is_measured():
    grip, load = lifts(np.random.default_rng(10), 8)
    kept = np.random.default_rng(11).random(len(grip)) > 0.05
    t = np.arange(len(grip)) / RATE_HZ
    columns = {"grip_n": grip[kept], "load_n": load[kept]}
    table = ImportedTable(t[kept], columns, RATE_HZ, {"mass_g": MASS_G})
    analysis = summarize_person(analyze_session([table_recording(table, "made.grip")]))
    why = analysis.verdicts["anticipatory_coupling"].why
    assert re.search(r"[Ii]n \d of \d trials samples are missing", why)


def summary_of_flags(analysis):
    (result,) = analysis.results
    return [set(trial.flags) for trial in result.trials]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**31),
    grip_n_per_min=st.floats(1.4, 4) | st.floats(-4, -1.4),
    load_share=st.floats(-1, 1),
    count=st.integers(9, 12),
)
def test_a_zero_that_moves_too_fast_leaves_no_figure(seed, grip_n_per_min, load_share, count):
    """Slower ones, or fewer lifts, move by too little to be told from the hand's own levels."""
    rng = np.random.default_rng(seed)
    grip, load = lifts(rng, count)
    moved = grip_n_per_min * np.arange(len(grip)) / RATE_HZ / 60
    analysis = analysed(grip + moved, load + load_share * moved)
    flags = summary_of_flags(analysis)
    assert 2 * sum(TrialFlag.ZERO_MOVES in own for own in flags) > len(flags)
    assert "gf_static_n" not in analysis.summary
    for verdict in analysis.verdicts.values():
        assert verdict.answer is Decision.UNDETERMINED
        assert re.search(r"the zero of .*moves by [+-]\d\.\d N a minute", verdict.why)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**31), n_per_min=st.floats(1.1, 2) | st.floats(-2, -1.1))
def test_the_load_of_the_holds_shows_a_zero_that_moves(seed, n_per_min):
    """The hand never leaves the object, at another level after each lift."""
    rng = np.random.default_rng(seed)
    grip, load = lifts(rng, 8)
    stays = np.repeat(rng.uniform(1.5, 3.0, 8), len(grip) // 8)
    moved = n_per_min * np.arange(len(grip)) / RATE_HZ / 60
    flags = summary_of_flags(analysed(np.maximum(grip, stays), load + moved))
    assert all(TrialFlag.ZERO_MOVES in own for own in flags)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**31), n_per_min=st.floats(-0.3, 0.3))
def test_a_slow_drift_is_followed_and_gives_the_true_level(seed, n_per_min):
    grip, load = lifts(np.random.default_rng(seed), 8)
    moved = n_per_min * np.arange(len(grip)) / RATE_HZ / 60
    straight, moving = analysed(grip, load), analysed(grip + moved, load + moved)
    assert not any(TrialFlag.ZERO_MOVES in own for own in summary_of_flags(moving))
    true_n = straight.summary["gf_static_n"].value
    assert moving.summary["gf_static_n"].value == pytest.approx(true_n, abs=0.03)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**31))
def test_a_hand_that_stays_on_is_no_zero_that_moves(seed):
    rng = np.random.default_rng(seed)
    grip, load = lifts(rng, 8)
    levels = np.array([0.0, *rng.permutation([0.6, 1.4, 0.8, 1.2, 1.0, 1.7]), 0.0])
    levels[1:3] = np.sort(levels[1:3])[::-1]
    flags = summary_of_flags(analysed(np.maximum(grip, np.repeat(levels, len(grip) // 8)), load))
    assert not any(TrialFlag.ZERO_MOVES in own for own in flags)


def test_a_rest_at_the_largest_value_is_no_ceiling():
    smooth = np.concatenate([np.sin(np.linspace(0, np.pi / 2, 400)), np.ones(600)])
    assert not flat_ceiling(smooth, 500).any()
    coarse = np.round(3.9 * smooth, 1)
    assert not flat_ceiling(coarse, 500).any()


def test_an_impact_of_several_samples_is_no_spike():
    rng = np.random.default_rng(1)
    force = rng.normal(0, 0.01, 2000)
    force[1000:1006] += [2, 9, 14, 11, 5, 1]
    assert not spikes(force, 1000).any()


@pytest.mark.parametrize("line_hz", [50.0, 60.0])
def test_hum_is_found_with_its_amplitude(line_hz):
    t = np.arange(20_000) / 1000
    noise = np.random.default_rng(2).normal(0, 0.02, len(t))
    found = mains_hum(noise + 0.1 * np.sin(2 * np.pi * line_hz * t), 1000)
    assert found is not None
    assert found[0] == line_hz
    assert found[1] == pytest.approx(0.1, rel=0.25)
    assert mains_hum(noise, 1000) is None
