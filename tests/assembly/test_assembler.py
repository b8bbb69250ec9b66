"""Messages in, stream items out: times, gaps, segments and sample accounting."""

import dataclasses

import numpy as np
import pytest

from gripforce.assembly import Assembler, Backfill
from gripforce.assembly.loss_ledger import Span
from gripforce.model import Gap, Health, Marker, Received, Samples, Scaling, Segment, Unit
from gripforce.wire.blocks import pack_counts
from gripforce.wire.commands import Resend
from gripforce.wire.connection import Arrived
from gripforce.wire.messages import (
    Ack,
    DeviceFlag,
    Nak,
    NakReason,
    SampleBlock,
    Status,
    StreamStatus,
    Trigger,
    WatchFired,
)
from tests.wire.cases import ENTRY, FORCE, RESEARCH

ONLY_FORCE = dataclasses.replace(RESEARCH, streams=(FORCE,))
BIG_RING = dataclasses.replace(ONLY_FORCE, ring_blocks=500)  # 8 s, at 62.5 a second
START_TICK = 2**32 - 50_000  # wraps after the third block


def unity(stream):
    n = len(stream.channels)
    return Scaling(np.zeros(n), np.eye(n), (Unit.NEWTON,) * n)


def assembler(device=ONLY_FORCE):
    return Assembler(device, {s.id: unity(s) for s in device.streams})


def block(index, *, n=16, start_tick=START_TICK, stream=FORCE, flags=0):
    first = index * 16
    counters = np.arange(first, first + n, dtype=np.int32)
    counts = np.repeat(counters[:, None], len(stream.channels), axis=1)
    period_us = 1e6 / stream.rate_hz
    tick = (start_tick + round(first * period_us)) % 2**32
    return SampleBlock(
        stream.id, first % 2**32, tick, flags, n, pack_counts(counts, stream.width_bits)
    )


def feed(a, *messages, at=None):
    last = messages[-1]
    if at is None:
        at = 100.0 + (last.first + last.n) / 1000 if isinstance(last, SampleBlock) else 200.0
    return a.feed([Arrived(m.encode(), m, at) for m in messages])


def only(items, kind):
    return [item for item in items if isinstance(item, kind)]


def status(taken, *, buffered=0, stream=0, tick=0, flags=DeviceFlag.STREAMING):
    return Status(tick, flags, 0, 0, 0, 0, 0, (StreamStatus(stream, taken, 0, buffered),))


def test_second_zero_is_the_first_sample_and_time_goes_on_over_the_wrap():
    a = assembler()
    items = [item for i in range(10) for item in feed(a, block(i))]
    assert only(items, Segment) == [Segment(0, START_TICK, 0.0)]
    samples = only(items, Samples)
    t = np.concatenate([s.tick_s for s in samples])
    np.testing.assert_allclose(t, np.arange(160) / 1000, atol=1e-9)
    assert np.concatenate([s.counter for s in samples]).tolist() == list(range(160))
    assert samples[3].values[0].tolist() == [48.0] * 4
    assert samples[0].columns == ("grip_thumb_n", "grip_index_n", "load_thumb_n", "load_index_n")


def test_blocks_of_one_arrival_become_one_block_of_samples():
    a = assembler()
    (samples,) = only(feed(a, *(block(i) for i in range(5))), Samples)
    assert len(samples) == 80


def test_every_message_is_handed_on_verbatim():
    a = assembler()
    messages = [block(0), status(16), block(1)]
    received = only(feed(a, *messages), Received)
    assert [r.payload for r in received] == [m.encode() for m in messages]


def test_a_hole_is_missing_then_backfilled_or_given_up():
    a = assembler()
    feed(a, block(0))
    items = feed(a, block(3))
    assert not only(items, Gap)
    assert a.streams[0].ledger.missing == [Span(16, 48)]
    (late,) = only(feed(a, block(1, flags=8)), Samples)
    assert late.backfilled
    assert late.counter.tolist() == list(range(16, 32))
    np.testing.assert_allclose(late.tick_s, np.arange(16, 32) / 1000, atol=1e-9)
    assert a.give_up_all() == [Gap("force", pytest.approx(0.03125), 32, 16, 0)]
    assert a.reconciles(status(64))


def test_a_duplicate_yields_nothing():
    a = assembler()
    feed(a, block(0))
    assert not only(feed(a, block(0)), Samples)
    assert a.streams[0].ledger.duplicated == 16


def test_the_last_status_shows_a_lost_tail():
    a = assembler()
    feed(a, block(0))
    feed(a, status(40), at=100.1)
    assert a.streams[0].ledger.missing == [Span(16, 40)]
    assert not a.reconciles(status(40))
    assert [gap.lost for gap in a.give_up_all()] == [24]
    assert a.reconciles(status(40))


def test_a_stopped_device_has_nothing_buffered():
    a = assembler()
    feed(a, block(0))
    feed(a, status(30, buffered=14, flags=DeviceFlag(0)), at=100.1)
    assert a.streams[0].ledger.missing == [Span(16, 30)]


