"""Find protocols: those that come with gripforce, and files."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from gripforce.errors import UsageError
from gripforce.protocol.parse import require_protocol

if TYPE_CHECKING:
    from gripforce.protocol.schema import Protocol

SUFFIX = ".toml"


def shipped_protocols() -> tuple[Protocol, ...]:
    """Return the protocols that come with gripforce, sorted by name."""
    folder = files("gripforce.protocol").joinpath("shipped")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(SUFFIX))
    return tuple(
        require_protocol(
            name.removesuffix(SUFFIX), folder.joinpath(name).read_text(encoding="utf-8"), name
        )
        for name in names
    )


def find_protocol(name: str) -> Protocol:
    """Return a shipped protocol, given its name, or one in a ``.toml`` file.

    Raises ``UsageError`` for an unknown name and for a file that cannot be read or has problems.
    """
    if name.endswith(SUFFIX):
        return require_protocol(Path(name).stem, read_text(Path(name)), name)
    shipped = shipped_protocols()
    for protocol in shipped:
        if protocol.name == name:
            return protocol
    known = ", ".join(f"`{protocol.name}`" for protocol in shipped)
    raise UsageError(f"There is no protocol '{name}'.", f"Use one of {known}, or a .toml file.")


def read_text(path: Path) -> str:
    """Return a protocol file's text; ``UsageError`` where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not a text file in UTF-8.") from None
