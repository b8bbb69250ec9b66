"""A protocol run as a state machine; host seconds and the stream's seconds come as arguments.

``stage`` draws its states. ``wants_recording`` says what the recorder shall do, ``take_events``
what the journal shall hold. A trial of a lifting block is a lift found in the stream, at the
patient's own pace; of any other, a span of time. All bad trials are repeated until there are too
many; a person may overrule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gripforce.errors import UsageError
from gripforce.session.block_order import BlockOrder
from gripforce.session.countdown import Countdown
from gripforce.session.events import EventKind
from gripforce.session.state import OVER, RECORDING, SessionState

if TYPE_CHECKING:
    from gripforce.protocol.schema import Protocol
    from gripforce.session.acceptance.common import Acceptance
    from gripforce.session.events import SessionProgress, TrialEntry

VERDICT_S: Final = 1.5
"""A verdict stands so long before a timed trial goes on."""
TAIL_S: Final = 1.0
"""Recorded after the last trial: the untouched level that its analysis needs."""


class SessionMachine(BlockOrder):
    """Runs a protocol from wherever ``progress`` says that it stands."""

    def __init__(self, protocol: Protocol, progress: SessionProgress | None = None) -> None:
        super().__init__(protocol, progress)
        self.paused = False
        self.file = ""
        """What is being recorded."""
        self.go_t: float | None = None
        """When the hand began the present trial, in the stream's seconds; a slow hand loses none
        of its time."""
        self.last: TrialEntry | None = None
        """The newest trial of this block."""
        self._countdown = Countdown()
        self._judged_to_t = -float("inf")
        self.stage = SessionState.READY
        if self.index >= len(protocol.blocks):
            self.stage = SessionState.FINISHED

    @property
    def wants_recording(self) -> bool:
        """Whether the stream of this block shall be recorded now."""
        return self.stage in RECORDING and self.block.recorded

    @property
    def in_trial(self) -> bool:
        """Whether a trial is asked for."""
        return self.stage is SessionState.GO

    def left_s(self, now_s: float) -> float | None:
        """Return what a countdown shows; None where nothing is counted."""
        return self._countdown.left_s(now_s)

    def elapsed_s(self, now_s: float) -> float:
        """Return how long the present stage has lasted."""
        return self._countdown.elapsed_s(now_s)

    # What a person does.

    def begin(self, now_s: float) -> None:
        """Start the present block, or end a rest before its time."""
        if self.paused:
            self.go_on(now_s)
        elif self.stage is SessionState.READY:
            if self.block.recorded:
                self._enter(SessionState.OPENING, now_s)
            else:
                self._enter(SessionState.GO, now_s, self.block.trial_s)
        elif self.stage is SessionState.GO and not self.block.recorded:
            self._finish_block(now_s)
        elif self.stage is SessionState.REST:
            self._next_trial(now_s)

    def pause(self, now_s: float) -> None:
        """Stop asking for trials; the recording goes on."""
        if self.paused or self.stage in OVER:
            return
        if self.timed:
            self._enter(
                SessionState.CUE, now_s, self.block.cue_s
            )  # a trial that was cut is begun anew
        self.paused = True
        self._countdown.hold(now_s)
        self.tell(EventKind.PAUSED)

    def go_on(self, now_s: float) -> None:
        """End a pause."""
        if not self.paused:
            return
        self.paused = False
        self._countdown.go_on(now_s)
        self.tell(EventKind.CONTINUED)

    def skip(self, why: str, now_s: float) -> None:
        """Leave the present block; the reason is data."""
        if self.stage in OVER:
            return
        if not self.block.skip:
            raise UsageError(f"'{self.block.title}' cannot be skipped.", "Abort the session then.")
        if not why.strip():
            raise UsageError("A skip needs a reason.", '"could not do" is one.')
        self.paused = False
        self.tell(EventKind.SKIPPED, why=why.strip())
        self._close(now_s)

    def decide(self, number: int, decision: str, now_s: float, block: int | None = None) -> None:
        """Overrule a verdict, ``keep`` or ``repeat``; of an earlier block, only between blocks."""
        if decision not in {"keep", "repeat"}:
            raise UsageError(f"'{decision}' is no decision.", "It is keep or repeat.")
        index = self.index if block is None else block
        if all(trial.number != number for trial in self.progress.block(index).trials):
            raise UsageError(f"There is no trial {number} in this block.")
        if index != self.index and self.stage is not SessionState.READY:
            raise UsageError("An earlier block can be changed between blocks only.")
        self.tell(EventKind.DECISION, index, number=number, decision=decision)
        if index != self.index:
            self._next_block(now_s)
            return
        self.last = next((t for t in self.done.trials if t.number == number), self.last)
        if (
            self.stage
            in {SessionState.GO, SessionState.REST, SessionState.JUDGED, SessionState.CLOSING}
            and self.enough
        ):
            self._finish_block(now_s)
        elif self.stage is SessionState.CLOSING:
            self._next_trial(now_s)

    def note(self, text: str) -> None:
        """Write down what a person says."""
        if text.strip():
            self.tell(EventKind.NOTE, text=text.strip())

    def abort(self, why: str, now_s: float) -> None:
        """End the session for good; what is recorded stays."""
        if self.stage in OVER:
            return
        self.tell(EventKind.ABORTED, why=why)
        self._enter(SessionState.ABORTED, now_s)

    def measured(self, of: str, slip_n: float) -> None:
        """Take a slip force, for the margin of later blocks."""
        self.tell(EventKind.MEASURED, of=of, slip_n=round(slip_n, 4))

    # What the recorder and the stream do.

    def recording(self, file: str) -> None:
        """Follow the recorder, which begins a file."""
        self.file = file
        self._judged_to_t = -float("inf")
        self.tell(EventKind.RECORDING, file=file)

    def reattach(self, file: str, now_s: float) -> None:
        """Go on with a file that is being recorded already."""
        self.file = file
        done = [t.stop_s for t in self.done.trials if t.file == file]
        self._judged_to_t = max(done, default=-float("inf"))
        self._enter(SessionState.OPENING, now_s)

    def opened(self, now_s: float) -> None:
        """Follow the stream, which begins."""
        if self.stage is SessionState.OPENING:
            self._next_trial(now_s)

    def tick(self, now_s: float, newest_t: float) -> None:
        """Let time pass; ``newest_t`` is that of the newest sample."""
        if self.paused or not self._countdown.is_over(now_s):
            return
        match self.stage:
            case SessionState.CUE:
                self._go(now_s, newest_t)
            case SessionState.GO if not self.block.recorded:
                self._finish_block(now_s)
            case SessionState.JUDGED:
                self._rest(now_s)
            case SessionState.REST:
                self._next_trial(now_s)
            case SessionState.CLOSING:
                self._enter(SessionState.DONE, now_s)
                if not self.block.recorded or not self.file:
                    self._next_block(now_s)
            case _:
                pass

    def touched(self, newest_t: float) -> None:
        """Follow the hand, which grips: a timed trial that waits for it begins."""
        if self.waits_for_hand:
            self.go_t = newest_t

    def let_go(self) -> None:
        """Follow the hand, which only brushed the object: the trial waits for it again."""
        if self.timed and not self.block.untouched:
            self.go_t = None

    @property
    def timed(self) -> bool:
        """Whether a trial that is a span of time is asked for."""
        asked = self.stage is SessionState.GO and not self.paused
        return asked and self.block.recorded and not self.block.finds_lifts

    @property
    def waits_for_hand(self) -> bool:
        """Whether a timed trial begins with the next grip."""
        return self.timed and self.go_t is None

    def trial_over(self, newest_t: float) -> bool:
        """Whether the span of a timed trial has passed, in the stream's seconds."""
        return self.timed and self.go_t is not None and newest_t >= self.go_t + self.block.trial_s

    def trial(self, start_s: float, stop_s: float, quality: Acceptance, now_s: float) -> bool:
        """Take a trial and its verdict; False where it is none of those asked for."""
        own_pace = {SessionState.CUE, SessionState.GO, SessionState.JUDGED, SessionState.REST}
        waiting = own_pace if self.block.finds_lifts else {SessionState.GO}
        if self.stage not in waiting or self.paused or start_s < self._judged_to_t:
            return False
        self._judged_to_t = stop_s
        self.tell(
            EventKind.TRIAL,
            number=len(self.done.trials) + 1,
            file=self.file,
            start_s=round(start_s, 6),
            stop_s=round(stop_s, 6),
            good=quality.good,
            why=list(quality.why),
            remarks=list(quality.remarks),
            figures=dict(quality.figures),
        )
        self.last = self.done.trials[-1]
        if self.enough or self.done.repeats > self.block.most_repeats:
            self._finish_block(now_s)
        else:
            self._enter(SessionState.JUDGED, now_s, VERDICT_S)
        return True

    def stream_ended(self, now_s: float, why: str = "") -> None:
        """Follow the stream, which ended: as asked, or before its time."""
        self.file = ""
        if self.stage in {SessionState.DONE, SessionState.CLOSING}:
            self._next_block(now_s)
        elif self.stage in RECORDING:
            self.tell(EventKind.INTERRUPTED, why=why)
            self._enter(SessionState.READY, now_s)

    # What follows from it.

    def _enter(self, stage: SessionState, now_s: float, lasting_s: float | None = None) -> None:
        self.stage = stage
        self._countdown.start(now_s, lasting_s)

    def _next_trial(self, now_s: float) -> None:
        if self.enough:
            self._finish_block(now_s)
        else:
            self._enter(
                SessionState.CUE, now_s, 0.0 if self.block.finds_lifts else self.block.cue_s
            )

    def _go(self, now_s: float, newest_t: float) -> None:
        self.go_t = newest_t if self.block.untouched else None
        self._enter(SessionState.GO, now_s)

    def _rest(self, now_s: float) -> None:
        self._enter(SessionState.REST, now_s, max(0.0, self.block.rest_s - VERDICT_S))

    def _finish_block(self, now_s: float) -> None:
        self.tell(EventKind.BLOCK_DONE, counted=self.done.counted, of=self.block.trials)
        self._close(now_s)

    def _close(self, now_s: float) -> None:
        if self.block.recorded and self.stage in RECORDING:
            self._enter(SessionState.CLOSING, now_s, TAIL_S)
        else:
            self._next_block(now_s)

    def _next_block(self, now_s: float) -> None:
        self.last = None
        self.index = self.first_open()
        if self.index >= len(self.protocol.blocks):
            self.tell(EventKind.FINISHED)
            self._enter(SessionState.FINISHED, now_s)
        else:
            self._enter(SessionState.READY, now_s)
