"""Play a session's tones in the browser that shows it, on the browser's own audio clock.

Strategy: a tone or the start of a beat is an operating system command (OSC) in the terminal's
stream, which a terminal ignores and ``browser.html`` plays by WebAudio. Beats are scheduled there
ahead of time, so neither this process nor the socket moves them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from gripforce.dashboard.sound.mixer import LASTS_S, PITCH_HZ
from gripforce.session.cue.sound import Tone

if TYPE_CHECKING:
    from collections.abc import Callable

OSC: Final = 7341
"""The number of our command; no terminal has one of that number."""


class BrowserSound:
    """The loudspeaker of a browser; ``send`` writes into the terminal's stream."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send

    def play(self, tone: Tone) -> None:
        """Play a tone now."""
        self._command(play=_sine(tone))

    def start_beats(self, beat_s: float) -> float:
        """Begin to beat with a period [s]; return in how many seconds the first is heard."""
        self._command(beats=_sine(Tone.BEAT), period_s=beat_s)
        return beat_s

    def stop_beats(self) -> None:
        """End the beats."""
        self._command(stop=True)

    def _command(self, **content: object) -> None:
        self._send(f"\x1b]{OSC};{json.dumps(content)}\x07")


def _sine(tone: Tone) -> dict[str, float]:
    return {"hz": PITCH_HZ[tone], "s": LASTS_S[tone]}
