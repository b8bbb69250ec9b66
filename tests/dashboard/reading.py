"""What a person reads on a screen or a page, and which of it is still English."""

import re
from contextlib import contextmanager
from functools import lru_cache
from html.parser import HTMLParser
from string import ascii_letters

from babel.messages.pofile import read_po

from gripforce import language
from gripforce.language.phrases import PhraseBook
from tools.catalogues import PACKAGE, messages

WORD = re.compile(r"[^\W\d_]{3,}(?:[-'’][^\W\d_]+)*")
NAMES = {
    "gripforce", "sim-research", "Enter", "Esc", "esc", "Ctrl", "ctrl", "pip", "install",
    "als-battery", "sandpaper", "UTC", "max", "sim", "lift", "imu", "rms", "RMS", "ALS",
}  # fmt: skip
"""Names, keys and units, which are the same in every language."""
PATHS = re.compile(
    r"\S*[/\\=]\S*|\S*sub-p01\S*|\S+\.(?:grip|html|toml)\b|`[^`]*`|\bses-\d+\b|\b[0-9a-f]{12,}\b|[CLUHDR▾]{2,}"
)
VOID = {"br", "circle", "line", "link", "meta", "path", "polygon", "rect"}


PSEUDO = "pseudo"
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщ"
_MARKED = str.maketrans(ascii_letters, _CYRILLIC + _CYRILLIC.upper())


@contextmanager
def pseudo_language():
    """Use a language in which each sentence of the catalogue has other letters, as wide as its own.

    What still has Latin letters was not translated.
    """
    before, language._chosen.phrases = language._chosen.phrases, PhraseBook(_entries(), {})
    try:
        yield
    finally:
        language._chosen.phrases = before


@lru_cache
def _entries():
    return {text: _marked(text) for text in messages()}


def _marked(text):
    parts = re.split(r"(\{\w+\}|`[^`]*`)", text)
    return "".join(p if p[:1] in {"{", "`"} else p.translate(_MARKED) for p in parts)


def shown_on(screen):
    """Return the text of a screen, a line for each row of cells."""
    return "\n".join(strip.text for strip in screen._compositor.render_strips())


def words_of(text):
    """Return the words of a text without names, paths and addresses."""
    return {word for word in WORD.findall(PATHS.sub(" ", text)) if word not in NAMES}


def english_in(text, code):
    """Return the words of a text that only English has.

    Chinese and the pseudo-language have no Latin letters of their own; in another language it is a
    word of the catalogue's texts that none of its translations has.
    """
    if code in {"zh", PSEUDO}:
        return {word for word in words_of(text) if word.isascii()}
    return {word for word in words_of(text) if word.lower() in only_english(code)}


def lines_in_english(texts, code):
    """Return the lines of some texts that have an English word, each with its words."""
    lines = {line.strip() for text in texts for line in text.splitlines()}
    found = {line: english_in(line, code) for line in lines}
    return {line: words for line, words in found.items() if words}


@lru_cache
def only_english(code):
    """Return the words of the catalogue's texts that none of a language's translations has."""
    with (PACKAGE / "language" / f"{code}.po").open("rb") as stream:
        own = {w for message in read_po(stream) for w in WORD.findall(str(message.string))}
    lower = {word.lower() for word in own}
    return {word.lower() for text in messages() for word in WORD.findall(text)} - lower


class Reader(HTMLParser):
    """Collects the text of a page, and what is read aloud; no names of columns, no citations."""

    def __init__(self):
        super().__init__()
        self.text = []
        self._open = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.text += [given[key] for key in ("aria-label", "title") if key in given and tag != "th"]
        if tag not in VOID:
            self._open.append((tag, given))

    def handle_endtag(self, tag):
        if tag not in VOID:
            self._open.pop()

    def handle_data(self, data):
        inner = self._open[-1] if self._open else ("", {})
        kept = any(tag != "html" and given.get("lang") == "en" for tag, given in self._open)
        if inner[0] != "style" and inner[1].get("class") != "name" and not kept:
            self.text.append(data)


def read_page(page):
    """Return the text of a page, a line a piece."""
    reader = Reader()
    reader.feed(page)
    return "\n".join(reader.text)
