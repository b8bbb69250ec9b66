"""Play a session's tones on the sound card, by the optional library sounddevice."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from gripforce.dashboard.sound.mixer import RATE_HZ, ToneMixer

if TYPE_CHECKING:
    from gripforce.session.cue.sound import Tone


class SoundCard:
    """An open sound card."""

    def __init__(self, library: Any) -> None:
        self._mixer = ToneMixer()
        self._stream = library.OutputStream(
            samplerate=RATE_HZ, channels=1, dtype="float32", latency="low", callback=self._fill
        )
        self._stream.start()

    def play(self, tone: Tone) -> None:
        """Play a tone now."""
        self._mixer.play(tone)

    def start_beats(self, beat_s: float) -> float:
        """Begin to beat with a period [s]; return in how many seconds the first is heard."""
        self._mixer.start_beats(beat_s, time.monotonic())
        return beat_s

    def stop_beats(self) -> None:
        """End the beats."""
        self._mixer.stop_beats()

    def close(self) -> None:
        """Close the sound card."""
        self._stream.close()

    def _fill(self, out: Any, frames: int, times: Any, _status: Any) -> None:
        ahead_s = max(0.0, times.outputBufferDacTime - times.currentTime)
        out[:, 0] = self._mixer.render(frames, time.monotonic() + ahead_s)


def open_sound_card() -> SoundCard | None:
    """Return the sound card; None where there is none, or sounddevice is not installed."""
    try:
        import sounddevice  # noqa: PLC0415 - optional, and it opens PortAudio

        return SoundCard(sounddevice)
    except (ImportError, OSError):  # OSError: no PortAudio library
        return None
    except Exception as error:
        if type(error).__name__ != "PortAudioError":
            raise
        return None
