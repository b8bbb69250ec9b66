"""Lost links: what the ring buffer still has is filled in, the rest is reported exactly."""

import asyncio
import os
from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest

from gripforce.device import open_device
from gripforce.model import Ended, EndReason, Flag, Gap, Health, Marker, Samples, Segment
from gripforce.model.counters import WRAP
from gripforce.sim.options import sim_from_options
from gripforce.wire.commands import ProbeTime, Resend
from gripforce.wire.connection import Connection, decode_message
from gripforce.wire.framing import FrameReader
from gripforce.wire.messages import Ack, Nak, SampleBlock, TimeReply
from tests.ble.air import on_air
from tests.ble.radio import RadioModel
from tests.ble.virtual_time import run_virtual

RING_S = 8.0
OUTAGES, APART_S = (20, 30.0) if os.environ.get("SOAK") else (6, 20.0)
"""Of the recording that loses nothing; twenty in ten minutes are left to ``make soak``."""


class Watched:
    """A device whose wire is read on its own side of the radio, where nothing is lost."""

    def __init__(self, twin):
        self.twin = twin
        self.gone = defaultdict(set)
        """Counters of requested samples that the device did not send again, by stream."""
        self._requested = {}
        """By request: the stream, and the counters not sent again yet."""
        self._from_host, self._from_device = FrameReader(), FrameReader()

    def receive(self, data):
        for payload in self._from_host.feed(data):
            if isinstance(message := decode_message(payload), Resend):
                counters = set(range(message.first, message.first + message.count))
                self._requested[message.request] = message.stream, counters
        self.twin.receive(data)

    def advance(self, until_s):
        data = self.twin.advance(until_s)
        for payload in self._from_device.feed(data):
            match decode_message(payload):
                case SampleBlock() as block if block.flags & Flag.RESENT:
                    self._sent_again(block)
                case Ack() | Nak() as answer if answer.request in self._requested:
                    stream, counters = self._requested.pop(answer.request)
                    self.gone[stream] |= counters
        return data

    def _sent_again(self, block):
        for stream, counters in self._requested.values():
            if stream == block.stream:
                counters.difference_update(range(block.first, block.first + block.n))


async def stream_over(radio, outages, duration_s):
    """Record a while; the radio is out for (start, duration) of it. Give items with their time."""
    loop = asyncio.get_running_loop()
    items = []
    async with open_device("ble:GF-1") as opened:
        async for item in opened.stream(duration_s=duration_s):
            if not items:
                for start_s, lasts_s in outages:
                    loop.call_later(start_s, radio.go_out, lasts_s)
            items.append((loop.time(), item))
    return items


def watch(outages, duration_s, *, model=None, seed=1):
    """Return the items of a recording with drop-outs, and the device that it was made of."""

    async def scene():
        device = Watched(sim_from_options(trials=3 + int(duration_s / 4), seed=seed))
        async with on_air(device, model=model or RadioModel(), seed=seed) as radio:
            return device, radio, await stream_over(radio, outages, duration_s)

    return run_virtual(scene())


def only(timed, kind):
    return [item for _, item in timed if isinstance(item, kind)]


def lost(timed):
    counts = Counter()
    for gap in only(timed, Gap):
        counts[gap.stream] += gap.lost
    return counts


def assert_only_what_was_overwritten_is_lost(device, timed):
    """Sample for sample; samples requested twice may have come with the first answer."""
    for number, stream in enumerate(("force", "imu")):
        gaps = [gap for gap in only(timed, Gap) if gap.stream == stream]
        reported = {n for gap in gaps for n in range(gap.first, gap.first + gap.lost)}
        assert reported == device.gone[number].difference(counters(timed, stream).tolist())
        assert len(reported) == lost(timed)[stream]


def counters(timed, stream="force"):
    return np.concatenate([s.counter for s in only(timed, Samples) if s.stream.name == stream])


def draw_outages(n, seed, duration_s):
    """Draw ``n`` drop-outs of 0.2 to 5 s, with ten seconds or more from each to the next."""
    rng = np.random.default_rng(seed)
    lasts_s = np.concatenate([rng.uniform(0.2, 5.0, n - 3), [0.2, 5.0, 5.0]])
    starts_s = np.linspace(5.0, duration_s - 20.0, n) + rng.uniform(0.0, 4.0, n)
    return list(zip(starts_s, rng.permutation(lasts_s), strict=True))


