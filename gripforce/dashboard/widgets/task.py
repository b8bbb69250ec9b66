"""What the task screen says of the session: the cue, the trials, the margin."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar, Final

from gripforce.dashboard.widgets.big_text import largest
from gripforce.dashboard.widgets.header import alarm_words
from gripforce.dashboard.widgets.line_widget import LineWidget, Runs
from gripforce.live.monitor_state import SMALLEST_LOAD_N
from gripforce.session import SessionState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gripforce.live import Snapshot
    from gripforce.session import SessionMachine
    from gripforce.session.controller import SessionController
    from gripforce.session.events import TrialEntry

_ROWS_BELOW: Final = 3
"""Of the instruction, two lines, and of the hint."""
_MARGIN_TOP_PCT: Final = 300.0
_DOTS: Final = {"good": "✓", "bad": "↻", "now": "▶", "next": "·"}
"""Each is another shape, so that no colour is needed to tell them apart."""


_STAGE_WORDS: Final = {
    SessionState.READY: "Ready?",
    SessionState.OPENING: "Wait",
    SessionState.CUE: "Soon",
    SessionState.REST: "Rest",
    SessionState.CLOSING: "Done",
    SessionState.DONE: "Done",
    SessionState.FINISHED: "Finished",
    SessionState.ABORTED: "Ended",
}


class Cue(LineWidget):
    """What is to be done now, large, and the sentence that is read to the patient."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"cue--now", "cue--calm", "cue--text", "cue--beat"}

    def __init__(self, conductor: SessionController, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._conductor = conductor

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return the word as large as there is room for, and the instruction."""
        session = self._conductor.session
        word, style = cue_word(self._conductor)
        large = largest(word, width - 2, height - _ROWS_BELOW)
        for line in large:
            yield [(f" {line}"[:width], style)]
        lines = wrap(instruction_words(session), width - 2)
        hint = cue_hint(self._conductor)
        room = height - len(large) - 1
        for text in lines[:room]:
            yield [(f" {text}", "cue--text")]
        for _ in range(room - len(lines)):
            yield []
        beat = "   ♪ " + ("■ □" if (self._conductor.beats or 0) % 2 else "□ ■")
        beating = self._conductor.beats is not None
        yield [(f" {hint}"[: width - 8], ""), (beat if beating else "", "cue--beat")]


def instruction_words(session: SessionMachine) -> str:
    """Return what is read to the patient; not to be done yet while there is a rest."""
    later = session.stage is SessionState.REST and not session.block.finds_lifts
    return f"Next: {session.block.instruction}" if later else session.block.instruction


def cue_word(conductor: SessionController) -> tuple[str, str]:
    """Return the large word, and its style."""
    session, now_s = conductor.session, conductor.now_s
    left_s = session.left_s(now_s)
    counted = left_s is not None and session.stage in {SessionState.CUE, SessionState.REST}
    count = f" {left_s:.0f}" if counted else ""
    if session.paused:
        return "Pause", "cue--calm"
    if session.stage is SessionState.GO:
        word, left_s = session.block.word or session.block.task, _trial_left_s(conductor)
        return (word if left_s is None else f"{word} {left_s:.0f}"), "cue--now"
    if session.stage is SessionState.JUDGED:
        return ("Good" if session.last and session.last.counts else "Again"), "cue--calm"
    return _STAGE_WORDS[session.stage] + count, "cue--calm"


def cue_hint(conductor: SessionController) -> str:
    """Return what the operator can do now."""
    session = conductor.session
    if session.paused:
        return "Enter goes on. The recording runs."
    if session.waits_for_hand:
        return "Waiting for the hand…"
    if session.stage is SessionState.GO and session.block.finds_lifts:
        if session.elapsed_s(conductor.now_s) > session.block.trial_s:
            return "No lift was seen for a while. s: could not do."
        doing = "Lifting" if conductor.live.touched else "Waiting for a lift"
        return f"{doing}{_object_words(conductor)}…"
    hints = {
        SessionState.READY: f"Enter begins{_object_words(conductor)}.",
        SessionState.REST: "Enter cuts the rest short.",
        SessionState.OPENING: "Opening the device…",
    }
    return hints.get(session.stage, "")


def _object_words(conductor: SessionController) -> str:
    """Return what object is to stand there, where a protocol changes it."""
    session = conductor.session
    block, trial = session.block, session.done.counted
    words = [f"{block.digits.replace('-', ' and ')}"] if block.digits != "thumb-index" else []
    mass_g, surface = block.mass_of(trial), block.surface_of(trial)
    if block.measured and mass_g is not None:
        words.append(f"{mass_g:g} g")
    if block.measured and surface is not None:
        words.append(surface)
    return f": {session.hand} hand, {', '.join(words)}" if block.measured else ""


def _trial_left_s(conductor: SessionController) -> float | None:
    """Return what is left of a timed trial, in the stream's seconds."""
    session = conductor.session
    if not session.block.recorded:
        return session.left_s(conductor.now_s)
    if not session.timed or session.go_t is None:
        return None
    newest_t = conductor.live.newest_t or session.go_t
    return max(0.0, session.go_t + session.block.trial_s - newest_t)


class SessionBanner(LineWidget):
    """One line that is empty while all is well."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"banner--alarm", "banner--notice"}

    def __init__(self, conductor: SessionController, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._conductor = conductor

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return the most urgent thing that there is to say."""
        conductor = self._conductor
        alarm = conductor.alarm or (alarm_words(frame.status) if conductor.recorded else "")
        if not alarm and conductor.disk_is_low:
            alarm = "DISK NEARLY FULL: free some space, or the recording will end."
        if alarm:
            yield [(f" {alarm} "[:width], "banner--alarm")]
        elif conductor.session.paused:
            yield [(" PAUSED: no trial counts; the recording goes on. ", "banner--notice")]


class Trials(LineWidget):
    """The trials of this block as signs and words, and what was found wrong with the last one."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"trials--dots", "trials--words", "trials--bad"}

    def __init__(self, conductor: SessionController, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._conductor = conductor

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return two lines."""
        session = self._conductor.session
        done = session.done
        shown = "".join(_DOTS["good" if t.counts else "bad"] for t in done.trials)
        left = max(0, session.block.trials - done.counted)
        shown += (_DOTS["now"] if left and session.wants_recording else "") + _DOTS["next"] * (
            left - bool(session.wants_recording and left)
        )
        words = f"{done.counted} of {session.block.trials} good"
        words += f", {done.repeats} repeated" if done.repeats else ""
        room = max(8, width - len(words) - 6)
        yield [(f" {shown[-room:]}  ", "trials--dots"), (words, "trials--words")]
        last = session.last
        if last is None:
            yield [(f" {session.block.title}, {session.hand} hand"[:width], "trials--words")]
        else:
            style = "trials--words" if last.counts else "trials--bad"
            yield [(f" {trial_words(last)}"[:width], style)]


def trial_words(trial: TrialEntry) -> str:
    """Return one trial in words."""
    if trial.decision:
        verdict = {"keep": "kept by hand", "repeat": "repeated by hand"}[trial.decision]
    else:
        verdict = "good" if trial.good else "REPEAT"
    why = "; ".join(trial.why)
    return f"Trial {trial.number}: {verdict}" + (f": {why}." if why else ". ") + _figures(trial)


def _figures(trial: TrialEntry) -> str:
    forms = {
        "gf_peak_n": "GF peak {:.1f} N",
        "gf_static_n": "hold {:.1f} N",
        "gf_lf_ratio": "GF/LF {:.2f}",
        "gf_mean_n": "mean {:.1f} N",
    }
    said = [form.format(trial.figures[k]) for k, form in forms.items() if k in trial.figures]
    return " " + ", ".join(said) if said else ""


class MarginGauge(LineWidget):
    """How far grip is above what would slip now; or whether it is in the target band."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"gauge--line", "gauge--here", "gauge--axis"}

    def __init__(self, conductor: SessionController, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._conductor = conductor

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return a line and its words."""
        target = self._conductor.session.block.target_n
        gf, lf = frame.reading.gf, frame.reading.lf
        if target is not None and gf is not None:
            place = "in the band" if target[0] <= gf <= target[1] else "too weak"
            place = "too strong" if gf > target[1] else place
            yield _line(gf / (2 * target[1]), width)
            yield [(f"target {target[0]:g}–{target[1]:g} N: {place}"[:width], "gauge--axis")]
            return
        slip_n = self._conductor.slip_n
        if slip_n is None:
            yield _line(None, width)
            yield [("margin: no slip test yet"[:width], "gauge--axis")]
            return
        if gf is None or lf is None or lf < SMALLEST_LOAD_N:
            yield _line(None, width)
            yield [(f"margin: slips at {slip_n:.1f} N"[:width], "gauge--axis")]
            return
        margin_pct = 100 * (gf - slip_n) / slip_n
        yield _line(margin_pct / _MARGIN_TOP_PCT, width)
        yield [(f"margin {margin_pct:+.0f} % of slip"[:width], "gauge--axis")]


def _line(share: float | None, width: int) -> Runs:
    cells = width - 2
    if share is None:
        return [("├" + "─" * cells + "┤", "gauge--line")]
    place = min(cells - 1, max(0, int(share * cells)))
    return [
        ("├" + "━" * place, "gauge--line"),
        ("●", "gauge--here"),
        ("─" * (cells - 1 - place) + "┤", "gauge--line"),
    ]
