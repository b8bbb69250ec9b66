"""Detect load onset, lift-off and slip while they happen, by the offline analysis.

Strategy: while the object is touched, the analysis of the last seconds is repeated every 20 ms of
the stream, as if the recording ended there. An event is reported once, when the samples reach so
far beyond it that later ones can hardly move it. One thing cannot wait for the end of the lift: its
own supported load. Instead the object's weight is that of the lifts before, or the mass given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gripforce.analysis.lift.attempts import find_attempts, reference_weight
from gripforce.analysis.lift.holds import find_holds
from gripforce.analysis.lift.phases import find_phases
from gripforce.analysis.signal.baseline import TOUCH_N
from gripforce.analysis.signal.filters import LowPass
from gripforce.analysis.signal.prepared import prepare_recording
from gripforce.analysis.tasks.annotations import positive_number
from gripforce.analysis.tasks.slip import find_slip
from gripforce.errors import GripforceError
from gripforce.model import Gap, Samples, Started, task_spec
from gripforce.model.forces import NewestForces
from gripforce.online.lifts import BEFORE_S, LiftSource
from gripforce.online.sample_buffer import SampleBuffer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from gripforce.analysis.lift.attempts import Attempt
    from gripforce.analysis.signal.prepared import PreparedSignals
    from gripforce.model import StreamItem

LOAD_ONSET, LIFT_OFF, SLIP = "load_onset", "lift_off", "slip"
EVENTS: Final = (LOAD_ONSET, LIFT_OFF, SLIP)
SEEN_AFTER_S: Final = {LOAD_ONSET: 0.03, LIFT_OFF: 0.03, SLIP: 0.06}
"""How far the samples reach beyond an event when it is reported: it needs what follows it."""
LATEST_S: Final = 0.5
"""An event that is found later than this is not reported: it is over."""
APART_S: Final = 0.3
"""Two events of one name are further apart than this."""
LOOK_S: Final = 0.02
LOOK_SHARE: Final = 0.004
"""A look at a longer stretch costs more, so the next comes after this share of its length."""
ZERO_S: Final = 1.0
"""Interval at which the level of the untouched object is renewed."""
_KEEP_S = 45.0
_FIRST_S = 0.5
_OPEN_S = 0.05


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """An event that has just happened."""

    name: str
    """``load_onset``, ``lift_off`` or ``slip``."""
    t: float
    """When, in seconds on the recording's axis."""


