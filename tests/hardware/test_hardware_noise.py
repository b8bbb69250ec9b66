"""One noise: what `check` expects of a build, and what the budget states."""

from pathlib import Path

import numpy as np
import pytest

from gripforce.calibration.reference_cells import ADS131M04, BUILDS, cell_gain, expected_noise
from gripforce.device.health import check_device, check_stream
from gripforce.model import Samples, Scaling, StreamInfo, Unit
from gripforce.sim.device.frontend import SensorSource, frontend
from gripforce.sim.option_table import FRONTENDS, SimOptions
from hardware.budget import inputs as known
from hardware.budget import noise as budget

AXES = {"entry": budget.hx711_axis, "research": budget.ads131_axis}
CAPACITIES_KG = (known.GRIP_CAPACITY_KG.value,) * 2 + (known.LOAD_CAPACITY_KG.value,) * 2


def force_plans(build):
    return [p for p in frontend(build).streams if p.source is SensorSource.FORCES]


def gains(build):
    """Newtons per count of the reference cells."""
    columns = [(p.info, c) for p in force_plans(build) for c in p.info.channels]
    for (stream, channel), capacity in zip(columns, CAPACITIES_KG, strict=True):
        yield stream, channel, cell_gain(BUILDS[build], capacity) * channel.scale


@pytest.mark.parametrize("build", BUILDS)
def test_check_expects_the_noise_of_the_budget(build):
    for capacity, (stream, channel, gain) in zip(CAPACITIES_KG, gains(build), strict=True):
        expected = expected_noise(stream, channel, gain)
        assert expected == pytest.approx(AXES[build](capacity).noise_n, rel=1e-6)


@pytest.mark.parametrize("build", BUILDS)
def test_simulator_has_the_noise_of_the_budget(build):
    noise_n = np.concatenate([np.atleast_1d(plan.sensor.noise) for plan in force_plans(build)])
    assert noise_n == pytest.approx([AXES[build](kg).noise_n for kg in CAPACITIES_KG])


@pytest.mark.parametrize("build", BUILDS)
def test_simulators_page_states_the_noise_of_the_budget(build):
    grip, load = (1e3 * AXES[build](kg).noise_n for kg in (CAPACITIES_KG[0], CAPACITIES_KG[-1]))
    page = (Path(__file__).parents[2] / "docs/simulator.md").read_text()
    assert f"grip {grip:.1f} mN, load {load:.1f} mN" in page


def test_every_build_is_simulated_and_has_a_budget():
    assert set(FRONTENDS) == set(BUILDS) == set(AXES)
    assert frontend().name == SimOptions().frontend == "research"


def test_rates_are_those_of_the_budget():
    assert force_plans("research")[0].info.rate_hz == known.ADS131_RATE_HZ.value
    assert {p.info.rate_hz for p in force_plans("entry")} == {known.HX711_RATE_HZ.value}


def test_noise_grows_with_the_square_root_of_the_rate():
    # TI's table 7-1 at high gains: 0.80 µV at 1 kSPS; white noise gives 1.6 µV at 4 kSPS
    assert ADS131M04.noise_at(4000) == pytest.approx(1.6e-6)


def checked(build, times):
    """Check a device at rest whose cells are ``times`` as noisy as expected."""
    rng = np.random.default_rng(18)
    stream, channel, gain = next(iter(gains(build)))
    info = StreamInfo(0, stream.channels, stream.rate_hz)
    n, k = 20 * round(info.rate_hz), len(info.channels)
    noise_v = times * BUILDS[build].noise_at(stream.rate_hz)
    counts = rng.normal(0, noise_v / channel.scale, (n, k)).round().astype(int)
    return check_device(
        [check_stream(samples(info, counts, gain), 0)], clock_drift_ppm=None, corrupt=0
    )


def samples(info, counts, gain):
    n, k = counts.shape
    units = (Unit.NEWTON,) * k
    scaling = Scaling(np.zeros(k), np.eye(k) * gain, units)
    flags = np.zeros(n, dtype=np.uint8)
    return Samples(info, np.arange(n), np.arange(n) / info.rate_hz, counts, flags, scaling)


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize(("times", "verdict"), [(1, "pass"), (2, "pass")])
def test_recommended_build_passes_the_check(build, times, verdict):
    assert checked(build, times).verdict == verdict


MORE = [("entry", 5, "warn"), ("entry", 30, "fail"), ("research", 5, "fail")]


@pytest.mark.parametrize(("build", "times", "verdict"), MORE)
def test_more_noise_than_expected_is_a_finding(build, times, verdict):
    result = checked(build, times)
    assert result.verdict == verdict
    assert "instead of" in result.advice[0]
