"""Results of an analysis: trials, summaries with intervals, decisions.

::

    Recording ─> TaskResult (one recording: trials, traces, summary, excluded)
    [TaskResult] ─> Analysis (one person's files: summary, margin, verdicts) ─> table, JSON, report

Keys of ``events``, ``values`` and ``summary`` are column names, so they carry their unit:
``t_impact_s``, ``gf_static_n``, ``peak_lag_ms``, ``margin_pct_of_slip``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from gripforce.analysis.flags import ALIKE, FEWEST_ALIKE, MOST
from gripforce.analysis.metric import required
from gripforce.model import task_spec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gripforce.analysis.evidence import Evidence
    from gripforce.analysis.flags import TrialFlag
    from gripforce.analysis.signal.filters import BoolArray
    from gripforce.model import FloatArray, Recording, TaskSpec, Trial

Value: TypeAlias = float | int | str | bool | None
"""One cell of a table; None where it could not be measured."""


class Decision(StrEnum):
    """What a verdict says; the words are a promise of ``analyze --json``."""

    YES = "yes"
    NO = "no"
    UNDETERMINED = "cannot tell"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A median over trials (or one figure of a series of trials) and its 95 % interval."""

    value: float
    """The median, share, slope or mean; ``median`` in JSON and in the cohort's table."""
    ci_low: float | None
    """None where too few trials were measured for an interval."""
    ci_high: float | None
    n: int
    """Trials that it rests on."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A trial that stands in the table but not in the summary."""

    recording: str
    trial: int
    why: str
    planned: bool = False
    """Whether it was to be left out anyway, as the first lift of a condition is."""
    by_session: bool = False
    """Whether the session did not ask for it or did not accept it: another stands for it."""


@dataclass(frozen=True, slots=True)
class TrialCounts:
    """How many trials a session asked for, how many it accepted, how many the summary rests on."""

    asked: int
    good: int
    used: int

    def words(self, spec: TaskSpec) -> str:
        """Return the counts in words; several movements may be used of one bout asked for."""
        used = f"{self.used}" if spec.lifted or spec.stands_for else spec.count(self.used)
        return f"{self.asked} asked, {self.good} good, {used} used"


