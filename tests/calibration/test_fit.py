import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gripforce.calibration import LoadPoint, fit, join, load_from_mass
from gripforce.errors import CalibrationError
from gripforce.model import Channel, Kind, StreamInfo, Unit
from tests.calibration.bench import channels, up_and_down

DATE = "2025-11-23T10:00:00+00:00"
SPAN_N = load_from_mass(2000)


def single(gain=5e-6, zero=12_345, **bench):
    return fit(channels(), up_and_down([[gain]], [zero], **bench), date=DATE, gravity_m_s2=9.81)


def test_a_mass_weighs_what_newton_says():
    assert load_from_mass(1000) == 9.80665
    assert load_from_mass(-500, 9.8) == pytest.approx(-4.9)


@given(st.floats(3.2e-6, 4e-5), st.sampled_from([1, -1]), st.integers(-2_000_000, 2_000_000))
def test_a_planted_gain_and_zero_come_back(gain, sign, zero):
    calibration = single(sign * gain, zero)
    assert calibration.newtons_per_count[0][0] == pytest.approx(sign * gain, rel=1e-9)
    assert calibration.zero_counts[0] == pytest.approx(zero, abs=0.01)
    assert any("negative gain" in note for note in calibration.notes) is (sign < 0)


@given(st.integers(0, 2**31), st.integers(2, 4))
def test_a_planted_matrix_comes_back(seed, size):
    rng = np.random.default_rng(seed)
    matrix = np.diag(rng.uniform(4e-6, 9e-6, size) * rng.choice([-1, 1], size))
    matrix = matrix @ (np.eye(size) + rng.uniform(-0.05, 0.05, (size, size)))
    zeros = rng.integers(-1_000_000, 1_000_000, size)
    points = up_and_down(matrix, zeros, runs=1, noise_counts=20, seed=seed)
    calibration = fit(channels(size), points, date=DATE)
    assert np.array(calibration.newtons_per_count) == pytest.approx(matrix, rel=1e-3, abs=2e-9)
    assert calibration.zero_counts == pytest.approx(zeros, abs=100)
    assert all(q.crosstalk_pct < 0.05 for q in calibration.quality)


def test_the_matrix_takes_cross_talk_out_of_a_combined_load():
    matrix = np.array([[5e-6, 2e-7], [-1.5e-7, 6e-6]])
    zeros = np.array([1000, -2000])
    calibration = fit(channels(2), up_and_down(matrix, zeros), date=DATE)
    stream = StreamInfo(1, channels(2), 1000.0)
    counts = np.linalg.solve(matrix, [5.0, 5.0]) + zeros
    found = calibration.scaling(stream).apply(np.rint(counts[None]).astype(np.int32))
    assert found[0] == pytest.approx([5.0, 5.0], abs=1e-4)
    # Alone, thumb counts under an index load F are (C⁻¹)01 F, read through the thumb's own gain.
    inverse = np.linalg.inv(matrix)
    before = 100 * abs(inverse[0, 1]) * calibration.newtons_per_count[0][0]
    assert calibration.quality[0].crosstalk_before_pct == pytest.approx(before, rel=1e-6)
    assert calibration.quality[0].crosstalk_pct < 1e-6


def test_a_perfect_cell_has_only_the_masses_uncertainty():
    quality = single().quality[0]
    assert quality.span_n == pytest.approx(SPAN_N)
    assert quality.uncertainty_n == pytest.approx(2 * 1e-3 * SPAN_N / math.sqrt(3), rel=1e-6)
    for figure in (quality.nonlinearity_pct, quality.hysteresis_pct, quality.repeatability_pct):
        assert figure == pytest.approx(0, abs=1e-9)


def test_standard_gravity_counts_as_uncertain():
    calibration = fit(channels(), up_and_down([[5e-6]], [0]), date=DATE)
    expected_n = 2 * math.hypot(1e-3, 2.7e-3) * SPAN_N / math.sqrt(3)
    assert calibration.quality[0].uncertainty_n == pytest.approx(expected_n, rel=1e-6)


def test_hysteresis_is_the_largest_gap_between_down_and_up():
    def lag(load_n, direction, run):
        return 0.04 * math.sin(math.pi * load_n / SPAN_N) if direction == "down" else 0.0

    quality = single(bend=lag).quality[0]
    expected_n = 0.04 * math.sin(math.pi * 1000 / 2000)
    assert quality.hysteresis_pct == pytest.approx(100 * expected_n / SPAN_N, rel=0.01)
    assert quality.repeatability_pct == pytest.approx(0, abs=1e-9)


