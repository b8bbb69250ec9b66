"""What every command has: JSON, configuration, quiet, a log, completion, tables for the place."""

import csv
import io
import json
import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import typer.main
from typer.testing import CliRunner

import gripforce as gf
from gripforce.cli.main import app

WITHOUT_ANSWER = {"demo", "emulate", "flash", "lsl", "monitor", "session", "simulate"}
"""They show a screen, or serve until they are ended."""


def commands(group=None, before=()):
    for name, command in (group or typer.main.get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*before, name))
        else:
            yield (*before, name), command


def test_every_command_that_has_an_answer_gives_it_as_json():
    found = {" ".join(words): command for words, command in commands()}
    assert set(found) >= WITHOUT_ANSWER
    for name, command in found.items():
        options = {word for parameter in command.params for word in parameter.opts}
        assert ("--json" in options) == (name not in WITHOUT_ANSWER), name


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    for name, visit in (("a", 1), ("study/b", 2)):
        (folder / name).parent.mkdir(exist_ok=True)
        about = {"subject": "p01", "session": f"ses-{visit:02d}", "hand": "right"}
        source = f"sim:lift?speed=max&trials=3&seed={visit + 1}"
        gf.record(source, folder / f"{name}.grip", **about)
    (folder / "one").mkdir()
    for other in ("study", "one"):
        shutil.copy(folder / "a.grip", folder / other)
    gf.export(folder / "a.grip", folder / "a.csv")
    return folder


SHIPPED = Path(gf.__file__).parent / "protocol" / "shipped"


ANSWERS = {
    "analyze": ("{made}/a.grip", "summary"),
    "bids": ("{made}/study -o {new}/bids --workers 1", "sessions"),
    "check": ("sim:still?speed=max --duration 1", "verdict"),
    "cohort": ("{made}/study -o {new}/a.csv --workers 1", "who_changes"),
    "devices": ("--scan 0", "devices"),
    "export": ("{made}/a.grip -o {new}/b.mat", "format"),
    "import": ("{made}/a.csv --propose", "map"),
    "info": ("{made}/a.grip", "samples"),
    "protocols check": ("{shipped}/tracking.toml", "problems"),
    "protocols list": ("", "protocols"),
    "protocols show": ("tracking", "text"),
    "record": ("sim:still?speed=max -o {new}/c.grip --duration 1", "samples"),
    "trend": ("{made}/one", "trends"),
}
"""Of each command with an answer: words, and a key of what it says."""
ELSEWHERE = {"calibrate"}
"""Its answer takes nine loads: ``tests/cli/test_calibrate.py``."""


def test_every_answer_is_asked_for():
    assert {" ".join(words) for words, _ in commands()} == {
        *ANSWERS, *ELSEWHERE, *WITHOUT_ANSWER
    }  # fmt: skip


@pytest.mark.parametrize("command", ANSWERS)
def test_an_answer_is_one_json_object_and_nothing_else(gripforce, made, tmp_path, command):
    words, key = ANSWERS[command]
    words = words.format(made=made, new=tmp_path, shipped=SHIPPED).split()
    done = gripforce(*command.split(), *words, "--json")
    assert done.code == 0, done.err
    assert key in json.loads(done.out)


def test_problems_of_a_protocol_are_json_too(gripforce, tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("title = 3\n")
    done = gripforce("protocols", "check", wrong, "--json")
    assert done.code == 1
    assert 1 in {problem["line"] for problem in json.loads(done.out)["problems"]}


def test_options_come_from_the_file_the_environment_and_the_command_line(
    gripforce, tmp_path, monkeypatch
):
    config, number = tmp_path / "config.toml", iter(range(9))
    config.write_text('[record]\nmass-g = 321\nsurface = "silk"\n')

    def recorded(*words):
        path = tmp_path / f"{next(number)}.grip"
        done = gripforce("--config", config, "record", "sim:still?speed=max", "-o", path,
                         "--duration", 1, *words)  # fmt: skip
        assert done.code == 0, done.err
        metadata = gf.read_recording(path).metadata
        return metadata["mass_g"], metadata["surface"]

    assert recorded() == (321, "silk")
    monkeypatch.setenv("GRIPFORCE_RECORD_MASS_G", "222")
    assert recorded() == (222, "silk")
    assert recorded("--mass-g", 111) == (111, "silk")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[record]\nmas_g = 3\n", "record has no option 'mas_g'"),
        ("[recrd]\n", "no command 'recrd'"),
        ("record = 3\n", "no command 'record'"),
        ("[record\n", "is no TOML"),
        ("[record]\nmass_g = 'heavy'\n", "Invalid value for .--mass-g"),
    ],
)
def test_a_wrong_configuration_is_one_sentence(gripforce, tmp_path, text, said):
    config = tmp_path / "config.toml"
    config.write_text(text)
    done = gripforce("--config", config, "record", "sim:still", "-o", tmp_path / "a.grip")
    assert done.code != 0
    assert re.search(said, done.err)
    assert "Traceback" not in done.err
    assert not (tmp_path / "a.grip").exists()


