"""Results of a cohort that are kept: what did not change is not measured again.

An entry is found by everything that it depends on: the contents of the files, the question, and the
code that answered it. A SQLite file of JSON beside the data holds them; nothing in it is executed.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing, suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from gripforce.analysis.results import Estimate
from gripforce.cohort.discover import RecordingKey
from gripforce.cohort.results import CohortSession, Identified, Measured, RecordingFile, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

T = TypeVar("T")
NAME: Final = ".gripforce-cohort.sqlite"
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS contents (path TEXT PRIMARY KEY, stamp TEXT, digest TEXT);
CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, value TEXT);
"""


class Memory:
    """Answers by the digest of what they depend on; one that cannot be written forgets.

    ``versions`` are those that a number depends on; with ``forget`` earlier results are not used.
    """

    def __init__(
        self, path: Path | None, versions: Mapping[str, str], *, forget: bool = False
    ) -> None:
        self._versions = json.dumps([dict(versions), _code()], sort_keys=True)
        self._forget = forget
        self._database = _open(path)
        self.recalled = 0
        """Answers that were there already."""

    def digest(self, path: str) -> str:
        """Return a digest of a file's contents; known ones are told by size and times."""
        try:
            status = Path(path).stat()
        except OSError:
            return ""
        stamp = f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"
        found = self._query("SELECT digest FROM contents WHERE path = ? AND stamp = ?", path, stamp)
        if found:
            return found
        with suppress(OSError), Path(path).open("rb") as file:
            digest = hashlib.file_digest(file, "blake2b").hexdigest()
            self._write("REPLACE INTO contents VALUES (?, ?, ?)", path, stamp, digest)
            return digest
        return ""

    def answer(
        self,
        questions: Sequence[T],
        key_of: Callable[[T], Any],
        ask: Callable[[list[T]], list[Any]],
        restore: Callable[[T, Any], Any],
    ) -> list[Any]:
        """Return an answer to each question, asking only those that are not known.

        ``key_of`` returns what an answer depends on, as JSON, or None for a question that is asked
        each time; ``restore`` makes an answer of the question and the answer's JSON.
        """
        keys = [self._key(key_of(question)) for question in questions]
        known = [None if key is None or self._forget else self._recall(key) for key in keys]
        missing = [k for k, text in enumerate(known) if text is None]
        asked = dict(zip(missing, ask([questions[k] for k in missing]), strict=True))
        for k, answer in asked.items():
            if (key := keys[k]) is not None:
                self._write("REPLACE INTO results VALUES (?, ?)", key, _text(answer))
        self.recalled += len(questions) - len(missing)
        return [
            asked[k] if text is None else restore(question, json.loads(text))
            for k, (question, text) in enumerate(zip(questions, known, strict=True))
        ]

    def close(self) -> None:
        """Keep what was learnt."""
        if self._database is not None:
            with suppress(sqlite3.Error), closing(self._database):
                self._database.commit()

    def _key(self, depends_on: Any) -> str | None:
        if depends_on is None:
            return None
        text = json.dumps([depends_on, self._versions], sort_keys=True)
        return hashlib.blake2b(text.encode()).hexdigest()

    def _recall(self, key: str) -> str | None:
        return self._query("SELECT value FROM results WHERE key = ?", key)

    def _query(self, statement: str, *values: str) -> str | None:
        if self._database is None:
            return None
        try:
            found = self._database.execute(statement, values).fetchone()
        except sqlite3.Error:
            return None
        return None if found is None else str(found[0])

    def _write(self, statement: str, *values: str) -> None:
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.execute(statement, values)


def identified(file: RecordingFile, value: Any) -> Identified | Skipped:
    """Make the answer to whose a recording is of its JSON; the folder may have been moved."""
    if "why" in value:
        return Skipped(**value)
    owner, mark = RecordingKey(**value["whose"]), tuple(value["mark"])
    return Identified(**value | {"file": file, "whose": owner, "mark": mark})


def measured(_: CohortSession, values: Any) -> list[Measured | Skipped]:
    """Make a session's numbers of their JSON."""
    return [Skipped(**one) if "why" in one else _measured(one) for one in values]


def _measured(value: dict[str, Any]) -> Measured:
    return Measured(
        **value
        | {
            "whose": RecordingKey(**value["whose"]),
            "values": {name: tuple(numbers) for name, numbers in value["values"].items()},
            "series": {name: Estimate(**figures) for name, figures in value["series"].items()},
        }
    )


def _text(answer: Any) -> str:
    plain = [asdict(one) for one in answer] if isinstance(answer, list) else asdict(answer)
    return json.dumps(plain)


def _open(path: Path | None) -> sqlite3.Connection | None:
    if path is None:
        return None
    try:
        database = sqlite3.connect(path)
        database.executescript(_TABLES)
        database.execute("INSERT OR IGNORE INTO results VALUES ('', '')")  # may it be written?
    except sqlite3.Error:
        return None
    return database


@cache
def _code() -> str:
    """Return a digest of the code that answers: a checkout changes without a new version."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.blake2b()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
