"""The buffer keeps samples in order of time, whatever order they came in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gripforce.model import Kind, Unit
from gripforce.online import SampleBuffer
from tests.online.patients import blocks, cut, recorded, samples_of, stream_of


def filled(session, pieces):
    buffer = SampleBuffer(session, 60.0)
    for piece in pieces:
        buffer.add(piece)
    return buffer


def test_blocks_make_the_session_again():
    session = recorded(3.0)
    buffer = filled(session, blocks(session, 17))
    again = buffer.samples(-1.0, 10.0)
    for name in ("counter", "t", "counts", "flags", "values"):
        np.testing.assert_array_equal(getattr(again, name), getattr(session, name))


@given(st.permutations(range(12)))
def test_any_order_of_arrival_gives_the_order_of_time(order):
    session = recorded(0.192)
    pieces = list(blocks(session, 16))
    buffer = filled(session, (pieces[k] for k in order))
    np.testing.assert_array_equal(buffer.samples(-1.0, 10.0).counter, session.counter)


@pytest.mark.parametrize("size", [1, 16, 5000, 100_000])
def test_the_last_seconds_stay_however_much_came(size):
    stream = stream_of([Kind.GRIP], rate_hz=100.0)
    t = np.arange(60_000) / 100.0
    session = samples_of(stream, t, np.sin(t)[:, None])
    buffer = SampleBuffer(session, 10.0)
    for piece in blocks(session, size):
        buffer.add(piece)
    last = buffer.samples(t[-1] - 10.0, np.inf)
    np.testing.assert_array_equal(last.counter, np.arange(58_999, 60_000))


def test_rate_is_the_devices_not_what_was_lost():
    stream = stream_of([Kind.GRIP], rate_hz=80.0)
    t = np.arange(800) / 92.0
    session = samples_of(stream, t, np.zeros((800, 1)))
    buffer = filled(session, [cut(session, 0, 300), cut(session, 500, 800)])
    assert buffer.rate_hz(5.0) == pytest.approx(92.0, rel=1e-6)


def test_units_say_whether_it_is_calibrated():
    assert SampleBuffer(recorded(0.1), 1.0).calibrated
    assert not SampleBuffer(recorded(0.1, unit=Unit.COUNT), 1.0).calibrated
