"""A protocol: blocks in their order, each one task of one hand. The schema: docs/protocols.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gripforce.constants import HANDS
from gripforce.model import task_spec

DIGITS: Final = ("thumb-index", "thumb-middle", "thumb-ring", "thumb-little")
BLOCK_HANDS: Final = ("first", "second", *HANDS)
"""``first`` is the hand that the session begins with, ``second`` the other one."""

_CHECK_S: Final = 5.0
_LIFT_S: Final = 8.0
"""A lift with its hold, for the estimate of a session's length."""
_SETUP_S: Final = 8.0
"""Reading an instruction and settling the hand, likewise."""


@dataclass(frozen=True, slots=True)
class Validity:
    """When a trial must be repeated; the types of rule are those of GRIP/DEX (science: 1.6)."""

    grip_n: tuple[float, float] = (0.2, 150.0)
    """The trial's highest grip force lies between these."""
    hold_s: float = 0.0
    """A lift is held still for so long at least."""
    longest_gap_ms: float = 50.0
    """Samples missing in one place."""
    lost_ms: float = 1000.0
    """Samples missing in the whole trial."""
    movement_n: float = 0.0
    """The load moves by so much at least: an object held still in a moving task is wrong."""
    wrong_direction: bool = True
    """Refuse a lift in which the object was pushed onto its support before it was pulled up, and a
    bout of movements of which more than a quarter went the other way than was due."""
    in_band_pct: float = 50.0
    """Share of a tracking trial in which grip stays in ``target_n``."""


@dataclass(frozen=True, slots=True)
class Block:
    """One task of one hand: what is asked, how often, and when it counts."""

    task: str
    title: str
    instruction: str
    word: str = ""
    """The one word of the patient view: Lift, Squeeze."""
    hand: str = "first"
    digits: str = "thumb-index"
    mass_g: float | None = None
    surface: str | None = None
    trials: int = 1
    trial_s: float = _CHECK_S
    """Length of a trial that is a span of time; the longest wait for one that is found."""
    rest_s: float = 2.0
    """Between trials."""
    cue_s: float = 3.0
    """Countdown before a trial that is a span of time."""
    beat_s: float | None = None
    """Period of the metronome."""
    target_n: tuple[float, float] | None = None
    """Band in which grip force is to stay."""
    masses_g: tuple[float, ...] = ()
    """The mass of each trial, where it changes."""
    surfaces: tuple[str, ...] = ()
    """The surface of each trial, where it changes."""
    most_repeats: int = 3
    """Bad trials that are repeated before the block goes on without them."""
    skip: bool = True
    """Whether "could not do" is an answer."""
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
        """Whether the stream is recorded meanwhile."""
        return self.task != "rest"

    @property
    def finds_lifts(self) -> bool:
        """Whether trials are lifts found in the stream, at the patient's own pace."""
        return task_spec(self.task).lifted

    @property
    def estimate_s(self) -> float:
        """How long it takes if nothing is repeated."""
        if self.task == "rest":
            return self.trial_s
        if self.finds_lifts:
            return _SETUP_S + self.trials * (_LIFT_S + self.rest_s)
        rests = self.rest_s * (self.trials - 1)
        return _SETUP_S + self.trials * (self.cue_s + self.trial_s) + rests

    def mass_of(self, trial: int) -> float | None:
        """Return the mass of a trial, counted from 0."""
        return self.masses_g[trial % len(self.masses_g)] if self.masses_g else self.mass_g

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
    text: str = ""
    """The file that it was read from, word for word: a session keeps it."""

    @property
    def estimate_s(self) -> float:
        """How long it takes if nothing is repeated."""
        return sum(block.estimate_s for block in self.blocks)
