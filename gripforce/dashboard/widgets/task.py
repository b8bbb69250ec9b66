"""Widgets of the task screen: cue, banner and trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len

from gripforce.dashboard.widgets.big_text import largest
from gripforce.dashboard.widgets.cell_text import wrapped_cells
from gripforce.dashboard.widgets.header import alarm_words
from gripforce.dashboard.widgets.line_widget import LineWidget, Runs, clipped
from gripforce.language import translatable, translate
from gripforce.session import SessionState
from gripforce.session.acceptance.common import WRONG_OBJECT
from gripforce.session.cue.patient_cue import cue_of, waits_for_link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.geometry import Size

    from gripforce.online import Snapshot
    from gripforce.session import SessionMachine
    from gripforce.session.controller import SessionController
    from gripforce.session.cue.patient_cue import PatientCue
    from gripforce.session.events import TrialEntry

_ROWS_BELOW: Final = 3
"""Two lines of instruction and one of hint."""
_LARGE_ROWS: Final = 3
"""Of the word on the smallest terminal."""
_GOOD, _BAD, _NOW, _NEXT = "✓", "↻", "▶", "·"
"""Signs of trials; each has its own shape, so that no colour is needed to tell them apart."""
_FIGURES: Final = {
    "mvc_n": "strength {value:.1f} N",
    "slip_force_n": "slips at {value:.2f} N",
    "mu": "µ {value:.2f}",
    "cycles": "{value:.0f} cycles",
    "frequency_hz": "{value:.2f} a second",
    "movements": "{value:.0f} movements",
    "xcorr_r": "r {value:.2f}",
    "gf_onset_ms": "grip onset {value:.0f} ms",
    "latency_ms": "latency {value:.0f} ms",
    "in_band_pct": "in the band {value:.0f} %",
    "gf_static_n": "hold {value:.1f} N",
    "gf_lf_ratio": "GF/LF {value:.2f}",
    "gf_range_n": "grip moved by {value:.2f} N",
}
"""The figures of a trial in the order of their importance: the first ones are shown."""
_FALLBACK: Final = {"gf_peak_n": "GF peak {value:.1f} N", "gf_mean_n": "mean {value:.1f} N"}
"""Shown where the task has no figure of its own."""
_MOST_FIGURES: Final = 3


class Cue(LineWidget):
    """What is to be done now in large letters, and the instruction that is read to the patient."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"cue--now", "cue--calm", "cue--text", "cue--beat"}

    def __init__(self, controller: SessionController, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._controller = controller
        self._rows = 0

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return the word as large as there is room for, the instruction, and the hint."""
        session = self._controller.session
        cue = cue_of(self._controller)
        style = "cue--now" if cue.active else "cue--calm"
        lines = wrapped_cells(instruction_words(session), width - 2)
        below = max(_ROWS_BELOW, len(lines) + 1)
        word = operator_word(self._controller)
        large = largest(word, width - 2, max(_LARGE_ROWS, height - below))
        for line in large:
            yield [(f" {line}", style)]
        room = max(0, height - len(large) - 1)
        for text in lines[:room]:
            yield [(f" {text}", "cue--text")]
        for _ in range(room - len(lines)):
            yield []
        hint = clipped(f" {cue_hint(self._controller)}", width - 8)
        yield [(hint, ""), (beat_sign(cue), "cue--beat")]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return the height at which no line of the instruction is cut."""
        self._rows = len(wrapped_cells(instruction_words(self._controller.session), width - 2))
        return _LARGE_ROWS + max(_ROWS_BELOW, self._rows + 1)

    def watch_frame(self) -> None:
        """Draw the frame; lay out anew where the next instruction needs other room."""
        words = instruction_words(self._controller.session)
        if self.size.width and len(wrapped_cells(words, self.size.width - 2)) != self._rows:
            self.refresh(layout=True)
        super().watch_frame()


def beat_sign(cue: PatientCue) -> str:
    """Return the sign of the metronome, which changes with each beat."""
    if cue.beat is None:
        return ""
    return "   ♪ ■ □" if cue.beat % 2 else "   ♪ □ ■"


def instruction_words(session: SessionMachine) -> str:
    """Return the instruction; during a rest it is announced as the next one."""
    resting = session.state is SessionState.REST and not session.block.finds_lifts
    instruction = session.block.instruction
    return translate(f"Next: {instruction}") if resting else translate(instruction)


def operator_word(controller: SessionController) -> str:
    """Return the large word: during a rest the next object of a series, else what the patient sees.

    Only the operator sees the object: its weight is not to be known.
    """
    session = controller.session
    resting = session.state is SessionState.REST and not session.paused
    return (next_object_words(session) if resting else "") or cue_of(controller).text


def next_object_words(session: SessionMachine) -> str:
    """Return which object the next trial needs, and whether it is another one; "" in one of one.

    It stands in large letters during the rest, so that the object is on the table before the
    patient is asked to lift it.
    """
    block, last = session.block, session.last
    if not (block.masses_g or block.surfaces):
        return ""
    due = session.block_progress.counted
    mass_g, surface = block.mass_of(due), block.surface_of(due)
    words = f"{mass_g:g} g" if block.masses_g and mass_g is not None else str(surface)
    before = due - 1 if last is not None and last.counts else due
    wrong = last is not None and any(WRONG_OBJECT in reason for reason in last.why)
    same = not wrong and (mass_g, surface) == (block.mass_of(before), block.surface_of(before))
    return f"{translate('Same') if same else translate('CHANGE')} {words}"


def cue_hint(controller: SessionController) -> str:
    """Return what the operator can do now."""
    session = controller.session
    if waits_for_link(controller):
        return translate("The session goes on by itself when the device is back.")
    if session.paused:
        return translate("Enter: resume")
    if session.waits_for_contact:
        return translate("Waiting for the hand…")
    if session.in_trial and session.block.finds_lifts:
        if session.elapsed_s(controller.now_s) > session.block.trial_s:
            return translate("No lift yet. Wait, or s: skip (with a reason)")
        waits = translate("Waiting for a lift")
        action = translate("Lifting") if controller.live.touched else waits
        return f"{action}{_object_words(session)}…"
    hints = {
        SessionState.READY: translate("Enter: begin") + _object_words(session),
        SessionState.REST: _rest_hint(controller),
        SessionState.OPENING: translate("Opening the device…"),
    }
    return hints.get(session.state, "")


def _rest_hint(controller: SessionController) -> str:
    """Return how long a rest lasts where the large word is the next object."""
    left_s = controller.session.left_s(controller.now_s)
    if not next_object_words(controller.session) or left_s is None:
        return translate("Enter: end the rest now")
    return f"{translate(f'Rest {left_s:.0f} s.')} {translate('Enter: end the rest now')}"


def _object_words(session: SessionMachine) -> str:
    """Return hand, digits and object of the present trial in brackets."""
    block, trial = session.block, session.block_progress.counted
    if not block.measured:
        return ""
    words = [translate(f"{session.hand} hand")]
    if block.digits != "thumb-index":
        words.append(translate(block.digits.replace("-", " and ")))
    mass_g, surface = block.mass_of(trial), block.surface_of(trial)
    if mass_g is not None:
        words.append(f"{mass_g:g} g")
    if surface is not None:
        words.append(translate(surface))
    return f" ({', '.join(words)})"


class SessionBanner(LineWidget):
    """The most urgent message to the operator; empty while all is well."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"banner--alarm", "banner--notice"}

    def __init__(self, controller: SessionController, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._controller = controller

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return the one line."""
        controller = self._controller
        alarm = controller.alarm or (alarm_words(frame.status) if controller.recorded else "")
        if not alarm and controller.disk_is_low:
            alarm = "DISK NEARLY FULL: free some space, or the recording will end."
        alarm = translate(alarm)
        if alarm:
            yield [(clipped(f" {alarm} ", width), "banner--alarm")]
        elif controller.session.paused:
            text = "PAUSED: no trial counts."
            if controller.recorded:
                text = "PAUSED: no trial counts; the recording continues."
            yield [(f" {translate(text)} ", "banner--notice")]


class Trials(LineWidget):
    """The trials of this block as signs and a count, and the verdict on the last one."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"trials--dots", "trials--words", "trials--bad"}

    def __init__(self, controller: SessionController, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._controller = controller

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return the two lines."""
        session = self._controller.session
        count = _count_words(session)
        room = max(8, width - cell_len(count) - 6)
        signs = trial_signs(session)[-room:]
        yield [(f" {signs}  ", "trials--dots"), (count, "trials--words")]
        last = session.last
        if last is None:
            hand = translate(f"{session.hand} hand")
            text, style = f"{translate(session.block.title)}, {hand}", "trials--words"
        else:
            text, style = trial_words(last), "trials--words" if last.counts else "trials--bad"
        yield [(clipped(f" {text}", width), style)]


def trial_signs(session: SessionMachine) -> str:
    """Return a sign for each trial of the block: those done, the one under way, those to come."""
    progress = session.block_progress
    done = [_GOOD if trial.counts else _BAD for trial in progress.trials]
    to_come = [_NEXT] * max(0, session.asked - progress.counted)
    if to_come and session.wants_recording:
        to_come[0] = _NOW
    return "".join(done + to_come)


def _count_words(session: SessionMachine) -> str:
    progress = session.block_progress
    words = f"{progress.counted} of {session.asked} good"
    if progress.repeats:
        words += f", {progress.repeats} repeated"
    return translate(words)


def trial_words(trial: TrialEntry) -> str:
    """Return the verdict on a trial, its reasons and its figures."""
    verdict = translate(_verdict(trial))
    why = f": {translate('; '.join(trial.why))}" if trial.why else ""
    remarks = f" ({translate('; '.join(trial.remarks))})" if trial.remarks else ""
    head = f"{translate(f'Trial {trial.number}')}: {verdict}{why}"
    return f"{head}. {_figure_words(trial)}{remarks}".rstrip()


def _verdict(trial: TrialEntry) -> str:
    if trial.decision:
        return {"keep": "kept by hand", "repeat": "to repeat, by hand"}[trial.decision]
    return translatable("good") if trial.good else "one more"


def _figure_words(trial: TrialEntry) -> str:
    """Return the figures that the task is about, those of the whole trial where it has none."""
    figures = dict(trial.figures)
    forms = {key: form for key, form in _FIGURES.items() if key in figures}
    if "gf_lf_ratio" in figures or not forms:
        forms = {key: form for key, form in _FALLBACK.items() if key in figures} | forms
    found = [form.format(value=figures[key]) for key, form in forms.items()]
    said = "; ".join(trial.why)
    words = [translate(text) for text in found if text not in said][:_MOST_FIGURES]
    if "xcorr_lag_ms" in figures and "xcorr_r" in figures:
        lag_ms = figures["xcorr_lag_ms"]
        if lag_ms < 0:
            words.append(translate(f"grip leads by {-lag_ms:.0f} ms"))
        else:
            words.append(translate(f"grip lags by {lag_ms:.0f} ms"))
    return ", ".join(words)
