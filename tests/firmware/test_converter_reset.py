"""A converter that lost its configuration: noticed, configured again, every sample counted."""

import asyncio

import numpy as np
import pytest

from gripforce.cli.measure.record import record as record_command
from gripforce.recording import read_recording
from gripforce.wire.messages import SampleBlock, Status
from tests.firmware.bench import BUILD, Wire, busy_waveform, counts_of, emulated, presented, record

pytestmark = pytest.mark.usefixtures("images")
RATE_HZ = 1000.0
CONVERTER_ERROR = 16
CLOCK, GAIN = 3, 4
MOST_LOST_S = 0.010
"""From the reset of a converter to the first sample that is right again."""


def stream(folder, events, seconds=3.0):
    """Return the blocks of a stream, its last status, and what the converter presented."""
    waveform = busy_waveform(folder / "waveform.csv", seconds)
    with emulated(folder, "ads131m04", waveform, events=events) as board:
        with Wire(board.port) as wire:
            wire.hello()
            wire.start()
            heard = wire.until(lambda m: isinstance(m, SampleBlock) and m.first > seconds * RATE_HZ)
            heard += wire.stop()
        blocks = [m for m in heard if isinstance(m, SampleBlock)]
        return blocks, [m for m in heard if isinstance(m, Status)][-1], board.truth()


def all_counts(blocks):
    return np.concatenate([counts_of(block, 4) for block in blocks])


def lost(blocks):
    return blocks[-1].first + blocks[-1].n - sum(block.n for block in blocks)


CASES = {
    "brown-out of the converter alone": ("1.0 reset-adc\n", 0.0),
    "DRDY stuck": ("1.0 stuck-drdy 0.3\n", 0.41),
    "loose contact": ("1.0 unplug\n1.05 plug\n", 0.05),
    "clock changed": (f"1.0 set-register {CLOCK} {0x0F0E}\n", 0.0),
}


@pytest.mark.parametrize("case", CASES)
def test_every_count_is_right_or_lost(tmp_path, case):
    events, away_s = CASES[case]
    blocks, status, truth = stream(tmp_path, events)
    _, shown = presented(truth, 0)
    known = {tuple(row) for row in shown.tolist()}
    assert [row for row in all_counts(blocks).tolist() if tuple(row) not in known] == []
    assert 0 < lost(blocks) <= (away_s + MOST_LOST_S) * RATE_HZ
    assert status.adc_errors > 0
    assert any(block.flags & CONVERTER_ERROR for block in blocks)
    ticks = np.array([block.tick_us for block in blocks], float)
    first = np.array([block.first for block in blocks], float)
    after = first > (1.5 + away_s) * RATE_HZ
    assert np.polyfit(first[after], ticks[after], 1)[0] == pytest.approx(1000.0, rel=1e-3)
    assert np.polyfit(first, ticks, 1)[0] == pytest.approx(1000.0, rel=2e-3)


def test_a_changed_gain_is_found_when_the_registers_are_read_back(tmp_path):
    """At gain 1 a force reads 128 times too small, at the right rate, with a clean status."""
    steady = tmp_path / "steady.csv"
    steady.write_text("t_s,c0,c1,c2,c3\n0,1280000,1280000,1280000,1280000\n")
    with (
        emulated(tmp_path, "ads131m04", steady, events=f"2.0 set-register {GAIN} 0\n") as board,
        Wire(board.port) as wire,
    ):
        wire.hello()
        wire.start()
        heard = wire.until(lambda m: isinstance(m, SampleBlock) and m.first > 11 * RATE_HZ)
    blocks = [m for m in heard if isinstance(m, SampleBlock)]
    small = all_counts(blocks)[:, 0] < 1_000_000
    assert small.any()
    assert not small[-500:].any()
    assert all_counts(blocks)[-1].tolist() == [1_280_000] * 4


def test_a_recording_over_a_loose_contact_keeps_its_rate(tmp_path):
    """The contact opens once the recording runs: emulated time does not wait for its beginning."""
    waveform = busy_waveform(tmp_path / "waveform.csv", 5)
    with emulated(tmp_path, "ads131m04", waveform) as board:
        run = record(board.port, tmp_path / "a.grip", 4.0, then=lambda: board.tell("unplug\nplug"))
        recording, _, _ = asyncio.run(run)
    tally = recording.integrity.streams[0]
    force = recording.streams["force"]
    assert recording.integrity.reconciled
    assert 0 < tally.lost <= 60
    assert (len(force) + tally.lost) / (force.t[-1] - force.t[0]) == pytest.approx(1000.0, rel=2e-3)


def test_record_says_a_wrong_rate_while_it_runs(tmp_path, capsys):
    """Cells a third too fast for what the firmware was built for."""
    waveform = busy_waveform(tmp_path / "waveform.csv", 8)
    with emulated(tmp_path, "hx711", waveform, "--cell-rate", "104") as board:
        record_command(f"serial:{board.port}", tmp_path / "a.grip", duration=4.0)
    said = capsys.readouterr().err
    assert "DOUBTFUL" in said
    assert "samples a second instead of 80" in said


def test_cells_ten_times_too_fast_stream_on_and_are_doubted(tmp_path, capsys):
    """Straps at 80 a second on firmware for 10: each cell is reset again and again."""
    (tmp_path / "uno-hx711.elf").symlink_to(BUILD / "uno-hx711-10hz.elf")
    waveform = busy_waveform(tmp_path / "waveform.csv", 8)
    options = ("--cell-rate", "104")
    with emulated(tmp_path, "hx711", waveform, *options, images=tmp_path) as board:
        record_command(f"serial:{board.port}", tmp_path / "a.grip", duration=4.0)
    recording = read_recording(tmp_path / "a.grip")
    assert all(len(samples) > 40 for samples in recording.streams.values())
    assert capsys.readouterr().err.count("DOUBTFUL") == len(recording.streams)