def test_quiet_leaves_results_and_errors(gripforce, made, tmp_path):
    loud, quiet = (gripforce(*words, "analyze", made / "a.grip") for words in ((), ("-q",)))
    assert quiet.out == loud.out
    assert "safety margin" in loud.err
    assert "CANNOT TELL" in quiet.err, "a doubt is said"
    assert set(quiet.err.splitlines()) < set(loud.err.splitlines())
    assert "cannot be read" in gripforce("-q", "info", tmp_path / "none.grip").err
    assert loud.err == gripforce("analyze", made / "a.grip").err, "it lasts for one command"


def test_a_log_has_what_was_said_and_where_an_error_came_from(gripforce, made, tmp_path):
    log = tmp_path / "log.txt"
    gripforce("--log", log, "-q", "analyze", made / "a.grip")
    done = gripforce("--log", log, "info", tmp_path / "none.grip")
    lines = log.read_text().splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00 ", line) for line in lines)
    assert "Traceback" in log.read_text()
    assert "Traceback" not in done.err
    assert any("a.grip: 3 lifts" in line for line in lines)
    assert "Traceback" in gripforce("-v", "info", tmp_path / "none.grip").err


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("gripforce record sim:p", {"sim:p2p", "sim:pinch"}),
        ("gripforce record --task st", {"step"}),
        ("gripforce session --protocol tr", {"tracking", "try-out"}),
        ("gripforce export --format ma", {"mat", "mat73"}),
        ("gripforce analyze {made}/", {"{made}/a.grip"}),
        ("gripforce session --lang d", {"de"}),
    ],
)
def test_the_shell_completes(made, typed, offered):
    typed, offered = typed.format(made=made), {word.format(made=made) for word in offered}
    environment = {
        "_GRIPFORCE_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_ARGS": typed,
    }
    done = CliRunner().invoke(app, env=environment, prog_name="gripforce")
    assert offered <= {line.partition("\t")[0] for line in done.output.splitlines()}


def on_a_terminal(*words):
    """Return what a command prints on a terminal of 100 columns."""
    reader, writer = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gripforce", *map(str, words)],
        stdout=writer, stderr=subprocess.DEVNULL, env={**os.environ, "COLUMNS": "100"},
    )  # fmt: skip
    os.close(writer)
    printed = b""
    while True:
        try:
            data = os.read(reader, 1 << 16)
        except OSError:  # Linux's word that the other end is closed
            break
        if not data:
            break
        printed += data
    os.close(reader)
    assert process.wait() == 0
    return re.sub(r"\x1b\[[\d;]*m", "", printed.decode())


def test_a_terminal_gets_a_table_and_a_pipe_gets_csv(gripforce, made):
    shown = on_a_terminal("analyze", made / "a.grip")
    assert "grip/load" in shown
    assert "gf_lf_ratio" not in shown
    table = pd.read_csv(io.StringIO(gripforce("analyze", made / "a.grip").out))
    assert list(table.trial) == [1, 2, 3]
    shown = on_a_terminal("info", made / "a.grip")
    assert "reconciled" in shown
    assert "what,value" not in shown
    rows = dict(csv.reader(io.StringIO(gripforce("info", made / "a.grip").out)))
    assert rows["reconciled"] == "yes"


def test_numbers_in_files_carry_the_digits_that_they_mean(gripforce, made, tmp_path):
    assert gripforce("analyze", made / "a.grip", "-o", tmp_path / "t.csv").code == 0
    written = list(csv.DictReader(io.StringIO((tmp_path / "t.csv").read_text())))
    exact = gf.analyze(made / "a.grip")
    for row, (_, own) in zip(written, exact.iterrows(), strict=True):
        for column, cell in row.items():
            if isinstance(own[column], float) and cell:
                assert len(cell.replace("-", "").replace(".", "").lstrip("0")) <= 9, column
                assert float(cell) == pytest.approx(own[column], rel=1e-4, abs=1e-3), column
