"""Links that deliver late and in clumps, and the true time of everything they carry."""

from dataclasses import dataclass

import numpy as np

from gripforce.clock import Probe

PROBE_INTERVAL_S = 0.9839


@dataclass
class Usb:
    """FTDI latency timer: each block waits up to 16 ms; the host's scheduler holds some back."""

    least_s: float = 0.0004
    burst_every_s: float = 5.0
    burst_s: tuple = (0.05, 0.3)

    def down(self, rng, sent_s):
        return sent_s + self.least_s + rng.uniform(0, 0.016, len(sent_s))

    def up(self, rng, sent_s):
        return sent_s + self.least_s + rng.exponential(0.001, len(sent_s))


@dataclass
class UsbPolled(Usb):
    """The same wait, but for the next tick of a 16 ms timer that runs on its own."""

    def down(self, rng, sent_s):
        tick = np.ceil((sent_s + self.least_s - 0.007) / 0.016)
        return tick * 0.016 + 0.007 + rng.exponential(0.0002, len(sent_s))


@dataclass
class Ble:
    """Everything waits for the next 30 ms connection event; one in ten events is missed."""

    least_s: float = 0.001
    burst_every_s: float = 20.0
    burst_s: tuple = (0.1, 1.5)

    def down(self, rng, sent_s):
        event = (
            np.ceil((sent_s + self.least_s - 0.013) / 0.03) + rng.geometric(0.9, len(sent_s)) - 1
        )
        return event * 0.03 + 0.013 + rng.exponential(0.0003, len(sent_s))

    up = down


@dataclass
class Event:
    true_s: float
    arrival_s: float
    tick_us: int
    probe: Probe | None = None


def device_us(true_s, skew_ppm, boot_us=0):
    return np.rint(np.asarray(true_s) * 1e6 * (1 + skew_ppm * 1e-6)).astype(np.int64) + boot_us


def in_clumps(rng, link, arrival_s):
    """Hold everything back for a while now and then; bytes never overtake each other."""
    end = arrival_s[-1]
    for start in rng.uniform(0, end, int(end / link.burst_every_s) + 1):
        stop = start + rng.uniform(*link.burst_s)
        arrival_s = np.where((arrival_s > start) & (arrival_s < stop), stop, arrival_s)
    return np.maximum.accumulate(arrival_s)


def carry(
    seed,
    link,
    duration_s,
    *,
    period_s=0.016,
    skew_ppm=100.0,
    boot_us=0,
    probes=False,
    sample_s=0.0,
):
    """Return everything that arrives, in order; each fourth block is ``sample_s`` shorter."""
    rng = np.random.default_rng(seed)
    sent_s = np.arange(rng.uniform(0, period_s), duration_s, period_s / (1 + skew_ppm * 1e-6))
    sent_s -= sample_s * (np.arange(len(sent_s)) // 4)
    arrival_s = in_clumps(rng, link, link.down(rng, sent_s))
    ticks = device_us(sent_s, skew_ppm, boot_us)
    events = [Event(*row) for row in zip(sent_s, arrival_s, ticks.tolist(), strict=True)]
    if probes:
        events += probe(rng, link, duration_s, skew_ppm, boot_us)
    return sorted(events, key=lambda event: event.arrival_s)


def probe(rng, link, duration_s, skew_ppm, boot_us):
    asked_s = np.arange(0.3, duration_s, PROBE_INTERVAL_S)
    heard_s = link.up(rng, asked_s)
    told_s = heard_s + 0.0002
    back_s = link.down(rng, told_s)
    heard_us = device_us(heard_s, skew_ppm, boot_us).tolist()
    told_us = device_us(told_s, skew_ppm, boot_us).tolist()
    rows = zip(asked_s, heard_us, told_us, back_s, strict=True)
    return [
        Event(true, row[3], row[2], Probe(*row)) for true, row in zip(told_s, rows, strict=True)
    ]
