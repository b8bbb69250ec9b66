"""The commands of the README run as they stand there, and answer what it says."""

import re
import shlex

import pytest
from typer.testing import CliRunner

from gripforce.cli.main import app
from tests.docs.bibliography import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
ANSWERS = README[README.index("## The two answers") : README.index("## Where to go")]


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme")
    block = re.search(r"```\n(.*?)```", ANSWERS, re.DOTALL).group(1)
    lines = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for command in block.splitlines():
            program, *words = shlex.split(command)
            assert program == "gripforce"
            done = CliRunner().invoke(app, words, catch_exceptions=False)
            assert done.exit_code == 0, done.output
            lines.append(done.output)
    assert (folder / "p01.html").stat().st_size > 10_000
    assert {path.name for path in folder.glob("*.csv")} == {"p01.csv", "p01-slip.csv"}
    return lines[-1]


def test_the_answers_are_those_of_the_readme(printed):
    quoted = " ".join(ANSWERS.split("> ", 1)[1].partition("\n\n")[0].replace("> ", "").split())
    coupling, excess = re.search(
        r"load\? (YES|NO|CANNOT TELL)\..*needed\? (YES|NO|CANNOT TELL)\.", quoted
    ).groups()
    assert f"does the grip rise together with the load? {coupling}." in printed
    assert f"Squeezes harder than needed? {excess}." in printed


def test_the_figures_are_those_of_the_readme(printed):
    lag = re.search(r"Grip comes (\d+) ms after load", ANSWERS).group(1)
    margin = re.search(r"is (\d+) % above the slip force", ANSWERS).group(1)
    assert f"Grip comes {lag} ms after load" in printed
    assert re.search(rf"is {margin} % \(95 %", printed)


def test_it_stays_short():
    assert len(README.splitlines()) < 80
