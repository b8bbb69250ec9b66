"""The table of metrics: each is declared on its dataclass field, and everybody reads it there.

A field of a task's metrics (one value a trial) or series (one figure of all trials together) is
declared with ``metric(...)`` or ``condition(...)``. Terminal, report, dashboard, cohort and docs
take label, unit, decimals and definition from that declaration. A quantity that several tasks
measure has one column name and one label, in ``COMMON``.
"""

from __future__ import annotations

import math
from dataclasses import MISSING as NO_DEFAULT
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.analysis.results import Estimate, Value

MISSING: Final = "–"
_KEY: Final = "metric"
_UNITS: Final = (
    ("_pct_of_slip", "% of slip force", 0),
    ("_pct_of_grip", "% of grip force", 0),
    ("_n_per_s_per_kg", "N/s/kg", 0),
    ("_n_per_s", "N/s", 1),
    ("_pct", "%", 1),
    ("_ms", "ms", 0),
    ("_hz", "Hz", 2),
    ("_deg", "°", 0),
    ("_n", "N", 2),
    ("_s", "s", 2),
    ("cycles", "", 0),
    ("peaks", "", 0),
)
"""Unit and decimals by the ending of a column's name."""


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """What a column is called, its unit, and how it is written."""

    column: str
    label: str
    unit: str = ""
    decimals: int = 2
    definition: str = ""
    """One sentence: signal, window, formula."""
    headline: int | None = None
    """Place among the main results of its task, 1 first, a series' answer before it at 0 and less;
    None: not among them."""
    summarized: bool = True
    """Whether trials have a median: conditions that the examiner set have none."""
    numeric: bool = True
    """False for words, such as a direction."""
    short: str = ""
    """Label for a narrow column of the live screen."""
    signed: bool = False
    """Whether the live screen always shows the sign: zero divides two meanings."""

    def write(self, value: Value) -> str:
        """Return a cell's text: rounded, with a true minus, a dash where nothing is known."""
        if value is None or isinstance(value, bool):
            return MISSING if value is None else ("yes" if value else "no")
        if isinstance(value, str):
            return value
        if not math.isfinite(value):
            return MISSING
        text = f"{value:.{self.decimals}f}".replace("-", "−")
        return text.removeprefix("−") if not text.strip("−0.") else text

    def interval(self, estimate: Estimate) -> str:
        """Return the 95 % interval, ``1.2 to 3.4``; a dash where it is not known."""
        if estimate.ci_low is None or estimate.ci_high is None:
            return MISSING
        return f"{self.write(estimate.ci_low)} to {self.write(estimate.ci_high)}"

    @property
    def title(self) -> str:
        """The label with its unit: ``peak grip force [N]``."""
        return f"{self.label} [{self.unit}]" if self.unit else self.label


COMMON: Final[Mapping[str, Mapping[str, Any]]] = {
    "gf_static_n": {"label": "static grip force", "short": "GF hold"},
    "lf_static_n": {"label": "static load force", "short": "LF hold"},
    "gf_lf_ratio": {"label": "grip/load ratio, holding", "short": "GF/LF"},
    "gf_lf_min_ratio": {"label": "smallest grip/load ratio"},
    "gf_lf_peak_ratio": {"label": "peak grip / peak load"},
    "loop_area_n2": {"label": "area of the grip–load loop", "unit": "N²"},
    "loop_share": {"label": "relative area of the grip–load loop"},
    "gain_rising": {"label": "slope of grip on load, load rising"},
    "r_rising": {"label": "correlation of grip and load, load rising"},
    "gain_falling": {"label": "slope of grip on load, load falling"},
    "r_falling": {"label": "correlation of grip and load, load falling"},
    "wavelet_coherence": {"label": "wavelet coherence of grip and load"},
    "gf_at_min_ratio_n": {"label": "grip force at the smallest ratio"},
    "lf_at_min_ratio_n": {"label": "load force at the smallest ratio"},
    "gf_peak_n": {"label": "peak grip force", "short": "GF peak"},
    "lf_peak_n": {"label": "peak load force"},
    "gf_rate_peak_n_per_s": {"label": "peak grip force rate", "short": "GF rate"},
    "lf_rate_peak_n_per_s": {"label": "peak load force rate"},
    "xcorr_r": {"label": "grip–load correlation r", "short": "r"},
    "xcorr_lag_ms": {
        "label": "lag of grip behind load",
        "decimals": 1,
        "short": "lag",
        "signed": True,
    },
    "lag_spread_ms": {"label": "spread of single lags", "decimals": 1},
    "peak_lag_ms": {"label": "grip peak minus load peak", "decimals": 1},
    "gain_ols": {"label": "slope of grip on load (least squares)"},
    "gf_cv_pct": {"label": "grip force CV, holding"},
    "tremor_8_12_pct": {"label": "tremor 8–12 Hz"},
    "onset_width_ms": {"label": "onset uncertainty (90 % interval width)"},
    "slip_force_n": {"label": "slip force"},
    "mu": {"label": "friction coefficient µ"},
    "static_margin_n": {"label": "static margin"},
    "static_margin_pct_of_slip": {"label": "static margin"},
}
"""Labels of quantities that several tasks measure under the same column name."""


def metric(
    label: str = "",
    definition: str = "",
    *,
    default: Any = None,
    unit: str | None = None,
    decimals: int | None = None,
    headline: int | None = None,
    summarized: bool = True,
    short: str = "",
    signed: bool = False,
) -> Any:
    """Declare a metric as a dataclass field.

    Without ``label`` the quantity is one of ``COMMON``. ``unit`` and ``decimals`` follow from the
    column's ending where they are not given. ``headline`` is its place among the main results.
    """
    given = {"label": label, "definition": definition, "unit": unit, "decimals": decimals,
             "headline": headline, "short": short}  # fmt: skip
    known = {key: value for key, value in given.items() if value not in {None, ""}}
    known |= {"signed": True} if signed else {}
    known |= {} if summarized else {"summarized": False}
    return field(default=default, metadata={_KEY: known})


def required(label: str = "", definition: str = "", **declared: Any) -> Any:
    """Declare a metric that has no default: whoever makes the dataclass must give it."""
    return metric(label, definition, default=NO_DEFAULT, **declared)


def condition(label: str, definition: str = "", **declared: Any) -> Any:
    """Declare what distinguishes a trial and is not summarized: a direction, a mass."""
    return metric(label, definition, summarized=False, **declared)


@lru_cache(maxsize=64)
def specs_of(declaring: type) -> Mapping[str, MetricSpec]:
    """Return the metrics that a dataclass declares, by column."""
    return {
        one.name: make_spec(one.name, numeric="str" not in str(one.type), **one.metadata[_KEY])
        for one in fields(declaring)
        if _KEY in one.metadata
    }


def make_spec(column: str, *, label: str = "", **declared: Any) -> MetricSpec:
    """Return a column's entry: what is declared, then ``COMMON``, then what its name implies."""
    known = dict(COMMON.get(column, {})) | declared | ({"label": label} if label else {})
    ending, unit, decimals = next((u for u in _UNITS if column.endswith(u[0])), ("", "", 2))
    spoken = (column.removesuffix(ending) if unit else column).replace("_", " ")
    defaults: dict[str, Any] = {"label": spoken, "unit": unit, "decimals": decimals}
    return MetricSpec(column, **(defaults | known))


def given_figures(series: Any) -> dict[str, Estimate]:
    """Return the figures of a series dataclass that could be estimated, by column."""
    found = {one.name: getattr(series, one.name) for one in fields(series)}
    return {column: estimate for column, estimate in found.items() if estimate is not None}
