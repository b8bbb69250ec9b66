"""The language of a session: what patients and operators read goes through a gettext catalogue.

English is the language of the code, of files, and of whatever a catalogue lacks. Sentences are
translated where they are shown: journal, recording and JSON are the same in every language.
``tools/catalogues.py`` says which texts the catalogues, the ``.po`` files here, must have.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Final

from gripforce.errors import UsageError

if TYPE_CHECKING:
    from gripforce.language.phrases import PhraseBook

LANGUAGES: Final = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "zh": "中文",
}
"""Code and own name of each language."""
_JOINTS: Final = {"zh": {"; ": "；", ": ": "：", ", ": "，"}}
"""Signs between the pieces of a sentence, where they are not those of English."""


class _Chosen:
    """The language of this process."""

    def __init__(self) -> None:
        self.code = "en"
        self.phrases: PhraseBook | None = None


_chosen = _Chosen()


def use_language(code: str) -> None:
    """Choose the language of this process; ``UsageError`` where there is no catalogue of it."""
    if code not in LANGUAGES:
        raise UsageError(f"There is no language '{code}'.", f"Use one of {', '.join(LANGUAGES)}.")
    _chosen.code = code
    _chosen.phrases = None if code == "en" else _phrases(code)


def language() -> str:
    """Return the code of the language in use."""
    return _chosen.code


def translate(text: str) -> str:
    """Return a text in the language in use; what the catalogue lacks of it as it is.

    The figures of a sentence may be filled in already.

    >>> translate("Lift")
    'Lift'
    """
    return text if _chosen.phrases is None else _chosen.phrases.translate(text)


def translatable(text: str) -> str:
    """Return a constant as it is: it is translated where it is shown, and the catalogue has it."""
    return text


@cache
def _phrases(code: str) -> PhraseBook:
    from babel.messages.pofile import read_po  # noqa: PLC0415 - English needs no Babel

    from gripforce.language.phrases import PhraseBook  # noqa: PLC0415 - likewise

    source = files("gripforce.language").joinpath(f"{code}.po").read_bytes()
    entries = {
        str(message.id): str(message.string)
        for message in read_po(BytesIO(source))
        if message.id and message.string and not message.fuzzy
    }
    return PhraseBook(entries, _JOINTS.get(code, {}))
