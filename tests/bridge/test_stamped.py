"""Rows for programs that read along: every sample once, gaps as NaN, stamps that rise."""

import numpy as np
import pytest

from gripforce.bridge.stamped import StampedStream
from gripforce.model import Samples
from reliability.known_samples import FORCE, SCALINGS, true_counts


def block(first, n=10, *, segment=0, backfilled=False):
    counter = np.arange(first, first + n)
    return Samples(
        FORCE, counter, counter / 1000.0, true_counts(counter), np.zeros(n, np.uint8),
        SCALINGS[0], segment, backfilled,
    )  # fmt: skip


def follow(*blocks, begin_s=50.0):
    stream = StampedStream(FORCE)
    parts = [stream.rows(b, begin_s + b.t) for b in blocks]
    return np.vstack([p.values for p in parts]), np.concatenate([p.host_s for p in parts])


def test_what_comes_in_order_goes_out_as_it_is():
    values, host_s = follow(block(0), block(10), block(20))
    np.testing.assert_array_equal(values, SCALINGS[0].apply(true_counts(np.arange(30))))
    np.testing.assert_allclose(host_s, 50 + np.arange(30) / 1000)


def test_missing_samples_are_nan_at_their_own_time():
    values, host_s = follow(block(0), block(15))
    assert len(values) == 25
    assert np.isnan(values[10:15]).all()
    assert not np.isnan(values[[9, 15]]).any()
    np.testing.assert_allclose(host_s, 50 + np.arange(25) / 1000, atol=1e-9)


def test_samples_sent_again_are_left_to_the_file():
    values, host_s = follow(block(0), block(20), block(10, backfilled=True), block(30))
    assert len(values) == 40
    assert np.isnan(values[10:20]).all()
    assert np.all(np.diff(host_s) > 0)


def test_a_very_long_gap_is_one_row():
    values, host_s = follow(block(0), block(10_000_000))
    assert np.isnan(values).any(axis=1).sum() == 1
    assert np.all(np.diff(host_s) > 0)


@pytest.mark.parametrize("back_s", [0.0, 0.5, -3.0])
def test_stamps_rise_over_a_restart_of_the_device(back_s):
    stream = StampedStream(FORCE)
    first = stream.rows(block(0), 50 + np.arange(10) / 1000)
    second = stream.rows(block(0, segment=1), 50.01 - back_s + np.arange(10) / 1000)
    host_s = np.concatenate([first.host_s, second.host_s])
    assert len(host_s) == 20
    assert np.all(np.diff(host_s) > 0)
    assert not np.isnan(second.values).any()
