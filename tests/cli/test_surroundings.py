"""Odd terminals, disks and transfers end in a sentence."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gripforce.recording import write_recording
from tests.analysis.analytic_lifts import AnalyticLift, lifts_recording


def run(*arguments, **keywords):
    command = [sys.executable, "-m", "gripforce", *map(str, arguments)]
    return subprocess.run(command, check=False, stderr=subprocess.PIPE, **keywords)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "a.grip"
    recording = lifts_recording([AnalyticLift(contact_s=1 + 5 * k) for k in range(2)], mass_g=400)
    device = replace(recording.device, firmware="0.0.0", uid="00")
    write_recording(replace(recording, device=device), path, least_free_bytes=0)
    return path


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux alone has /dev/full")
def test_a_full_output_is_one_sentence(made):
    with open("/dev/full", "w") as full:  # noqa: PTH123 - the device, not a path
        done = run("info", made, stdout=full)
    assert done.returncode == 1
    assert done.stderr == b"gripforce: The output cannot be written: the disk is full.\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_the_letters(made, encoding):
    import os  # noqa: PLC0415 - the environment of this one test

    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
    done = run("analyze", made, stdout=subprocess.PIPE, env=environment)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


def test_a_transfer_as_text_is_named(made, tmp_path, gripforce):
    (tmp_path / "b.grip").write_bytes(made.read_bytes().replace(b"\n", b"\r\n"))
    done = gripforce("info", tmp_path / "b.grip")
    assert done.code == 1
    assert "transfer as text" in done.err


def test_thousands_of_gaps_are_summed_up(tmp_path, gripforce):
    recording = lifts_recording([AnalyticLift()], mass_g=400)
    streams = {
        name: replace(
            s,
            **{
                key: getattr(s, key)[np.arange(len(s)) % 5 != 4]
                for key in ("counter", "t", "counts", "flags")
            },
        )
        for name, s in recording.streams.items()
    }
    device = replace(recording.device, firmware="0.0.0", uid="00")
    lossy = replace(recording, device=device, streams=streams)
    write_recording(lossy, tmp_path / "a.grip", least_free_bytes=0)
    done = gripforce("info", tmp_path / "a.grip")
    assert len(done.out.splitlines()) < 50
    assert " more gaps until " in done.out


def test_a_dash_is_no_file(made, gripforce):
    done = gripforce("analyze", made, "-o", "-")
    assert done.code == 1
    assert "- is no name for a new file" in done.err


def test_a_file_that_lost_too_much_is_exit_4(tmp_path, made, gripforce):
    assert gripforce("analyze", made, "--max-lost", 1).code == 0
    cut = tmp_path / "c.grip"
    raw = bytearray(made.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + len(raw) // 8] = bytes(len(raw) // 8)
    cut.write_bytes(raw)
    done = gripforce("analyze", cut, "--max-lost", 1, "--json")
    assert done.code == 4
    assert "more than 1 %" in done.err
