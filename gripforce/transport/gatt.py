"""GATT profiles: the characteristics of a peripheral that form a pipe of bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gripforce.errors import TransportError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

BASE = "0000{:04x}-0000-1000-8000-00805f9b34fb"
"""Full form of the Bluetooth standard's short UUIDs."""
BATTERY_SERVICE = BASE.format(0x180F)
BATTERY_LEVEL = BASE.format(0x2A19)


@dataclass(frozen=True, slots=True)
class GattProfile:
    """One service with one characteristic that notifies and one that is written to."""

    name: str
    """As in ``ble:NAME?profile=nus``."""
    service: str
    notify: str
    write: str
    title: str
    """Name to show to a user."""


GRIPFORCE = GattProfile(
    "gripforce",
    "64660001-94d0-44d0-8444-4b648bb1aba1",
    "64660002-94d0-44d0-8444-4b648bb1aba1",
    "64660003-94d0-44d0-8444-4b648bb1aba1",
    "gripforce device",
)
NORDIC_UART = GattProfile(
    "nus",
    "6e400001-b5a3-f393-e0a9-e50e24dcca9e",
    "6e400003-b5a3-f393-e0a9-e50e24dcca9e",
    "6e400002-b5a3-f393-e0a9-e50e24dcca9e",
    "serial module (Nordic UART)",
)
HM10 = GattProfile(
    "hm10",
    BASE.format(0xFFE0),
    BASE.format(0xFFE1),
    BASE.format(0xFFE1),
    "serial module (HM-10)",
)
PROGRESSOR = GattProfile(
    "progressor",
    "7e4e1701-1ea6-40c9-9dcc-13d34ffead57",
    "7e4e1702-1ea6-40c9-9dcc-13d34ffead57",
    "7e4e1703-1ea6-40c9-9dcc-13d34ffead57",
    "Tindeq Progressor: one force",
)
PROFILES = (GRIPFORCE, NORDIC_UART, HM10, PROGRESSOR)
"""In order of preference where a peripheral has several."""


def profile_named(name: str) -> GattProfile:
    """Return the profile of a name; ``UsageError`` where there is none."""
    for profile in PROFILES:
        if profile.name == name:
            return profile
    known = ", ".join(profile.name for profile in PROFILES)
    raise UsageError(f"There is no GATT profile '{name}'.", f"Known: {known}.")


def profile_offered(services: Collection[str]) -> GattProfile | None:
    """Return the first profile whose service is among those advertised or discovered."""
    offered = {service.lower() for service in services}
    return next((profile for profile in PROFILES if profile.service in offered), None)


def choose_profile(services: Collection[str], asked: GattProfile | None) -> GattProfile:
    """Return the profile to use; ``TransportError`` where the peripheral does not have it."""
    if asked is not None and asked.service in {service.lower() for service in services}:
        return asked
    offered = profile_offered(services)
    if asked is None and offered is not None:
        return offered
    if offered is not None:
        raise TransportError(
            f"The peripheral is not a {asked.title if asked else ''}, but a {offered.title}.",
            f"Try ?profile={offered.name}, or leave the profile out.",
        )
    raise TransportError(
        "The peripheral has no service that gripforce can read.",
        "Is it the right one? `gripforce devices` lists those that gripforce can read.",
    )
