"""HTML and SVG as values: text from outside is escaped where it enters, or it cannot enter.

Strategy: an element is a ``Markup``, any other string is text. Joining the two in another way
gives a plain string again, which is escaped once more: ugly on the page, never harmful. Text is
translated where it becomes markup, so that all other modules write English.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final, TypeAlias

from gripforce.language import translate

if TYPE_CHECKING:
    from collections.abc import Iterable

_EMPTY_ELEMENTS = frozenset({"br", "circle", "line", "link", "meta", "path", "polygon", "rect"})
_READ_OUT: Final = {"aria-label", "title"}
"""Attributes that a person reads or hears."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that a reader cannot see, or that turn the direction of what follows."""


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child] | None"


def element(name: str, *children: Child, **attributes: str | float | None) -> Markup:
    """Return ``<name …>children</name>``; ``class_`` is ``class``, ``data_x`` is ``data-x``.

    >>> element("p", "1 < 2", class_="note")
    '<p class="note">1 &lt; 2</p>'
    """
    given = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _EMPTY_ELEMENTS:
        return Markup(f"<{name}{given}/>")
    return Markup(f"<{name}{given}>{joined(*children)}</{name}>")


def joined(*children: Child) -> Markup:
    """Return children one after the other, text escaped."""
    return Markup("".join(map(_rendered, children)))


def original(text: str) -> Markup:
    """Return text that is shown as it is in every language: a citation, a name."""
    return Markup(f'<span lang="en">{escape(_visible(text))}</span>')


def number(value: float) -> str:
    """Return a coordinate or count in as few characters as a page needs: ``3``, ``3.1``.

    >>> number(-0.04), number(12.0), number(3.14159)
    ('0', '12', '3.1')
    """
    if isinstance(value, int):
        return str(value)
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def css_text(text: str) -> Markup:
    """Return a quoted CSS string in which every character but letters and digits is escaped."""
    parts = (c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in _visible(text))
    return Markup(f'"{"".join(parts)}"')


def _rendered(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return escape(translate(_visible(child)))
    return "".join(map(_rendered, child))


def _attribute(key: str, value: str | float | None) -> str:
    if value is None:
        return ""
    name = key.removesuffix("_").replace("_", "-")
    if not isinstance(value, str):
        return f' {name}="{number(value)}"'
    return f' {name}="{escape(_visible(translate(value) if name in _READ_OUT else value))}"'


def _visible(text: str) -> str:
    return text if text.isprintable() else _CONTROLS.sub("\ufffd", text)
