"""A stream at a wrong rate is said while it runs: once, and not for losses or a slow start."""

import pytest

from gripforce.assembly.rate_watch import RateWatch
from gripforce.model import Channel, Counted, Kind, StreamInfo, Unit

KINDS = (Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.LOAD_THUMB, Kind.LOAD_INDEX)


def stream(channels, rate_hz):
    made = tuple(Channel(kind, Unit.VOLT, 1e-9, (1 << 23) - 1, 0) for kind in KINDS[:channels])
    return StreamInfo(0, made, rate_hz, 24, 0, 16)


def said(of, rate_hz, *, seconds=5.0, lose=()):
    """Return what a watch says of blocks of 16 at ``rate_hz``; ``lose`` are indices of blocks."""
    watch, sentences = RateWatch(), []
    for i in range(int(seconds * rate_hz / 16)):
        if i not in lose:
            t = 16 * i / rate_hz
            item = Counted(of, 16 * i, 16, t, t + 15 / rate_hz)
            sentences += [watch.add(item)]
    return [sentence for sentence in sentences if sentence]


@pytest.mark.parametrize("off", [0.0, 0.03, -0.03])
def test_a_right_rate_is_not_mentioned(off):
    assert said(stream(4, 1000.0), 1000.0 * (1 + off)) == []
    assert said(stream(1, 80.0), 80.0 * (1 + 3 * off)) == []


@pytest.mark.parametrize("factor", [4.0, 1.06, 0.94, 0.5])
def test_a_wrong_rate_is_said_once(factor):
    (sentence,) = said(stream(4, 1000.0), 1000.0 * factor)
    assert f"{1000 * factor:.1f} samples a second instead of 1000" in sentence


def test_lost_samples_are_no_wrong_rate():
    assert said(stream(4, 1000.0), 1000.0, lose={30, 31, 32, 33, 34, 90, 91, 92}) == []


def test_a_rate_stays_wrong_until_a_second_of_it_is_right():
    watch, of, t = RateWatch(), stream(4, 1000.0), 0.0
    wrong = []
    for i in range(400):
        rate_hz = 4000.0 if 100 <= i < 400 - 200 else 1000.0
        watch.add(Counted(of, 16 * i, 16, t, t + 15 / rate_hz))
        t += 16 / rate_hz
        wrong.append(dict(watch.wrong))
    assert not any(wrong[:100])
    ((measured_hz, announced_hz),) = wrong[225].values()
    assert measured_hz > 1.05 * announced_hz == 1050.0
    assert not wrong[-1]
