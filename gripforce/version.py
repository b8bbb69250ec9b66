"""The version of the installed package."""

from __future__ import annotations

UNKNOWN = "unknown"


def software_version() -> str:
    """Return gripforce's version; ``unknown`` where it runs without being installed."""
    # It imports the standard library's mail, and `--help` needs none.
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        return version("gripforce")
    except PackageNotFoundError:
        return UNKNOWN
