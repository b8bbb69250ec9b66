"""Find the sentences in the code of a module, for ``catalogues.py``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKS = {"translate", "translatable"}
ERRORS = re.compile(r"(?:Usage|Transport|Device|Calibration|Recording)Error|_refuse")
"""Calls that make an error: its sentence, and its hint."""
NOT_TEXT = {
    "metric", "required", "condition", "specs_of", "element_name", "get", "getattr", "compile",
    "removesuffix", "removeprefix", "startswith", "endswith", "query_one", "TypeAlias", "cast",
}  # fmt: skip
"""Calls whose strings are no sentences: declarations that tables give, names, patterns."""
NOT_TEXT_KEYWORDS = {"id", "classes", "class_", "name", "style", "encoding", "definition", "d"}
_FORMATTED = re.compile(r"\{(\w+):[^{}]*\}")
_TITLE = re.compile("[A-Z][a-z]+")
_SEVERAL = re.compile(r"\S\s+\S")
_TECHNICAL = re.compile(
    r"^tuple\[|^translate\(|^medians |^\{source\}; |\} hand(\b|$)|dBm|\} UTC|^[<@/]|^C:|self'"
    r"|Callable\[|Iterable\[|\| None|^default-src|%s|^--|^gripforce\b"
)
"""Patterns, paths, types, headers; a hand with its side, which the table of names has."""


def sentences_in(source: str, *, titles: bool, marked_only: bool, with_errors: bool) -> list[str]:
    """Return the sentences in a module's source.

    ``titles``: also single words with a capital; ``marked_only``: nothing but what is marked to be
    translated, and with ``with_errors`` what an error says.
    """
    reader = _Reader(titles=titles, marked_only=marked_only, with_errors=with_errors)
    reader.visit(ast.parse(source))
    return reader.found


class _Reader(ast.NodeVisitor):
    """Collects the sentences of a module; an f-string becomes a template with named fields."""

    def __init__(self, *, titles: bool, marked_only: bool, with_errors: bool) -> None:
        self.found: list[str] = []
        self._titles, self._marked_only = titles, marked_only
        self._with_errors = with_errors

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._visit_function(node)

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for part in (*node.args.defaults, *node.body, *filter(None, node.args.kw_defaults)):
            self.visit(part)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._visit_function(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in MARKS:
            self.found += (text for text in _marked(node.args[0]) if not _TECHNICAL.search(text))
        elif self._with_errors and self._marked_only and ERRORS.fullmatch(name):
            self._read_error(node)
        elif name not in NOT_TEXT:
            self.generic_visit(node)

    def _read_error(self, node: ast.Call) -> None:
        self._marked_only = False
        for part in (*node.args, *(keyword.value for keyword in node.keywords)):
            self.visit(part)
        self._marked_only = True

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in NOT_TEXT_KEYWORDS:
            self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not isinstance(node.slice, ast.Constant):
            self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._add(template(node))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        self._add(template(node))

    def _add(self, text: str) -> None:
        if self._marked_only:
            return
        bare = re.sub(r"\{.*?\}", "x", text)
        if _TECHNICAL.search(text) or text.startswith("mark {"):
            return
        several = _SEVERAL.search(bare) or (self._titles and _TITLE.fullmatch(text))
        if several:
            self.found.append(text)


def _marked(node: ast.expr) -> Iterator[str]:
    """Return the texts of a marked expression, both where there is a choice of two."""
    if isinstance(node, ast.IfExp):
        yield from (*_marked(node.body), *_marked(node.orelse))
    else:
        yield template(node)


def template(node: ast.AST) -> str:
    """Return the text of a string or f-string, with ``{name}`` for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _bare(_FORMATTED.sub("{n}", node.value).replace("{}", "{value}"))
    if not isinstance(node, ast.JoinedStr):
        return ""
    pieces: list[str] = []
    used: list[str] = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            pieces.append(str(part.value))
        elif isinstance(part, ast.FormattedValue):
            used.append(_field(part, used))
            pieces.append(f"{{{used[-1]}}}")
    return _bare("".join(pieces))


def _bare(text: str) -> str:
    """Return a text without the signs that join it to others."""
    return text.strip().removeprefix("; ").removeprefix(", ").rstrip(":;, ")


def _field(part: ast.FormattedValue, used: list[str]) -> str:
    """Return the name of a field: that of the variable, ``n`` for any other figure.

    A figure that is called ``value`` is an ``n`` too, which takes no words.
    """
    value, spec = part.value, ast.unparse(part.format_spec) if part.format_spec else ""
    counted = isinstance(value, ast.BinOp) or (
        isinstance(value, ast.Call) and getattr(value.func, "id", "") in {"len", "round", "sum"}
    )
    figure = counted or spec.rstrip("'\"").endswith(tuple("fgde"))
    other = "n" if figure else "value"
    name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", other)
    name = other if name == "value" else name
    taken = sum(other.rstrip("0123456789") == name for other in used)
    return f"{name}{taken + 1}" if taken else name
