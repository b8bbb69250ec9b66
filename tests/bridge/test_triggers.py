"""Rules fire once for each crossing, at the sample that crosses."""

import numpy as np
import pytest

from gripforce.bridge.triggers import ForceLevel, Triggers, parse_rule
from gripforce.errors import UsageError
from gripforce.model import Kind
from tests.analysis.analytic_lifts import stream


def crossings(text, grip, load=None):
    t = np.arange(len(grip)) / 1000
    watch, found = Triggers([parse_rule(text)]), []
    for k in range(0, len(t), 16):
        part = slice(k, k + 16)
        columns = [grip[part], (grip if load is None else load)[part]]
        fired = watch.feed(stream([Kind.GRIP, Kind.LOAD], t[part], columns))
        found += [one.t for one in fired]
    return found


@pytest.mark.parametrize("level", [0.5, 3.0])
def test_each_rise_fires_once_at_its_time(level):
    t = np.arange(4000) / 1000
    grip = 5 * np.sin(2 * np.pi * t) + 0.02 * np.sin(700 * t)
    want = [k + np.arcsin(level / 5) / (2 * np.pi) for k in range(4)]
    found = crossings(f"grip > {level} N -> ttl0 5ms", grip)
    np.testing.assert_allclose(found, want, atol=0.003)


def test_falls_of_the_load_and_forces_that_begin_beyond_the_level():
    t = np.arange(3000) / 1000
    load = np.where(t < 1, 4.0, np.where(t < 2, 0.5, 4.0))
    assert crossings("load < 1 N -> ttl1 10ms", load, load) == pytest.approx([1.0])
    assert crossings("load > 1 N -> ttl1 10ms", load, load) == pytest.approx([2.0])


def test_a_rule_says_everything():
    rule = parse_rule("load  < 1.5 N +120 ms ->  ttl1 10ms")
    assert rule.when == ForceLevel(is_grip=False, rises=False, level_n=1.5)
    assert (rule.delay_s, rule.line, rule.pulse_ms) == (0.12, 1, 10)
    event = parse_rule("lift_off+120ms->ttl0 5ms")
    assert (event.when, event.delay_s, event.kind) == ("lift_off", 0.12, "event")


@pytest.mark.parametrize(
    "text",
    ["", "grip", "grip > 5", "grip > 5 N", "grip > 5 N -> ttl0", "grip > nan N -> ttl0 5ms",
     "grip > 5 N -> ttl0 0ms", "grip > 5 N -> ttl0 99999999ms", "grip = 5 N -> ttl0 5ms",
     "grip > 5 N -> led 5ms", "liftoff -> ttl0 5ms", "slip > 1 N -> ttl0 5ms",
     "grip > 5 N -> ttl0 5ms; rm"],
)  # fmt: skip
def test_anything_else_is_refused(text):
    with pytest.raises(UsageError):
        parse_rule(text)
