"""The table of tasks: what analysis, session, simulator, screens, report and docs know of each.

A task is added by one entry here, an analysis in ``analysis.tasks``, a rule in
``session.acceptance`` and a scene in ``sim.tasks``, each with its line in that room's registry.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """One task: its names, what it needs, and how its results are read."""

    name: str
    """As ``--task``, a protocol and the ``task`` column write it."""
    title: str
    """For a heading."""
    trial: str = "trial"
    """What one trial is called."""
    trials: str = ""
    """The plural, where it is not the singular with an *s*."""
    events: Mapping[str, str] = field(default_factory=dict)
    """Columns of event times [s] in order, each with the event's name."""
    occurs_at: str | None = None
    """The event that places a trial in a span of time; None: any overlap does."""
    measured: bool = True
    """Whether it has an analysis; rest, sensor checks and watching have none."""
    needs_load: bool = True
    """Whether a device without load cells cannot do it."""
    lifted: bool = False
    """Whether each trial is a lift found in the stream; otherwise it is a span of time."""
    released: bool = False
    """Whether a trial is over once the object is released, before its time has passed."""
    still_within_n: float | None = None
    """Range [N] that grip force stays in while the object is untouched; None: it is gripped."""
    near_zero: bool = False
    """Whether grip must also stay as near to the zero: an object held steadily is not untouched."""
    filter_hz: float = 15.0
    """Default low-pass (-3 dB) of magnitudes, rates and correlations."""
    couples: bool = False
    """Whether it counts for the decision on grip-load coupling, by lag and correlation."""
    many_in_one: bool = False
    """Whether one trial is a bout of many cycles, so that one is enough to judge timing."""
    stands_for: str = ""
    """Column whose largest value decides which of the trials in one asked span is used; "": all."""
    margin_rank: int | None = None
    """Order in which tasks are asked for a safety margin, 1 first; None: not at all."""
    one_condition: bool = False
    """Whether weight and surface are the same in all trials, so that one slip line fits all."""
    one_weight: bool = True
    """Whether all trials have the same weight, so that a smaller load is no lift."""
    force_plane: bool = True
    """Whether a report draws grip force against load force."""
    timing_columns: tuple[str, ...] = ()
    """Columns that a report draws a histogram of: the first that was measured."""

    @property
    def untouched(self) -> bool:
        """Whether the object is to be left untouched."""
        return self.still_within_n is not None

    def count(self, number: int) -> str:
        """Return a number of trials in words: ``1 lift``, ``3 movements``."""
        return f"{number} {self.trial if number == 1 else self.trials or self.trial + 's'}"


_LIFT_EVENTS: Final = {
    "t_contact_s": "contact",
    "t_load_onset_s": "load onset",
    "t_liftoff_s": "lift-off",
    "t_hold_start_s": "hold",
    "t_hold_end_s": "hold ends",
    "t_replace_s": "replacement",
    "t_release_s": "release",
}
_SPAN: Final = {"t_start_s": "start", "t_end_s": "end"}


def _lifts(
    name: str,
    title: str,
    margin_rank: int,
    *,
    one_condition: bool = False,
    one_weight: bool = True,
) -> TaskSpec:
    return TaskSpec(
        name,
        title,
        trial="lift",
        events=_LIFT_EVENTS,
        lifted=True,
        couples=True,
        margin_rank=margin_rank,
        one_condition=one_condition,
        one_weight=one_weight,
        timing_columns=("xcorr_lag_ms",),
    )


_MEASURED: Final = (
    _lifts("lift", "Lift, hold and put down", 1, one_condition=True),
    TaskSpec(
        "slip",
        "Slip test",
        trial="slow release",
        events={"t_hold_start_s": "hold", "t_slip_s": "slip"},
        occurs_at="t_slip_s",
        stands_for="t_slip_s",
        released=True,
        force_plane=False,
    ),
    TaskSpec(
        "p2p",
        "Up and down, point to point",
        trial="movement",
        events={
            "t_onset_s": "onset",
            "t_first_extremum_s": "first load extremum",
            "t_gf_peak_s": "grip peak",
            "t_lf_peak_s": "load peak",
            "t_end_s": "end",
        },
        occurs_at="t_onset_s",
        couples=True,
        margin_rank=2,
        one_condition=True,
        timing_columns=("xcorr_lag_ms", "peak_lag_ms"),
    ),
    TaskSpec(
        "cyclic",
        "Cyclic movements, up and down",
        trial="bout",
        events=_SPAN,
        couples=True,
        many_in_one=True,
        stands_for="cycles",
        timing_columns=("xcorr_lag_ms",),
    ),
    TaskSpec(
        "drop",
        "Drop and catch",
        trial="impact",
        events={
            "t_impact_s": "impact",
            "t_gf_onset_s": "grip onset",
            "t_gf_peak_s": "grip peak",
            "t_lf_peak_s": "load peak",
        },
        occurs_at="t_impact_s",
        released=True,
        filter_hz=50.0,
        timing_columns=("gf_onset_ms", "peak_lag_ms"),
    ),
    TaskSpec(
        "step",
        "Unexpected load step",
        trial="load step",
        events={"t_step_s": "load step", "t_gf_onset_s": "grip onset", "t_gf_peak_s": "grip peak"},
        occurs_at="t_step_s",
        released=True,
        filter_hz=50.0,
        timing_columns=("latency_ms",),
    ),
    TaskSpec(
        "pinch",
        "Maximal pinch",
        trial="pinch",
        trials="pinches",
        events={"t_onset_s": "onset", "t_peak_s": "peak", "t_end_s": "end"},
        stands_for="mvc_n",
        needs_load=False,
        force_plane=False,
    ),
    TaskSpec(
        "tracking",
        "Tracking a target force",
        events=_SPAN,
        needs_load=False,
        force_plane=False,
        timing_columns=("xcorr_lag_ms",),
    ),
    _lifts("weights", "Lifts of changing weights", 4, one_weight=False),
    _lifts("surfaces", "Lifts of changing surfaces", 3),
)
TASKS: Final[dict[str, TaskSpec]] = {spec.name: spec for spec in _MEASURED}
"""The measured tasks by name, in their usual order."""
ACTIVITIES: Final[dict[str, TaskSpec]] = {
    "check": TaskSpec("check", "Sensor check", measured=False, still_within_n=0.2),
    "zero": TaskSpec("zero", "Zero", measured=False, still_within_n=0.2),
    "rest": TaskSpec("rest", "Rest", measured=False),
    "watch": TaskSpec(
        "watch", "See or imagine", measured=False, still_within_n=0.1, near_zero=True
    ),
}
"""What else a session's block may be, without an analysis."""


def task_spec(name: str) -> TaskSpec:
    """Return the entry of a task or activity; of an unknown name, one that says only the name."""
    return (
        TASKS.get(name)
        or ACTIVITIES.get(name)
        or TaskSpec(name, name.replace("_", " "), measured=False)
    )
