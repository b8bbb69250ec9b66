"""The lifts table: promised columns, types that do not depend on the data, empty cells."""

import subprocess
import sys

import numpy as np

from gripforce.analysis.signal.filters import LowPass
from gripforce.analysis.tasks.registry import analyze
from gripforce.model import Kind
from tests.analysis.analytic_lifts import AnalyticLift, lifts_recording, recording, stream

# Design: the columns of a lifts table, with the names of 1.0. More stand beside them.
PROMISED = [
    "recording", "trial", "task", "mass_g", "surface", "hand", "t_contact_s", "t_load_onset_s",
    "t_liftoff_s", "t_hold_start_s", "t_hold_end_s", "t_replace_s", "t_release_s", "preload_ms",
    "loading_ms", "gf_at_load_onset_n", "gf_at_liftoff_n", "gf_peak_n", "lf_peak_n", "gf_static_n",
    "lf_static_n", "gf_lf_ratio", "gf_rate_peak_n_per_s", "lf_rate_peak_n_per_s",
    "rate_peak_lag_ms", "xcorr_r", "xcorr_lag_ms", "gf_rate_peaks", "gf_cv_pct", "slip_force_n",
    "static_margin_n", "static_margin_pct_of_slip", "filter", "rate_hz", "lost", "flags",
]  # fmt: skip
MORE = [
    "gf_lf_min_ratio", "gf_at_min_ratio_n", "lf_at_min_ratio_n", "hold_sd_slow_n",
    "hold_sd_fast_n", "tremor_4_7_pct", "tremor_8_12_pct", "tremor_peak_hz",
    "liftoff_width_ms", "coupling_delay_ms", "coupling_gain",
    "gf_lf_peak_ratio", "gf_lf_mean_ratio", "min_ratio_after_ms", "loop_area_n2", "loop_share",
    "gain_rising", "r_rising", "gain_falling", "r_falling", "wavelet_coherence",
    "coupling_delay_half_width_ms",
]  # fmt: skip
WHOSE = ["subject", "session"]
COLUMNS = [*PROMISED[:-4], *MORE, *WHOSE, *PROMISED[-4:]]
WORDS = {"recording", "task", "surface", "hand", "filter", "flags", *WHOSE}


def test_columns_are_the_promised_ones():
    made = lifts_recording([AnalyticLift()], task="lift", surface="suede", hand="left", slip_n=2.0)
    table = analyze(made, LowPass(10.0))
    assert list(table.columns) == COLUMNS
    row = table.iloc[0]
    assert row["recording"] == "session.grip"
    assert (row["trial"], row["task"], row["surface"], row["hand"]) == (1, "lift", "suede", "left")
    assert (row["mass_g"], row["slip_force_n"]) == (400.0, 2.0)
    assert (row["filter"], row["rate_hz"]) == ("butter4-zerophase-10Hz", 1000.0)
    assert (row["lost"], row["flags"]) == (0, "")
    assert table[PROMISED].notna().all(axis=None)


def test_types_do_not_depend_on_what_could_be_measured():
    full = analyze(lifts_recording([AnalyticLift()], slip_n=2.0))
    t = np.arange(3000) / 1000.0
    empty = analyze(recording(stream([Kind.GRIP, Kind.LOAD], t, [0 * t, 0 * t])))
    assert len(empty) == 0
    numbers = [c for c in COLUMNS if full[c].dtype.kind in "fi"]
    assert set(COLUMNS) - set(numbers) == WORDS
    assert all(empty[c].dtype == full[c].dtype for c in numbers)


def test_empty_cells_are_empty_in_csv():
    made = lifts_recording([AnalyticLift(rise_m=0.0)], mass_g=3000)
    line = analyze(made).to_csv(index=False).splitlines()[1]
    cells = dict(zip(COLUMNS, line.split(","), strict=True))
    assert cells["t_liftoff_s"] == cells["gf_static_n"] == cells["xcorr_lag_ms"] == ""
    assert cells["flags"] == "not_lifted"


def test_importing_the_table_loads_no_pandas():
    code = "import gripforce.analysis.tasks.registry, sys; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
