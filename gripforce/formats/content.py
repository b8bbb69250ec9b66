"""Everything that an export states, gathered once for all formats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.analysis.signal.filters import runs
from gripforce.formats.description import as_text, describe, events_json
from gripforce.formats.frame import force_table, raw_tables
from gripforce.formats.trials import measure_trials, trial_events, trial_table

if TYPE_CHECKING:
    import pandas as pd

    from gripforce.analysis.results import TaskResult
    from gripforce.formats.frame import SignalTable
    from gripforce.formats.trials import TrialEvent
    from gripforce.model import Recording


@dataclass(frozen=True, eq=False)
class ExportContent:
    """A recording's tables, trials, events and description."""

    recording: Recording
    tables: tuple[SignalTable, ...]
    """Forces on the one time axis; with ``raw`` each stream's counts."""
    raw: bool

    @property
    def result(self) -> TaskResult | None:
        """The analysis; None where the recording has no trials to be measured."""
        return self._measured[0]

    @property
    def remark(self) -> str:
        """A sentence why there is no result."""
        return self._measured[1]

    @cached_property
    def _measured(self) -> tuple[TaskResult | None, str]:
        return measure_trials(self.recording)  # a table of forces alone does not need it

    @cached_property
    def events(self) -> list[TrialEvent]:
        """Trials and their events, in the order of time."""
        return [] if self.result is None else trial_events(self.result)

    @cached_property
    def trials(self) -> pd.DataFrame | None:
        """One row a trial; None where there is none."""
        return trial_table(self.result) if self.result and self.result.trials else None

    @cached_property
    def description(self) -> dict[str, Any]:
        """What ``gripforce.formats.description`` says of it, with events and trials."""
        about = describe(self.recording, self.tables, self.result, self.remark)
        rows = [] if self.trials is None else self.trials.to_dict("records")
        return about | {"events": events_json(self.events), "trials": rows}

    @cached_property
    def description_text(self) -> str:
        """The description as JSON, in ASCII."""
        return as_text(self.description)


def gather(
    recording: Recording, *, raw: bool = False, rate_hz: float | None = None
) -> ExportContent:
    """Gather what an export states; ``UsageError`` where the recording has nothing to export.

    ``rate_hz`` is that of the grid, by default the nominal rate of the fastest force stream.
    """
    tables = raw_tables(recording) if raw else (force_table(recording, rate_hz),)
    return ExportContent(recording, tables, raw)


def gap_spans(table: SignalTable) -> list[tuple[float, float]]:
    """Return begin and length [s] of the spans of a grid in which a force is not known."""
    forces = [v for name, v in table.columns.items() if name.endswith("_n")]
    unknown = np.logical_or.reduce([np.isnan(values) for values in forces])
    return [(float(table.t[a]), round((b - a) / table.rate_hz, 6)) for a, b in runs(unknown)]
