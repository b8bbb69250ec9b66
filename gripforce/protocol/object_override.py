"""Replace a protocol's object where a session has one of another mass or surface.

Mass and surface of a protocol's ``[defaults]`` can be replaced; those that a block names itself, or
changes from trial to trial, are part of what the protocol tests and stay.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gripforce.protocol.schema import Block, Protocol


@dataclass(frozen=True, slots=True)
class TestObject:
    """Mass [g] and surface of an object; None where a protocol leaves no choice."""

    mass_g: float | None = None
    surface: str | None = None


def default_object(protocol: Protocol) -> TestObject:
    """Return the object of a protocol's defaults, as far as it can be replaced."""
    defaults = tomllib.loads(protocol.text).get("defaults", {}) if protocol.text else {}
    mass_g, surface = defaults.get("mass_g"), defaults.get("surface")
    return TestObject(
        mass_g if any(_uses_mass(b, mass_g) for b in protocol.blocks) else None,
        surface if any(_uses_surface(b, surface) for b in protocol.blocks) else None,
    )


def with_object(protocol: Protocol, actual: TestObject) -> Protocol:
    """Return the protocol with the actual object in place of its default one."""
    default = default_object(protocol)
    blocks = tuple(_with_object(block, default, actual) for block in protocol.blocks)
    return replace(protocol, blocks=blocks)


def _with_object(block: Block, default: TestObject, actual: TestObject) -> Block:
    if actual.mass_g is not None and _uses_mass(block, default.mass_g):
        block = replace(block, mass_g=actual.mass_g)
    if actual.surface is not None and _uses_surface(block, default.surface):
        block = replace(block, surface=actual.surface)
    return block


def _uses_mass(block: Block, mass_g: float | None) -> bool:
    return mass_g is not None and block.measured and block.mass_g == mass_g and not block.masses_g


def _uses_surface(block: Block, surface: str | None) -> bool:
    return (
        surface is not None and block.measured and block.surface == surface and not block.surfaces
    )