@dataclass(frozen=True, eq=False, slots=True)
class MeasuredTrial:
    """One trial of any task: one row of that task's table."""

    trial: Trial
    events: Mapping[str, float | None]
    """Times in seconds on the recording's axis, by column: ``t_contact_s``."""
    values: Mapping[str, Value]
    """Metrics by column."""
    lost: int
    """Force samples lost inside the trial."""
    flags: tuple[TrialFlag, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Traces:
    """The zeroed and filtered forces that trials were measured on, on one uniform grid."""

    t: FloatArray
    """Seconds on the recording's axis."""
    gf: FloatArray
    """Grip force [N], mean of the digits."""
    lf: FloatArray | None
    """Load force [N], sum of the digits; None where nothing measures it."""
    valid: BoolArray
    """False in and beside gaps."""
    rate_hz: float
    """Of the grid."""
    source_hz: float
    """Nominal rate of the slowest force stream."""
    filter: str
    """Name of the low-pass with its -3 dB corner."""


@dataclass(frozen=True, slots=True)
class TimingResolution:
    """The resolution of a grip-load lag on a device."""

    lag_ms: float | None
    """Error of a lag that 95 % of lifts stay within; None: lags and rates are not reported."""
    simultaneous: bool
    """Whether grip and load are sampled at the same instants."""
    why: str
    """One sentence for a person."""


@dataclass(frozen=True, eq=False)
class TaskResult:
    """Everything that one recording's analysis found."""

    recording: Recording
    task: str
    traces: Traces
    trials: tuple[MeasuredTrial, ...]
    event_columns: tuple[str, ...]
    value_columns: tuple[str, ...]
    summary: Mapping[str, Estimate]
    """Medians over trials by value column, and figures of the whole series."""
    excluded: tuple[Excluded, ...]
    timing: TimingResolution
    remarks: tuple[str, ...] = ()
    """Sentences for a person: what could not be done with this recording and why."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What is more than a number: surrogate test, reliability by metric, fits."""
    counts: TrialCounts | None = None
    """Trials asked for, accepted and used; None where no session made the recording."""

    @property
    def spec(self) -> TaskSpec:
        """The task's entry in the table of tasks."""
        return task_spec(self.task)

    @property
    def name(self) -> str:
        """The recording's file name, without its folder."""
        return self.recording.name

    @property
    def block(self) -> tuple[Any, Any]:
        """Session and block that it was recorded in; its own path where they are not known."""
        about, path = self.recording.metadata, self.recording.path
        return about.get("session", path), about.get("block", path)

    @property
    def common_flags(self) -> frozenset[TrialFlag]:
        """Flags of most trials, which are said of the recording and not of each row."""
        total = len(self.trials)
        counted = Counter(flag for trial in self.trials for flag in trial.flags)
        few = total < FEWEST_ALIKE
        return frozenset() if few else frozenset(f for f in ALIKE if counted[f] > MOST * total)

    def own_flags(self, trial: MeasuredTrial) -> tuple[TrialFlag, ...]:
        """Return the flags in which a trial is not like most others of its recording."""
        return tuple(flag for flag in trial.flags if flag not in self.common_flags)

    @property
    def used(self) -> tuple[MeasuredTrial, ...]:
        """The trials that the summary rests on."""
        out = {excluded.trial for excluded in self.excluded}
        return tuple(trial for trial in self.trials if trial.trial.number not in out)


@dataclass(frozen=True, slots=True)
class SafetyMargin:
    """How much more than the slip force was gripped: static in the hold, dynamic at the worst.

    Three ways to say each, which cannot be mixed up: newtons, percent of the slip force,
    percent of the grip force.
    """

    slip_force_n: Estimate = required(definition="at the load of the hold")
    slip_source: str = required("source of the slip force")
    mu: Estimate | None = required(definition="of one digit")
    static_margin_n: Estimate = required(definition="static grip force minus slip force")
    static_margin_pct_of_slip: Estimate = required(definition="the same over the slip force")
    static_margin_pct_of_grip: Estimate = required(
        "static margin", "the same over the static grip force"
    )
    dynamic_margin_n: Estimate | None = required(
        "dynamic margin", "smallest GF - LF/(2 µ) of the movement"
    )
    dynamic_margin_pct_of_slip: Estimate | None = required(
        "dynamic margin", "the same over the slip force at that moment"
    )
    dynamic_margin_pct_of_grip: Estimate | None = required(
        "dynamic margin", "the same over the grip force at that moment"
    )

    @property
    def figures(self) -> dict[str, Estimate]:
        """All that could be estimated, by column."""
        named = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in named.items() if isinstance(value, Estimate)}


@dataclass(frozen=True, eq=False, slots=True)
class Verdict:
    """A decision on one question, with the evidence for it. Never a diagnosis."""

    question: str
    answer: Decision
    why: str
    evidence: Evidence


@dataclass(frozen=True, eq=False)
class Analysis:
    """All files of one person and hand, summed up."""

    results: tuple[TaskResult, ...]
    summary: Mapping[str, Estimate]
    """By column; of several tasks, those that are no lifts carry ``task.`` before it."""
    by_task: Mapping[str, Mapping[str, Estimate]]
    margin: SafetyMargin | None
    """None without a slip test: excess grip force is no safety margin then."""
    verdicts: Mapping[str, Verdict]
    """``anticipatory_coupling`` and ``excess_margin``."""
    remarks: tuple[str, ...] = ()

    @property
    def excluded(self) -> tuple[Excluded, ...]:
        """Trials that stand in a table but not in the summary, and why."""
        return tuple(excluded for result in self.results for excluded in result.excluded)

    @property
    def remarks_besides(self) -> tuple[str, ...]:
        """What a reader must know that no verdict says already."""
        reasons = " ".join(verdict.why for verdict in self.verdicts.values())
        return tuple(remark for remark in self.remarks if remark not in reasons)

    @property
    def trials(self) -> int:
        """How many trials were found in all files."""
        return sum(len(result.trials) for result in self.results)


def total_counts(results: Iterable[TaskResult]) -> TrialCounts | None:
    """Return the counts of several recordings together; None unless a session made them all.

    A block that was interrupted has several recordings, and asked for its trials once.
    """
    asked: dict[tuple[Any, Any], int] = {}
    good = used = 0
    for result in results:
        if result.counts is None:
            return None
        asked[result.block] = max(asked.get(result.block, 0), result.counts.asked)
        good, used = good + result.counts.good, used + result.counts.used
    return TrialCounts(sum(asked.values()), good, used) if asked else None
