"""Real lifts recorded by others (Raj Kumar et al., DMD2019-3242) against their contact plate
and their published peak rates. Development used participant 1656 alone; the rest judges."""

from pathlib import Path

import numpy as np
import pytest

from gripforce.analysis.flags import TrialFlag
from validation.lifts import count_reproduced, match_pulses
from validation.real_lifts import analyze_file, read_rows

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "lifts"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"the real lifts are not at {DATA}")


@pytest.fixture(scope="module")
def files():
    return {row["file"]: row for row in read_rows(DATA, "files.csv")}


@pytest.fixture(scope="module")
def analyses(files):
    return {name: analyze_file(DATA, row) for name, row in files.items()}


@pytest.fixture(scope="module")
def matched(files, analyses):
    """Pulse minus lift-off [ms] of each lift found, and the counts of pulses and extras."""
    people = match_pulses(DATA, files, analyses).values()
    differences = np.concatenate([person.differences_ms for person in people])
    return differences, sum(p.pulses for p in people), sum(p.extra for p in people)


def test_liftoffs_are_found(matched):
    differences, expected, extra = matched
    assert expected == 329
    assert len(differences) >= 0.98 * expected
    assert extra <= 0.02 * expected


def test_liftoffs_agree_with_the_contact_plate(matched):
    differences, _, _ = matched
    residual = np.abs(differences - np.median(differences))
    assert np.median(residual) <= 8
    assert np.mean(residual <= 25) >= 0.9


def test_nothing_is_out_of_order(analyses):
    for _, analysis in analyses.values():
        for lift in analysis.lifts:
            p = lift.phases
            known = [t for t in (p.load_onset_s, p.liftoff_s, p.replace_s) if t is not None]
            assert known == sorted(known)
            if p.liftoff_s is None:
                assert lift.metrics.gf_static_n is None
                assert lift.metrics.xcorr_lag_ms is None
                assert {TrialFlag.NOT_LIFTED, TrialFlag.NO_LOAD} & set(lift.flags)


def test_no_zero_is_said_to_move(analyses):
    for name, (_, analysis) in analyses.items():
        assert not any(TrialFlag.ZERO_MOVES in lift.flags for lift in analysis.lifts), name


def test_hard_files(files, analyses):
    assert analyses["1668_W_700.smr.txt"][1].lifts == (), "no usable lifts: none are invented"
    for name in ("1660_T_A1.smr.txt", "1660_W_700.smr.txt"):  # plate dead, forces fine
        lifted = [v for v in analyses[name][1].lifts if v.phases.liftoff_s is not None]
        assert len(lifted) >= 10
    broken = analyses["1651_W_500.smr.txt"][1].lifts  # load baseline broken
    assert all(lift.flags for lift in broken)
    assert sum(TrialFlag.LOAD_OFF_WEIGHT in lift.flags for lift in broken) >= len(broken) - 1


def test_healthy_orders_of_magnitude(analyses):
    """Quantiles of 2262 lifts of 16 people by the same group, 5th to 95th percentile."""
    good = [lift.metrics for _, a in analyses.values() for lift in a.lifts]
    for column, low, high in [
        ("loading_ms", 77, 262),
        ("gf_lf_ratio", 0.67, 3.44),
        ("xcorr_lag_ms", -28, 39),
        ("xcorr_r", 0.56, 0.96),
        ("gf_rate_peak_n_per_s", 15, 82),
        ("lf_rate_peak_n_per_s", 19, 83),
    ]:
        median = np.median([getattr(m, column) for m in good if getattr(m, column) is not None])
        assert low < median < high, column


@pytest.mark.parametrize(("measure", "column"), [("PGFR_ATI", 0), ("PLFR_ATI", 1)])
def test_published_peak_rates_are_reproduced(files, analyses, measure, column):
    """Our import, filter and trials with the authors' settings."""
    hits, total = count_reproduced(DATA, files, analyses, measure, column)
    assert total == {"PGFR_ATI": 283, "PLFR_ATI": 287}[measure]
    assert hits >= 0.85 * total
