"""A scene: the forces on an object over time, and the truth of what happened.

A ``Scene`` is whole; an ``UnfoldingScene`` is performed while it is read, so that it begins at once
and takes little memory, however long it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeAlias

import numpy as np

from gripforce.constants import STANDARD_GRAVITY

if TYPE_CHECKING:
    from gripforce.model import FloatArray

MOST_SAMPLES: Final = 4096
"""Of a piece: what lasts half a minute or more does not wait in memory whole."""

STILL_S: Final = 30.0
"""Duration of one trial of an object at rest."""

_MOST_KEPT: Final = 100
"""Trials of a rehearsed scene that are kept, some 40 MB, so that it need not be performed twice."""

TrialTruth: TypeAlias = Mapping[str, Any]
"""Event times in seconds on the scene's clock, and the figures of the ground truth."""


class Piece(NamedTuple):
    """A part of a scene, shapes as of ``Scene``, and the trials that happen in it."""

    t: FloatArray
    forces: FloatArray
    accel: FloatArray
    trials: tuple[TrialTruth, ...]


Through: TypeAlias = Callable[[Iterator[Piece]], Iterator[Piece]]
"""What pieces pass through on their way to the device, such as a thread that prepares them."""


class AnyScene(Protocol):
    """A scene, whole or unfolding."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """Truth of the whole run."""

    @property
    def trials(self) -> tuple[TrialTruth, ...]:
        """The trials, as far as they are known."""

    @property
    def duration_s(self) -> float:
        """Seconds from the first sample to the last; infinite while it is not known."""

    def foresee(self) -> tuple[Mapping[str, Any], tuple[TrialTruth, ...]]:
        """Return facts and trials of the whole run that a recording's metadata may name."""

    def pieces(self) -> Iterator[Piece]:
        """Yield the parts from the beginning, without holes."""


@dataclass(frozen=True, eq=False, slots=True)
class Scene:
    """What the object feels, on an even grid from second 0; beyond the last it is at rest."""

    t: FloatArray
    """Seconds, shape ``(n,)``."""
    forces: FloatArray
    """Newtons, shape ``(n, 4)``: normal of thumb and index, tangential of thumb and index."""
    accel: FloatArray
    """Specific force in m/s², shape ``(n, 3)``; z is up and reads 1 g at rest."""
    trials: tuple[TrialTruth, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Truth of the whole run: ``seed, profile, task, mass_g, mu`` and more."""

    @classmethod
    def of(cls, pieces: Iterable[Piece], facts: Mapping[str, Any]) -> Scene:
        """Return the scene of all its pieces."""
        parts = list(pieces)
        t, forces, accel = (np.concatenate([part[k] for part in parts]) for k in range(3))
        return cls(t, forces, accel, tuple(trial for part in parts for trial in part.trials), facts)

    @property
    def duration_s(self) -> float:
        """Seconds from the first sample to the last."""
        return float(self.t[-1])

    def foresee(self) -> tuple[Mapping[str, Any], tuple[TrialTruth, ...]]:
        """Return all facts and trials."""
        return self.facts, self.trials

    def pieces(self) -> Iterator[Piece]:
        """Yield the whole at once."""
        yield Piece(self.t, self.forces, self.accel, self.trials)


class UnfoldingScene:
    """A scene that is performed while it is read.

    ``perform`` begins it anew; ``of_trials`` returns the facts that follow from its trials. Where a
    recording's metadata says what happens in each trial, ``foretold`` is set.
    """

    def __init__(
        self,
        perform: Callable[[], Iterator[Piece]],
        facts: Mapping[str, Any],
        *,
        through: Through = iter,
        of_trials: Callable[[Sequence[TrialTruth]], Mapping[str, Any]] | None = None,
        foretold: bool = False,
    ) -> None:
        self._perform = perform
        self._facts = facts
        self._through = through
        self._of_trials = of_trials
        self._foretold = foretold
        self._rehearsed: tuple[TrialTruth, ...] | None = None
        self._kept: list[Piece] | None = None
        self.trials: tuple[TrialTruth, ...] = ()
        """The trials that were performed up to now."""
        self.duration_s = float("inf")

    @property
    def facts(self) -> Mapping[str, Any]:
        """Truth of the whole run; what follows from its trials, as far as they are known."""
        return self._facts_with(self.trials if self._rehearsed is None else self._rehearsed)

    def foresee(self) -> tuple[Mapping[str, Any], tuple[TrialTruth, ...]]:
        """Rehearse the scene, where that is needed; a long one is then performed once more."""
        if self._foretold and self._rehearsed is None:
            pieces: list[Piece] = []
            trials: tuple[TrialTruth, ...] = ()
            for piece in self._perform():
                trials += piece.trials
                if len(trials) <= _MOST_KEPT:
                    pieces.append(piece)
            self._rehearsed = trials
            self._kept = pieces if len(trials) <= _MOST_KEPT else None
        trials = self._rehearsed or ()
        return self._facts_with(trials), trials

    def pieces(self) -> Iterator[Piece]:
        """Perform the scene from the beginning; its trials and duration become known meanwhile."""
        performed, end_s = 0, 0.0
        for piece in self._through(self._perform()) if self._kept is None else self._kept:
            performed += len(piece.trials)
            if performed > len(self.trials):
                self.trials += piece.trials
            end_s = float(piece.t[-1])
            yield piece
        self.duration_s = end_s

    def _facts_with(self, trials: Sequence[TrialTruth]) -> Mapping[str, Any]:
        more = {} if self._of_trials is None else self._of_trials(trials)
        return {**self._facts, **more}


def still_scene(duration_s: float = 1.0, rate_hz: float = 1000.0) -> Scene:
    """Return the scene of an object at rest; duration in seconds, rate in hertz."""
    return Scene.of(still_pieces(duration_s, rate_hz), {})


def still_pieces(duration_s: float, rate_hz: float = 1000.0) -> Iterator[Piece]:
    """Yield an object at rest, its last sample included."""
    for t in times(round(duration_s * rate_hz) + 1, rate_hz):
        yield Piece(t, np.zeros((len(t), 4)), at_rest(len(t)), ())


def times(samples: int, rate_hz: float) -> Iterator[FloatArray]:
    """Yield the times [s] of so many samples, a piece at once."""
    for begin in range(0, samples, MOST_SAMPLES):
        yield np.arange(begin, min(begin + MOST_SAMPLES, samples)) / rate_hz


def at_rest(samples: int) -> FloatArray:
    """Return the specific force of an object at rest, shape ``(samples, 3)``."""
    accel = np.zeros((samples, 3))
    accel[:, 2] = STANDARD_GRAVITY
    return accel
