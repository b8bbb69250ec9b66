"""One axis for all streams, and columns that hide nothing and invent nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gripforce.model import Kind
from gripforce.online import SampleBuffer, columns, force_series
from gripforce.online.series import column_edges
from tests.online.patients import NEWTONS_PER_COUNT, cut, recorded, samples_of, stream_of


def buffered(*sessions):
    buffers = []
    for session in sessions:
        buffers.append(SampleBuffer(session, 60.0))
        buffers[-1].add(session)
    return buffers


def test_grip_is_the_mean_and_load_the_sum():
    session = recorded(2.0)
    series = force_series(buffered(session), 0.0, 10.0)
    thumb, index, load_thumb, load_index = session.values.T
    np.testing.assert_allclose(series.gf, (thumb + index) / 2)
    np.testing.assert_allclose(series.lf, load_thumb + load_index)
    np.testing.assert_array_equal(series.t, session.t)


def free_running(kind, stream_id, rate_hz, phase_s, slope):
    """Return a ramp sampled by a converter on its own clock."""
    t = phase_s + np.arange(round(5 * rate_hz)) / rate_hz
    return samples_of(stream_of([kind], stream_id, rate_hz), t, slope * t[:, None])


def test_free_running_streams_meet_at_their_own_times():
    thumb = free_running(Kind.GRIP_THUMB, 0, 92.0, 0.000, 2.0)
    index = free_running(Kind.GRIP_INDEX, 1, 87.0, 0.004, 2.0)
    load = free_running(Kind.LOAD, 2, 79.0, 0.009, 1.0)
    series = force_series(buffered(thumb, index, load), 0.5, 4.5)
    assert not np.isnan(series.gf).any()
    np.testing.assert_allclose(series.gf, 2.0 * series.t, atol=2 * NEWTONS_PER_COUNT)
    np.testing.assert_allclose(series.lf, 1.0 * series.t, atol=2 * NEWTONS_PER_COUNT)


def test_nothing_is_interpolated_over_another_streams_gap():
    grip = free_running(Kind.GRIP, 0, 100.0, 0.0, 1.0)
    load = free_running(Kind.LOAD, 1, 80.0, 0.0, 1.0)
    buffers = buffered(grip)
    buffers.append(SampleBuffer(load, 60.0))
    buffers[1].add(cut(load, 0, 160))
    buffers[1].add(cut(load, 200, 400))
    series = force_series(buffers, 0.0, 5.0)
    inside = (series.t > load.t[159]) & (series.t <= load.t[200])
    assert np.isnan(series.lf[inside]).all()
    assert not np.isnan(series.lf[~inside & (series.t <= load.t[-1])]).any()


@given(
    st.lists(st.floats(-50, 50), min_size=1, max_size=400),
    st.integers(1, 90),
    st.floats(0.1, 3.0),
)
def test_columns_hold_exactly_what_falls_into_them(values, count, span_s):
    y = np.array(values)
    t = np.arange(len(y)) / 100.0
    edges = column_edges(float(t[-1]), span_s, count)
    low, high = columns(t, y, edges, reach_s=0.0)
    for k in range(count):
        inside = y[(t >= edges[k]) & (t < edges[k + 1])]
        assert np.isnan(low[k]) == (len(inside) == 0)
        if len(inside):
            assert (low[k], high[k]) == (inside.min(), inside.max())


def test_columns_between_neighbours_have_the_line_between_them():
    t, y = np.array([0.0, 1.0, 5.0]), np.array([0.0, 10.0, 20.0])
    low, high = columns(t, y, np.arange(0, 6.01, 0.25), reach_s=1.6)
    assert low[1] == high[1] == pytest.approx(10 * 0.375)
    assert np.isnan(low[5:20]).all()
    assert low[20] == 20.0


def test_columns_stay_in_place_while_time_goes_on():
    one, two = column_edges(12.34, 10.0, 200), column_edges(12.34 + 0.05, 10.0, 200)
    np.testing.assert_allclose(one[1:], two[:-1])
    assert one[-2] < 12.34 <= one[-1]
