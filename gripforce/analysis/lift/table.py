"""The lifts table: one row a trial, columns as promised to users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

CONTEXT_COLUMNS = ("recording", "trial", "task", "mass_g", "surface", "hand")
PHASE_COLUMNS = (
    "t_contact_s",
    "t_load_onset_s",
    "t_liftoff_s",
    "t_hold_start_s",
    "t_hold_end_s",
    "t_replace_s",
    "t_release_s",
)
METRIC_COLUMNS = (
    "preload_ms",
    "loading_ms",
    "gf_at_load_onset_n",
    "gf_at_liftoff_n",
    "gf_peak_n",
    "lf_peak_n",
    "gf_static_n",
    "lf_static_n",
    "gf_lf_ratio",
    "pgfr_n_per_s",
    "plfr_n_per_s",
    "rate_peak_lag_ms",
    "xcorr_r",
    "xcorr_lag_ms",
    "gf_rate_peaks",
    "gf_cv_pct",
    "slip_force_n",
    "safety_margin_n",
    "safety_margin_pct_of_slip",
)
PROVENANCE_COLUMNS = ("filter", "rate_hz", "lost", "flags")
COLUMNS = CONTEXT_COLUMNS + PHASE_COLUMNS + METRIC_COLUMNS + PROVENANCE_COLUMNS

_TEXT_COLUMNS = ("recording", "task", "surface", "hand", "filter", "flags")
_COUNT_COLUMNS = ("trial", "lost")


def tabulate(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a table with the promised columns and plain types."""
    import pandas as pd  # noqa: PLC0415 - half a second that `import gripforce` must not cost

    table = pd.DataFrame(rows, columns=list(COLUMNS))
    for column in COLUMNS:
        if column in _COUNT_COLUMNS:
            table[column] = table[column].astype("int64")
        elif column not in _TEXT_COLUMNS:
            table[column] = table[column].astype("float64")
    return table
