"""Spikes and noise of a running stream are said while it runs; hands, knocks and losses are not."""

import gzip
from functools import reduce
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.signal import fftconvolve

from gripforce.assembly.signal_watch import SignalWatch
from gripforce.model import (
    Channel,
    Counted,
    Ended,
    EndReason,
    Kind,
    Samples,
    Scaling,
    StreamInfo,
    Unit,
)
from gripforce.wire.blocks import pack_counts
from gripforce.wire.messages import SampleBlock

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "lifts" / "raw"
KINDS = (Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.LOAD_THUMB, Kind.LOAD_INDEX)
N_PER_COUNT, BLOCK = 9.3e-6, 16
ENTRY_HZ, RESEARCH_HZ = 80.0, 1000.0
SPIKES, NOISES = {"spike"}, {"noise"}


def stream(rate_hz):
    channels = 4 if rate_hz > ENTRY_HZ else 1
    scale, delay_us = (1.118e-9, 750) if channels > 1 else (2.328e-9, 25_000)
    made = tuple(Channel(kind, Unit.VOLT, scale) for kind in KINDS[:channels])
    return StreamInfo(0, made, rate_hz, 24, delay_us, BLOCK)


def scaling(of):
    n = len(of.channels)
    return Scaling(np.zeros(n), np.eye(n) * N_PER_COUNT, (Unit.NEWTON,) * n)


