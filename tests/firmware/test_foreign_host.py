"""A host in JavaScript, written from docs/protocol.md alone, against the vectors and a device."""

import json
import os
import shutil
import socket
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from gripforce.cli.develop.cortex_m4 import qemu_command, running
from tests.firmware.bench import ANSWER_S
from tests.firmware.conftest import make

TESTS = Path(__file__).parents[1]
NEEDED = ("node", "arm-none-eabi-g++", "qemu-system-arm")
SAMPLES = 2000


@pytest.fixture(autouse=True, scope="module")
def tools():
    if lacking := [tool for tool in NEEDED if shutil.which(tool) is None]:
        if os.environ.get("CI"):
            pytest.fail(f"missing: {', '.join(lacking)}")
        pytest.skip(f"missing: {', '.join(lacking)}")
    make("cortex-m4")


def node(*words):
    done = subprocess.run(
        ["node", TESTS / "wire" / "host.mjs", *map(str, words)],
        capture_output=True, text=True, check=True, timeout=ANSWER_S,
    )  # fmt: skip
    return json.loads(done.stdout)


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_its_codec_agrees_with_every_vector():
    said = node("vectors", TESTS / "vectors.txt")
    assert said["wrong"] == []
    assert said["vectors"] >= 26


def test_it_streams_from_the_device():
    port = free_port()
    line = f"tcp:127.0.0.1:{port},server=on,wait=on"  # the board starts when the host is there
    with running(qemu_command([line], None, 0, fast=True)) as child:
        listening = child.stdout.readline()
        assert str(port).encode() in listening
        told = node("stream", port, SAMPLES)
    assert (told["board"], told["lost"], told["bad"]) == ("cortex-m4", 0, 0)
    assert len(told["counts"]) >= 4 * SAMPLES
    assert told["counts"] == list(range(len(told["counts"])))