def test_minutes_with_many_drop_outs_lose_nothing():
    duration_s = APART_S * OUTAGES
    outages = draw_outages(OUTAGES, 3, duration_s)
    assert all(later[0] - earlier[0] > 15 for earlier, later in pairwise(outages))
    device, radio, timed = watch(outages, duration_s)
    assert timed[-1][1] == Ended(EndReason.FINISHED, reconciled=True)
    assert not only(timed, Gap)
    for stream in ("force", "imu"):
        assert np.array_equal(
            np.sort(counters(timed, stream)), np.arange(len(counters(timed, stream)))
        )
    assert len(counters(timed)) >= 1000 * duration_s
    backfilled = sum(
        len(s) for s in only(timed, Samples) if s.backfilled and s.stream.name == "force"
    )
    out = sum(lasts_s for _, lasts_s in outages) * 1000
    assert 0.7 * out < backfilled < 3 * out
    restored = [m for m in only(timed, Marker) if m.text == "restored"]
    assert radio.drops >= OUTAGES / 4
    assert len(restored) >= radio.drops
    assert not any(device.gone.values())


@pytest.mark.parametrize("lasts_s", [9.0, 20.0])
def test_drop_outs_longer_than_the_ring_lose_exactly_what_was_overwritten(lasts_s):
    device, _, timed = watch([(3.0, lasts_s)], lasts_s + 16.0, seed=2)
    assert timed[-1][1].reconciled
    assert_only_what_was_overwritten_is_lost(device, timed)
    # A connection takes about a second and a half; then the ring buffer was read out.
    beyond_s = lost(timed)["force"] / 1000 - (lasts_s - RING_S)
    assert 0.0 < beyond_s < 2.5
    gone = [gap for gap in only(timed, Gap) if gap.stream == "force"]
    missing = np.setdiff1d(np.arange(counters(timed).max()), counters(timed))
    assert len(missing) == sum(gap.lost for gap in gone)


def test_the_live_view_goes_on_while_a_hole_is_filled():
    _, _, timed = watch([(3.0, 5.0)], 18.0)
    live = [
        (now_s, s.t[-1]) for now_s, s in timed
        if isinstance(s, Samples) and not s.backfilled and s.stream.name == "force"
    ]  # fmt: skip
    filled = [now_s for now_s, s in timed if isinstance(s, Samples) and s.backfilled]
    least_s = min(now_s - t for now_s, t in live)
    late_s = [now_s - t - least_s for now_s, t in live if filled[0] < now_s < filled[-1]]
    assert filled[-1] - filled[0] > 2.0
    assert len(late_s) > 50
    assert np.percentile(late_s, 99) < 0.5


def test_a_ring_that_is_too_slow_to_read_out_loses_and_says_how_much():
    """Half the packets: the ring is overwritten faster than the radio can empty it."""
    slow = RadioModel(interval_s=(0.030, 0.030), packets=(2, 3))
    device, _, timed = watch([(3.0, 7.0)], 25.0, model=slow)
    assert timed[-1][1].reconciled
    assert lost(timed)["force"] > 0
    assert_only_what_was_overwritten_is_lost(device, timed)


def tick_at_power_on(twin, per_true):
    """Ask a device for its tick as soon as it has booted; return the tick at true time 0."""
    booted_s = 0.05
    twin.advance(booted_s)
    twin.receive(Connection.send(ProbeTime(request=1)))
    messages = [message for _, message in Connection().receive(twin.advance(booted_s + 0.05))]
    (reply,) = [message for message in messages if isinstance(message, TimeReply)]
    return reply.received_us - round(booted_s * 1e6 * per_true)


def test_the_clock_stays_within_three_milliseconds():
    """30 ms connection events, bursts, lost events, and a device that runs 50 ppm fast."""
    skew_ppm = 50.0
    per_true = 1 + skew_ppm * 1e-6

    async def scene():
        loop = asyncio.get_running_loop()
        twin = sim_from_options(trials=40, faults=f"skew_ppm={skew_ppm}")
        power_on_us = tick_at_power_on(twin, per_true)
        model = RadioModel(interval_s=(0.030, 0.030), lost=0.1)
        begin_s = loop.time()
        async with on_air(twin, model=model, seed=4) as radio:
            begin_s = radio.lives_since_s
            timed = await stream_over(radio, [(60.0, 1.5), (90.0, 0.8)], 150.0)
        return begin_s, power_on_us, timed

    begin_s, power_on_us, timed = run_virtual(scene())
    zero_s = (only(timed, Segment)[0].origin_us - power_on_us) % WRAP * 1e-6
    errors_s = [
        health.host_s - (begin_s + (zero_s + health.t) / per_true)
        for health in only(timed, Health)
        if health.t > 30.0
    ]
    assert len(errors_s) > 100
    assert np.percentile(np.abs(errors_s), 99) < 3e-3
    assert only(timed, Health)[-1].skew_ppm == pytest.approx(skew_ppm, abs=25)
