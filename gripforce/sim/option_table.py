"""The options of a simulation, each declared once.

``sim:`` URLs, ``gripforce simulate``, the blocks of a session and ``docs/simulator.md`` all read
the fields of :class:`SimOptions`. The module does not import NumPy, so that the command line's help
stays fast.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

from gripforce.constants import MASS_LIMITS_G
from gripforce.errors import UsageError
from gripforce.sim.person.profiles import PROFILES, Profile
from gripforce.sim.physics.surfaces import SURFACES

if TYPE_CHECKING:
    from collections.abc import Mapping

Value: TypeAlias = str | int | float
Limits: TypeAlias = tuple[float, float]

STILL: Final = "still"
"""An object at rest, for checking or zeroing a device."""
CALIBRATE: Final = "calibrate"
"""A bench that applies reference masses to one cell after the other."""
UNATTENDED: Final = (STILL, CALIBRATE)
"""Simulations without a participant."""
FRONTENDS: Final = ("research", "entry")


@dataclass(frozen=True, slots=True)
class SimOption:
    """One option: what it means, which values it takes, and which tasks read it."""

    name: str
    default: Value
    help: str
    unit: str = ""
    limits: Limits | None = None
    """Smallest and largest value, in ``unit``."""
    limits_by_task: Mapping[str, Limits] = field(default_factory=dict)
    """Limits that depend on the task; the other tasks do not read the option."""
    zero: str = ""
    """What 0 stands for, where 0 is allowed beside the limits."""
    known: tuple[str, ...] = ()
    """The words that it may be."""
    unread_by: tuple[str, ...] = ()
    """Tasks that do not read it."""
    read_by: tuple[str, ...] = ()
    """The only tasks that read it, where they are few."""
    url_only: bool = False
    """Whether it concerns how a ``sim:`` URL is played, and not the simulated device."""

    @property
    def kind(self) -> type[Value]:
        """The type of its values: ``str``, ``int`` or ``float``."""
        return type(self.default)

    def is_read_by(self, task: str) -> bool:
        """Whether a task's simulation depends on the option."""
        few = self.limits_by_task or self.read_by
        return task in few if few else task not in self.unread_by

    def parse(self, text: str) -> Value:
        """Return the value of a text; raise ``UsageError`` where it is not a number."""
        try:
            return self.kind(text)
        except ValueError:
            raise UsageError(
                f"{self.name}={text} is not a number.", f"Try {self.name}={self.default}."
            ) from None

    def check(self, value: Value, task: str) -> None:
        """Raise ``UsageError`` where a task cannot be simulated with a value."""
        limits = self.limits_by_task.get(task, self.limits)
        if isinstance(value, str):
            if self.known and value not in self.known:
                known = ", ".join(self.known)
                raise UsageError(f"There is no {self.name} {value!r}.", f"Known: {known}.")
        elif limits and not limits[0] <= value <= limits[1] and not (self.zero and value == 0):
            raise UsageError(
                f"{self.name}={value:g} is not possible.",
                f"Give {_span(limits)}{self._unit}{self._or_zero}.",
            )

    @property
    def description(self) -> str:
        """The help text: the meaning, and the values that it takes."""
        return f"{self.help} ({self.range})." if self.range else f"{self.help}."

    @property
    def range(self) -> str:
        """The values that it takes, in words."""
        if self.known:
            return ", ".join(self.known)
        spans = [f"{task} {_span(limits)}" for task, limits in self.limits_by_task.items()]
        if self.limits:
            spans = [_span(self.limits)]
        return ", ".join(spans) + self._unit + self._or_zero if spans else ""

    @property
    def _unit(self) -> str:
        return f" {self.unit}" if self.unit else ""

    @property
    def _or_zero(self) -> str:
        return f", or 0: {self.zero}" if self.zero else ""


def _about(text: str, **more: Any) -> dict[str, Any]:
    """Return the fields of a :class:`SimOption` beside its name and default."""
    return {"help": text, **more}