def blocks(counts, of, lose=()):
    """Yield blocks of ``Samples``; ``lose`` are indices of blocks."""
    for i in range(len(counts) // BLOCK):
        if i not in lose:
            index = np.arange(BLOCK * i, BLOCK * (i + 1))
            flags = np.zeros(BLOCK, np.uint8)
            yield Samples(of, index, index / of.rate_hz, counts[index], flags, scaling(of))


def counted(samples):
    """Return what a recording that nobody watches is told of a block."""
    data = pack_counts(samples.counts, 24)
    block = SampleBlock(0, samples.first, round(samples.first_t * 1e6), 0, len(samples), data)
    return Counted(samples.stream, samples.first, len(samples), samples.first_t, samples.last_t,
                   (block.encode(),), samples.scaling)  # fmt: skip


def said(items):
    watch = SignalWatch()
    return [fault for item in [*items, Ended(EndReason.FINISHED)] for fault in watch.add(item)]


def held(rate_hz, seconds=8.0, seed=1):
    """Return a hand that holds 5 N with a tremor of 0.3 N at 9 Hz, on a converter's own noise."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    force_n = 5 + 0.3 * np.sin(2 * np.pi * 9 * t)
    noise_n = np.random.default_rng(seed).normal(0, 0.003, (len(t), len(stream(rate_hz).channels)))
    return np.round((force_n[:, None] + noise_n) / N_PER_COUNT).astype(np.int32)


@pytest.mark.parametrize("rate_hz", [ENTRY_HZ, RESEARCH_HZ])
def test_a_trembling_hand_is_no_fault(rate_hz):
    assert said(blocks(held(rate_hz), stream(rate_hz))) == []


@pytest.mark.parametrize("rate_hz", [ENTRY_HZ, RESEARCH_HZ])
@pytest.mark.parametrize("at_s", [3.0, 0.1, 7.6])
def test_a_word_torn_by_a_clock_too_many_is_said_once(rate_hz, at_s):
    """A bit more is shifted in than the word has: it reads as twice its value."""
    counts, i = held(rate_hz), round(at_s * rate_hz)
    counts[[i, i + 20], 0] = counts[[i, i + 20], 0] << 1 | 1
    (fault,) = said(blocks(counts, stream(rate_hz)))
    assert (fault.kind, fault.channel, fault.unit) == ("spike", "grip_thumb", "N")
    assert fault.t == pytest.approx(at_s, abs=0.5 / rate_hz)
    assert fault.size == pytest.approx(5, abs=0.5)
    assert "grip thumb jumped by" in str(fault)


def test_a_spike_is_said_within_a_second():
    counts, of, watch = held(RESEARCH_HZ), stream(RESEARCH_HZ), SignalWatch()
    counts[3000, 2] = -(1 << 23)
    found = [(s.last_t, f.channel) for s in blocks(counts, of) for f in watch.add(s)]
    ((t, channel),) = found
    assert channel == "load_thumb"
    assert 3.0 < t < 4.0


@pytest.mark.parametrize("rate_hz", [ENTRY_HZ, RESEARCH_HZ])
@pytest.mark.parametrize("hum_hz", [None, 50.0, 60.0])
def test_lasting_noise_is_said_and_a_knock_is_not(rate_hz, hum_hz):
    counts, of = held(rate_hz, 12), stream(rate_hz)
    t, rng = np.arange(len(counts)) / rate_hz, np.random.default_rng(2)
    made_n = rng.normal(0, 0.2, len(t)) if hum_hz is None else 0.3 * np.sin(2 * np.pi * hum_hz * t)
    for begin_s, lasts_s, kinds in ((3.0, 1.0, set()), (6.0, 4.0, NOISES)):
        during = (t >= begin_s) & (t < begin_s + lasts_s)
        noisy = counts.copy()
        noisy[during, 0] += np.round(made_n[during] / N_PER_COUNT).astype(np.int32)
        faults = said(blocks(noisy, of))
        assert {fault.kind for fault in faults} == kinds
        assert all(abs(fault.t - begin_s) <= 0.6 for fault in faults)


def test_noise_is_over_when_it_is_over():
    counts, of, watch = held(RESEARCH_HZ, 10), stream(RESEARCH_HZ), SignalWatch()
    counts[2000:6000, 1] += np.random.default_rng(3).normal(0, 2e4, 4000).astype(np.int32)
    seen = {}
    for samples in blocks(counts, of):
        watch.add(samples)
        seen[samples.first] = set(watch.noisy)
    assert seen[5008] == {"grip_index"}
    assert not seen[1600]
    assert not seen[9984]


@pytest.mark.parametrize("rate_hz", [ENTRY_HZ, RESEARCH_HZ])
def test_losses_and_steps_are_no_spikes(rate_hz):
    counts = held(rate_hz)
    counts[len(counts) // 2 :] += round(4 / N_PER_COUNT)
    assert said(blocks(counts, stream(rate_hz), lose={3, 9, 10})) == []


def test_an_unwatched_recording_is_told_the_same():
    counts = held(RESEARCH_HZ)
    counts[5000, 3] += 1 << 20
    counts[2000:6000, 0] += np.random.default_rng(4).normal(0, 2e4, 4000).astype(np.int32)
    items = list(blocks(counts, stream(RESEARCH_HZ), lose={40}))
    faults = said(items)
    assert {fault.kind for fault in faults} == SPIKES | NOISES
    assert said(map(counted, items)) == faults


def test_a_tap_on_a_converter_without_a_filter_is_no_spike():
    """Of 80 samples a second one may show a finger's tap, where no filter spreads it."""
    of = StreamInfo(0, (Channel(Kind.GRIP, Unit.NEWTON, N_PER_COUNT),), ENTRY_HZ, 24, 0, BLOCK)
    counts = held(ENTRY_HZ)
    counts[300] += round(2 / N_PER_COUNT)
    assert said(blocks(counts, of)) == []


@pytest.mark.skipif(not DATA.exists(), reason=f"the real lifts are not at {DATA}")
def test_real_hands_raise_no_alarm_and_a_broken_sensor_does():
    """Five people's lifts, recorded by others, whose first sensor is broken in some files."""
    broken = set()
    for path in sorted(DATA.glob("*.gz"))[3::7]:
        with gzip.open(path, "rt", errors="replace") as file:
            table = pd.read_csv(file, sep="\t", skiprows=1, header=None, usecols=range(5))
        counts = table.iloc[:-1, 1:].astype(float).dropna().to_numpy() / N_PER_COUNT
        faults = said(blocks(np.round(counts[::2]).astype(np.int32), stream(RESEARCH_HZ)))
        assert {(f.kind, f.channel) for f in faults} <= {("noise", "grip_thumb")}, path
        broken |= {path.name[:4] for fault in faults}
        box = np.ones((25, 1)) / 25  # a conversion of an HX711, which settles within four
        settled = reduce(lambda x, _: fftconvolve(x, box, "valid", axes=0), range(4), counts)
        for k in (1, 2, 3):
            slow = np.round(settled[::25, k : k + 1]).astype(np.int32)
            assert said(blocks(slow, stream(ENTRY_HZ))) == [], path
    assert broken == {"1662", "1668"}