def test_what_is_still_buffered_is_not_missing():
    a = assembler()
    feed(a, block(0))
    items = feed(a, status(30, buffered=14), at=100.1)
    assert a.streams[0].ledger.missing == []
    (health,) = only(items, Health)
    assert (health.taken, health.buffered) == ({"force": 30}, {"force": 14})


def test_a_restart_is_a_new_segment_placed_by_host_time():
    a = assembler()
    for i in range(10):
        feed(a, block(i))
    feed(a, block(12))
    gaps = a.begin_segment()
    assert [g.lost for g in gaps] == [32]
    items = feed(a, block(0, start_tick=777), at=100.0 + 5.0 + 0.016)
    (segment,) = only(items, Segment)
    assert (segment.index, segment.origin_us) == (1, 777)
    assert segment.t == pytest.approx(5.0, abs=0.002)
    (samples,) = only(items, Samples)
    assert samples.segment == 1
    assert samples.tick_s[0] == pytest.approx(segment.t, abs=1e-9)
    (outage,) = only(items, Gap)  # from the sample after 207, due at 0.208 s
    assert (outage.first, outage.segment) == (208, 0)
    assert outage.lost == pytest.approx((segment.t - 0.208) * 1000, abs=1)


def test_host_time_is_known_from_the_first_block_of_any_segment():
    a = assembler()
    feed(a, block(0), at=100.016)
    assert a.now(100.116) == pytest.approx(0.115, abs=0.002)
    for i in range(1, 10):
        feed(a, block(i))
    assert a.now(101.0) == pytest.approx(1.0, abs=0.002)
    a.begin_segment()
    feed(a, block(0, start_tick=3_000_000_000), at=105.016)
    assert a.now(105.5) == pytest.approx(5.5, abs=0.003)


def test_free_running_streams_share_one_axis():
    a = assembler(ENTRY)
    period = 12_500
    ticks = [1000, 4000, 9000, 100]
    blocks = [
        SampleBlock(i, 0, tick, 0, 4, pack_counts(np.zeros((4, 1), np.int32), 24))
        for i, tick in enumerate(ticks)
    ]
    assert not only(feed(a, *blocks[:3], at=100.0), Samples)
    items = feed(a, blocks[3], at=100.01)
    assert only(items, Segment) == [Segment(0, 100, 0.0)]
    by_name = {s.stream.name: s.tick_s for s in only(items, Samples)}
    for name, tick in zip(
        ["grip_thumb", "grip_index", "load_thumb", "load_index"], ticks, strict=True
    ):
        expected = (tick - 100 + np.arange(4) * period) * 1e-6
        np.testing.assert_allclose(by_name[name], expected, atol=1e-9)


def test_a_cell_that_runs_fast_does_not_move_second_zero():
    a = assembler(ENTRY)
    data = pack_counts(np.zeros((4, 1), np.int32), 24)
    fast = [SampleBlock(0, 4 * i, 1000 + i * 4 * 11_250, 0, 4, data) for i in range(3)]
    others = [SampleBlock(i, 0, 1000 + i, 0, 4, data) for i in (1, 2, 3)]
    items = feed(a, *fast, *others, at=100.0)
    assert only(items, Segment) == [Segment(0, 1000, 0.0)]


def test_a_silent_stream_does_not_hold_up_the_others():
    a = assembler(ENTRY)
    data = pack_counts(np.zeros((4, 1), np.int32), 24)
    assert not only(feed(a, SampleBlock(0, 0, 100, 0, 4, data), at=100.0), Samples)
    items = feed(a, SampleBlock(0, 4, 50_100, 0, 4, data), at=100.6)
    assert sum(len(s) for s in only(items, Samples)) == 8


@pytest.mark.parametrize(
    "wrong",
    [
        block(2)._replace(data=bytes(5)),
        block(2)._replace(stream=9),
        block(2)._replace(first=2**31 - 7),
        block(2)._replace(n=0, data=b""),
    ],
)
def test_a_block_that_cannot_be_right_is_counted_and_left_out(wrong):
    a = assembler()
    feed(a, block(0), block(1))
    assert not only(feed(a, wrong, at=100.05), Samples)
    assert a.misfits == 1
    assert a.streams[0].ledger.missing == []


def test_a_converter_that_paused_costs_one_block():
    a = assembler()
    feed(a, block(0), block(1))
    late = [block(i, start_tick=START_TICK + 5_000_000) for i in (2, 3, 4)]
    assert not only(feed(a, late[0], at=105.05), Samples)
    assert len(only(feed(a, late[1], late[2], at=105.1), Samples)) == 1
    assert a.streams[0].ledger.missing == [Span(32, 48)]


