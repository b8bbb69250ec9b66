"""What a session remembers on this computer: folder, device, protocol, object, language, sound.

The file is ``settings.toml`` in the user's configuration folder. It can be edited; what cannot be
read is as if it were not there.
"""

from __future__ import annotations

import json
import tomllib
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

import platformdirs

from gripforce.errors import UsageError
from gripforce.language import LANGUAGES
from gripforce.protocol.library import find_protocol

DEFAULT_PROTOCOL: Final = "als-battery"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings; "" and None: not known yet."""

    directory: str = ""
    device: str = ""
    protocol: str = DEFAULT_PROTOCOL
    mass_g: float | None = None
    surface: str = ""
    language: str = ""
    """Of the screens, where neither the command nor the protocol names one."""
    sound: bool = True
    light: bool = False
    """Whether the screens are light."""

    @property
    def root(self) -> Path:
        """The folder of all sessions."""
        return Path(self.directory) if self.directory else default_directory()


def default_directory() -> Path:
    """Return the folder of all sessions where none was ever named."""
    return platformdirs.user_documents_path() / "gripforce"


def settings_path() -> Path:
    """Return the path of the settings file."""
    return platformdirs.user_config_path("gripforce") / "settings.toml"


def load_settings() -> Settings:
    """Return the settings of this computer."""
    try:
        content = tomllib.loads(settings_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    known = {field.name: getattr(Settings(), field.name) for field in fields(Settings)}
    return Settings(**{k: v for k, v in content.items() if k in known and _fits(v, known[k])})


def remembered_protocol(settings: Settings) -> str:
    """Return the name or file of the last protocol, or the default where it no longer exists."""
    try:
        find_protocol(settings.protocol)
    except UsageError:
        return DEFAULT_PROTOCOL
    return settings.protocol


def screen_language(wanted: str | None, of_protocol: str = "") -> str:
    """Return the language of the screens: the one wanted, the protocol's, or the last one."""
    remembered = load_settings().language
    return wanted or of_protocol or (remembered if remembered in LANGUAGES else "en")


def save_settings(**changed: Any) -> None:
    """Change some settings; a file that cannot be written is not worth an error."""
    values = asdict(replace(load_settings(), **changed))
    lines = [f"{key} = {_toml(value)}" for key, value in values.items() if value is not None]
    path = settings_path()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _fits(value: Any, default: Any) -> bool:
    if default is None:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is type(default)


def _toml(value: Any) -> str:
    """Return a value as TOML writes it: its strings are those of JSON."""
    return json.dumps(value, ensure_ascii=False)
