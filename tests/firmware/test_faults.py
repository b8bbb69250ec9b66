"""What goes wrong with converters and supplies: noticed, counted, told, and survived."""

import asyncio
from itertools import pairwise

import numpy as np
import pytest

from gripforce.model import EndReason
from gripforce.wire import commands
from gripforce.wire.hello import Hello
from gripforce.wire.messages import (  # fmt: skip
    Ack,
    DeviceFlag,
    Nak,
    NakReason,
    SampleBlock,
    SelfTestReply,
    Status,
)
from tests.firmware.bench import (  # fmt: skip
    Wire,
    busy_waveform,
    counts_of,
    emulated,
    place_of,
    presented,
    record,
)

pytestmark = pytest.mark.usefixtures("images")
LATE, ADC_ERROR = 2, 16


def run(folder, frontend, events, seconds=3.0, options=()):
    """Stream while things happen; return the blocks, the last status and the truth."""
    waveform = busy_waveform(folder / "waveform.csv", seconds)
    with emulated(folder, frontend, waveform, *options, events=events) as board:
        with Wire(board.port) as wire:
            wire.hello()
            wire.start()
            rate_hz = 1000 if frontend == "ads131m04" else 70
            heard = wire.until(
                lambda m: (
                    isinstance(m, SampleBlock) and m.stream == 0 and m.first > seconds * rate_hz
                )
            )
            heard += wire.stop()
        blocks = [m for m in heard if isinstance(m, SampleBlock)]
        return blocks, [m for m in heard if isinstance(m, Status)][-1], board.truth()


def check_every_sample(blocks, truth, stream, channels):
    """Each sample must be what was presented at its number; return the numbers that are missing."""
    ours = [b for b in blocks if b.stream == stream]
    counter = np.concatenate([np.arange(b.first, b.first + b.n) for b in ours])
    counts = np.concatenate([counts_of(b, channels) for b in ours])
    _, shown = presented(truth, stream)
    begin = place_of(counts, shown)
    assert np.array_equal(counts, shown[begin + counter])
    return sorted(set(range(counter[-1])) - set(counter.tolist()))


def test_an_unseen_drdy_loses_nothing(tmp_path):
    events = "0.7 miss-drdy 1\n1.1 miss-drdy 1\n"
    blocks, status, truth = run(tmp_path, "ads131m04", events)
    assert truth["faults"]["miss-drdy"] == 2
    assert check_every_sample(blocks, truth, 0, 4) == []
    late = sum(bool(b.flags & LATE) for b in blocks)
    assert 2 <= late <= 4, "an edge flags two samples, of one block or of two"
    assert status.streams[0].overflows == 0


def test_drdys_unseen_for_longer_are_a_counted_gap(tmp_path):
    blocks, status, truth = run(tmp_path, "ads131m04", "0.7 miss-drdy 5\n")
    missing = check_every_sample(blocks, truth, 0, 4)
    assert len(missing) == 4, "of six conversions the converter keeps two"
    assert any(b.flags & LATE and b.first == missing[-1] + 1 for b in blocks)
    received = sum(b.n for b in blocks)
    assert status.streams[0].taken == received + len(missing)


def test_a_bit_error_on_the_spi_costs_one_sample_and_is_counted(tmp_path):
    blocks, status, truth = run(tmp_path, "ads131m04", "0.7 flip-spi 1\n1.3 flip-spi 3\n")
    missing = check_every_sample(blocks, truth, 0, 4)
    assert len(missing) == 4
    assert status.adc_errors == 4
    assert sum(bool(b.flags & ADC_ERROR) for b in blocks) == 2


def test_a_clock_too_many_is_noticed_and_reset(tmp_path):
    """The chip measures its other input then; nothing of that may pass for a force."""
    blocks, status, truth = run(tmp_path, "hx711", "1.0 extra-clock 2\n")
    ours = [b for b in blocks if b.stream == 1]
    values = np.concatenate([counts_of(b, 1)[:, 0] for b in ours])
    shown = {int(v) for v in presented(truth, 1)[1][:, 0]}
    assert set(values.tolist()) <= shown - {0}
    assert status.adc_errors >= 1
    assert any(b.flags & ADC_ERROR for b in ours)
    assert any(b.first > a.first + a.n for a, b in pairwise(ours))
    for other in (0, 2, 3):
        assert check_every_sample(blocks, truth, other, 1) == []


