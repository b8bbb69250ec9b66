"""The protocols that come with gripforce, and those that people write."""

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
    """Return the protocols of the package, by name."""
    folder = files("gripforce.protocol").joinpath("shipped")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(SUFFIX))
    return tuple(
        require_protocol(
            name.removesuffix(SUFFIX), folder.joinpath(name).read_text(encoding="utf-8"), name
        )
        for name in names
    )


def find_protocol(name: str) -> Protocol:
    """Return a shipped protocol by its name, or any by its file; ``UsageError`` otherwise."""
    if name.endswith(SUFFIX):
        return require_protocol(Path(name).stem, read_text(Path(name)), name)
    shipped = shipped_protocols()
    for protocol in shipped:
        if protocol.name == name:
            return protocol
    known = ", ".join(protocol.name for protocol in shipped)
    raise UsageError(f"There is no protocol '{name}'.", f"Shipped: {known}; or give a .toml file.")


def read_text(path: Path) -> str:
    """Return a protocol file's text."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not text in UTF-8.") from None
