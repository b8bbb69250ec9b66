"""The user's configuration: defaults of options, by command, in a TOML file.

::

    [record]
    mass_g = 400
    lsl = true
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer.core import TyperGroup

from gripforce.errors import UsageError
from gripforce.files import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

PREFIX = "GRIPFORCE"
"""Options are also read from the environment: ``GRIPFORCE_RECORD_MASS_G``."""


def usual_path() -> Path:
    """Return where the file is looked for."""
    import platformdirs

    return platformdirs.user_config_path("gripforce") / "config.toml"


def read_configuration(path: Path, group: TyperGroup) -> dict[str, Any]:
    """Read defaults by command and parameter, as ``click`` takes them.

    Raises ``UsageError`` where the file is no TOML, or names a command or option that is none.
    """
    import tomllib

    try:
        content = tomllib.loads(read_text(path, "a configuration"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is no TOML: {error}.", "Correct the line.") from error
    return _defaults(content, group, str(path))


def _defaults(content: dict[str, Any], group: TyperGroup, where: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, values in content.items():
        command = group.commands.get(name)
        if command is None or not isinstance(values, dict):
            raise UsageError(
                f"{where}: there is no command '{name}'.", f"Known: {', '.join(group.commands)}."
            )
        if isinstance(command, TyperGroup):
            found[name] = _defaults(values, command, f"{where}: {name}")
        else:
            found[name] = _options(values, command.params, f"{where}: {name}")
    return found


def _options(values: dict[str, Any], parameters: Sequence[Any], where: str) -> dict[str, Any]:
    """Return values by the parameter that each option sets."""
    known = {
        word.lstrip("-").replace("-", "_"): str(parameter.name)
        for parameter in parameters
        if parameter.param_type_name == "option"
        for word in parameter.opts
        if word.startswith("--")
    }
    for key in values:
        if key.replace("-", "_") not in known:
            raise UsageError(
                f"{where} has no option '{key}'.", f"Known: {', '.join(sorted(known))}."
            )
    return {known[key.replace("-", "_")]: value for key, value in values.items()}