def test_a_loose_contact_of_the_cells_is_a_counted_gap(tmp_path):
    """Each restarts when its supply is back, and settles for four conversions."""
    blocks, status, truth = run(tmp_path, "hx711", "1.0 unplug\n1.05 plug\n")
    assert status.adc_errors >= 4
    for stream in range(4):
        ours = [b for b in blocks if b.stream == stream]
        shown = set(presented(truth, stream)[1][:, 0].tolist())
        assert set(np.concatenate([counts_of(b, 1)[:, 0] for b in ours]).tolist()) <= shown
        (at,) = [i for i, (a, b) in enumerate(pairwise(ours)) if b.first > a.first + a.n]
        assert ours[at + 1].flags & ADC_ERROR
        assert not any(b.flags & ADC_ERROR for b in ours[at + 2 :])
        first, tick_us = (np.array([getattr(b, key) for b in ours]) for key in ("first", "tick_us"))
        period_us = np.polyfit(first[: at + 1], tick_us[: at + 1], 1)[0]
        after = (tick_us[-1] - tick_us[0]) / (first[-1] - first[0])
        assert after == pytest.approx(period_us, rel=0.01), "the counter goes on with the time"


def test_a_stuck_cell_stops_no_other(tmp_path):
    blocks, status, truth = run(tmp_path, "hx711", "1.0 stuck-dout 3 0.8\n")
    for other in (0, 1, 3):
        assert check_every_sample(blocks, truth, other, 1) == []
    ours = [b for b in blocks if b.stream == 2]
    jumps = sum(b.first - a.first - a.n for a, b in pairwise(ours))
    assert jumps / 88 == pytest.approx(0.85, abs=0.1), "it is 10 % fast, and settles for 50 ms"
    assert status.streams[2].taken == sum(b.n for b in ours) + jumps
    assert not status.flags & DeviceFlag.ADC_ABSENT


def test_no_word_is_torn(tmp_path):
    """Four chips on four clocks for 20 s: every phase between them comes by."""
    blocks, status, truth = run(tmp_path, "hx711", "", seconds=20.0)
    assert "torn-word" not in truth["faults"]
    assert status.adc_errors == 0
    for stream in range(4):
        assert check_every_sample(blocks, truth, stream, 1) == []


@pytest.mark.parametrize("frontend", ["ads131m04", "hx711"])
def test_a_converter_that_does_not_answer_is_told_of(tmp_path, frontend):
    waveform = busy_waveform(tmp_path / "waveform.csv", 3)
    with (
        emulated(tmp_path, frontend, waveform, events="0 unplug\n3.0 plug\n") as board,
        Wire(board.port) as wire,
    ):
        wire.hello()
        status = wire.ask(commands.AskStatus())[-2]
        while not status.flags & DeviceFlag.ADC_ABSENT:
            status = wire.ask(commands.AskStatus())[-2]
        refused = wire.start()[-1]
        assert isinstance(refused, Nak)
        assert refused.reason == NakReason.ADC_ABSENT
        reply = wire.ask(commands.SelfTest())
        assert next(m for m in reply if isinstance(m, SelfTestReply)).failed & 1
        assert isinstance(wire.ask(commands.AskHello())[-2], Hello)
        while status.flags & DeviceFlag.ADC_ABSENT:
            status = wire.ask(commands.AskStatus())[-2]
        assert isinstance(wire.start()[-1], Ack), "the plug came back"
        assert wire.blocks(lambda b: b.first > 20)


@pytest.mark.parametrize("frontend", ["ads131m04", "hx711"])
def test_a_recording_ends_though_the_converter_has_fallen_silent(tmp_path, frontend):
    waveform = busy_waveform(tmp_path / "waveform.csv", 5)
    with emulated(tmp_path, frontend, waveform) as board:
        run = record(board.port, tmp_path / "a.grip", 15.0, then=lambda: board.tell("unplug"))
        recording, _, ended = asyncio.run(run)
    assert ended.reason == EndReason.FINISHED
    # Unplugged when a stream reached its first second; another's block may have ended before.
    assert 0.75 < next(iter(recording.streams.values())).t[-1] < 15.0


def test_a_brown_out_is_a_new_boot(tmp_path):
    waveform = busy_waveform(tmp_path / "waveform.csv", 3)
    with (
        emulated(tmp_path, "ads131m04", waveform, events="1.0 brown-out\n") as board,
        Wire(board.port) as wire,
    ):
        first = wire.hello()
        wire.start()
        second = wire.hello()
        assert (second.boot, second.uid) == (first.boot + 1, first.uid)
        status = wire.ask(commands.AskStatus())[-2]
        assert status.flags & DeviceFlag.BROWN_OUT_RESET
        assert not status.flags & DeviceFlag.STREAMING
