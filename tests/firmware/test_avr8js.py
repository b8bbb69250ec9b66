"""A second opinion: the same image in avr8js sends the frames that it sends in simavr."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from gripforce.wire import commands
from gripforce.wire.connection import Connection
from gripforce.wire.framing import encode_frame
from gripforce.wire.hello import Hello
from gripforce.wire.messages import Ack, SampleBlock, Status
from tests.firmware.bench import (  # fmt: skip
    BUILD,
    Wire,
    busy_waveform,
    counts_of,
    emulated,
    place_of,
    presented,
)
from tests.npm import installed

pytestmark = pytest.mark.usefixtures("images")
SAMPLES = 1500
TICK_US = 12
"""A tick may wait for other interrupts, in either emulator by 9 us at most (``make soak``)."""


def in_simavr(folder):
    """Return the EEPROM before, what a stream sends, and the counts from its first sample on."""
    waveform = busy_waveform(folder / "waveform.csv", 3)
    with emulated(folder, "ads131m04", waveform) as board, Wire(board.port) as wire:
        wire.hello()  # the first start draws the board's own number
    eeprom = (folder / "eeprom").read_bytes()
    with emulated(folder, "ads131m04", waveform, "--clock-ppm", "0") as board:
        with Wire(board.port) as wire:
            heard = wire.until(lambda m: isinstance(m, Hello))
            heard += wire.start()
            heard += wire.until(lambda m: isinstance(m, SampleBlock) and m.first > SAMPLES + 100)
        _, shown = presented(board.truth(), 0)
    blocks = [m for m in heard if isinstance(m, SampleBlock)]
    counts = np.concatenate([counts_of(block, 4) for block in blocks])
    begin = place_of(counts, shown)
    return eeprom, heard, shown[begin : begin + SAMPLES + 16]


def in_avr8js(eeprom, rows):
    """Return the messages of the image in avr8js, whose converter presents ``rows``."""
    asked = {
        "hex": (BUILD / "uno-ads131m04.hex").read_text(),
        "eeprom": eeprom.hex(),
        "rows": rows.tolist(),
        "start": encode_frame(commands.Start(request=1).encode()).hex(),
    }
    done = subprocess.run(
        ["node", Path(__file__).with_name("avr8js.mjs"), installed("avr8js@0.21.1")],
        input=json.dumps(asked), capture_output=True, text=True, check=True,
    )  # fmt: skip
    answer = json.loads(done.stdout)
    return [message for _, message in Connection().receive(bytes.fromhex(answer["sent"]))]


def test_two_emulators_of_the_chip_give_the_same_frames(tmp_path):
    eeprom, first, rows = in_simavr(tmp_path)
    second = in_avr8js(eeprom, rows)
    assert isinstance(second[0], Hello)
    assert second[0].payload == next(m for m in first if isinstance(m, Hello)).payload
    assert isinstance(second[1], Ack)
    ours, theirs = ([m for m in heard if isinstance(m, SampleBlock)] for heard in (first, second))
    n = sum(block.first < SAMPLES for block in ours)
    assert n > SAMPLES // 16
    offset_us = ours[0].tick_us - theirs[0].tick_us
    for one, other in zip(ours[:n], theirs[:n], strict=True):
        assert one._replace(tick_us=0) == other._replace(tick_us=0)
        assert one.tick_us - other.tick_us == pytest.approx(offset_us, abs=TICK_US)
    assert any(isinstance(m, Status) for m in second)
