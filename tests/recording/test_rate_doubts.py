"""A stream whose rate is not the announced one is doubted, whatever its account of samples says."""

from dataclasses import replace

import numpy as np
import pytest

from gripforce.model import Kind
from gripforce.recording.rate_doubts import rate_doubts
from tests.analysis.analytic_lifts import recording, stream

FORCES = [Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.LOAD_THUMB, Kind.LOAD_INDEX]


def recorded(periods_s, nominal_hz, kinds=FORCES):
    t = np.concatenate([[0.0], np.cumsum(periods_s)])
    samples = stream(kinds, t, [np.sin(t) for _ in kinds], rate_hz=nominal_hz)
    return recording(replace(samples, counter=np.arange(len(t))), task="")


@pytest.mark.parametrize("off", [0.0, 0.04, -0.04])
def test_a_steady_rate_near_the_announced_one_is_no_doubt(off):
    assert rate_doubts(recorded(np.full(5000, 0.001 * (1 + off)), 1000.0)) == []


@pytest.mark.parametrize("off", [0.07, -0.07, 3.0])
def test_another_rate_than_the_announced_one_is_a_doubt(off):
    (doubt,) = rate_doubts(recorded(np.full(5000, 0.001 * (1 + off)), 1000.0))
    assert f"{1000 / (1 + off):.1f} samples a second instead of 1000" in doubt


def test_an_oscillator_of_its_own_may_be_a_tenth_off():
    assert rate_doubts(recorded(np.full(800, 0.0125 * 1.1), 80.0, [Kind.GRIP])) == []


def test_a_change_on_the_way_is_a_doubt():
    """A converter that reset itself goes on at 4 kHz."""
    (doubt,) = rate_doubts(recorded(np.r_[np.full(8000, 1e-3), np.full(2000, 0.25e-3)], 1000.0))
    assert "4000.0 samples a second instead of 1000.0 at 8.0 s" in doubt
