"""The version and the completion of the shell, as the installed command gives them."""

from importlib.metadata import version

from typer.testing import CliRunner

from gripforce.cli.main import app


def test_version_is_that_of_the_package():
    done = CliRunner().invoke(app, ["--version"])
    assert done.exit_code == 0
    assert done.stdout == f"gripforce {version('gripforce')}\n"


def test_a_shell_completes_commands():
    environment = {"_GRIPFORCE_COMPLETE": "complete_bash", "COMP_WORDS": "gripforce re",
                   "COMP_CWORD": "1"}  # fmt: skip
    done = CliRunner().invoke(app, env=environment, prog_name="gripforce")
    assert "record" in done.stdout.split()
