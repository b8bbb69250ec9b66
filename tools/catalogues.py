"""Say which texts the catalogues of ``gripforce/language`` must have, and add those they lack.

``python tools/catalogues.py`` adds an empty entry for each text that a catalogue lacks, and drops
what no code says any more. Texts come from five places: sentences in the code of ``ROOMS`` (each
string of several words; single words where ``translate`` or ``translatable`` marks them), errors of
``ERROR_ROOMS``, tables of names (flags, metrics, tasks, keys, troubles of a radio), the shipped
protocols, and the pieces that sentences end in.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from textual.app import App
from textual.binding import Binding
from textual.screen import Screen

import gripforce
import gripforce.dashboard
from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.metric import specs_of
from gripforce.analysis.results import Decision, SafetyMargin
from gripforce.analysis.tasks.registry import ANALYSES
from gripforce.constants import HANDS
from gripforce.dashboard.screens.subject import SKIN
from gripforce.language import LANGUAGES
from gripforce.model import TASKS, EndReason
from gripforce.model.task import ACTIVITIES
from gripforce.protocol.library import shipped_protocols
from gripforce.protocol.schema import DIGITS
from gripforce.sim.physics.surfaces import SURFACES
from gripforce.transport.ble_errors import HINTS, SENTENCES
from gripforce.wire.messages import NAK_HINTS, NAK_SENTENCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PACKAGE = Path(gripforce.__file__).parent
ROOMS = (
    "dashboard/", "session/", "report/", "online/", "recorder/", "analysis/assessment/",
    "analysis/tasks/", "analysis/signal/", "analysis/measures/", "analysis/results",
    "device/", "recording/pseudonym", "calibration/guide", "calibration/loads",
    "transport/serial_port", "wire/hello.py", "wire/hello_limits",
)  # fmt: skip
"""Rooms of the package whose sentences a patient or an operator of a session may read."""
ERROR_ROOMS = (
    "calibration/", "clock/", "recording/", "transport/", "files", "model/", "protocol/library",
    "cli/measure/", "cli/options", "cli/results/analyze", "language/",
)  # fmt: skip
"""Rooms whose errors may reach an operator, but for those of authors and developers in English."""
TITLES = ("report/",)
"""Rooms in which a single word with a capital is a title too."""
NOT_SHOWN = {
    "analysis/assessment/reference.py",  # citations, which stay in English
    "calibration/certificate.py",  # a document, in English
    "dashboard/session/browser.py",  # the browser's own pages
    "dashboard/fit.py",  # for authors of protocols
    "transport/ble_peripheral.py", "transport/serve.py",  # for developers
}  # fmt: skip
_HEADER = """\
# {name}: what patients and operators read.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {code}\\n"

