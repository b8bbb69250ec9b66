"""Odd terminals, disks and transfers end in a sentence."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gripforce.recording import write_recording
from gripforce.session.results import analyze_folder
from gripforce.session.summary_text import verdict_lines
from tests.analysis.analytic_lifts import AnalyticLift, lifts_recording


def run(*arguments, **keywords):
    command = [sys.executable, "-m", "gripforce", *map(str, arguments)]
    return subprocess.run(command, check=False, stderr=subprocess.PIPE, **keywords)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "a.grip"
    recording = lifts_recording([AnalyticLift(contact_s=1 + 5 * k) for k in range(2)], mass_g=400)
    device = replace(recording.device, firmware="0.0.0", uid="00")
    metadata = {**recording.metadata, "task": "lift"}
    made = replace(recording, device=device, metadata=metadata)
    write_recording(made, path, least_free_bytes=0)
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
    for command in (
        ("analyze", cut, "--json"),
        ("analyze", cut, "-o", tmp_path / "a.csv"),
        ("info", cut),
        ("info", cut, "--json"),
        ("cohort", tmp_path, "-o", tmp_path / "cohort.csv"),
    ):
        done = gripforce(*command, "--max-lost", 1)
        assert done.code == 4, done.err
        assert "more than 1 %" in done.err
    source = "sim:lift?speed=max&trials=1&faults=drop=0.2,no_resend"
    done = gripforce("record", source, "-o", tmp_path / "d.grip", "--max-lost", 1)
    assert done.code == 4


def test_a_recording_without_its_end_is_called_that_everywhere(tmp_path, made, gripforce):
    folder = tmp_path / "study"
    folder.mkdir()
    cut = folder / "c.grip"
    cut.write_bytes(made.read_bytes()[: made.stat().st_size // 2])
    words = "c.grip has no end"
    for command in (
        ("info", cut),
        ("analyze", cut),
        ("cohort", folder, "-o", tmp_path / "c.csv"),
        ("trend", folder),
    ):
        assert words in gripforce(*command).err, command
    said = json.loads(gripforce("analyze", cut, "--json").out)
    assert any(words in text for text in said["remarks"])
    gripforce("analyze", cut, "--report", tmp_path / "c.html")
    assert words in (tmp_path / "c.html").read_text(encoding="utf-8")
    analyses, errors = analyze_folder(folder)
    assert any(words in line for line in verdict_lines(analyses, errors))
