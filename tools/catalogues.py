"""Say which texts the catalogues of ``gripforce/language`` must have, and add those they lack.

``python tools/catalogues.py`` adds an empty entry for each text that a catalogue lacks, and drops
what no code says any more. Texts come from five places: sentences in the code of ``ROOMS`` (each
string of several words; single words where ``translate`` or ``translatable`` marks them), errors of
``ERROR_ROOMS``, tables of names (flags, metrics, tasks, keys, troubles of a radio), the shipped
protocols, and the pieces that sentences end in.
"""

from __future__ import annotations

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
from tools.sentences import sentences_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PACKAGE = Path(gripforce.__file__).parent
ROOMS = (
    "dashboard/", "session/", "report/", "online/", "recorder/", "analysis/assessment/",
    "analysis/tasks/", "analysis/signal/", "analysis/measures/", "analysis/results",
    "device/", "recording/pseudonym", "recording/rate_doubts", "recording/signal_doubts",
    "assembly/rate_watch", "assembly/signal_watch", "calibration/guide", "calibration/loads",
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
_WORD = re.compile(r"[A-Za-z]{3}")


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
        yield from sentences_in(
            path.read_text(encoding="utf-8"),
            titles=place.startswith(TITLES),
            marked_only=not (known and place.startswith(ROOMS)),
            with_errors=known and place.startswith(ERROR_ROOMS),
        )


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