"""
CELLS = (
    "both", "load", "accel", "up", "down", "self", "experimenter", "predictive", "reactive",
    "unclear", "yes", "no", "grip thumb", "grip index", "load thumb", "load index", "grip",
    "nothing", "watch", "imagine", "pantomime", "thumb", "index", "accel x", "accel y", "accel z",
    "palette",
)  # fmt: skip
"""Words that stand in the cells of tables."""
OF_THE_SYSTEM = (
    "No such file or directory", "Permission denied", "No space left on device", "Is a directory",
    "Read-only file system", "Not a directory", "File name too long", "Input/output error",
    "Device or resource busy", "Connection refused", "Operation not permitted",
    "Disk quota exceeded",
)  # fmt: skip
"""What the operating system says of a file or link, within our sentences."""
SHORT = {"{low} to {high}", "no", "up"}
"""Texts without a word of three letters."""
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
_WORD = re.compile(r"[A-Za-z]{3}")
_TITLE = re.compile("[A-Z][a-z]+")
_SEVERAL = re.compile(r"\S\s+\S")
_TECHNICAL = re.compile(
    r"^tuple\[|^translate\(|^medians |^\{source\}; |\} hand(\b|$)|dBm|\} UTC|^[<@/]|^C:|self'"
    r"|Callable\[|Iterable\[|\| None|^default-src|%s|^--|^gripforce\b"
)
"""Patterns, paths, types, headers; a hand with its side, which the table of names has."""


def messages() -> set[str]:
    """Return every text that a catalogue must have."""
    return {
        text
        for source in (_sentences(), _names(), _keys(), _protocol_texts())
        for text in source
        if _WORD.search(re.sub(r"\{.*?\}", "", text))
    } | SHORT


def _sentences() -> Iterator[str]:
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE).as_posix()
        known = place not in NOT_SHOWN
        reader = _Reader(
            titles=place.startswith(TITLES),
            marked_only=not (known and place.startswith(ROOMS)),
            with_errors=known and place.startswith(ERROR_ROOMS),
        )
        reader.visit(ast.parse(path.read_text(encoding="utf-8")))
        yield from reader.found


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
    pieces, used = [], []
    for part in node.values:
        if isinstance(part, ast.Constant):
            pieces.append(part.value)
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


def _names() -> Iterator[str]:
    """Return the names in tables: of flags, metrics, tasks, events and answers."""
    for flag in TrialFlag:
        yield from (flag.words, flag.meaning, flag.advice)
    for declaring in (SafetyMargin, *_declaring()):
        for spec in specs_of(declaring).values():
            yield from (spec.label, spec.short, spec.unit)
    for task in (*TASKS.values(), *ACTIVITIES.values()):
        yield from (task.title, task.name)
        yield from (task.count(1).replace("1", "{n}", 1), task.count(2).replace("2", "{n}", 1))
        yield from task.events.values()
    yield from map(str, (*CELLS, *EndReason, *Decision, *HANDS, *SKIN, *SURFACES, *DIGITS))
    yield from OF_THE_SYSTEM
    yield from (digits.replace("-", " and ") for digits in DIGITS)
    yield from (*NAK_SENTENCES.values(), *NAK_HINTS.values(), *SENTENCES.values())
    yield from (hint for hints in HINTS.values() for hint in hints.values())
    yield from (f"{hand} hand" for hand in HANDS)


def _declaring() -> Iterable[type]:
    for one in ANALYSES.values():
        yield from (cls for cls in (one.metrics, one.series) if cls is not None)


def _keys() -> Iterator[str]:
    """Return what the keys of all screens are called."""
    for module in pkgutil.walk_packages(gripforce.dashboard.__path__, "gripforce.dashboard."):
        for thing in vars(importlib.import_module(module.name)).values():
            own = isinstance(thing, type) and thing.__module__.startswith("gripforce.")
            if own and issubclass(thing, App | Screen):
                yield from map(_description, vars(thing).get("BINDINGS", ()))


def _description(binding: Any) -> str:
    return binding.description if isinstance(binding, Binding) else str(binding[2])


def _protocol_texts() -> Iterator[str]:
    for protocol in shipped_protocols():
        yield protocol.title
        for block in protocol.blocks:
            yield from (block.title, block.instruction, block.word)


def update(code: str, added: Mapping[str, str] | None = None) -> list[str]:
    """Add what a catalogue lacks, drop what nobody says; return the texts that are empty.

    ``added`` are translations by text.
    """
    path = PACKAGE / "language" / f"{code}.po"
    with path.open("rb") as stream:
        known = {str(m.id): str(m.string) for m in read_po(stream, locale=code) if m.id}
    known |= added or {}
    catalogue = Catalog(locale=code)
    texts = sorted(messages(), key=lambda text: (text.casefold(), text))
    for text in texts:
        catalogue.add(text, known.get(text, ""))
    written = BytesIO()
    write_po(written, catalogue, width=0, omit_header=True)
    path.write_bytes(_HEADER.format(name=LANGUAGES[code], code=code).encode() + written.getvalue())
    return [text for text in texts if not known.get(text)]


if __name__ == "__main__":
    for each in LANGUAGES:
        if each != "en":
            sys.stdout.write(f"{each}: {len(update(each))} texts are not translated\n")
