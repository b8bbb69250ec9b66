"""Mix a session's tones: each begins at an exact sample, whatever the screen does meanwhile.

Strategy: the sound card asks for block after block and says when the block will be heard. Beats are
placed in samples of the card's own clock, so that no timer of this process moves them.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.session.cue.sound import Tone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

RATE_HZ: Final = 48_000
PITCH_HZ: Final = {Tone.GO: 660.0, Tone.BEAT: 880.0, Tone.END: 440.0}
LASTS_S: Final = {Tone.GO: 0.15, Tone.BEAT: 0.06, Tone.END: 0.5}
_RAMP_S: Final = 0.003
"""A tone that begins or ends at once would click."""
_LOUDNESS: Final = 0.5


class ToneMixer:
    """The samples of all tones, in order; ``play`` and ``start_beats`` may come from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._frame = 0
        """The next sample to be rendered."""
        self._zero_s = 0.0
        """When sample 0 is heard [s], on the host's clock."""
        self._waiting: list[tuple[int, Sound]] = []
        self._beats: tuple[int, float] | None = None
        """First sample and period [samples] of the beats."""
        self._beaten = 0
        self._tones = {tone: _tone(tone) for tone in Tone}

    def play(self, tone: Tone) -> None:
        """Play a tone from the next block on."""
        with self._lock:
            self._waiting.append((self._frame, self._tones[tone]))

    def start_beats(self, beat_s: float, now_s: float) -> None:
        """Beat with a period [s]; the first is heard one period after ``now_s``."""
        with self._lock:
            first = round((now_s + beat_s - self._zero_s) * RATE_HZ)
            self._beats, self._beaten = (max(self._frame, first), beat_s * RATE_HZ), 0

    def stop_beats(self) -> None:
        """End the beats."""
        with self._lock:
            self._beats = None

    def render(self, frames: int, heard_s: float) -> Sound:
        """Return the next samples, whose first is heard at a host time [s]; shape ``(frames,)``."""
        with self._lock:
            self._zero_s = heard_s - self._frame / RATE_HZ
            stop = self._frame + frames
            self._place_beats(stop)
            out = np.zeros(frames, np.float32)
            for start, sound in self._waiting:
                _add(out, sound, start - self._frame)
            self._waiting = [(at, sound) for at, sound in self._waiting if at + len(sound) > stop]
            self._frame = stop
            return np.clip(out, -1.0, 1.0)

    def _place_beats(self, stop: int) -> None:
        if self._beats is None:
            return
        first, period = self._beats
        while (at := first + round(self._beaten * period)) < stop:
            self._waiting.append((at, self._tones[Tone.BEAT]))
            self._beaten += 1


def _add(out: Sound, sound: Sound, at: int) -> None:
    """Add a sound that begins at an index, which may lie outside."""
    start, stop = max(0, at), min(len(out), at + len(sound))
    if start < stop:
        out[start:stop] += sound[start - at : stop - at]


def _tone(tone: Tone) -> Sound:
    t = np.arange(round(LASTS_S[tone] * RATE_HZ)) / RATE_HZ
    ramp = np.clip(np.minimum(t, t[::-1]) / _RAMP_S, 0.0, 1.0)
    return (_LOUDNESS * ramp * np.sin(2 * np.pi * PITCH_HZ[tone] * t)).astype(np.float32)