@dataclass(frozen=True, slots=True, kw_only=True)
class SimOptions:
    """What a simulation is asked for; each field declares an option, see :class:`SimOption`."""

    profile: str | Profile = field(
        default="healthy",
        metadata=_about("Participant profile", known=PROFILES, unread_by=UNATTENDED),
    )
    seed: int = field(
        default=1,
        metadata=_about("Random seed; equal seeds give equal bytes", limits=(0, 2**32 - 1)),
    )
    trials: int = field(
        default=10,
        metadata=_about("Number of trials", limits=(1, 1000), unread_by=(CALIBRATE,)),
    )
    mass_g: float = field(
        default=400.0,
        metadata=_about("Mass of the object", unit="g", limits=MASS_LIMITS_G, unread_by=UNATTENDED),
    )
    surface: str = field(
        default="sandpaper",
        metadata=_about("Grip surface", known=SURFACES, unread_by=UNATTENDED),
    )
    rest_s: float = field(
        default=0.0,
        metadata=_about(
            "Shortest rest between trials, where the task's own is not longer",
            unit="s",
            limits=(0.0, 1500.0),
            unread_by=UNATTENDED,
        ),
    )
    beat_s: float = field(
        default=0.0,
        metadata=_about(
            "Period of the metronome, with a movement or a cycle at each beat",
            unit="s",
            limits_by_task={"p2p": (1.5, 10.0), "cyclic": (0.4, 3.0)},
            zero="no metronome",
        ),
    )
    order: str = field(
        default="",
        metadata=_about(
            "Masses in grams (weights) or surfaces (surfaces) of the trials in turn, such as "
            "330,165,660; without it the task's own",
            read_by=("weights", "surfaces"),
        ),
    )
    dropped_by: str = field(
        default="turns",
        metadata=_about(
            "Who releases the ball: in turns, beginning with the participant, or always one",
            known=("turns", "self", "experimenter"),
            read_by=("drop",),
        ),
    )
    prepared: str = field(
        default="",
        metadata=_about(
            "What precedes each lift in turn, such as watch,nothing",
            read_by=("weights",),
        ),
    )
    target: str = field(
        default="",
        metadata=_about(
            "Target force as seconds:newtons from the grip on, such as 1:1,3:4,6:1; without it a "
            "ramp to 15 % of the maximal force, a hold and a release",
            read_by=("tracking",),
        ),
    )
    fasciculations_hz: float = field(
        default=0.0,
        metadata=_about(
            "Fasciculations (twitches of motor units) while gripping",
            unit="per second",
            limits=(0.0, 10.0),
            unread_by=UNATTENDED,
        ),
    )
    frontend: str = field(
        default="research", metadata=_about("Analogue front end", known=FRONTENDS)
    )
    rate_hz: float = field(
        default=0.0,
        metadata=_about(
            "Sampling rate of the force channels",
            unit="Hz",
            limits=(5.0, 8000.0),
            zero="the front end's own",
        ),
    )
    noise_mn: float = field(
        default=0.0,
        metadata=_about(
            "Noise of each force channel, rms",
            unit="mN",
            limits=(0.001, 1000.0),
            zero="that of the build's cells and converter",
        ),
    )
    cells: str = field(
        default="",
        metadata=_about("Flaws of the load cells, such as drift,creep,hysteresis,noise,spikes"),
    )
    faults: str = field(
        default="", metadata=_about("Faults of device and link, such as drop=0.02,no_resend")
    )
    speed: str = field(
        default="1",
        metadata=_about(
            "Pace: 1 is real time, max as fast as possible", known=("1", "max"), url_only=True
        ),
    )

    @classmethod
    def of(cls, task: str, given: Mapping[str, Any]) -> Self:
        """Return the options of a task's simulation, the defaults where none is given.

        Raise ``UsageError`` for an option that does not exist, for a value that is not possible,
        and for an option that the task does not read, unless it is at its default.
        """
        for name, value in given.items():
            option = _find(name)
            if not option.is_read_by(task) and value != option.default:
                raise UsageError(
                    f"A simulated {task} does not depend on {name}.",
                    f"It depends on {', '.join(options_read_by(task))}.",
                )
            option.check(value, task)
        return cls(**given)

    @classmethod
    def parse(cls, task: str, texts: Mapping[str, str]) -> Self:
        """Return the options of a URL's query; raise ``UsageError`` as :meth:`of` does."""
        return cls.of(task, {name: _find(name).parse(text) for name, text in texts.items()})


SIM_OPTIONS: Final[Mapping[str, SimOption]] = {
    f.name: SimOption(f.name, **{"default": f.default, **f.metadata}) for f in fields(SimOptions)
}
"""Every option, by its name."""


def options_read_by(task: str) -> list[str]:
    """Return the names of the options that a URL of a simulated task may have."""
    return [name for name, option in SIM_OPTIONS.items() if option.is_read_by(task)]


def _find(name: str) -> SimOption:
    if name not in SIM_OPTIONS:
        raise UsageError(
            f"A simulation has no option '{name}'.", f"Known: {', '.join(SIM_OPTIONS)}."
        )
    return SIM_OPTIONS[name]


def _span(limits: Limits) -> str:
    return f"{limits[0]:.10g} to {limits[1]:.10g}"
