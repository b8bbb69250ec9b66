"""Command-line parameters for the options of a simulation, made from their declaration."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gripforce.sim.option_table import SIM_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from gripforce.sim.option_table import SimOption


def with_sim_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command a parameter for each option of a simulation.

    They replace the command's ``**options``, which receives the value of each by its name. Typer
    reads the signature that is set here.
    """
    signature = inspect.signature(command, eval_str=True)
    parameters = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    parameters += [_parameter(option) for option in SIM_OPTIONS.values() if not option.url_only]
    command.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return command


def flag(name: str) -> str:
    """Return an option's name as it is typed: ``--mass-g``."""
    return f"--{name.replace('_', '-')}"


def _parameter(option: SimOption) -> inspect.Parameter:
    declared: Any = Annotated[option.kind, typer.Option(flag(option.name), help=option.description)]
    return inspect.Parameter(
        option.name, inspect.Parameter.KEYWORD_ONLY, default=option.default, annotation=declared
    )
