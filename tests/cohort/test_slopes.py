"""Who changes: stable people are not named, changers are, by formulas of their own."""

import numpy as np
import pytest
from scipy import stats

from gripforce.cohort.slopes import (
    SessionMeans,
    day_noise,
    holm,
    series_of,
    sessions_needed,
    slopes,
)


def cohort(seed, *, people=40, sessions=5, growth=(), metrics=18):
    """Return people whose days vary by 8 % and ten trials of a session by 10 % each."""
    rng = np.random.default_rng(seed)
    made = []
    for person in range(people):
        for metric in range(metrics):
            grows = growth[person] if metric == 0 and person < len(growth) else 0.0
            trials = 1 + 0.1 * rng.normal(size=(sessions, 10))
            days = np.exp(0.08 * rng.normal(size=sessions))
            means = 1.8 * (1 + grows) ** np.arange(sessions) * days * trials.mean(axis=1)
            name = "gf_lf_ratio" if metric == 0 else f"metric_{metric}"
            made.append(SessionMeans(f"P{person:02}", "right", "lift", "400 g", name,
                                     tuple(map(float, range(sessions))), tuple(means)))  # fmt: skip
    return made


@pytest.mark.parametrize("seed", range(5))
def test_of_forty_stable_people_at_most_two_are_named(seed):
    """First-against-last differences named somebody in 4 of 4 stable people."""
    found = slopes(cohort(seed))
    assert len(found) == 40 * 18
    assert len({slope.series.subject for slope in found if slope.changes}) <= 2


def test_changers_are_found_once_the_sessions_suffice():
    needed = sessions_needed(day_noise(cohort(1))["lift", "gf_lf_ratio"], 0.1, 40)
    assert needed == 6
    named = {5: [], 8: []}
    for sessions, hits in named.items():
        for seed in range(8):
            found = slopes(cohort(70 + seed, sessions=sessions, growth=(0.1,), metrics=1))
            hits.append("P00" in {slope.series.subject for slope in found if slope.changes})
    assert sum(named[8]) >= 7
    assert sum(named[5]) < 8


def test_intervals_hold_the_planted_slope():
    held = [
        slope.ci_low <= (5.0 if slope.series.subject == "P00" else 0.0) <= slope.ci_high
        for seed in range(20)
        for slope in slopes(cohort(300 + seed, people=10, growth=(0.05,), metrics=1))
    ]
    assert 0.9 <= np.mean(held) <= 0.99


def test_a_single_persons_p_is_that_of_ordinary_regression():
    one = cohort(4, people=1, metrics=1)
    (slope,) = slopes(one)
    by_scipy = stats.linregress(one[0].x, np.log(one[0].means))
    assert slope.p == pytest.approx(by_scipy.pvalue)
    assert slope.value == pytest.approx(100 * np.expm1(by_scipy.slope))


def test_holm_against_bonferroni_and_order():
    """Worked example: 0.01, 0.02, 0.03, 0.04 give 0.04, 0.06, 0.06, 0.06."""
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([]) == []


def row(session, utc, mean):
    return {"subject": "P1", "hand": "left", "task": "lift", "mass_g": 400.0, "surface": "",
            "filter": "15 Hz", "metric": "gf_lf_ratio", "mean": mean, "utc": utc,
            "session": session}  # fmt: skip


def test_time_is_in_months_where_all_sessions_have_a_date():
    dates = ["2026-01-01T09:00:00", "2026-03-02T09:00:00", "2026-05-01T09:00:00"]
    (one,) = series_of([row(str(k), utc, 2.0) for k, utc in enumerate(dates)])
    assert one.x == pytest.approx((0.0, 60 / 30.4375, 120 / 30.4375))
    (undated,) = series_of([row(str(k), "", 2.0) for k in range(3)])
    assert undated.x == (0.0, 1.0, 2.0)
