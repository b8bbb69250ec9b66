"""Bring a hand's tables in through the import, and analyze them: the edge to gripforce."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gripforce.analysis.assessment.person import analysis_json, summarize_person
from gripforce.analysis.tasks.registry import analyze_session, result_table
from gripforce.formats.tables.table import read_table
from gripforce.formats.tables.table_map import read_table_map
from gripforce.formats.tables.table_recording import table_recording
from gripforce.recording import read_recording, write_recording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from tests.independent.truth import Hand

COUPLING = "anticipatory_coupling"
MARGIN = "excess_margin"


@dataclass(frozen=True)
class Found:
    """What gripforce found: its JSON and the rows of each recording's table."""

    json: dict[str, Any]
    tables: list[list[dict[str, Any]]]

    def answer(self, question: str) -> str:
        """Return *yes*, *no* or *cannot tell*."""
        return str(self.json["verdicts"][question]["answer"])

    def why(self, question: str) -> str:
        """Return the reason for an answer."""
        return str(self.json["verdicts"][question]["why"])

    def estimate(self, column: str) -> dict[str, Any] | None:
        """Return a figure of the summary with its interval."""
        found: dict[str, Any] | None = self.json["summary"].get(column)
        return found

    @property
    def flags(self) -> set[str]:
        """All flags of all trials."""
        return {
            flag for rows in self.tables for row in rows for flag in row["flags"].split(";") if flag
        }


def import_hand(hand: Hand, folder: Path) -> list[Path]:
    """Import a hand's tables as recordings; return their paths."""
    paths = []
    for number, table in enumerate(hand.tables):
        source, columns = table.write(folder, f"t{number}")
        path = folder / f"{number}.grip"
        write_recording(table_recording(read_table(source, read_table_map(columns)), ""), path)
        paths.append(path)
    return paths


def analyze_files(paths: Sequence[Path]) -> Found:
    """Analyze recordings of one hand, in this order."""
    results = analyze_session([read_recording(path) for path in paths])
    tables = [_rows(result_table(result)) for result in results]
    return Found(analysis_json(summarize_person(results)), tables)


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): cell for key, cell in row.items()} for row in table.to_dict("records")]


def judge(hand: Hand, folder: Path) -> Found:
    """Import and analyze a hand."""
    return analyze_files(import_hand(hand, folder))