def test_triggers_are_markers_on_the_same_axis_and_lost_ones_are_counted():
    a = assembler()
    feed(a, block(0))
    tick = (START_TICK + 10_000) % 2**32
    items = feed(a, Trigger(1, rising=True, tick_us=tick, index=0), at=100.02)
    assert only(items, Marker) == [Marker(pytest.approx(0.01), "trigger", "line 1 rising")]
    feed(a, Trigger(1, rising=False, tick_us=tick, index=3), at=100.02)
    assert a.triggers_lost == 2


def test_a_firing_of_the_device_s_watch_is_a_marker_at_the_output_s_edge():
    a = assembler()
    feed(a, block(0))
    tick = (START_TICK + 10_000) % 2**32
    items = feed(a, WatchFired(0, 0, 0, (tick - 300) % 2**32, tick), at=100.02)
    text = "line 0 high, 0.30 ms after its sample"
    assert only(items, Marker) == [Marker(pytest.approx(0.01), "watch", text)]


class TestBackfill:
    def holed(self):
        a = assembler()
        for i in [0, 3]:
            feed(a, block(i))
        return a

    def test_asks_for_what_is_missing_after_a_moment(self):
        backfill = Backfill(self.holed(), enabled=True)
        assert backfill.next_command(0.0) == (None, [])
        command, gaps = backfill.next_command(0.2)
        assert (command.stream, command.first, command.count, gaps) == (0, 16, 32, [])
        assert backfill.next_command(0.3) == (None, [])

    def test_asks_again_when_no_answer_comes_and_gives_up_in_the_end(self):
        backfill = Backfill(self.holed(), enabled=True)
        commands, gaps, now = [], [], 0.0
        while not gaps:
            command, gaps = backfill.next_command(now)
            commands += [command] if command else []
            now += 0.5
        assert all(isinstance(c, Resend) and c.first == 16 for c in commands)
        assert len(commands) == 8
        assert sum(g.lost for g in gaps) == 32
        assert backfill.done

    def test_gives_up_what_the_device_no_longer_holds(self):
        a = self.holed()
        backfill = Backfill(a, enabled=True)
        backfill.next_command(0.0)
        command, _ = backfill.next_command(0.2)
        feed(a, block(2, flags=8))
        gaps = backfill.accept_answer(Nak(command.request, command.TYPE, NakReason.GONE, 16))
        assert [(g.first, g.lost) for g in gaps] == [(16, 16)]

    def test_without_resend_a_gap_follows_a_moment_later(self):
        backfill = Backfill(self.holed(), enabled=False)
        assert backfill.next_command(0.0) == (None, [])
        command, gaps = backfill.next_command(0.2)
        assert command is None
        assert [(g.first, g.lost) for g in gaps] == [(16, 32)]

    def test_an_ack_with_nothing_sent_is_a_failure_not_an_endless_loop(self):
        a = self.holed()
        backfill = Backfill(a, enabled=True)
        now, gaps = 0.0, []
        for _ in range(100):
            command, _ = backfill.next_command(now)
            now += 0.2
            if command:
                gaps += backfill.accept_answer(Ack(command.request, command.TYPE, 0))
        assert sum(g.lost for g in gaps) == 32

    def test_two_requests_are_in_flight_and_a_third_when_one_is_answered(self):
        a = assembler(BIG_RING)
        feed(a, block(0), at=100.0)
        feed(a, block(101), at=101.7)
        backfill = Backfill(a, enabled=True)
        asked = [backfill.next_command(0.2 * i)[0] for i in range(5)]
        first, second = [c for c in asked if c]
        assert (first.first, first.count, second.first, second.count) == (16, 256, 272, 256)
        for i in range(1, 17):
            feed(a, block(i, flags=8))
        assert backfill.accept_answer(Ack(first.request, first.TYPE, 256)) == []
        third, _ = backfill.next_command(1.0)
        assert (third.first, third.count) == (528, 256)

    def test_an_answer_that_takes_long_is_waited_for_as_long_as_blocks_come(self):
        a = assembler(BIG_RING)
        feed(a, block(0), at=100.0)
        feed(a, block(17), at=100.3)
        backfill = Backfill(a, enabled=True)
        backfill.next_command(0.0)
        command, _ = backfill.next_command(0.2)
        assert command.count == 256
        for i in range(1, 16):
            feed(a, block(i, flags=8))
            assert backfill.next_command(0.2 + 0.9 * i) == (None, [])
        again, gaps = backfill.next_command(0.2 + 0.9 * 15 + 1.1)
        assert (again.first, again.count, gaps) == (256, 16, [])

    def test_what_the_ring_cannot_hold_is_asked_for_in_one_piece(self):
        a = assembler(BIG_RING)
        feed(a, block(0), at=100.0)
        feed(a, block(1875), at=130.0)
        backfill = Backfill(a, enabled=True)
        backfill.next_command(0.0)
        old, _ = backfill.next_command(0.2)
        young, _ = backfill.next_command(0.3)
        assert old.first == 16
        assert 30_016 - 1.2 * 8000 < old.first + old.count <= 30_016 - 8000
        assert (young.first, young.count) == (old.first + old.count, 256)