def test_repeatability_is_the_spread_between_runs():
    offsets = {1: -0.03, 2: 0.0, 3: 0.03}

    def jump(load_n, direction, run):
        return offsets[run] if load_n else 0.0

    quality = single(bend=jump).quality[0]
    # Five loads of six differ; at zero nothing does, and both pool by degrees of freedom.
    expected_n = math.sqrt(5 / 6) * 0.03
    assert quality.repeatability_pct == pytest.approx(100 * expected_n / SPAN_N, rel=0.01)


def test_zero_return_is_the_change_of_the_unloaded_reading():
    def creep(load_n, direction, run):
        return 0.05 if direction == "down" and run == 2 and load_n == 0 else 0.0

    quality = single(bend=creep).quality[0]
    assert quality.zero_return_pct == pytest.approx(100 * 0.05 / SPAN_N, rel=0.01)
    assert quality.hysteresis_pct == pytest.approx(0, abs=1e-9)


def test_uncertainty_is_composed_as_the_docs_say():
    def faults(load_n, direction, run):
        lag = 0.04 * math.sin(math.pi * load_n / SPAN_N) if direction == "down" else 0.0
        return lag + 0.02 * run * (load_n > 0) + 0.03 * (load_n == 0 and direction == "down")

    calibration = single(bend=faults)
    quality = calibration.quality[0]
    residuals_n = [r.residual_n for r in calibration.residuals]
    thirds = [0.1, quality.hysteresis_pct, quality.zero_return_pct]  # 0.1 %: the masses
    variance = sum((pct / 100 * quality.span_n) ** 2 / 3 for pct in thirds)
    variance += (quality.repeatability_pct / 100 * quality.span_n) ** 2
    variance += sum(r**2 for r in residuals_n) / (len(residuals_n) - 2)
    assert min(*thirds, quality.repeatability_pct) > 0.05
    assert quality.uncertainty_n == pytest.approx(2 * math.sqrt(variance))


@pytest.mark.parametrize("sag_n", [0.1, -0.1])
def test_a_parabola_is_reported_not_corrected(sag_n):
    def bow(load_n, direction, run):
        x = load_n / SPAN_N
        return 4 * sag_n * x * (1 - x)

    quality = single(bend=bow, masses_g=tuple(range(0, 2001, 100))).quality[0]
    assert quality.quadratic_pct == pytest.approx(100 * sag_n / SPAN_N, rel=0.02)
    # The best line through a parabola leaves two thirds of its height at the ends (many points).
    assert quality.nonlinearity_pct == pytest.approx(100 * 0.1 * 2 / 3 / SPAN_N, rel=0.2)


def test_one_run_upwards_says_what_it_could_not_measure():
    points = [p for p in up_and_down([[5e-6]], [0], runs=1) if p.direction == "up"]
    quality = fit(channels(), points, date=DATE).quality[0]
    assert quality.hysteresis_pct is None
    assert quality.repeatability_pct is None
    assert quality.zero_return_pct is None
    assert quality.crosstalk_pct is None


def test_pulls_of_both_signs_calibrate_one_line():
    masses = (-1000, -500, 0, 500, 1000)
    calibration = single(masses_g=masses)
    assert calibration.newtons_per_count[0][0] == pytest.approx(5e-6)
    assert calibration.quality[0].span_n == pytest.approx(SPAN_N)


def test_joined_channels_keep_their_own():
    one = single(5e-6, 100)
    other = fit((Channel(Kind.LOAD),), up_and_down([[7e-6]], [-50]), date=DATE, gravity_m_s2=9.81)
    both = join([one, other])
    assert both.channels == ("grip_thumb", "load")
    expected = np.diag([5e-6, 7e-6])
    assert np.array(both.newtons_per_count) == pytest.approx(expected)
    assert both.quality == one.quality + other.quality
    assert both.gravity_m_s2 == 9.81
    with pytest.raises(CalibrationError):
        join([])
    with pytest.raises(CalibrationError):
        join([one, one])


def altered(index, **changes):
    points = up_and_down([[5e-6]], [0], runs=1)
    points[index] = replace(points[index], **changes)
    return points


def swapped(points):
    """Two masses typed in the wrong order, on the way up."""
    loads = [p.load_n for p in points]
    loads[2], loads[3] = loads[3], loads[2]
    return [replace(p, load_n=load) for p, load in zip(points, loads, strict=True)]


