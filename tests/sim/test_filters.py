"""The simulator's filters are SciPy's to the last bit, without its package."""

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import signal

from gripforce.sim import filters

NOISE = np.random.default_rng(8).standard_normal(5000)


@pytest.mark.parametrize("corner", [0.0031, 0.004, 0.05, 0.3])
def test_a_low_pass_to_and_fro(corner):
    sos = signal.butter(2, corner, output="sos")
    np.testing.assert_array_equal(filters.low_pass(corner), sos)
    expected = signal.sosfiltfilt(sos, NOISE)
    np.testing.assert_array_equal(filters.sosfiltfilt(filters.low_pass(corner), NOISE), expected)


def test_too_few_values_are_refused_as_scipy_refuses_them():
    for refuse in (signal.sosfiltfilt, filters.sosfiltfilt):
        with pytest.raises(ValueError, match=r"."):
            refuse(filters.low_pass(0.1), NOISE[:9])


@pytest.mark.parametrize("edges", [(0.0015, 0.006), (0.0068, 0.0092), (0.0033, 0.0057), (0.1, 0.4)])
def test_a_band_and_the_noise_behind_it(edges):
    expected = signal.butter(2, edges, "bandpass", output="sos")
    sos, rms = filters.band_pass(*edges)
    np.testing.assert_array_equal(sos, expected)
    np.testing.assert_array_equal(filters.sosfilt(sos, NOISE), signal.sosfilt(expected, NOISE))
    _, response = signal.sosfreqz(expected, worN=1 << 14)
    assert rms == np.sqrt(np.mean(np.abs(response) ** 2))


@pytest.mark.parametrize("b", [(1.0,), (1.0, 0.0, 0.0)])
def test_an_analogue_arm(b):
    a = (1.4, 20.0, 300.0)
    for ours, theirs in zip(
        filters.bilinear(b, a, 2000.0), signal.bilinear(b, a, 2000.0), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


def test_columns_go_on_from_a_state():
    forces, state = NOISE.reshape(-1, 4), np.ones((1, 4))
    expected = signal.lfilter([0.001], [1, -0.999], forces, axis=0, zi=state)
    found = filters.lfilter([0.001], [1, -0.999], forces, state)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def other(*_):
    raise TypeError("other arguments")


LOOP = SimpleNamespace(_linear_filter=other, _sosfilt=other)
WRONG = SimpleNamespace(_linear_filter=lambda *a: (a[2], a[4]), _sosfilt=lambda *_: None)


@pytest.fixture(params=["no file", "no such name", "other arguments", "other results"])
def another_scipy(request, monkeypatch):
    match request.param:
        case "no file":
            monkeypatch.setattr(filters, "PathFinder", SimpleNamespace(find_spec=lambda *_: None))
        case "no such name":
            monkeypatch.setattr(filters, "_compiled", lambda _: SimpleNamespace())
        case "other arguments":
            monkeypatch.setattr(filters, "_compiled", lambda _: LOOP)
        case "other results":
            monkeypatch.setattr(filters, "_compiled", lambda _: WRONG)
    filters._loops.cache_clear()
    yield
    filters._loops.cache_clear()


def filtered_by_all():
    forces, state = NOISE.reshape(-1, 4), np.ones((1, 4))
    sos, _ = filters.band_pass(0.1, 0.4)
    yield from filters.lfilter([0.001], [1, -0.999], forces, state)
    yield from filters.lfilter([0.001, 1.0], [1, -0.999], NOISE)
    yield filters.sosfilt(sos, NOISE)
    yield filters.sosfiltfilt(filters.low_pass(0.1), NOISE)


def test_a_scipy_with_other_files_gives_the_same_bits(another_scipy, request):
    through_the_package = list(filtered_by_all())
    assert filters._loops() is None
    request.getfixturevalue("monkeypatch").undo()
    filters._loops.cache_clear()
    assert filters._loops() is not None
    for ours, theirs in zip(filtered_by_all(), through_the_package, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_simulated_device_needs_no_package_of_scipy():
    """It would take 70 MB and half a second of each start."""
    code = (
        "import sys\n"
        "from gripforce.sim.option_table import SimOptions\n"
        "from gripforce.sim.tasks.registry import PERSON_TASKS, perform_live\n"
        "import gripforce.transport.simulated\n"
        "for task in PERSON_TASKS:\n"
        "    options = {'trials': 1, 'fasciculations_hz': 1.0}\n"
        "    assert len(list(perform_live(task, SimOptions.of(task, options)).pieces())) > 1\n"
        "packages = 'scipy.signal', 'scipy.ndimage', 'scipy.linalg', 'scipy.special', 'pandas'\n"
        "print(sorted(set(packages) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
