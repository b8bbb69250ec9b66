"""The lifts table: one row a trial, columns as promised to users."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gripforce.analysis.lifts import analyze_lifts

if TYPE_CHECKING:
    import pandas as pd

    from gripforce.analysis.filters import LowPass
    from gripforce.analysis.lifts import Lift
    from gripforce.model import Recording

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


def analyze(recording: Recording, low_pass: LowPass | None = None) -> pd.DataFrame:
    """Return a recording's lifts, one row a trial; an empty cell's reason stands in ``flags``."""
    analysis = analyze_lifts(recording, low_pass)
    signals = analysis.signals
    provenance = {"filter": signals.low_pass.label, "rate_hz": signals.aligned.source_hz}
    return tabulate([lift_row(recording, lift) | provenance for lift in analysis.lifts])


def lift_row(recording: Recording, lift: Lift) -> dict[str, Any]:
    """Return one lift's cells, by column; None is an empty cell."""
    metadata = recording.metadata
    row: dict[str, Any] = {
        "recording": re.split(r"[\\/]", recording.path)[-1],
        "trial": lift.trial.number,
        "task": lift.trial.task,
        "mass_g": metadata.get("mass_g"),
        "surface": metadata.get("surface"),
        "hand": metadata.get("hand"),
        "lost": lift.lost,
        "flags": ";".join(lift.flags),
    }
    row |= {column: getattr(lift.phases, column.removeprefix("t_")) for column in PHASE_COLUMNS}
    row |= {column: getattr(lift.metrics, column) for column in METRIC_COLUMNS}
    return row


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
