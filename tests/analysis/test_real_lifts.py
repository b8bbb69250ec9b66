"""Real lifts recorded by others (Raj Kumar et al., DMD2019-3242) against their contact plate
and their published peak rates. Development used participant 1656 alone; the rest judges."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from bench.reference import MAP
from gripforce.analysis.flags import LiftFlag
from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.analysis.signal.filters import LowPass
from gripforce.formats.table import read_table, table_recording
from gripforce.formats.table_map import parse_table_map

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "lifts"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"the real lifts are not at {DATA}")

SAME_LIFT_S = 0.2
RATE_HZ = 2000.0


def rows(name):
    with (DATA / name).open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def files():
    return {row["file"]: row for row in rows("files.csv")}


@pytest.fixture(scope="module")
def analyses(files):
    found = {}
    for name, row in files.items():
        table_map = parse_table_map(MAP.format(mass_g=row["mass_g"]))
        made = table_recording(read_table(DATA / "raw" / f"{name}.gz", table_map), name)
        found[name] = (made, analyze_lifts(made))
    return found


@pytest.fixture(scope="module")
def matched(files, analyses):
    """Pulse minus lift-off [ms] of each lift found, and the counts of pulses and extras."""
    pulses = defaultdict(list)
    for row in rows("plate_events.csv"):
        if row["event"] == "liftoff":
            pulses[row["file"]].append(float(row["t_s"]))
    differences, expected, extra = [], 0, 0
    for name, row in files.items():
        if row["ok"] != "True":
            continue
        lifts = analyses[name][1].lifts
        free = [lift.phases.liftoff_s for lift in lifts if lift.phases.liftoff_s is not None]
        expected += len(pulses[name])
        for pulse in pulses[name]:
            nearest = min(free, key=lambda t: abs(t - pulse), default=np.inf)
            if abs(nearest - pulse) < SAME_LIFT_S:
                differences.append(1e3 * (pulse - nearest))
                free.remove(nearest)
        extra += len(free)
    return np.array(differences), expected, extra


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
                assert {LiftFlag.NOT_LIFTED, LiftFlag.NO_LOAD} & set(lift.flags)


def test_hard_files(files, analyses):
    assert analyses["1668_W_700.smr.txt"][1].lifts == (), "no usable lifts: none are invented"
    for name in ("1660_T_A1.smr.txt", "1660_W_700.smr.txt"):  # plate dead, forces fine
        lifted = [v for v in analyses[name][1].lifts if v.phases.liftoff_s is not None]
        assert len(lifted) >= 10
    broken = analyses["1651_W_500.smr.txt"][1].lifts  # load baseline broken
    assert all(lift.flags for lift in broken)
    assert sum(LiftFlag.LOAD_OFF_WEIGHT in lift.flags for lift in broken) >= len(broken) - 1


def test_healthy_orders_of_magnitude(analyses):
    """Quantiles of 2262 lifts of 16 people by the same group, 5th to 95th percentile."""
    good = [lift.metrics for _, a in analyses.values() for lift in a.lifts]
    for column, low, high in [
        ("loading_ms", 77, 262),
        ("gf_lf_ratio", 0.67, 3.44),
        ("xcorr_lag_ms", -28, 39),
        ("xcorr_r", 0.56, 0.96),
        ("pgfr_n_per_s", 15, 82),
        ("plfr_n_per_s", 19, 83),
    ]:
        median = np.median([getattr(m, column) for m in good if getattr(m, column) is not None])
        assert low < median < high, column


def authors_rate(force):
    """The authors' force rate: 8 Hz Butterworth of 2nd order forward and backward, 49-point
    mean, central difference over ±10 samples, negatives to 0, 5-point mean. Their double pass
    has -3 dB at 8 Hz pulled down by (sqrt 2 - 1)**(1/4) in the warped frequency."""
    warped = np.tan(np.pi * 8 / RATE_HZ) * (np.sqrt(2) - 1) ** 0.25
    smooth = LowPass(RATE_HZ / np.pi * np.arctan(warped)).apply(force, RATE_HZ)
    smooth = np.convolve(smooth, np.ones(49) / 49, "same")
    rate = np.zeros_like(smooth)
    rate[10:-10] = (smooth[20:] - smooth[:-20]) * RATE_HZ / 20
    return np.convolve(np.maximum(rate, 0), np.ones(5) / 5, "same")


def reproduced(published, ours, tolerance=0.01):
    """Longest common subsequence: both lists run in time, each may lack some of the other."""
    longest = np.zeros((len(published) + 1, len(ours) + 1), dtype=int)
    for i, theirs in enumerate(published):
        for j, value in enumerate(ours):
            same = abs(value / theirs - 1) <= tolerance
            longest[i + 1, j + 1] = max(longest[i, j + 1], longest[i + 1, j], longest[i, j] + same)
    return int(longest[-1, -1])


@pytest.mark.parametrize(("measure", "column"), [("PGFR_ATI", 0), ("PLFR_ATI", 1)])
def test_published_peak_rates_are_reproduced(files, analyses, measure, column):
    """Our import, filter and trials with the authors' settings: 92.9 % of PGFR, 93.4 % of PLFR."""
    published = defaultdict(list)
    for row in sorted(rows("published_peak_rates.csv"), key=lambda r: int(r["peak_no"])):
        if row["measure"] == measure:
            published[row["subject"], row["cond"]].append(float(row["value_N_per_s"]))
    hits = total = 0
    for name, row in files.items():
        made, analysis = analyses[name]
        rate = authors_rate(made.streams["force"].values[:18_460, column])
        ours = []
        for lift in analysis.lifts:
            p = lift.phases
            stop_s = lift.trial.stop_s if p.liftoff_s is None else p.liftoff_s + 0.25
            part = rate[round(lift.trial.start_s * RATE_HZ) : round(stop_s * RATE_HZ)]
            ours += [float(part.max())] if len(part) else []
        theirs = published[row["subject"], row["cond"]]
        hits += reproduced(theirs, ours)
        total += len(theirs)
    assert total == {"PGFR_ATI": 283, "PLFR_ATI": 287}[measure]
    assert hits >= 0.85 * total
