"""The version of the installed package."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

UNKNOWN = "unknown"


def software_version() -> str:
    """Return gripforce's version; ``unknown`` where it runs without being installed."""
    try:
        return version("gripforce")
    except PackageNotFoundError:
        return UNKNOWN
