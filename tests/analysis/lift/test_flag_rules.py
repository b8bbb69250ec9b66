"""The rules that flags follow, each by a load or grip that is written down for it."""

import numpy as np
import pytest

from gripforce.analysis.assessment.person import summarize_person
from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.analysis.tasks.drop import analyze_drop
from gripforce.analysis.tasks.registry import analyze_task, result_table
from gripforce.model import Kind
from tests.analysis.analytic_lifts import (
    AnalyticLift,
    grip_of,
    lifts_recording,
    load_of,
    noise,
    recording,
    seconds,
    stream,
)
from tests.analysis.analytic_tasks import Held, held_recording


def series(count=5, **each):
    return [AnalyticLift(contact_s=1.0 + 6.0 * k, hold_s=2.5, **each) for k in range(count)]


def made(lifts, shape, *, mass_g=400.0):
    """Return lifts whose load is ``shape(t, load)``, both in one grid; grip stays as it was."""
    t = seconds(lifts)
    load = shape(t, load_of(lifts, t)) + noise(t, 2)
    grip = grip_of(lifts, t) + noise(t, 1)
    return recording(stream([Kind.GRIP, Kind.LOAD], t, [grip, load]), task="lift", mass_g=mass_g)


@pytest.mark.parametrize(("reached", "lifted"), [(0.0, False), (0.005, False), (0.06, True)])
def test_what_carried_the_weight_for_20_ms_was_lifted(reached, lifted):
    """A hand that sags afterwards lowers the mean load, and did lift; a pull of 0.7 W did not."""
    lifts = series()
    third = lifts[2]

    def sag(t, load):
        inside = (t > third.contact_s) & (t < third.release_s)
        carried = (t > third.liftoff_s) & (t < third.liftoff_s + reached)
        return np.where(inside & ~carried, np.minimum(load, 0.7 * third.weight_n), load)

    found = analyze_lifts(made(lifts, sag)).lifts
    assert len(found) == 5
    assert (TrialFlag.NOT_LIFTED not in found[2].flags) is lifted
    assert not any(TrialFlag.NOT_LIFTED in lift.flags for k, lift in enumerate(found) if k != 2)


@pytest.mark.parametrize(("creep_s", "unclear"), [(0.0, False), (0.4, True)])
def test_a_load_that_creeps_to_its_level_has_an_uncertain_liftoff(creep_s, unclear):
    lifts = series(rise_m=0.0)
    third = lifts[2]

    def creep(t, load):
        inside = (t > third.load_onset_s) & (t < third.replace_s)
        since = (t - third.load_onset_s - 0.9**0.5 * third.loading_s) / max(creep_s, 1e-9)
        level = third.weight_n * np.clip(0.9 + 0.1 * since, 0.9, 1.0)
        return np.where(inside, np.minimum(load, level), load) if creep_s else load

    found = analyze_lifts(made(lifts, creep)).lifts
    assert (TrialFlag.LIFTOFF_UNCLEAR in found[2].flags) is unclear
    assert (found[2].metrics.liftoff_width_ms > 200) is unclear
    assert not any(TrialFlag.LIFTOFF_UNCLEAR in lift.flags for lift in found[:2])


@pytest.mark.parametrize(
    ("share", "flagged"), [(0.5, True), (0.42, True), (0.8, False), (1, False)]
)
def test_a_load_of_half_the_weight_is_that_of_one_digit(share, flagged):
    found = analyze_lifts(made(series(), lambda _, load: share * load)).lifts
    assert all((TrialFlag.ONE_SIDED_LOAD in lift.flags) is flagged for lift in found)


def test_impacts_are_steep_high_and_apart():
    """A bounce 0.3 s after an impact is no second one, a step of 0.3 N none, a slow rise none."""

    def load(t):
        step = 1.5 * np.clip((t - 4.0) / 0.02, 0, 1)
        bounce = 0.8 * np.clip((t - 4.3) / 0.02, 0, 1) * np.clip((4.4 - t) / 0.02, 0, 1)
        small = 0.3 * np.clip((t - 6.0) / 0.01, 0, 1)
        slow = 1.5 * np.clip((t - 7.0) / 1.0, 0, 1)
        return step + bounce + small + slow

    found = analyze_drop(held_recording(Held(duration_s=11.0, extra_load_n=load), task="drop"))
    assert [t.events["t_impact_s"] for t in found.trials] == pytest.approx([4.0], abs=0.01)


def test_what_most_lifts_share_is_said_once():
    """403 of 407 real quick lifts carried the same flag, which hid the four that differed."""
    quick = [AnalyticLift(contact_s=1.0 + 3.0 * k, hold_s=0.3, rise_s=0.3) for k in range(8)]
    result = analyze_task(lifts_recording(quick, task="lift", mass_g=400.0))
    assert all(TrialFlag.SHORT_HOLD in trial.flags for trial in result.trials)
    assert not any("short_hold" in flags for flags in result_table(result)["flags"])
    said = [r for r in summarize_person([result]).remarks if TrialFlag.SHORT_HOLD.meaning in r]
    assert len(said) == 1
    assert "in 8 of 8 lifts" in said[0]


def test_what_one_lift_has_alone_stands_on_its_row():
    lifts = [AnalyticLift(contact_s=1.0 + 8.0 * k, hold_s=4.0) for k in range(7)]
    lifts[4] = AnalyticLift(contact_s=lifts[4].contact_s, hold_s=0.3, rise_s=0.3)
    table = result_table(analyze_task(lifts_recording(lifts, task="lift", mass_g=400.0)))
    assert [k for k, flags in enumerate(table["flags"]) if "short_hold" in flags] == [4]
