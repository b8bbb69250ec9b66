"""Every command as a person types it, and what bad input gets."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
import typer.main

from gripforce.cli.main import app
from tests.analysis.lift.test_lifts_table import COLUMNS

STREAM_KEYS = {"name", "rate_hz", "samples", "lost", "gaps", "corrupt"}
RECORD_KEYS = {
    "file", "duration_s", "ended", "streams", "samples", "lost", "gaps", "corrupt", "reconciled",
    "markers",
}  # fmt: skip


COMMAND = re.compile(r"  ([a-z]+) +([A-Z].*)")


def test_help_has_one_line_for_each_command(gripforce, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = gripforce("--help").out.partition("Commands:\n")[2].splitlines()
    commands = [COMMAND.fullmatch(line) for line in lines]
    assert len(commands) == len(typer.main.get_command(app).commands) > 15
    assert all(commands), lines
    assert max(map(len, lines)) <= 80
    for command in commands:
        text = command[2]
        assert text.endswith("."), text
        assert "..." not in text, f"{command[1]} does not fit its column"


def test_record_and_info_print_the_same(gripforce, tmp_path):
    path = tmp_path / "a.grip"
    done = gripforce("record", "sim:lift?speed=max&trials=1", "-o", path, "--json")
    result = json.loads(done.out)
    assert set(result) >= RECORD_KEYS
    assert set(result["streams"][0]) >= STREAM_KEYS
    assert (result["lost"], result["reconciled"], result["ended"]) == (0, True, "finished")
    assert json.loads(gripforce("info", path, "--json").out) == result
    assert "reconciled,yes\n" in gripforce("info", path).out


def test_analyze_writes_every_promised_column(gripforce, recorded, tmp_path):
    table = tmp_path / "lifts.csv"
    done = gripforce("analyze", recorded, "-o", table)
    assert done.code == 0
    lifts = pd.read_csv(table)
    assert list(lifts.columns) == list(COLUMNS)
    assert len(lifts) == 3


def test_export_and_import_close_the_circle(gripforce, recorded, tmp_path):
    csv = tmp_path / "a.csv"
    assert gripforce("export", recorded, "--format", "csv", "-o", csv).code == 0
    header = csv.read_text(encoding="utf-8").splitlines()[0].split(",")
    grips = [header.index(name) + 1 for name in ("grip_thumb_n", "grip_index_n")]
    loads = [header.index(name) + 1 for name in ("load_thumb_n", "load_index_n")]
    (tmp_path / "map.toml").write_text(
        "[table]\nheader_rows = 1\ntime_column = 1\n[channels]\n"
        f"grip_n = {{ mean = {grips} }}\nload_n = {{ sum = {loads} }}\n[trial]\nmass_g = 400\n"
    )
    again = tmp_path / "again.grip"
    done = gripforce("import", csv, "--map", tmp_path / "map.toml", "-o", again)
    assert done.code == 0, done.err
    table = tmp_path / "again.csv"
    gripforce("analyze", again, "-o", table)
    assert len(pd.read_csv(table)) == 3


def test_check_gives_a_verdict_and_the_promised_keys(gripforce):
    done = gripforce("check", "sim:lift?speed=max", "--duration", 3, "--json")
    result = json.loads(done.out)
    assert set(result) >= {"verdict", "streams", "clock_drift_ppm", "corrupt", "advice"}
    channel = result["streams"][0]["channels"][0]
    assert set(channel) >= {"name", "noise_n", "saturated", "unique"}
    assert result["verdict"] in {"pass", "warn"}
    assert channel["noise_n"] == pytest.approx(channel["expected_noise_n"], rel=0.1)


def test_check_writes_units_as_they_are_written(gripforce):
    printed = gripforce("check", "sim:lift?speed=max", "--duration", 3)
    channels = pd.read_csv(io.StringIO(printed.out)).set_index("channel")
    assert (channels.unit["grip_thumb_n"], channels.unit["accel_x_m_s2"]) == ("N", "m/s²")
    assert 0 < channels.noise["grip_thumb_n"] < 2 * channels.expected["grip_thumb_n"]
    assert "verdict: " in printed.err


def test_check_finds_saturation(gripforce):
    done = gripforce("check", "sim:lift?speed=max&faults=saturate=0.01", "--duration", 5, "--json")
    result = json.loads(done.out)
    assert (done.code, result["verdict"]) == (3, "fail")
    assert any("full scale" in line for line in result["advice"])


def test_devices_lists_the_simulators(gripforce):
    result = json.loads(gripforce("devices", "--json").out)
    assert "sim:lift" in {one["url"] for one in result["devices"]}


def test_a_replay_can_be_recorded_again(gripforce, recorded, tmp_path):
    copy = tmp_path / "copy.grip"
    done = gripforce("record", f"replay:{recorded}?speed=max", "-o", copy, "--json")
    assert done.code == 0
    first = json.loads(gripforce("info", recorded, "--json").out)
    again = json.loads(done.out)
    assert [s["samples"] for s in again["streams"]] == [s["samples"] for s in first["streams"]]
    assert (again["lost"], again["reconciled"]) == (0, True)


BAD = [
    (["record", "serial:/dev/never", "-o", "new.grip"], 3, "no port /dev/never"),
    (["record", "nonsense", "-o", "new.grip"], 1, "not a source"),
    (["record", "sim:lift", "-o", "new.grip", "--mass-g", "-5"], 1, "mass of -5"),
    (["record", "sim:lift", "-o", "new.grip", "--slip-n", "nan"], 1, "slip force"),
    (["record", "sim:lift", "-o", "new.grip", "--hand", "third"], 1, "no hand 'third'"),
    (["record", "sim:lift", "-o", "new.grip", "--task", "dance"], 1, "no task 'dance'"),
    (["record", "sim:lift", "-o", "new.grip", "--subject", "Ada Lovelace"], 1, "pseudonym"),
    (["record", "sim:lift", "-o", "new.grip", "--duration", "0"], 1, "duration of 0"),
    (["record", "sim:lift", "-o", "no/where/new.grip"], 1, "no/where"),
    (["record", "sim:lift", "-o", "notes.txt"], 1, "exists already"),
    (["info", "notes.txt"], 1, "not a gripforce recording"),
    (["info", "missing.grip"], 1, "missing.grip"),
    (["info", "."], 1, "cannot be read"),
    (["analyze", "notes.txt"], 1, "not a gripforce recording"),
    (["analyze", "a.grip", "-o", "notes.txt"], 1, "exists already"),
    (["analyze", "a.grip", "--filter-hz", "-1"], 1, "filter frequency"),
    (["export", "a.grip", "--format", "xls", "-o", "new.xls"], 1, "xls"),
    (["export", "a.grip", "--format", "csv", "-o", "notes.txt"], 1, "exists already"),
    (["import", "notes.txt", "--map", "missing.toml", "-o", "new.grip"], 1, "missing.toml"),
    (["import", "notes.txt", "--map", "bad.toml", "-o", "new.grip"], 1, "column 9"),
    (["check", "tcp:127.0.0.1:1"], 3, "Nothing answers"),
    (["simulate"], 1, "--link"),
    (["simulate", "--link", "notes.txt"], 1, "notes.txt"),
    (["simulate", "--link", "x", "--mass-g", "-5"], 1, "mass_g=-5"),
    (["simulate", "--link", "x", "--profile", "martian"], 1, "martian"),
    (["simulate", "--link", "x", "--task", "dance"], 1, "'dance' cannot be simulated"),
    (["simulate", "--link", "x", "--beat-s", "2"], 1, "lift does not depend on beat_s"),
    (["simulate", "--link", "x", "--task", "p2p", "--beat-s", "0.5"], 1, "Give 1.5 to 10 s"),
    (["simulate", "--link", "x", "--tcp", "0"], 1, "Say where the device shall be"),
    (["simulate", "--link", "x", "--name", "cup"], 1, "need --ble"),
    (["monitor", "sim:lift"], 1, "needs a terminal"),
    (["record", "replay:missing.grip", "-o", "new.grip"], 1, "missing.grip"),
    (["record", "sim:lift"], 2, ""),
    (["frobnicate"], 2, ""),
]  # fmt: skip


@pytest.mark.parametrize("case", BAD, ids=lambda case: " ".join(case[0])[:60])
def test_bad_input_gets_one_sentence_and_writes_nothing(gripforce, recorded, monkeypatch, case):
    arguments, code, says = case
    monkeypatch.chdir(recorded.parent)
    (recorded.parent / "notes.txt").write_text("a,b\n1,2\n3,4\n")
    (recorded.parent / "bad.toml").write_text(
        "[table]\nrate_hz = 100\n[channels]\ngrip_n = { mean = [9] }\nload_n = { mean = [1] }\n"
    )
    before = {p.name: p.read_bytes() for p in recorded.parent.iterdir()}
    done = gripforce(*arguments)
    assert done.code == code
    assert says in done.err
    assert "Traceback" not in done.err
    if code != 2:
        assert done.err.count("\n") == 1
        assert done.err.startswith("gripforce: ")
    assert {p.name: p.read_bytes() for p in recorded.parent.iterdir()} == before


def wait_for(condition, seconds=60.0):
    """Poll, for what another process does has no event here."""
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        if condition():
            return
        os.sched_yield()
    pytest.fail("it did not happen in time")


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_a_recording_cleanly(gripforce, tmp_path, name):
    path = tmp_path / "a.grip"
    process = subprocess.Popen(
        [sys.executable, "-m", "gripforce", "record", "sim:lift", "-o", str(path), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    wait_for(lambda: path.exists() and len(path.read_bytes().rstrip(b"\0")) > 20_000)
    process.send_signal(name)
    out, err = process.communicate(timeout=20)
    result = json.loads(out)
    assert (process.returncode, result["ended"], result["reconciled"]) == (0, "stopped", True), err
    assert result["lost"] == 0
