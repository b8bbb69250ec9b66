"""The schema of a protocol: a sequence of blocks, each a task of one hand (docs/protocols.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gripforce.constants import HANDS
from gripforce.model import task_spec

DIGITS: Final = ("thumb-index", "thumb-middle", "thumb-ring", "thumb-little")
NOTHING: Final = "nothing"
PREPARATIONS: Final = (NOTHING, "watch", "imagine", "pantomime")
"""What may precede a lift."""
BLOCK_HANDS: Final = ("first", "second", *HANDS)
"""``first`` is the hand that the session begins with, ``second`` the other one."""

_CHECK_S: Final = 5.0
_LIFT_S: Final = 8.0
"""Duration of a lift with its hold, for the estimate of a session's length."""
_SETUP_S: Final = 8.0
"""Time to read an instruction and place the hand, for the same estimate."""


@dataclass(frozen=True, slots=True)
class Validity:
    """When a trial counts; the types of rule are those of the GRIP/DEX flight software."""

    grip_n: tuple[float, float] = (0.2, 150.0)
    """Limits of the trial's peak grip force."""
    hold_s: float = 0.0
    """Shortest hold of a lift."""
    longest_gap_ms: float = 50.0
    """Longest gap."""
    lost_ms: float = 1000.0
    """Most samples missing in the whole trial, as time."""
    movement_n: float = 0.0
    """Smallest range of load force: in a movement task the object must move."""
    wrong_direction: bool = True
    """Refuse a lift in which the object was pressed onto its support before it was lifted, and a
    bout in which more than a quarter of the movements went in the wrong direction."""
    in_band_pct: float = 50.0
    """Smallest share of a tracking trial with grip force in ``target_n``, or between half and
    double of ``target_knots``."""


@dataclass(frozen=True, slots=True)
class Block:
    """One task of one hand: instruction, number and timing of trials, and when they count."""

    task: str
    title: str
    instruction: str
    word: str = ""
    """The word on the patient's screen: Lift, Squeeze."""
    hand: str = "first"
    digits: str = "thumb-index"
    mass_g: float | None = None
    surface: str | None = None
    dropped_by: str | None = None
    """Who releases the weight in drop and catch: ``self`` or ``experimenter``."""
    trials: int = 1
    trial_s: float = _CHECK_S
    """Length of a timed trial; of lifts, the wait after which the screen offers to skip."""
    rest_s: float = 2.0
    """Rest between trials."""
    cue_s: float = 3.0
    """Countdown before a timed trial."""
    beat_s: float | None = None
    """Period of the metronome."""
    target_n: tuple[float, float] | None = None
    """Target band of grip force."""
    target_knots: tuple[tuple[float, float], ...] = ()
    """Target force that changes over a trial: seconds from the grip on and newtons, between which
    it is linear."""
    masses_g: tuple[float, ...] = ()
    """The mass of each trial, where it changes."""
    surfaces: tuple[str, ...] = ()
    """The surface of each trial, where it changes."""
    prepared: tuple[str, ...] = ()
    """What precedes each lift for ``cue_s``, hands off: watch, imagine, pantomime, nothing. The
    conditions change places from subject to subject."""
    most_repeats: int = 3
    """Bad trials that are repeated; after one more the block ends without them."""
    skip: bool = True
    """Whether the block may be skipped."""
    valid: Validity = Validity()

    @property
    def measured(self) -> bool:
        """Whether analysis has metrics for it."""
        return task_spec(self.task).measured

    @property
    def untouched(self) -> bool:
        """Whether nobody grips the object."""
        return task_spec(self.task).untouched

    @property
    def released(self) -> bool:
        """Whether a trial is over once the object is released, before ``trial_s`` has passed."""
        return task_spec(self.task).released

    @property
    def recorded(self) -> bool:
        """Whether the stream is recorded during the block."""
        return self.task != "rest"

    @property
    def finds_lifts(self) -> bool:
        """Whether trials are lifts found in the stream, at the patient's own pace."""
        return task_spec(self.task).lifted

    @property
    def estimate_s(self) -> float:
        """Estimated duration [s] without repeated trials."""
        if self.task == "rest":
            return self.trial_s
        if self.finds_lifts:
            cue_s = self.cue_s if self.prepared else 0.0
            return _SETUP_S + self.trials * (_LIFT_S + self.rest_s + cue_s)
        rests = self.rest_s * (self.trials - 1)
        return _SETUP_S + self.trials * (self.cue_s + self.trial_s) + rests

    def target_at(self, since_s: float) -> float | None:
        """Return the target force [N] so long after the grip; beyond its ends as at its ends.

        None where no force is asked for that changes.
        """
        knots = self.target_knots
        if not knots:
            return None
        after = next((k for k, (at_s, _) in enumerate(knots) if at_s > since_s), len(knots))
        if after in {0, len(knots)}:
            return knots[0 if after == 0 else -1][1]
        (a_s, a_n), (b_s, b_n) = knots[after - 1 : after + 1]
        return a_n + (b_n - a_n) * (since_s - a_s) / (b_s - a_s)

    def mass_of(self, trial: int) -> float | None:
        """Return the mass [g] of a trial, counted from 0."""
        return self.masses_g[trial % len(self.masses_g)] if self.masses_g else self.mass_g

    def preparation_of(self, trial: int) -> str:
        """Return what precedes a trial, counted from 0; "" where nothing is asked for."""
        return self.prepared[trial % len(self.prepared)] if self.prepared else ""

    def surface_of(self, trial: int) -> str | None:
        """Return the surface of a trial, counted from 0."""
        return self.surfaces[trial % len(self.surfaces)] if self.surfaces else self.surface


@dataclass(frozen=True, slots=True)
class Protocol:
    """A battery of blocks."""

    name: str
    title: str
    about: str
    blocks: tuple[Block, ...]
    language: str = ""
    """Of the screens in a session, where the command names none; "": the one used last."""
    text: str = ""
    """The text of its file, which a session stores."""

    @property
    def estimate_s(self) -> float:
        """Estimated duration [s] without repeated trials."""
        return sum(block.estimate_s for block in self.blocks)
