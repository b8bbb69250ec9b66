"""How the tests run ``gripforce``: in this process, as ``main`` would."""

import shutil
import sys
from dataclasses import dataclass

import pytest

from gripforce.cli.main import main


@dataclass
class Done:
    code: int
    out: str
    err: str


@pytest.fixture
def gripforce(monkeypatch, capsys, tmp_path_factory):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["gripforce", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return run


@pytest.fixture
def recorded(gripforce, tmp_path, tmp_path_factory):
    """Return a recording of three lifts, a copy of one that is made once."""
    path, made = tmp_path / "a.grip", tmp_path_factory.getbasetemp() / "three-lifts.grip"
    if not made.exists():
        done = gripforce("record", "sim:lift?speed=max&trials=3", "-o", path, "--mass-g", 400)
        assert done.code == 0, done.err
        path.rename(made)
    return shutil.copy(made, path)
