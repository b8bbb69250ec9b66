"""Find a sentence in a catalogue after its figures were filled in.

Strategy: the layers below the screens write English sentences, which the journal, the recording and
the JSON keep. The catalogue has each as a template, ``grip reached {peak_n} N only``. A sentence is
looked up as it is, then as a template, then in the longest pieces that are known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_FIELD: Final = re.compile(r"\{(\w+)\}")
_LETTERS: Final = re.compile(r"[A-Za-z]{2}")
_BREAK: Final = re.compile(
    r"(\n|; |:\s|:$| [·:/] |, |\s?\(|\)|\s?\[|\]|(?<!\w)'|'(?!\w)| {2,}"
    r"|^[●○?!✓✕▶·–▲△▼▽←→*] |(?<=[.?!…]) +)"
)
"""Where a text may be taken apart: signs between sentences, clauses, items."""
_SENTENCE: Final = re.compile(r"(?<=[.?!…]) +")
_LEADING: Final = re.compile(r"[−+±\d.,]+ (?=\S)")
_MOST_PIECES: Final = 41
"""Of a run; odd, because a run ends with a piece and not with a joint."""
_FEW_LETTERS: Final = 4
"""A template with fewer letters of its own takes figures only: ``{low} to {high}``."""
_FIGURE: Final = r"([-−+±\d., –]*?)"
_COUNTED: Final = re.compile(r"n\d*|number|asked|counted|good|repeats")
"""Fields that take figures only."""
_SENTENCES: Final = re.compile(r"text|error|why")
"""Fields that take any text, whole sentences too."""
_ANY: Final = "(.*?)"
_INSIDE: Final = r"((?:(?!; |[.?!…] ).)*?(?:[.?!…](?! ))?)"
"""What other fields take is no list of clauses, and no second sentence."""
_CLAUSE: Final = re.compile(_INSIDE, re.DOTALL)
_MOST_REMEMBERED: Final = 4096


@dataclass(frozen=True)
class _Template:
    letters: int
    needle: str
    """Its longest part without a field: a text that lacks it cannot match."""
    exact: str
    any_text: str
    """The same expression, with any text in its fields."""
    fields: tuple[str, ...]
    translation: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a text must match; compiled when one has the needle, as few of hundreds do."""
        return re.compile(self.exact, re.DOTALL)

    @cached_property
    def loose(self) -> re.Pattern[str]:
        """The same, with any text in its fields."""
        return re.compile(self.any_text, re.DOTALL)


class PhraseBook:
    """The sentences of one language; ``joints`` are its own signs between pieces."""

    def __init__(self, entries: Mapping[str, str], joints: Mapping[str, str]) -> None:
        self._plain = {key: text for key, text in entries.items() if not _FIELD.search(key)}
        templates = (_template(key, text) for key, text in entries.items() if _FIELD.search(key))
        self._templates = sorted(templates, key=lambda one: -one.letters)
        self._joints = joints
        self._known: dict[str, str] = {}

    def translate(self, text: str) -> str:
        """Return a text in this language, its pieces where it has no entry as a whole."""
        core = text.strip()
        if not _LETTERS.search(core):
            return text
        if core not in self._known:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[core] = self._found(core)
        return text.replace(core, self._known[core], 1)

    def _found(self, core: str) -> str:
        whole = self._whole(core)
        if whole is not None:
            return whole
        return "".join(self._joined(_BREAK.split(core)))

    def _joined(self, pieces: list[str]) -> Iterable[str]:
        """Return the translation of the longest known runs of pieces; joints are at odd places."""
        at, before = 0, False
        while at < len(pieces):
            stop, now = self._longest(pieces, at)
            if at:
                joint = pieces[at - 1]
                yield self._joints.get(joint, joint) if before else joint
            before = now != "".join(pieces[at:stop])
            yield now
            at = stop + 1

    def _longest(self, pieces: list[str], at: int) -> tuple[int, str]:
        """Return where the longest known run from a piece on ends, and its translation."""
        for stop in range(min(len(pieces), at + _MOST_PIECES), at, -2):
            run = "".join(pieces[at:stop])
            if _LETTERS.search(run) and (found := self._whole(run)) is not None:
                return stop, found
        figure, rest = _leading_figure(pieces[at])
        return at + 1, figure + (self.translate(rest) if figure else rest)

    def _whole(self, core: str) -> str | None:
        """Return the entry of a text, however it begins and ends; None where there is none."""
        variants = _variants(core)
        for variant, restore in variants:
            if variant in self._plain:
                return restore(self._plain[variant])
        first, *more = _SENTENCE.split(core, maxsplit=1)
        if more and first in self._plain:
            return None  # a template must not take apart a sentence that has an entry
        for one in self._templates:
            if one.needle not in core and one.needle not in variants[1][0]:
                continue
            for variant, restore in variants:
                if (values := self._filled_in(one, variant)) is not None:
                    shown = map(self.translate, values)
                    filled = dict(zip(one.fields, shown, strict=True))
                    return restore(one.translation.format(**filled))
        return None

    def _filled_in(self, one: _Template, text: str) -> Sequence[str] | None:
        """Return what the fields of a template hold in a text; None where it is none of it."""
        if match := one.pattern.fullmatch(text):
            return match.groups()
        match = one.loose.fullmatch(text)
        if match and all(v in self._plain or _CLAUSE.fullmatch(v) for v in match.groups()):
            return match.groups()  # an instruction of several sentences, which has an entry
        return None


def _variants(core: str) -> list[tuple[str, Callable[[str], str]]]:
    """Return a text as catalogues may have it, and how its translation becomes that text again."""
    turned = core[0].swapcase() + core[1:]
    capital = core[0].isupper()

    def recase(found: str) -> str:
        return (found[:1].upper() if capital else found[:1]) + found[1:]

    plain: list[tuple[str, Callable[[str], str]]] = [(core, str), (turned, recase)]
    if core.endswith("."):
        return [*plain, *((text[:-1], _then(case, ".")) for text, case in plain)]
    return [*plain, *((f"{text}.", _without_stop(case)) for text, case in plain)]


def _leading_figure(text: str) -> tuple[str, str]:
    """Return a figure that a text begins with, "" without one, and the rest."""
    found = _LEADING.match(text)
    return (found.group(), text[found.end() :]) if found else ("", text)


def _then(case: Callable[[str], str], stop: str) -> Callable[[str], str]:
    return lambda found: f"{case(found)}{stop}"


def _without_stop(case: Callable[[str], str]) -> Callable[[str], str]:
    return lambda found: case(found).rstrip(".。")


def _template(key: str, translation: str) -> _Template:
    parts = _FIELD.split(key)
    literal, fields = parts[::2], parts[1::2]
    letters = sum(character.isalpha() for part in literal for character in part)
    pattern = loose = re.escape(literal[0])
    for name, after in zip(fields, literal[1:], strict=True):
        figure = letters < _FEW_LETTERS or bool(_COUNTED.fullmatch(name))
        words = _ANY if _SENTENCES.fullmatch(name) else _INSIDE
        pattern += (_FIGURE if figure else words) + re.escape(after)
        loose += (_FIGURE if figure else _ANY) + re.escape(after)
    return _Template(
        letters,
        max(literal, key=len),
        pattern,
        loose,
        tuple(fields),
        translation,
    )
