"""Touches in a running stream: those of all its samples, in whatever order they came."""

import numpy as np
import pytest

from gripforce.model import Kind
from gripforce.online.sample_buffer import SampleBuffer
from gripforce.online.touches import TouchWatch
from tests.online.patients import blocks, cut, recorded, samples_of, stream_of

TOUCHES = [(1.0, 5.4), (7.0, 11.4)]
"""Of two lifts by `patients.lifts`."""


def followed(order, first):
    """Return the touches seen after each block, and the time until which force was known."""
    buffer, watch = SampleBuffer(first, 45.0), TouchWatch()
    for block in order:
        buffer.add(block)
        seen = watch.look([buffer], buffer.newest_t)
    return seen


def test_touches_are_found_when_samples_came_late():
    session = recorded()
    pieces = list(blocks(session))
    hole = [cut(session, k * 16, (k + 1) * 16, late=True) for k in range(400, 480)]  # a touch in it
    order = [*pieces[:400], *pieces[480:700], *hole, *pieces[700:]]
    in_order, known_t = followed(pieces, session)
    late, _ = followed(order, session)
    assert np.array(in_order) == pytest.approx(np.array(TOUCHES), abs=0.1)
    assert np.array(late) == pytest.approx(np.array(in_order), abs=0.011)
    assert known_t == pytest.approx(14.0, abs=0.011)


def test_what_has_left_the_buffer_is_forgotten():
    session = recorded(14.0)
    buffer, watch = SampleBuffer(session, 2.0), TouchWatch()
    for block in blocks(session):
        buffer.add(block)
        seen, _ = watch.look([buffer], buffer.newest_t)
    assert len(seen) == 1
    assert seen[0][0] >= buffer.oldest_t
    assert seen[0][1] == pytest.approx(TOUCHES[1][1], abs=0.1)


def test_a_digit_that_begins_later_changes_what_is_known():
    """Means of one digit alone are none of grip force any more once there is another."""
    whole = recorded(8.0)
    one, other = (
        samples_of(stream_of([kind], k), whole.t, force)
        for k, (kind, force) in enumerate(
            ((Kind.GRIP_THUMB, np.full((8000, 1), 3.0)), (Kind.GRIP_INDEX, whole.values[:, 1:2]))
        )
    )
    thumb, index, watch = SampleBuffer(one, 45.0), SampleBuffer(other, 45.0), TouchWatch()
    thumb.add(cut(one, 0, 4000))
    assert watch.look([thumb], 4.0)[0][0][0] == pytest.approx(0.0, abs=0.011)
    index.add(cut(other, 3000, 4000))
    assert watch.look([thumb, index], 4.0)[0][0][0] == pytest.approx(3.0, abs=0.011)
