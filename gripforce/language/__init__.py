"""The language of a session: what patients and operators read goes through a gettext catalogue.

English is the language of the code, and of whatever a catalogue lacks. The catalogues are the
``.po`` files beside this module; ``tests/test_language.py`` says which texts they must have.
"""

from __future__ import annotations

from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import Final

from gripforce.errors import UsageError

LANGUAGES: Final = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "zh": "中文",
}
"""Code and own name of each language."""


class _Chosen:
    """The language of this process."""

    def __init__(self) -> None:
        self.code = "en"
        self.catalogue: NullTranslations = NullTranslations()


_chosen = _Chosen()


def use_language(code: str) -> None:
    """Choose the language of this process; ``UsageError`` where there is no catalogue of it."""
    if code not in LANGUAGES:
        raise UsageError(f"There is no language '{code}'.", f"Use one of {', '.join(LANGUAGES)}.")
    _chosen.code = code
    _chosen.catalogue = NullTranslations() if code == "en" else _catalogue(code)


def language() -> str:
    """Return the code of the language in use."""
    return _chosen.code


def translate(text: str) -> str:
    """Return a text in the language in use; a text that the catalogue lacks as it is.

    >>> translate("Lift")
    'Lift'
    """
    return _chosen.catalogue.gettext(text) if text else ""


def translatable(text: str) -> str:
    """Return a constant as it is: it is translated where it is shown, and the catalogue has it."""
    return text


def _catalogue(code: str) -> GNUTranslations:
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - English needs no Babel
    from babel.messages.pofile import read_po  # noqa: PLC0415 - likewise

    source = files("gripforce.language").joinpath(f"{code}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source)))
    compiled.seek(0)
    return GNUTranslations(compiled)
