"""Lifts of changing weights on formulas."""

import numpy as np
import pytest

from gripforce.analysis.tasks.lift import FIRST_LIFT
from gripforce.analysis.tasks.weights import analyze_weights, weight_memory
from tests.analysis.analytic_lifts import (
    lifts_recording,
)
from tests.analysis.planted_series import WEIGHTS_G, planted_weights
from tests.analysis.recordings import (
    lift_series,
)


def test_weights_are_read_off_the_load():
    masses = [400, 400, 200, 800, 200, 800, 800, 200, 200, 400]
    result = analyze_weights(lifts_recording(lift_series(masses), task="weights", mass_g=400))
    found = [t.values["lifted_mass_g"] for t in result.trials]
    assert found == pytest.approx(masses, rel=0.02)
    assert [t.values["previous_mass_g"] for t in result.trials][1:] == pytest.approx(
        masses[:-1], rel=0.02
    )
    assert result.trials[2].values["weight_changed"] is True
    assert result.trials[1].values["weight_changed"] is False
    # Rates of these formulas follow the weight that is lifted, not the one before.
    assert result.summary["lf_rate_peak_carry_over"].value == pytest.approx(0.0, abs=0.1)
    assert not [e for e in result.excluded if e.trial != 1]


def test_a_light_lift_is_a_lift_without_a_list_of_masses():
    result = analyze_weights(planted_weights(0.4, 1))
    assert [e.why for e in result.excluded] == [FIRST_LIFT]
    assert [t.values["lifted_mass_g"] for t in result.trials] == pytest.approx(WEIGHTS_G, rel=0.03)


@pytest.mark.parametrize("memory", [0.0, 0.4, 0.8])
def test_planted_memory_is_found_apart_from_the_present_weight(memory):
    found = [analyze_weights(planted_weights(memory, seed)).summary for seed in (21, 22)]
    for summary in found:
        for force in ("gf", "lf"):
            share = summary[f"{force}_rate_peak_carry_over"]
            assert share.ci_low - 0.1 < memory < share.ci_high + 0.1
            assert share.value == pytest.approx(memory, abs=0.2)
        slope = summary["lf_rate_peak_scaling_n_per_s_per_kg"]
        assert slope.ci_low > 0 or memory == 0.0


def test_a_hand_that_does_not_scale_has_no_carry_over():
    result = analyze_weights(planted_weights(0.8, 5, scaling=0.0, spread=0.2))
    assert "lf_rate_peak_carry_over" not in result.summary
    assert any("does not follow weight" in remark for remark in result.remarks)


def test_an_order_that_does_not_separate_the_weights_has_no_slopes():
    result = analyze_weights(planted_weights(0.8, 5, masses=(330,) * 8))
    assert "lf_rate_peak_scaling_n_per_s_per_kg" not in result.summary
    assert any("does not separate" in remark for remark in result.remarks)


def test_slopes_and_share_by_hand():
    """Rate = 10 + 30 · previous + 20 · present [N/s, kg] exactly: no interval is left."""
    masses = [(a, b) for a in (0.2, 0.4, 0.8) for b in (0.2, 0.4, 0.8)]
    rows = np.array([(a, b, 10 + 30 * a + 20 * b) for a, b in masses])
    found = weight_memory(rows)
    assert found.slopes == pytest.approx([30.0, 20.0])
    assert found.share(0).value == pytest.approx(0.6)
    assert found.share(0).ci_high - found.share(0).ci_low < 1e-6
