"""Lifts written down as formulas, so that every onset, level and lag is known exactly.

Load rises as a square from its onset to the weight, follows a minimum-jerk rise of the object,
rests, follows a minimum-jerk descent and falls away; it starts and ends at rest, so its
mean in the air is the weight. Grip is a small preload plus the load, scaled and delayed.
"""

from dataclasses import dataclass

import numpy as np

from gripforce.model import (
    Channel,
    DeviceInfo,
    EndReason,
    Integrity,
    Kind,
    Recording,
    Samples,
    Scaling,
    StreamInfo,
    Unit,
)

G = 9.80665
NEWTONS_PER_COUNT = 1e-6


@dataclass(frozen=True)
class AnalyticLift:
    contact_s: float = 1.0
    preload_s: float = 0.05
    loading_s: float = 0.15
    hold_s: float = 4.0
    mass_g: float = 400.0
    gain: float = 1.2
    lag_s: float = 0.0
    preload_n: float = 0.4
    rise_s: float = 0.5
    rise_m: float = 0.06
    press_n: float = 0.0

    @property
    def weight_n(self):
        return self.mass_g * 1e-3 * G

    @property
    def load_onset_s(self):
        return self.contact_s + self.preload_s

    @property
    def liftoff_s(self):
        return self.load_onset_s + self.loading_s

    @property
    def replace_s(self):
        return self.liftoff_s + 2 * self.rise_s + self.hold_s

    @property
    def unloaded_s(self):
        return self.replace_s + 0.15

    @property
    def release_s(self):
        return self.unloaded_s + self.lag_s + 0.2

    @property
    def gf_static_n(self):
        return self.preload_n + self.gain * self.weight_n

    def acceleration(self, t):
        up = min_jerk_acceleration((t - self.liftoff_s) / self.rise_s)
        down = min_jerk_acceleration((t - self.replace_s + self.rise_s) / self.rise_s)
        return (up - down) * self.rise_m / self.rise_s**2

    def load(self, t):
        rising = np.clip((t - self.load_onset_s) / self.loading_s, 0, 1) ** 2
        falling = np.clip((self.unloaded_s - t) / (self.unloaded_s - self.replace_s), 0, 1) ** 2
        still = self.weight_n * np.minimum(rising, falling)
        press = bump((t - self.contact_s) / self.preload_s)
        return still + self.mass_g * 1e-3 * self.acceleration(t) - self.press_n * press

    def grip(self, t):
        begun = min_jerk((t - self.contact_s) / 0.04)
        ending = min_jerk((self.release_s - t) / 0.15)
        return self.preload_n * begun * ending + self.gain * np.maximum(
            self.load(t - self.lag_s), 0
        )


def min_jerk(tau):
    tau = np.clip(tau, 0, 1)
    return tau * tau * tau * (10 - tau * (15 - 6 * tau))  # a power of 3 costs fifty products


def min_jerk_acceleration(tau):
    tau = np.clip(tau, 0, 1)
    return tau * (60 - tau * (180 - 120 * tau))


def bump(tau):
    return np.where((tau > 0) & (tau < 1), np.sin(np.pi * np.clip(tau, 0, 1)) ** 2, 0.0)


def seconds(lifts, rate_hz=1000.0):
    return np.arange(round((lifts[-1].release_s + 1.0) * rate_hz)) / rate_hz


def grip_of(lifts, t):
    return _sum_of(lifts, t, AnalyticLift.grip)


def load_of(lifts, t):
    return _sum_of(lifts, t, AnalyticLift.load)


def _sum_of(lifts, t, force):
    """Return the sum of the lifts' forces; each is computed about its own time only."""
    total = np.zeros(len(t))
    for lift in lifts:
        around_s = 1 + abs(lift.lag_s)
        begin, end = np.searchsorted(t, [lift.contact_s - around_s, lift.release_s + around_s])
        total[begin:end] += force(lift, t[begin:end])
    return total


def noise(t, seed, sd=0.003):
    return np.random.default_rng(seed).normal(0, sd, len(t))


def stream(kinds, t, values, *, stream_id=0, rate_hz=1000.0, skews_us=None, latency_us=0):
    """Return samples with ticks at ``t``; ``values`` has a column a kind, in the kind's unit."""
    units = [Unit.NEWTON if kind.is_force else Unit.METRE_PER_S2 for kind in kinds]
    skews = skews_us or [0] * len(kinds)
    channels = tuple(
        Channel(kind, unit, NEWTONS_PER_COUNT, (1 << 31) - 1, skew)
        for kind, unit, skew in zip(kinds, units, skews, strict=True)
    )
    counts = np.rint(np.column_stack(values) / NEWTONS_PER_COUNT).astype(np.int32)
    scaling = Scaling(np.zeros(len(kinds)), np.eye(len(kinds)) * NEWTONS_PER_COUNT, tuple(units))
    info = StreamInfo(stream_id, channels, rate_hz, 32, latency_us)
    steps = np.rint(np.diff(t) * rate_hz).astype(np.int64)
    counter = np.concatenate(([0], np.cumsum(steps)))
    return Samples(info, counter, t - info.delay_s, counts, np.zeros(len(t), np.uint8), scaling)


def recording(*streams, gaps=(), **metadata):
    infos = tuple(samples.stream for samples in streams)
    return Recording(
        path="made/up/session.grip",
        device=DeviceInfo("test", "0", "0", 0, 1, infos),
        metadata=metadata,
        streams={samples.stream.name: samples for samples in streams},
        gaps=tuple(gaps),
        markers=(),
        integrity=Integrity(EndReason.STOPPED, True, 0, 0, ()),
    )


def lifts_recording(lifts, *, rate_hz=1000.0, noise_n=0.003, **metadata):
    """Return two-channel samples of analytic lifts, with the mass of the first."""
    t = seconds(lifts, rate_hz)
    grip = grip_of(lifts, t) + noise(t, 1, noise_n)
    load = load_of(lifts, t) + noise(t, 2, noise_n)
    metadata = {"mass_g": lifts[0].mass_g} | metadata
    return recording(stream([Kind.GRIP, Kind.LOAD], t, [grip, load], rate_hz=rate_hz), **metadata)
