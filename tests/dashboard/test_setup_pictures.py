"""How the screens before and beside the tasks look: devices, form, calibration, checks."""

from dataclasses import replace

import pytest

from gripforce.calibration import fit
from gripforce.dashboard.screens.certificate import Certificate
from gripforce.dashboard.screens.devices import Devices
from gripforce.dashboard.screens.results import CheckResult
from gripforce.dashboard.screens.subject import subject_form
from gripforce.model import Samples
from gripforce.protocol.library import find_protocol
from gripforce.session.check_text import check_outcome
from gripforce.sim.tasks.calibrate import STEP_S
from gripforce.transport import DiscoveredSource
from gripforce.transport.discover import SIMULATORS
from tests.calibration.bench import channels, up_and_down
from tests.dashboard.calibration_bench import ScreenApp, SteppedBench, at, by_hand
from tests.dashboard.session_screens import LIFT, app_of, items, make_bench

SIZE = (80, 24)
REAL = [DiscoveredSource("serial:/dev/ttyACM0", "serial", "Arduino Uno")]
PERIPHERALS = [
    DiscoveredSource("ble:AA:BB:CC:DD:EE:01", "ble", "grip-1, gripforce", -52),
    DiscoveredSource("ble:AA:BB:CC:DD:EE:02", "ble", "Progressor_7, Tindeq Progressor", -88),
]
MATRIX = [[4e-6, 1e-7], [-5e-8, 5e-6]]
ZEROS = [4000.0, -9000.0]


async def scan():
    return PERIPHERALS


async def scan_without_result():
    return []


@pytest.mark.parametrize("there", ["found", "nothing"])
def test_devices(snap_compare, there):
    real = REAL if there == "found" else []
    bluetooth = scan if there == "found" else scan_without_result
    app = ScreenApp(Devices(lambda: [*real, *SIMULATORS], bluetooth))
    assert snap_compare(app, terminal_size=SIZE)


@pytest.mark.parametrize("state", ["empty", "refused"])
def test_subject(snap_compare, state):
    app = ScreenApp(subject_form(find_protocol("als-battery"), "serial:/dev/ttyACM0", {}))
    press = [*"Anna", "ctrl+s"] if state == "refused" else []
    assert snap_compare(app, terminal_size=SIZE, press=press)


@pytest.mark.parametrize("state", ["moving", "rests", "refused"])
def test_calibration(snap_compare, state):
    bench = SteppedBench()
    app = ScreenApp(by_hand(bench))

    async def apply_loads(pilot):
        await at(pilot, bench, STEP_S - 0.1)
        await pilot.press("enter")
        if state == "refused":
            await pilot.press("enter")
        else:
            await at(pilot, bench, STEP_S + (0.6 if state == "moving" else 5.0))
        app.screen.paint()
        await pilot.pause()

    assert snap_compare(app, terminal_size=SIZE, run_before=apply_loads)


@pytest.mark.parametrize("verdict", ["pass", "fail"])
def test_certificate(snap_compare, verdict):
    bend = _stiff if verdict == "pass" else _sag
    points = up_and_down(MATRIX, ZEROS, bend=bend, noise_counts=50.0)
    before = fit(channels(2), up_and_down(MATRIX, ZEROS, noise_counts=50.0), date="2025-06-01")
    made = fit(channels(2), points, date="2026-01-31")
    assert snap_compare(ScreenApp(Certificate(made, before)), terminal_size=SIZE)


def _stiff(load_n, direction, run):
    return 0.02 * load_n


def _sag(load_n, direction, run):
    return 1.0 * (load_n / 20) ** 2


def with_a_stuck_cell(samples):
    """Return samples whose first cell is at full scale, as one with a broken wire is."""
    counts = samples.counts.copy()
    counts[:, 0] = samples.stream.channels[0].full_scale_counts
    return replace(samples, counts=counts)


@pytest.mark.parametrize("state", ["pass", "fail"])
def test_health(snap_compare, tmp_path, state):
    bench = make_bench(tmp_path, LIFT)
    parts = {}
    for item in items("live"):
        bench.controller.accept(item)
        if isinstance(item, Samples):
            shown = item if state == "pass" else with_a_stuck_cell(item)
            parts.setdefault(item.stream.name, []).append(shown)
    app = app_of(bench)

    async def check(pilot):
        outcome = check_outcome(parts, bench.controller.frame().status, None)
        await pilot.app.push_screen(CheckResult("Sensor check", outcome))
        details = pilot.app.screen.query_one(".details")
        assert not details.display, "figures are for those who ask"
        if state == "pass":
            await pilot.press("d")
            assert details.display
        await pilot.pause()

    assert snap_compare(app, terminal_size=SIZE, run_before=check)
