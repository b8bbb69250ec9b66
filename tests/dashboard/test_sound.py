"""Tones of a session, as the sound card would hear them: on its own clock, sample by sample."""

import numpy as np
import pytest

from gripforce.dashboard.sound.mixer import LASTS_S, PITCH_HZ, RATE_HZ, ToneMixer
from gripforce.dashboard.sound.player import SoundCard
from gripforce.session.cue.sound import Tone

BLOCK = 512


def heard(mixer, seconds, *, rng=None, zero_s=100.0):
    """Return what a card plays in some seconds; callbacks come early or late by up to 0.5 ms."""
    blocks, frame = [], 0
    for _ in range(int(seconds * RATE_HZ / BLOCK)):
        late_s = 0.0 if rng is None else float(rng.uniform(-0.0005, 0.0005))
        blocks.append(mixer.render(BLOCK, zero_s + frame / RATE_HZ + late_s))
        frame += BLOCK
    return np.concatenate(blocks)


def onsets_s(sound):
    """Return when tones begin: the first sound after 20 ms of silence."""
    loud = np.flatnonzero(np.abs(sound) > 1e-3)
    return loud[np.diff(loud, prepend=-RATE_HZ) > 0.02 * RATE_HZ] / RATE_HZ


@pytest.mark.parametrize("beat_s", [1.0, 2.5, 0.37])
def test_beats_are_within_5_ms_of_their_grid(beat_s):
    """The bell's were 72 to 83 ms off, because the screen's tick rang them."""
    mixer = ToneMixer()
    heard(mixer, 0.1)
    mixer.start_beats(beat_s, 100.1)
    sound = heard(mixer, 30.0, rng=np.random.default_rng(1), zero_s=100.1)
    found = onsets_s(sound)
    grid = beat_s * np.arange(1, len(found) + 1)
    assert len(found) == int(30.0 / beat_s) or len(found) == int(29.99 / beat_s)
    assert np.abs(found - grid).max() < 0.005
    assert np.ptp(found - grid) < 0.0005, "the grid itself is exact to half a millisecond"


@pytest.mark.parametrize("tone", list(Tone))
def test_each_tone_has_its_pitch(tone):
    mixer = ToneMixer()
    mixer.play(tone)
    sound = heard(mixer, LASTS_S[tone])
    spectrum = np.abs(np.fft.rfft(sound, RATE_HZ))
    assert np.argmax(spectrum) == pytest.approx(PITCH_HZ[tone], abs=8)
    assert np.abs(sound).max() <= 1.0


def test_beat_and_end_are_told_apart():
    assert PITCH_HZ[Tone.BEAT] / PITCH_HZ[Tone.END] == pytest.approx(2.0), "an octave"


def test_beats_stop():
    mixer = ToneMixer()
    mixer.start_beats(0.5, 0.0)
    heard(mixer, 2.0, zero_s=0.0)
    mixer.stop_beats()
    assert not len(onsets_s(heard(mixer, 2.0, zero_s=2.0)[RATE_HZ // 10 :]))


class Times:
    outputBufferDacTime, currentTime = 5.02, 5.0  # noqa: N815 - PortAudio's names


class FakeCard:
    """A sound card that asks for one block when it is started."""

    def OutputStream(self, *, callback, **_):  # noqa: N802 - sounddevice's name
        self.callback, self.closed = callback, False
        return self

    def start(self):
        self.out = np.ones((BLOCK, 1), np.float32)
        self.callback(self.out, BLOCK, Times(), None)

    def close(self):
        self.closed = True


def test_the_card_is_fed_and_closed():
    library = FakeCard()
    card = SoundCard(library)
    assert not library.out.any(), "silence until something is played"
    card.play(Tone.GO)
    library.start()
    assert library.out.any()
    assert card.start_beats(1.0) == pytest.approx(1.0)
    card.stop_beats()
    card.close()
    assert library.closed
