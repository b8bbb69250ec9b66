"""A second chip, a second opinion: the sketch on an RP2040 in rp2040js sends the same samples."""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from gripforce.wire import commands
from gripforce.wire.connection import Connection
from gripforce.wire.framing import encode_frame
from gripforce.wire.hello import Hello
from gripforce.wire.messages import Ack, SampleBlock
from tests.firmware.bench import BUILD, counts_of
from tests.firmware.conftest import make
from tests.npm import installed

SAMPLES = 500
TICK_US = 4.0
"""An interrupt's latency at 24 MHz, and the steps of the timer."""


@pytest.fixture(scope="module")
def heard():
    package = installed("rp2040js@1.4.1")
    if shutil.which("arm-none-eabi-g++") is None:
        assert not os.environ.get("CI"), "arm-none-eabi-g++ is missing"
        pytest.skip("arm-none-eabi-g++ is missing")
    make("rp2040")
    rows = np.random.default_rng(7).integers(-(1 << 23), 1 << 23, (SAMPLES, 4))
    asked = {
        "image": base64.b64encode((BUILD / "rp2040.bin").read_bytes()).decode(),
        "rows": rows.tolist(),
        "start": encode_frame(commands.Start(request=1).encode()).hex(),
    }
    done = subprocess.run(
        ["node", Path(__file__).with_name("rp2040js.mjs"), package],
        input=json.dumps(asked), capture_output=True, text=True, check=True,
    )  # fmt: skip
    connection = Connection()
    sent = bytes.fromhex(json.loads(done.stdout)["sent"])
    messages = [message for _, message in connection.receive(sent)]
    assert connection.corrupt == 0
    return rows, messages


def test_the_driver_and_the_core_present_each_count_on_another_chip(heard):
    rows, messages = heard
    assert isinstance(messages[0], Hello)
    assert (messages[0].device.board, messages[0].device.ring_blocks) == ("pico", 510)
    assert isinstance(messages[1], Ack)
    blocks = [m for m in messages if isinstance(m, SampleBlock)]
    counts = np.concatenate([counts_of(block, 4) for block in blocks])
    assert len(counts) > SAMPLES - 20
    before = int(np.flatnonzero((counts == rows[0]).all(axis=1))[0])
    assert before <= 1, "what was converted before the rows began"
    assert np.array_equal(counts[before:], rows[: len(counts) - before])
    assert [b.n for b in blocks[:8]] == [16, 16, 16, 15] * 2
    assert all(block.flags & ~1 == 0 for block in blocks), "nothing late, nothing lost"
    late_us = np.array([b.tick_us - 1000 * b.first for b in blocks])
    assert np.ptp(late_us) <= TICK_US
