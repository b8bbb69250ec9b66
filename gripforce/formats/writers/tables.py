"""Write CSV and Parquet: one table of a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from gripforce.untrusted import spreadsheet_safe

if TYPE_CHECKING:
    from typing import BinaryIO

    from gripforce.formats.content import ExportContent

_KEY = b"gripforce"
"""Key of the description in a Parquet file's metadata."""


def write_csv(content: ExportContent, file: BinaryIO) -> None:
    """Write the table as CSV in UTF-8; cells in a gap are empty."""
    table = spreadsheet_safe(_one_table(content))
    table.to_csv(file, index=False, encoding="utf-8", lineterminator="\n")


def write_parquet(content: ExportContent, file: BinaryIO) -> None:
    """Write the table as Parquet; nulls in a gap, units of columns and description as metadata."""
    import pyarrow as pa  # noqa: PLC0415 - an extra
    import pyarrow.parquet as pq  # noqa: PLC0415

    frame = _one_table(content)
    units = {name: unit for table in content.tables for name, unit in table.units.items()}
    table = pa.Table.from_pandas(frame, preserve_index=False)
    fields = [
        field.with_metadata({b"unit": units[field.name].encode()}) if field.name in units else field
        for field in table.schema
    ]
    metadata = {**(table.schema.metadata or {}), _KEY: content.description_text.encode()}
    pq.write_table(table.cast(pa.schema(fields, metadata)), file)


def _one_table(content: ExportContent) -> pd.DataFrame:
    """Return the forces, or the counts of all streams, stream after stream."""
    if not content.raw:
        (table,) = content.tables
        return pd.DataFrame({"t_s": table.t, **table.columns})
    frames = [pd.DataFrame({"stream": one.name, **one.columns}) for one in content.tables]
    whole = pd.concat(frames, ignore_index=True)
    return whole.astype({name: "Int64" for name in whole if name != "stream"})