class EventWatch:
    """Follows a stream and reports the events of the given names, each once."""

    def __init__(self, names: Collection[str]) -> None:
        self.refusal = ""
        """Why events cannot be detected in this stream, as a sentence."""
        self._names = names
        self._begin()

    def _begin(self) -> None:
        """Forget another recording."""
        self._started: Started | None = None
        self._buffers: dict[int, SampleBuffer] = {}
        self._forces = NewestForces()
        self._gaps: list[Gap] = []
        self._zero_n = float("inf")
        self._weights: list[float] = []
        self._begin_t: float | None = None
        self._looked_t = self._weighed_t = -float("inf")
        self._last_t = dict.fromkeys(EVENTS, -float("inf"))

    def feed(self, item: StreamItem) -> list[LiveEvent]:
        """Process one item; return the events that it showed."""
        match item:
            case Started():
                self._begin()
                self._started = item
            case Gap():
                self._gaps = [*self._gaps[-255:], item]
            case Samples() if len(item):
                buffer = self._buffers.get(item.stream.id)
                if buffer is None:
                    buffer = self._buffers[item.stream.id] = SampleBuffer(item, _KEEP_S)
                buffer.add(item)
                self._forces.add(item)
                return self._look() if buffer.carries_force else []
        return []

    def _look(self) -> list[LiveEvent]:
        """Look for events where it is time: in the hand often, else now and then for the zero."""
        newest_t = self._newest_t
        if self._started is None or newest_t is None or self.refusal:
            return []
        begin_t = self._window_start(newest_t)
        grip_n = self._forces.grip_n
        touched = grip_n is not None and grip_n > self._zero_n + TOUCH_N / 2
        often_s = max(LOOK_S, LOOK_SHARE * (newest_t - begin_t))
        if newest_t - self._looked_t < (often_s if touched else ZERO_S):
            return []
        self._looked_t = newest_t
        source = LiftSource(
            self._started.device, self._started.metadata, list(self._buffers.values()), self._gaps
        )
        try:
            signals = prepare_recording(
                source.recording(begin_t, newest_t), LowPass(task_spec(SLIP).filter_hz)
            )
            return [event for event in self._found(signals) if self._is_new(event, newest_t)]
        except GripforceError as error:
            self.refusal = str(error)
            return []

    @property
    def _newest_t(self) -> float | None:
        """The time until which all forces are known; None before they all are for a while."""
        if self._started is None:
            return None
        streams = self._started.device.streams
        forced = [s for s in streams if any(channel.kind.is_force for channel in s.channels)]
        own = [self._buffers.get(stream.id) for stream in forced]
        known = [b.newest_t for b in own if b is not None and b.newest_t is not None]
        if len(known) < len(own) or not known:
            return None
        begun = max(b.oldest_t or 0.0 for b in own if b is not None)
        return newest if (newest := min(known)) - begun > _FIRST_S else None

    def _window_start(self, newest_t: float) -> float:
        """Return from where on samples are analysed: some seconds before the present touch."""
        since_t = newest_t if self._begin_t is None else self._begin_t
        return max(since_t - BEFORE_S, newest_t - _KEEP_S)

    def _found(self, signals: PreparedSignals) -> Iterator[LiveEvent]:
        """Yield the events of the touch that goes on."""
        self._zero_n = float(signals.baseline.gf_zero[-1])
        attempts = find_attempts(signals)
        self._weigh(signals, attempts)
        touches = signals.baseline.touches
        if not touches or touches[-1][1] < len(signals.gf) - signals.samples(_OPEN_S):
            self._begin_t = None
            return
        self._begin_t = signals.time(touches[-1][0])
        if {LOAD_ONSET, LIFT_OFF} & set(self._names):
            yield from self._lift_events(signals, attempts)
        if SLIP in self._names:
            recent = len(signals.gf) - signals.samples(2 * LATEST_S)
            for hold in find_holds(signals)[-1:]:
                lately = replace(hold, start=max(hold.start, recent))
                if (found := find_slip(signals, lately)) is not None:
                    yield LiveEvent(SLIP, signals.time(found[0]))

    def _lift_events(
        self, signals: PreparedSignals, attempts: Sequence[Attempt]
    ) -> Iterator[LiveEvent]:
        """Yield load onset and lift-off of the last attempt, by the weight known beforehand."""
        if not attempts or attempts[-1].weight_n is None:
            return
        weight_n = self._weight_n
        attempt = replace(attempts[-1], weight_n=weight_n or attempts[-1].weight_n)
        earliest = attempts[-2].stop if len(attempts) > 1 else 0
        phases = find_phases(signals, attempt, weight_n, earliest)
        if phases.load_onset_s is not None:
            yield LiveEvent(LOAD_ONSET, phases.load_onset_s)
        if phases.liftoff_s is not None and weight_n is not None:
            yield LiveEvent(LIFT_OFF, phases.liftoff_s)

    @property
    def _weight_n(self) -> float | None:
        """The object's weight [N]; None where lifts differ, or before three without a mass."""
        if self._started is None:
            return None
        metadata = self._started.metadata
        if not task_spec(str(metadata.get("task"))).one_weight:
            return None
        return reference_weight(self._weights, positive_number(metadata, "mass_g"))

    def _weigh(self, signals: PreparedSignals, attempts: Sequence[Attempt]) -> None:
        """Take the supported load of each attempt that is over."""
        over = len(signals.gf) - signals.samples(_OPEN_S)
        for attempt in attempts:
            begin_t = signals.time(attempt.start)
            if attempt.stop < over and begin_t > self._weighed_t:
                self._weighed_t = signals.time(attempt.stop)
                self._weights += [] if attempt.weight_n is None else [attempt.weight_n]

    def _awaits_motion(self, until_t: float) -> bool:
        """Whether a motion sensor, which tells a slip from setting down, has yet to say so."""
        motion = [b.newest_t or 0.0 for b in self._buffers.values() if not b.carries_force]
        return any(until_t - LATEST_S < newest_t < until_t for newest_t in motion)

    def _is_new(self, event: LiveEvent, newest_t: float) -> bool:
        """Whether an event is asked for, settled, recent, and was not reported before."""
        settled_t = event.t + SEEN_AFTER_S[event.name]
        if event.name not in self._names or newest_t - event.t > LATEST_S:
            return False
        if newest_t < settled_t or (event.name == SLIP and self._awaits_motion(settled_t)):
            return False
        if event.t - self._last_t[event.name] < APART_S:
            return False
        self._last_t[event.name] = event.t
        return True
