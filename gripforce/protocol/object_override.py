"""The object that is handled: its mass and surface, where whoever runs a session has another one.

What a protocol names in its ``[defaults]`` may be told otherwise; what a block names itself, or
changes from trial to trial, is what the protocol is about and stays.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gripforce.protocol.schema import Block, Protocol


@dataclass(frozen=True, slots=True)
class TestObject:
    """Mass and surface; None where a protocol leaves no choice."""

    mass_g: float | None = None
    surface: str | None = None


def handled_by(protocol: Protocol) -> TestObject:
    """Return the object that a protocol takes for granted, and that may be another one."""
    defaults = tomllib.loads(protocol.text).get("defaults", {}) if protocol.text else {}
    mass_g, surface = defaults.get("mass_g"), defaults.get("surface")
    return TestObject(
        mass_g if any(_takes_mass(b, mass_g) for b in protocol.blocks) else None,
        surface if any(_takes_surface(b, surface) for b in protocol.blocks) else None,
    )


def with_object(protocol: Protocol, told: TestObject) -> Protocol:
    """Return the protocol with the object that is really there."""
    usual = handled_by(protocol)
    return replace(protocol, blocks=tuple(_with(b, usual, told) for b in protocol.blocks))


def _with(block: Block, usual: TestObject, told: TestObject) -> Block:
    if told.mass_g is not None and _takes_mass(block, usual.mass_g):
        block = replace(block, mass_g=told.mass_g)
    if told.surface is not None and _takes_surface(block, usual.surface):
        block = replace(block, surface=told.surface)
    return block


def _takes_mass(block: Block, usual_g: float | None) -> bool:
    return usual_g is not None and block.measured and block.mass_g == usual_g and not block.masses_g


def _takes_surface(block: Block, usual: str | None) -> bool:
    return usual is not None and block.measured and block.surface == usual and not block.surfaces
