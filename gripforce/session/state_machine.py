"""Run a protocol as a state machine; host seconds and the stream's seconds come as arguments.

``state`` draws the states. ``wants_recording`` says what the recorder is to do, ``pop_events``
what the journal is to hold. A trial of a lifting block is a lift found in the stream, at the
patient's own pace; of any other block, a span of time. A bad trial is repeated until there are
too many; the operator may overrule each verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gripforce.session.corrections import Corrections, UndoEntry
from gripforce.session.countdown import Countdown
from gripforce.session.events import EventKind
from gripforce.session.state import OVER, RECORDING, SessionState

if TYPE_CHECKING:
    from gripforce.protocol.schema import Protocol
    from gripforce.session.acceptance.common import Acceptance
    from gripforce.session.events import SessionProgress, TrialEntry

VERDICT_S: Final = 1.5
"""How long a verdict is shown before the rest begins."""
TAIL_S: Final = 1.0
"""Recorded after the last trial: its analysis needs the unloaded baseline."""

_OWN_PACE: Final = {SessionState.CUE, SessionState.GO, SessionState.JUDGED, SessionState.REST}
"""States in which a lift that is found in the stream is a trial."""
_IN_BLOCK: Final = {
    SessionState.GO, SessionState.REST, SessionState.JUDGED, SessionState.CLOSING,
}  # fmt: skip
"""States in which a decision can complete the block."""


class SessionMachine(Corrections):
    """Runs a protocol from the block at which ``progress`` stands."""

    def __init__(self, protocol: Protocol, progress: SessionProgress | None = None) -> None:
        super().__init__(protocol, progress)
        self.file = ""
        """Name of the recording in progress; "" while there is none."""
        self.trial_start_t: float | None = None
        """When the hand began the present timed trial, in the stream's seconds; None before that,
        so that a slow hand loses none of its time."""
        self.last: TrialEntry | None = None
        """The newest trial of this block."""
        self._countdown = Countdown()
        self._judged_to_t = self._asked_t = -float("inf")
        if self.index >= len(protocol.blocks):
            self.state = SessionState.FINISHED
            if not self.progress.ended:  # it was killed at the end of its last block
                self.report(EventKind.FINISHED)

    @property
    def wants_recording(self) -> bool:
        """Whether the stream is to be recorded now."""
        return self.state in RECORDING and self.block.recorded

    @property
    def in_trial(self) -> bool:
        """Whether a trial is asked for."""
        return self.state is SessionState.GO

    def left_s(self, now_s: float) -> float | None:
        """Return the seconds left of the countdown; None where nothing is counted."""
        return self._countdown.left_s(now_s)

    def elapsed_s(self, now_s: float) -> float:
        """Return the seconds since the present state began."""
        return self._countdown.elapsed_s(now_s)

    # What the operator does.

    def begin(self, now_s: float) -> None:
        """Start the present block, resume after a pause, or end a rest early."""
        if self.paused:
            self.resume(now_s)
        elif self.state is SessionState.READY:
            if self.block.recorded:
                self._enter(SessionState.OPENING, now_s)
            else:
                self._enter(SessionState.GO, now_s, self.block.trial_s)
        elif self.state is SessionState.GO and not self.block.recorded:
            self._finish_block(now_s)
        elif self.state is SessionState.REST:
            self._next_trial(now_s)

    def pause(self, now_s: float) -> None:
        """Stop asking for trials; the recording continues."""
        if self.paused or self.state in OVER:
            return
        if self.timed:
            # A timed trial that was interrupted is started again.
            self._enter(SessionState.CUE, now_s, self.block.cue_s)
        self.paused = True
        self._countdown.pause(now_s)
        self.report(EventKind.PAUSED)

    def resume(self, now_s: float) -> None:
        """End a pause."""
        if not self.paused:
            return
        self.paused = False
        self._countdown.resume(now_s)
        self.report(EventKind.CONTINUED)

    def abort(self, why: str, now_s: float) -> None:
        """End the session for good; the recordings stay."""
        if self.state in OVER:
            return
        self.report(EventKind.ABORTED, why=why)
        self.can_undo(UndoEntry("the end of the session", EventKind.SESSION_REOPENED))
        self._enter(SessionState.ABORTED, now_s)

    # What the recorder and the stream do.

    def recording_started(self, file: str) -> None:
        """Note that the recorder begins a file."""
        self.file = file
        self._judged_to_t = -float("inf")
        self.paused = False
        self.report(EventKind.RECORDING, file=file)

    def reattach(self, file: str, now_s: float) -> None:
        """Resume with a file that is being recorded already, in the block that it is of.

        The recording of a block that is over ends; so does one that the journal does not know.
        """
        owner = self.progress.recorded_last
        if owner is None or file not in self.progress.block(owner).files:
            return
        self.file, self.index = file, owner
        progress = self.block_progress
        if progress.over:
            self._enter(SessionState.CLOSING, now_s, 0.0)
            return
        done = [t.stop_s for t in progress.trials if t.file == file]
        self._judged_to_t = max([*done, progress.continued_s])
        self._enter(SessionState.OPENING, now_s)
        self.paused = progress.paused

    def stream_started(self, now_s: float) -> None:
        """Note that the stream has begun."""
        if self.state is SessionState.OPENING:
            self._next_trial(now_s)

    def tick(self, now_s: float, newest_t: float) -> None:
        """Let time pass; ``newest_t`` is the newest sample's time in the stream's seconds."""
        if self.paused or not self._countdown.is_over(now_s):
            return
        match self.state:
            case SessionState.CUE:
                self._start_trial(now_s, newest_t)
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

    def contact_began(self, since_t: float) -> None:
        """Note that the hand grips, and since when: a timed trial that waits for it begins.

        It does not begin before it was asked for.
        """
        if self.waits_for_contact:
            self.trial_start_t = max(since_t, self._asked_t)

    def contact_ended(self) -> None:
        """Note that the hand only brushed the object: the trial waits for it again."""
        if self.timed and not self.block.untouched:
            self.trial_start_t = None

    @property
    def timed(self) -> bool:
        """Whether a timed trial is asked for."""
        asked = self.state is SessionState.GO and not self.paused
        return asked and self.block.recorded and not self.block.finds_lifts

    @property
    def preparing(self) -> str:
        """What precedes the next lift, hands off; "" for the first one, which is practice."""
        done = self.block_progress
        return self.block.preparation_of(done.counted) if done.trials else ""

    @property
    def waits_for_contact(self) -> bool:
        """Whether a timed trial begins with the next grip."""
        return self.timed and self.trial_start_t is None

    def accept_trial(
        self, start_s: float, stop_s: float, acceptance: Acceptance, now_s: float
    ) -> bool:
        """Record a trial and its verdict; return False where no trial was asked for.

        ``start_s`` and ``stop_s`` are the stream's seconds, ``now_s`` the host's.
        """
        waiting = _OWN_PACE if self.block.finds_lifts else {SessionState.GO}
        if self.state not in waiting or self.paused or start_s < self._judged_to_t:
            return False
        self._judged_to_t = stop_s
        self.report(
            EventKind.TRIAL,
            number=len(self.block_progress.trials) + 1,
            file=self.file,
            start_s=round(start_s, 6),
            stop_s=round(stop_s, 6),
            good=acceptance.good,
            why=list(acceptance.why),
            remarks=list(acceptance.remarks),
            figures=dict(acceptance.figures),
        )
        self.last = self.block_progress.trials[-1]
        if self.has_enough_trials or self.too_many_repeats:
            self._finish_block(now_s)
        else:
            self._enter(SessionState.JUDGED, now_s, VERDICT_S)
        return True

    def stream_ended(self, now_s: float, why: str = "") -> None:
        """Note that the stream has ended, as asked or before its time."""
        self.file = ""
        if self.state in {SessionState.DONE, SessionState.CLOSING}:
            self._next_block(now_s)
        elif self.state in RECORDING:
            self.report(EventKind.INTERRUPTED, why=why)
            self._enter(SessionState.READY, now_s)

    # Transitions.

    def wait_at(self, index: int, now_s: float) -> None:
        """Wait at a block, given its index, in a session that may have been over."""
        if self.progress.ended:
            self.report(EventKind.SESSION_REOPENED)
        self.index, self.last, self.paused = index, None, False
        self._enter(SessionState.READY, now_s)

    def recount(self, now_s: float) -> None:
        """Go on in the present block after its trials have changed."""
        numbered = {trial.number: trial for trial in self.block_progress.trials}
        self.last = numbered.get(self.last.number) if self.last is not None else None
        if self.state in _IN_BLOCK and self.has_enough_trials:
            self._finish_block(now_s)
        elif self.state is SessionState.CLOSING:
            self._next_trial(now_s)

    def _enter(self, state: SessionState, now_s: float, lasting_s: float | None = None) -> None:
        self.state = state
        self._countdown.start(now_s, lasting_s)

    def _next_trial(self, now_s: float) -> None:
        if self.has_enough_trials:
            self._finish_block(now_s)
        else:
            own_pace = self.block.finds_lifts and not self.preparing
            self._enter(SessionState.CUE, now_s, 0.0 if own_pace else self.block.cue_s)

    def _start_trial(self, now_s: float, newest_t: float) -> None:
        self._asked_t = newest_t
        self.trial_start_t = newest_t if self.block.untouched else None
        self._enter(SessionState.GO, now_s)

    def _rest(self, now_s: float) -> None:
        self._enter(SessionState.REST, now_s, max(0.0, self.block.rest_s - VERDICT_S))

    def _finish_block(self, now_s: float) -> None:
        self.report(EventKind.BLOCK_DONE, counted=self.block_progress.counted, of=self.asked)
        self.close_block(now_s)

    def close_block(self, now_s: float) -> None:
        """End the present block, with its recording."""
        if self.block.recorded and self.state in RECORDING:
            self._enter(SessionState.CLOSING, now_s, TAIL_S)
        else:
            self._next_block(now_s)

    def _next_block(self, now_s: float) -> None:
        self.last = None
        self.index = self.first_open_block()
        if self.index >= len(self.protocol.blocks):
            self.report(EventKind.FINISHED)
            self._enter(SessionState.FINISHED, now_s)
        else:
            self._enter(SessionState.READY, now_s)
