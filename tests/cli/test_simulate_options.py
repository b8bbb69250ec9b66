"""``gripforce simulate`` has each option of a simulation as it is declared."""

import typer

from gripforce.cli.main import app
from gripforce.sim.option_table import SIM_OPTIONS


def test_the_command_has_each_option_with_its_default_and_help():
    command = typer.main.get_command(app).commands["simulate"]
    parameters = {parameter.name: parameter for parameter in command.params}
    for name, option in SIM_OPTIONS.items():
        assert (name in parameters) != option.url_only
        if not option.url_only:
            parameter = parameters[name]
            assert parameter.opts == [f"--{name.replace('_', '-')}"]
            assert parameter.default == option.default
            assert parameter.help == option.description
    assert "options" not in parameters
