"""The word of the moment, which operator and patient see alike."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from gripforce.language import translatable, translate
from gripforce.online import LinkState
from gripforce.session.cue.metronome import Due
from gripforce.session.state import SessionState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.protocol.schema import Block
    from gripforce.session.controller import SessionController

STATE_WORDS: Final = {
    SessionState.READY: translatable("Ready?"),
    SessionState.OPENING: translatable("Wait"),
    SessionState.CUE: translatable("Soon"),
    SessionState.REST: translatable("Rest"),
    SessionState.CLOSING: translatable("Done"),
    SessionState.DONE: translatable("Done"),
    SessionState.FINISHED: translatable("Finished"),
    SessionState.ABORTED: translatable("Ended"),
}
DUE_WORDS: Final = {Due.UP: translatable("Up"), Due.DOWN: translatable("Down")}
PREPARING_WORDS: Final = {
    "nothing": translatable("Nothing"),
    "watch": translatable("Watch"),
    "imagine": translatable("Imagine"),
    "pantomime": translatable("Pantomime"),
}
"""What precedes a lift of a block with ``prepared``."""
WAIT: Final = translatable("Wait")
GOOD: Final = translatable("Good")
ONE_MORE: Final = translatable("One more")
PAUSE: Final = translatable("Pause")
_STEP_N: Final = 0.05
"""The patient's screen is sent a target of this resolution."""
_ROOM: Final = 1.5
_COUNTED_DOWN: Final = {SessionState.CUE, SessionState.REST}
_BROKEN: Final = {LinkState.LOST, LinkState.SILENT}


@dataclass(frozen=True, slots=True)
class PatientCue:
    """What the patient is to do now."""

    word: str = WAIT
    left_s: int | None = None
    """The seconds that are counted down."""
    beat: int | None = None
    """The number of the newest beat; None where no metronome runs."""
    active: bool = False
    """Whether a trial is asked for."""
    target_n: float | None = None
    """The grip force that is asked for now; None where none is."""
    top_n: float | None = None
    """The force at the end of the bar, where the target decides it."""

    @property
    def text(self) -> str:
        """The word, with its countdown."""
        return self.word if self.left_s is None else f"{self.word} {self.left_s}"

    def to_json(self) -> dict[str, Any]:
        """Return its fields as JSON's own types."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote; what it does not understand is left out."""
        left_s, beat = content.get("left_s"), content.get("beat")
        return cls(
            str(content.get("word", WAIT)),
            left_s if isinstance(left_s, int) else None,
            beat if isinstance(beat, int) else None,
            content.get("active") is True,
            _number(content.get("target_n")),
            _number(content.get("top_n")),
        )


def waits_for_link(controller: SessionController) -> bool:
    """Return whether the session waits for a device that it records."""
    return controller.recorded and controller.live.link(controller.now_s) in _BROKEN


def cue_of(controller: SessionController) -> PatientCue:
    """Return the word of the moment: the task's own in a trial, else that of the state."""
    session, now_s = controller.session, controller.now_s
    if waits_for_link(controller):
        return PatientCue(translate(WAIT))
    if session.paused:
        return PatientCue(translate(PAUSE))
    if session.state is SessionState.GO:
        return _trial_cue(controller)
    if session.state is SessionState.JUDGED:
        counts = session.last is not None and session.last.counts
        return PatientCue(translate(GOOD if counts else ONE_MORE))
    left_s = session.left_s(now_s) if session.state in _COUNTED_DOWN else None
    if session.state is SessionState.CUE and session.preparing:
        return PatientCue(translate(PREPARING_WORDS[session.preparing]), _whole(left_s))
    return PatientCue(translate(STATE_WORDS[session.state]), _whole(left_s))


def _trial_cue(controller: SessionController) -> PatientCue:
    session, metronome = controller.session, controller.metronome
    beat = metronome.number(controller.now_s)
    due = metronome.due(session.block.task, controller.now_s)
    if due is not None:
        return PatientCue(translate(DUE_WORDS[due]), None, beat, active=True)
    word = translate(session.block.word or session.block.task)
    target_n, top_n = target_now(controller), target_top(session.block)
    left_s = _whole(_trial_left_s(controller))
    return PatientCue(word, left_s, beat, active=True, target_n=target_n, top_n=top_n)


def target_now(controller: SessionController, ahead_s: float = 0.0) -> float | None:
    """Return the target force [N] now or in a moment, to 0.05 N; None where none is asked for."""
    session = controller.session
    start_t, newest_t = session.trial_start_t, controller.live.newest_t
    since_s = 0.0
    if session.timed and start_t is not None and newest_t is not None:
        since_s = newest_t - start_t + ahead_s
    target_n = session.block.target_at(since_s)
    return None if target_n is None else round(target_n / _STEP_N) * _STEP_N


def target_top(block: Block) -> float | None:
    """Return the force [N] at the end of a scale for a target that changes; None without one."""
    highest_n = max((force_n for _, force_n in block.target_knots), default=None)
    return None if highest_n is None else _ROOM * highest_n


def _trial_left_s(controller: SessionController) -> float | None:
    """Return the seconds left of a timed trial, in the stream's time; None where none runs."""
    session = controller.session
    if not session.block.recorded:
        return session.left_s(controller.now_s)
    if not session.timed or session.trial_start_t is None:
        return None
    newest_t = controller.live.newest_t or session.trial_start_t
    return max(0.0, session.trial_start_t + session.block.trial_s - newest_t)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _whole(left_s: float | None) -> int | None:
    return None if left_s is None else round(left_s)
