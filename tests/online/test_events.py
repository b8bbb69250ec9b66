"""Events that are reported while they happen are those that the whole recording shows."""

from dataclasses import replace

import numpy as np
import pytest

import gripforce as gf
from gripforce.model import Started
from gripforce.online.events import EVENTS, EventWatch

BLOCK_S = 0.016
SAME_S = 0.001
SEEN_WITHIN_S = {"load_onset": 0.15, "lift_off": 0.08, "slip": 0.12}
COLUMNS = {"load_onset": "t_load_onset_s", "lift_off": "t_liftoff_s", "slip": "t_slip_s"}


def blocks(recording, until_s=np.inf):
    """Return a recording's samples in blocks of 16 ms, in the order of their arrival."""
    cut = []
    for samples in recording.streams.values():
        step = max(1, round(BLOCK_S * samples.stream.rate_hz))
        for k in range(0, int(np.searchsorted(samples.t, until_s)), step):
            rows = {
                name: getattr(samples, name)[k : k + step]
                for name in ("counter", "t", "counts", "flags")
            }
            cut.append(replace(samples, **rows))
    return sorted(cut, key=lambda block: block.last_t)


def reported(recording, until_s=np.inf, **metadata):
    """Return ``(name, t, age)`` of each event: how old the newest sample was by then."""
    watch = EventWatch(EVENTS)
    watch.feed(Started(recording.device, {}, "", {**recording.metadata, **metadata}))
    return [
        (event.name, event.t, block.last_t - event.t)
        for block in blocks(recording, until_s)
        for event in watch.feed(block)
    ]


@pytest.fixture(scope="module")
def lifts():
    return gf.simulate("lift", seed=21, trials=2, profile="als", mass_g=400)


def check(found, names, table):
    assert {name for name, _, _ in found} == set(names)
    for name in names:
        live = [t for one, t, _ in found if one == name]
        np.testing.assert_allclose(live, table[COLUMNS[name]].dropna(), atol=SAME_S)
    assert all(0 < age_s < SEEN_WITHIN_S[name] for name, _, age_s in found)


def test_load_onset_and_lift_off_of_each_lift(lifts):
    check(reported(lifts), ["load_onset", "lift_off"], lifts.trials())


def test_a_slip_and_not_the_setting_down_after_a_lift():
    slips = gf.simulate("slip", seed=21, trials=1, profile="als")
    check([one for one in reported(slips) if one[0] == "slip"], ["slip"], slips.trials())


def test_without_the_mass_lift_off_is_not_known_before_lifts_have_shown_the_weight(lifts):
    first = reported(lifts, until_s=8.0, mass_g=None)
    assert [name for name, _, _ in first] == ["load_onset"]


def test_a_load_that_reaches_the_weight_and_sinks_back_at_once():
    t_s = np.arange(0, 2, 0.001)
    weight_n = 0.4 * 9.80665
    share = np.interp(t_s, [1.2, 1.3, 1.33, 1.334, 1.7, 1.75], [0, 0.94, 0.985, 0.85, 0.85, 0])
    grip_n = np.interp(t_s, [1.0, 1.2, 1.8, 1.9], [0, 7, 7, 0])
    pull = gf.from_arrays(t_s, grip_n=grip_n, load_n=share * weight_n, metadata={"mass_g": 400})
    assert {name for name, _, _ in reported(pull)} == {"load_onset", "lift_off"}
