"""The budget: its arithmetic by hand, and the README's figures against it."""

from math import log2, pi, sqrt
from pathlib import Path

import numpy as np
import pytest

from hardware.bom import cost
from hardware.budget import inputs as known
from hardware.budget import links, noise
from hardware.budget.report import inputs_table, report
from hardware.budget.timing import lag_error

ROOT = Path(__file__).parents[2]

README = ROOT / "hardware" / "README.md"


def test_hx711_noise_by_hand():
    # 4.3 V / 128 = 33.6 mV of range in 2**14.5 steps: 1.45 uV peak to peak, 0.22 uV rms
    axis = noise.hx711_axis(5)
    assert axis.noise_v == pytest.approx(0.22e-6, rel=0.02)
    # 4.3 mV over 49.03 N
    assert axis.volts_per_newton == pytest.approx(87.7e-6, rel=1e-3)
    assert axis.noise_n == pytest.approx(2.5e-3, rel=0.02)


def test_ads131m04_noise_by_hand():
    axis = noise.ads131_axis(5)
    assert axis.noise_n == pytest.approx(0.80e-6 / (2.5e-3 / 49.033), rel=1e-3)
    # two times 9.375 mV in 2**24 counts
    assert axis.count_n == pytest.approx(18.75e-3 / 2**24 / (2.5e-3 / 49.033), rel=1e-3)
    assert axis.noise_free_bits == pytest.approx(log2(49.033 / 6.6 / 15.69e-3), abs=0.01)


def test_input_network_by_hand():
    """Half a bridge and two resistors, as the netlists have them; ngspice finds the same."""
    research, entry = noise.ads131_axis(5).network, noise.hx711_axis(5).network
    assert research.ohm == 1000 + 2 * 1000
    assert research.delay_s == pytest.approx(3000 * 10.5e-9)
    assert entry.ohm == 1000 + 2 * 100
    assert entry.delay_s == pytest.approx(1200 * 100e-9)
    # 4 k T R over 500 Hz: 158 nV beside 0.80 µV
    assert research.noise_v(500) == pytest.approx(157.6e-9, rel=1e-3)
    more = noise.ads131_axis(5).input_noise_n / noise.ads131_axis(5).noise_n
    assert more == pytest.approx(sqrt(1 + (0.1576 / 0.80) ** 2), rel=1e-4)


def test_filter_band_against_the_integral():
    # |H|^4 of a Butterworth of order 2 is 1 / (1 + x^4)^2; its integral is 3 pi sqrt(2) / 16
    corner = 15 / (sqrt(2) - 1) ** 0.25
    assert noise.filter_noise_band_hz() == pytest.approx(corner * 3 * pi * sqrt(2) / 16, rel=1e-3)


def test_filter_takes_noise_away_as_measured_on_noise():
    rng = np.random.default_rng(1)
    axis = noise.ads131_axis(5)
    white = rng.normal(0, axis.input_noise_n, 400_000)
    spectrum = np.abs(np.fft.rfft(white)) ** 2
    frequency = np.fft.rfftfreq(len(white), 1 / axis.rate_hz)
    corner = 15 / (sqrt(2) - 1) ** 0.25
    spectrum /= (1 + (frequency / corner) ** 4) ** 2 * len(white) ** 2 / 2
    assert axis.filtered_noise_n == pytest.approx(sqrt(spectrum.sum()), rel=0.05)


def test_kitchen_cell_is_unusable_as_the_page_says():
    # field survey: 170 mN peak to peak
    kitchen = noise.hx711_axis(
        known.KITCHEN_CAPACITY_KG.value, known.KITCHEN_SENSITIVITY_MV_PER_V.value
    )
    assert kitchen.noise_n * 6.6 == pytest.approx(0.17, rel=0.05)
    page = (ROOT / "hardware/why/no-kitchen-cell.md").read_text()
    assert f"{kitchen.noise_n * 6600:.0f} mN" in page


def test_common_mode_stays_below_the_converters_limit():
    assert noise.common_mode_margin_v() >= 0.2
    # a bridge on the 3.3 V rail itself would not
    assert known.ADS131_SUPPLY_V.value / 2 > known.ADS131_SUPPLY_V.value - 1.8


def test_lag_bias_of_ignored_clocks_is_half_a_sample():
    axes = noise.hx711_axis(5), noise.hx711_axis(2)
    ignored = lag_error(*axes, free_running=True, own_stamps=False)
    assert ignored.bias_ms == pytest.approx(-1e3 / 80 / 2, rel=0.15)
    stamped = lag_error(*axes, free_running=True, own_stamps=True)
    assert abs(stamped.bias_ms) < 0.2
    assert stamped.p95_ms < ignored.median_ms / 10


def test_links_by_hand():
    # 4 x 3 bytes at 1 kHz in blocks of 16, 16 bytes around each; IMU 12 bytes at 200 Hz
    assert links.research_bytes_per_s() == pytest.approx(12_000 + 62.5 * 16 + 2400 + 12.5 * 16)
    assert links.ble_load(links.research_bytes_per_s()) < 0.6
    assert links.uart_load(links.entry_bytes_per_s(), known.UART_ENTRY_BAUD.value) < 0.5


def test_battery_by_hand():
    # 0.5 Ah x 3.7 V x 0.8 x 0.85 = 1.258 Wh at 3.3 V x 26.1 mA
    assert links.research_current_a() == pytest.approx(26.1e-3)
    assert links.battery_hours() == pytest.approx(1.258 / (3.3 * 0.0261), rel=0.01)
    assert links.battery_hours() >= 8  # a clinic's day


def test_promises_of_cost_and_overload():
    assert cost("entry").used < 180
    assert cost("research").used < 200
    grip = noise.hx711_axis(known.GRIP_CAPACITY_KG.value)
    assert grip.safe_n >= 3 * known.LIFT_GRIP_N.value
    assert noise.ads131_axis(5).filtered_noise_n <= 5e-3  # 0.1 N thresholds are 20 sigmas


def test_inputs_follow_the_parameters(dimensions, placed):
    steel = dimensions["steel_side"] ** 2 * dimensions["steel"] * 7.85e-3
    assert known.STEEL_PLATE_G.value == pytest.approx(steel, abs=0.1)
    assert known.STEEL_PLATES.value == dimensions["steel_count"]
    assert known.HOLE_PITCH_MM.value == dimensions["hole_outer"] - dimensions["hole_inner"]
    sawn = ("bracket", "carrier")
    metal = sum(m.volume_mm3 for name, m in placed.items() if name.startswith(sawn)) * 2.7e-3
    plastic = [m for name, m in placed.items() if not name.startswith(("jig", "base", *sawn))]
    solid = metal + sum(m.volume_mm3 for m in plastic) * 1.27e-3
    assert known.PRINTED_G.value == pytest.approx(solid, rel=0.03)
    cell = dimensions["cell_length"] * dimensions["cell_width"] * dimensions["cell_height"]
    assert known.CELLS_G.value == pytest.approx(4 * cell * 2.7e-3, rel=0.1)


def test_readme_quotes_the_budget():
    text = README.read_text()
    quoted = text.split("<!-- budget -->\n")[1].split("<!-- end of budget -->")[0]
    assert quoted.strip() == report().strip()


def test_every_input_names_its_source():
    values = [v for v in vars(known).values() if isinstance(v, known.Input)]
    assert len(values) == inputs_table().count("\n") - 2
    for item in values:
        assert len(item.source) > 3
        if item.trust == known.Trust.READ:
            assert any(c.isupper() or c.isdigit() for c in item.source)
