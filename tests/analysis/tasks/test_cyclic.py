"""Cyclic movements on formulas."""

import numpy as np
import pytest

from gripforce.analysis.assessment.coupling_decision import coupling_verdict
from gripforce.analysis.results import Decision
from gripforce.analysis.tasks.cyclic import analyze_cyclic
from gripforce.model import Kind
from tests.analysis.analytic_lifts import G, noise, recording, stream
from tests.analysis.analytic_tasks import Held, held_recording
from tests.analysis.recordings import (
    cyclic_recording,
    only,
)


@pytest.mark.parametrize("lag_s", [-0.03, 0.0, 0.0123, 0.05])
@pytest.mark.parametrize("rate_hz", [1000.0, 80.0])
def test_cyclic_lag_gain_phase_and_coherence(lag_s, rate_hz):
    """The least-squares gain shrinks by cos(2πfℓ)."""
    v = only(analyze_cyclic(cyclic_recording(lag_s, rate_hz=rate_hz))).values
    turn = 2 * np.pi * 1.2 * lag_s
    assert v["frequency_hz"] == pytest.approx(1.2, rel=0.002)
    assert v["xcorr_lag_ms"] == pytest.approx(1e3 * lag_s, abs=0.3)
    assert v["xcorr_r"] == pytest.approx(1.0, abs=1e-3)
    assert v["r_zero_lag"] == pytest.approx(np.cos(turn), abs=2e-3)
    assert v["gain_ols"] == pytest.approx(0.8 * np.cos(turn), abs=4e-3)
    assert v["coherence"] == pytest.approx(1.0, abs=1e-3)
    assert v["coherence_lag_ms"] == pytest.approx(1e3 * lag_s, abs=0.5)
    assert v["relative_phase_deg"] == pytest.approx(-np.degrees(turn), abs=0.5)
    assert v["phase_locking"] == pytest.approx(1.0, abs=1e-3)
    assert v["modulation_depth"] == pytest.approx(0.8, rel=0.01)
    assert v["modulation_relative"] == pytest.approx(2 * 0.8 * 2.5 / 4.0, rel=0.01)


def test_total_least_squares_has_the_true_gain_in_phase():
    v = only(analyze_cyclic(cyclic_recording())).values
    assert v["gain_tls"] == pytest.approx(0.8, rel=2e-3)
    assert v["offset_tls_n"] == pytest.approx(4.0 - 0.8 * 0.4 * G, abs=0.02)


def test_coherence_significance_is_that_of_its_segments():
    """32.5 s kept of 4 s segments, half overlapping: 15 of them; 1 - 0.05^(1/14)."""
    v = only(analyze_cyclic(cyclic_recording())).values
    kept = v["cycles"] / 1.2
    segments = int((kept - 4.0) // 2.0) + 1
    assert v["coherence_significance"] == pytest.approx(1 - 0.05 ** (1 / (segments - 1)))


@pytest.mark.parametrize(
    ("amplitude_n", "mass_g", "refused"),
    [
        (0.45, 200, True),  # 0.9 N peak to peak is under 1 N
        (0.55, 200, False),
        (1.3, 800, True),  # 2.6 N is under 0.4 m g = 3.1 N
        (1.8, 800, False),
    ],
)
def test_coupling_is_refused_when_the_load_hardly_varies(amplitude_n, mass_g, refused):
    made = cyclic_recording(amplitude_n=amplitude_n, mass_g=mass_g)
    trial = only(analyze_cyclic(made))
    assert ("low_modulation" in trial.flags) is refused
    assert (trial.values["xcorr_r"] is None) is refused
    assert (trial.values["gain_ols"] is None) is refused
    assert trial.values["lf_modulation_n"] == pytest.approx(2 * amplitude_n, rel=0.02)


@pytest.mark.parametrize("lag_s", [0.0, 0.04])
def test_one_bout_has_the_interval_that_its_cycles_give(lag_s):
    """Lag and r of a sine are the same in each cycle, so an interval about them is narrow."""
    result = analyze_cyclic(cyclic_recording(lag_s))
    lag, r = result.summary["xcorr_lag_ms"], result.summary["xcorr_r"]
    assert lag.value == only(result).values["xcorr_lag_ms"]
    assert 1e3 * lag_s - 1 < lag.ci_low <= lag.ci_high < 1e3 * lag_s + 1
    assert 0.999 < r.ci_low <= r.ci_high <= 1.0
    assert lag.n == r.n == 1
    few = analyze_cyclic(cyclic_recording(lag_s, span_s=8.0)).summary["xcorr_lag_ms"]
    assert few.ci_low is None, "five cycles are no interval"


def test_ten_clean_cycles_are_enough_for_an_answer():
    """Stretches of three cycles left two of them, and no answer to any bout under 25 cycles."""
    result = analyze_cyclic(cyclic_recording(0.012, span_s=8.5))
    assert only(result).values["cycles"] == result.summary["lag_spread_ms"].n
    assert coupling_verdict([result]).answer is Decision.YES


def test_a_short_bout_has_too_few_cycles():
    assert only(analyze_cyclic(cyclic_recording(span_s=4.0))).flags == ("few_cycles",)


@pytest.mark.parametrize("mean_n", [0.5, 0.6, 0.9])
def test_a_weak_grip_is_found(mean_n):
    """Held from half a second on: its own lowest force was taken for zero, and no bout found."""
    t = np.arange(20_000) / 1000
    held = (t > 0.5) & (t < 19.5)
    load = (1.5 + np.sin(2 * np.pi * 1.2 * t)) * held
    grip = (mean_n + 0.2 * np.sin(2 * np.pi * 1.2 * (t - 0.02))) * held
    values = [grip + noise(t, 1), load + noise(t, 2)]
    made = recording(stream([Kind.GRIP, Kind.LOAD], t, values), task="cyclic", mass_g=150)
    v = only(analyze_cyclic(made)).values
    assert v["gf_mean_n"] == pytest.approx(mean_n, abs=0.02)
    assert v["xcorr_lag_ms"] == pytest.approx(20, abs=1)


def bouts(lags_s, span_s=24.0):
    """Return bouts of one hand, each in a hold of its own and with its own lag."""
    helds = []
    for k, lag_s in enumerate(lags_s):
        begin = 1.0 + (span_s + 6.0) * k

        def extra(t, begin=begin):
            inside = (t > begin + 2.0) & (t < begin + 2.0 + span_s)
            return np.where(inside, 2.5 * np.sin(2 * np.pi * 1.2 * (t - begin - 2.0)), 0.0)

        def grip(t, extra=extra, lag_s=lag_s):
            return 4.0 + 0.8 * extra(t - lag_s)

        helds.append(Held(span_s + 4.0, grip_n=grip, extra_load_n=extra, begin_s=begin))
    return held_recording(helds, task="cyclic")


@pytest.mark.parametrize("lags_s", [(0.012,), (0.012, 0.018), (0.012, 0.018, 0.015)])
def test_one_two_or_three_bouts_give_the_same_answer(lags_s):
    """Two bouts had no interval, so a repeated bout turned yes into cannot tell."""
    result = analyze_cyclic(bouts(lags_s))
    assert len(result.trials) == len(lags_s)
    lag = result.summary["xcorr_lag_ms"]
    assert lag.n == len(lags_s)
    assert lag.ci_low <= 1e3 * min(lags_s) + 0.5
    assert lag.ci_high >= 1e3 * max(lags_s) - 0.5
    assert coupling_verdict([result]).answer is Decision.YES
