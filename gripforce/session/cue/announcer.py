"""Announce to the patient, and mark in the recording: the start of a trial, its beats, its end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from gripforce.language import translatable
from gripforce.session.cue.metronome import Metronome
from gripforce.session.cue.sound import Bell, Tone
from gripforce.session.events import EventKind
from gripforce.session.recording_request import cue_markers, preparation_marker

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from gripforce.recorder import RecorderApi
    from gripforce.session.cue.patient_cue import PatientCue
    from gripforce.session.cue.sound import SoundOutput
    from gripforce.session.state_machine import SessionMachine

CHECK_EVERY_S: Final = 0.6
SHOWN_EVERY_S: Final = 1.0
"""The patient's screen knows by this that the session still runs."""


class Announcer:
    """Plays the tones of a session, marks them in its recording, and feeds the patient's screen.

    ``run`` starts a coroutine in the background.
    """

    def __init__(
        self,
        session: SessionMachine,
        recorder: RecorderApi,
        sound: SoundOutput,
        run: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._session, self._recorder, self._sound, self._run = session, recorder, sound, run
        self.metronome = Metronome(sound.start_beats, sound.stop_beats)
        self._cue: PatientCue | None = None
        self._shown_s = -float("inf")
        self._prepared: tuple[int, int] | None = None
        self._begun = False
        """Whether a recording was begun; before that the patient's screen says to wait."""

    def begin_trial(self) -> None:
        """Signal the start of a trial, and mark it in the file."""
        if not self._session.block.recorded:
            return
        if not self._session.block.untouched:
            self._sound.play(Tone.GO)
        for text in cue_markers(self._session):
            self._run(self._recorder.mark("cue", text))

    def begin_preparation(self) -> None:
        """Mark in the file when what precedes a lift begins, once for each."""
        preparing = (self._session.index, len(self._session.block_progress.trials))
        if preparing != self._prepared:
            self._prepared = preparing
            self._run(self._recorder.mark("cue", preparation_marker(self._session)))

    def end_trial(self) -> None:
        """Signal the end of a trial."""
        self._sound.play(Tone.END)

    @property
    def needs_check(self) -> bool:
        """Whether a session that is paced or ended by tones has not begun."""
        blocks = self._session.protocol.blocks
        by_ear = any(block.beat_s or block.task == "pinch" for block in blocks)
        return by_ear and not self._session.progress.blocks

    def report_check(self, *, heard: bool) -> None:
        """Record whether the tones were heard before the first block."""
        answer = translatable("heard") if heard else "not heard"
        self._session.report(EventKind.NOTE, text=f"sound check: the tones were {answer}")

    def check_sound(self) -> bool:
        """Play the tones one after the other; return whether a sound card plays them."""
        loop = asyncio.get_running_loop()
        for k, tone in enumerate(Tone):
            loop.call_later(k * CHECK_EVERY_S, self._sound.play, tone)
        return not isinstance(self._sound, Bell)

    def beat(self, now_s: float) -> None:
        """Mark the beats in the file; a bell is rung, a sound card beats by itself."""
        for beat in self.metronome.follow(self._session, now_s):
            if isinstance(self._sound, Bell):
                self._sound.play(Tone.BEAT)
            self._run(self._recorder.mark("beat", f"{beat.number}", now_s - beat.at_s))

    def show(self, cue: PatientCue, now_s: float) -> None:
        """Show the patient's screen what the operator's screen says; again now and then."""
        self._begun = self._begun or bool(self._recorder.file)
        if not self._begun or not self._recorder.connected:
            return
        if cue == self._cue and now_s < self._shown_s + SHOWN_EVERY_S:
            return
        self._cue, self._shown_s = cue, now_s
        self._run(self._recorder.show(cue.to_json()))
