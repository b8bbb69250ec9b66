"""How a group changes: against means of single lines, other libraries, and planted slopes."""

import json

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from gripforce.cli.results.group_model import group_model
from gripforce.cohort.mixed import group_slopes
from gripforce.cohort.slopes import SessionMeans


def people(seed, *, count=20, visits=5, slope=0.02, sd_slope=0.03, day=0.03, x=None):
    """Return people with log-normal levels, slopes and days of their own."""
    rng = np.random.default_rng(seed)
    times = np.arange(visits) if x is None else np.array(x)
    made = []
    for k in range(count):
        own = np.log1p(slope) + sd_slope * rng.normal()
        level = np.log(1.8) + 0.3 * rng.normal()
        means = np.exp(level + own * times + day * rng.normal(size=len(times)))
        made.append(SessionMeans(f"P{k}", "right", "lift", "400 g", "gf_lf_ratio",
                                 tuple(map(float, times)), tuple(means)))  # fmt: skip
    return made


def lines(series):
    return np.array([np.polyfit(one.x, np.log(one.means), 1)[0] for one in series])


@pytest.mark.parametrize("seed", range(3))
def test_equal_visits_give_the_mean_of_single_lines(seed):
    """Every person has the same visits: the group's slope is a mean, its test a t test."""
    made = people(seed)
    (found,) = group_slopes(made)
    own = lines(made)
    assert np.log1p(found.value) == pytest.approx(own.mean(), abs=2e-4)
    by_scipy = stats.ttest_1samp(own, 0).confidence_interval()
    assert np.log1p(found.ci_low) == pytest.approx(by_scipy.low, abs=2e-3)
    assert np.log1p(found.ci_high) == pytest.approx(by_scipy.high, abs=2e-3)
    assert (found.people, found.sessions, found.relative) == (20, 100, True)


def test_equivalence_is_that_of_two_one_sided_tests():
    made = people(7, slope=0.0, sd_slope=0.02, count=30)
    (found,) = group_slopes(made)
    theirs, _, _ = DescrStatsW(lines(made)).ttost_mean(np.log(0.98), np.log(1.02))
    assert found.equivalence_p(0.02) == pytest.approx(theirs, abs=0.01)
    assert found.equivalence_p(0.05) < 0.05 < found.equivalence_p(0.001)


def test_spreads_of_slopes_and_days_are_the_planted_ones():
    found = [group_slopes(people(k, count=40, visits=6))[0] for k in range(5)]
    assert np.median([one.sd_slope for one in found]) == pytest.approx(0.03, rel=0.25)
    assert np.median([one.sd_day for one in found]) == pytest.approx(0.03, rel=0.15)


def test_more_visits_need_fewer_people_and_the_number_is_that_of_the_normal_formula():
    (found,) = group_slopes(people(3, count=40))
    needed = [found.people_needed(0.02, visits) for visits in (3, 5, 8)]
    assert needed == sorted(needed, reverse=True)
    own = np.sqrt(found.sd_slope**2 + found.sd_day**2 / 10)  # 5 visits, one apart: sum x^2 = 10
    normal = ((stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) * own / np.log(1.02)) ** 2
    assert needed[1] == pytest.approx(normal, abs=3)
    assert found.people_needed(0.0001, 3) is None


def test_repeated_first_sessions_give_the_reliability_between_days():
    made = people(5, x=(0.0, 0.1, 0.2, 3.0, 6.0), count=30, day=0.05)
    (found,) = group_slopes(made)
    assert found.repeats.groups == 30
    assert found.repeats.sem == pytest.approx(0.05, rel=0.25)
    assert group_slopes(people(5))[0].repeats is None, "sessions without dates are no repeats"


def test_few_people_are_no_group():
    assert group_slopes(people(1, count=5)) == []
    model = group_model(people(1, count=5), "gf_lf_ratio", 0.05, dated=False)
    assert "cannot tell" in "\n".join(model.lines())


def test_a_metric_that_stays_the_same_is_no_fault():
    flat = [SessionMeans(f"P{k}", "", "lift", "", "share", (0.0, 1.0, 2.0), (0.0,) * 3)
            for k in range(8)]  # fmt: skip
    assert group_slopes(flat) == []


def test_screen_and_json_say_the_same():
    model = group_model(people(2, slope=0.08, count=12), "gf_lf_ratio", 0.05, dated=False)
    text, plain = "\n".join(model.lines()), json.loads(json.dumps(model.as_json()))
    (slope,) = plain["slopes"]
    assert f"{100 * slope['slope']:+.3g} % a session" in text
    assert ": changes" in text
    assert f"5 visits: {slope['people_needed']['5']} people" in text