GOOD = up_and_down([[5e-6]], [0], runs=1)
REFUSED = {
    "nothing": ([], "No load"),
    "too few points": (GOOD[:4], "too few points"),
    "two loads": (up_and_down([[5e-6]], [0], masses_g=(0, 500)), "too few points: 12 at 2"),
    "equal loads": ([replace(p, load_n=(2.0,)) for p in GOOD], "are equal"),
    "saturated": (altered(5, mean_counts=(2.0**23,)), "saturated at 19.61 N"),
    "nearly saturated": (altered(5, mean_counts=(8_388_500.0,), sd_counts=(50.0,)), "saturated"),
    "zero equals load": ([replace(p, mean_counts=(7.0,)) for p in GOOD], "reads the same"),
    "small span": (up_and_down([[5e-5]], [0]), "span 4.7 % of full scale"),
    "masses swapped": (swapped(GOOD), "turns back between 1.961 N and 4.903 N"),
    "noise": (up_and_down([[5e-6]], [0], sd_counts=50_000), "too noisy"),
    "wrong mass": (altered(4, load_n=(load_from_mass(700),)), "off a straight line"),
    "not a number": (altered(3, mean_counts=(math.nan,)), "not a number"),
    "infinite load": (altered(3, load_n=(math.inf,)), "not a number"),
    "negative deviation": (altered(3, sd_counts=(-1.0,)), "not a number"),
    "grams for newtons": (altered(5, load_n=(20_000.0,)), "exceeds any grip force"),
    "wrong size": (altered(3, load_n=(1.0, 2.0)), "does not have 1 loads"),
}


@pytest.mark.parametrize(("points", "why"), REFUSED.values(), ids=REFUSED)
def test_nonsense_is_refused_with_advice(points, why):
    with pytest.raises(CalibrationError, match=why) as refusal:
        fit(channels(), points, date=DATE)
    assert refusal.value.hint.endswith(".")


def together(matrix):
    points = up_and_down(matrix, [0, 0])
    return [replace(p, load_n=(sum(p.load_n),) * 2) for p in points]


REFUSED_PAIRS = {
    "always loaded together": (together([[5e-6, 0], [0, 5e-6]]), "alone are equal"),
    "one never loaded": (
        [p for p in up_and_down([[5e-6, 0], [0, 5e-6]], [0, 0]) if not p.load_n[1]],
        "All loads on grip_index alone",
    ),
    "wired together": (
        [
            replace(p, mean_counts=(sum(p.mean_counts),) * 2)
            for p in up_and_down([[5e-6, 0], [0, 5e-6]], [0, 0])
        ],
        "give the same readings",
    ),
}


@pytest.mark.parametrize(("points", "why"), REFUSED_PAIRS.values(), ids=REFUSED_PAIRS)
def test_loads_that_do_not_tell_channels_apart(points, why):
    with pytest.raises(CalibrationError, match=why):
        fit(channels(2), points, date=DATE)


@pytest.mark.parametrize("mass", [math.nan, math.inf])
def test_a_mass_is_a_number(mass):
    with pytest.raises(CalibrationError):
        load_from_mass(mass)


@pytest.mark.parametrize("gravity", [0.0, 1.62, 98.1, math.nan])
def test_gravity_is_earths(gravity):
    with pytest.raises(CalibrationError):
        load_from_mass(100, gravity)


NUMBERS = st.floats() | st.sampled_from([0.0, 1.0, 5.0, 1e6, 8_388_607.0])
POINTS = st.builds(
    LoadPoint.single, NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["up", "down"]), st.integers(1, 3)
)


@given(st.lists(POINTS, max_size=12))
def test_any_points_calibrate_or_are_refused(points):
    try:
        calibration = fit(channels(), points, date=DATE)
    except CalibrationError:
        return
    assert math.isfinite(calibration.quality[0].uncertainty_n)


def test_other_channels_stay_as_the_hello_says():
    imu = Channel(Kind.ACCEL_Z, Unit.METRE_PER_S2, 0.001)
    spare = Channel(Kind.LOAD, Unit.VOLT, 1e-9)
    calibration = single(5e-6, 100)
    scaling = calibration.scaling(StreamInfo(1, (spare, *channels(), imu), 1000.0))
    assert scaling.units == (Unit.VOLT, Unit.NEWTON, Unit.METRE_PER_S2)
    assert scaling.matrix == pytest.approx(np.diag([1e-9, 5e-6, 0.001]))
    assert scaling.zero_counts == pytest.approx([0, 100, 0], abs=0.01)


def test_cross_talk_between_free_running_streams_is_kept_and_named():
    matrix = np.array([[5e-6, 2e-7], [0.0, 6e-6]])
    calibration = fit(channels(2), up_and_down(matrix, [0, 0]), date=DATE)
    calibration = replace(
        calibration, newtons_per_count=tuple(tuple(row) for row in matrix.tolist())
    )
    thumb, index = (StreamInfo(i, (c,), 80.0) for i, c in enumerate(channels(2)))
    assert calibration.scaling(thumb).matrix == pytest.approx(np.array([[5e-6]]))
    assert "grip_index into grip_thumb" in calibration.unused_crosstalk(thumb)
    assert calibration.unused_crosstalk(index) == ""
    assert calibration.unused_crosstalk(StreamInfo(1, channels(2), 1000.0)) == ""
