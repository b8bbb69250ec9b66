"""Lifts of changing weights on formulas."""

import numpy as np
import pytest

from gripforce.analysis.tasks.weights import analyze_weights, carry_over, scaling
from tests.analysis.analytic_lifts import (
    lifts_recording,
)
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


def test_carry_over_and_scaling_by_hand():
    """Healthy hand: PGFR .2 kg after .2/.8: 19/63; .8 kg: 32/64 N/s."""
    rows = np.array([[200, 200, 19], [800, 200, 63], [200, 800, 32], [800, 800, 64]], dtype=float)
    assert carry_over(rows) == pytest.approx(0.5 * ((64 - 32) + (63 - 19)) / (64 - 19))
    line = np.array([[m, 300, 10 + 0.05 * m] for m in (200, 400, 800)], dtype=float)
    assert scaling(line) == pytest.approx(50.0)
