"""What comes from outside reaches neither a terminal nor a spreadsheet as a command."""

import csv
import io
import os
import stat
from pathlib import Path

import pandas as pd
import pytest

import gripforce as gripforce_package
from gripforce.model import Marker
from gripforce.recorder.server import RecorderServer
from gripforce.recording import Recorder
from gripforce.untrusted import escaped, spreadsheet_safe
from reliability.known_samples import session, stream_items

EVIL = "\x1b]0;PWNED\x07\x1b[2J\x1b[31mred\r\n\u202egnp\x9b31m"
CONTROLS = [chr(c) for c in (*range(32), 127, *range(128, 160)) if chr(c) != "\n"] + ["\u202e"]


def test_control_characters_are_written_out():
    shown = escaped(EVIL)
    assert not any(c in shown for c in CONTROLS)
    assert "PWNED" in shown
    assert escaped("Grüße, 3 µN × 2") == "Grüße, 3 µN × 2"


def test_info_shows_no_control_character_of_a_file(gripforce, tmp_path):
    path = tmp_path / "a.grip"
    metadata = {"surface": EVIL, "task": EVIL, "hand": EVIL}
    with Recorder(path, metadata, least_free_bytes=0) as recorder:
        items = stream_items(session(1.0))
        for item in [*items[:-1], Marker(0.5, EVIL, EVIL), items[-1]]:
            recorder.write(item)
    done = gripforce("info", path)
    assert done.out.count("PWNED") == 5
    assert not any(c in done.out for c in CONTROLS)


def test_errors_show_no_control_character(gripforce, tmp_path):
    done = gripforce("info", tmp_path / "\x1b[31mmissing.grip")
    assert "missing.grip" in done.err
    assert not any(c in done.err for c in CONTROLS)


def test_a_text_that_is_no_utf_8_is_recorded(gripforce, tmp_path):
    """Python gives bytes of the command line that are no text as halves of characters."""
    path = tmp_path / "a.grip"
    done = gripforce("record", "sim:still?speed=max", "-o", path, "--duration", 1,
                     "--surface", os.fsdecode(b"\xff\xfe"))  # fmt: skip
    assert done.code == 0, done.err
    assert gripforce("info", path, "--json").code == 0


def test_commands_print_through_the_functions_that_write_controls_out():
    """What they print by themselves is a fixed text, or a number that they count."""
    own = {"main.py", "options.py", "output.py", "progress.py"}
    bare = [
        f"{path.name}: {line.strip()}"
        for path in Path(gripforce_package.__file__).parent.joinpath("cli").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if path.name not in own and line.strip().startswith(("print(", "typer.echo("))
    ]
    assert bare == ['calibrate.py: print(escaped(prompt), end="", file=sys.stderr, flush=True)']


def test_a_trend_shows_no_control_character(gripforce, tmp_path):
    path = tmp_path / "a.grip"
    gripforce("record", "sim:lift?speed=max&trials=2", "-o", path, "--surface", EVIL,
              "--mass-g", 400, "--subject", "p01")  # fmt: skip
    done = gripforce("trend", tmp_path)
    assert "PWNED" in done.out
    assert not any(c in done.out for c in CONTROLS)


@pytest.mark.parametrize("begin", [*"=+-@", "\t=", "\r="])
def test_a_cell_that_begins_like_a_formula_is_quoted(begin):
    text = f'{begin}HYPERLINK("http://evil.example")'
    table = pd.DataFrame({"surface": [text, "silk", None], "lag_ms": [-3.5, 2.0, None]})
    rows = list(csv.reader(io.StringIO(spreadsheet_safe(table).to_csv(index=False))))
    assert rows[1][0].startswith("'")
    assert rows[1][1] == "-3.5"
    assert rows[2] == ["silk", "2.0"]


def test_analyze_and_cohort_quote_a_surface(gripforce, tmp_path):
    path, table = tmp_path / "a.grip", tmp_path / "a.csv"
    surface = "=1+1"
    done = gripforce(
        "record", "sim:lift?speed=max&trials=1", "-o", path, "--surface", surface, "--mass-g", 400,
        "--subject", "p01",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert gripforce("analyze", path, "-o", table).code == 0
    assert gripforce("cohort", tmp_path, "-o", tmp_path / "cohort.csv").code == 0
    for written in (table, tmp_path / "cohort.csv"):
        for row in csv.reader(written.read_text(encoding="utf-8").splitlines()):
            assert not any(cell.startswith("=") for cell in row)


def test_the_recorder_s_address_follows_no_link(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    address = tmp_path / ".station.json"
    address.with_suffix(".new").symlink_to(victim)
    RecorderServer(address)._write_address(7)
    assert victim.read_text() == "mine"
    assert stat.S_IMODE(address.stat().st_mode) == 0o600
