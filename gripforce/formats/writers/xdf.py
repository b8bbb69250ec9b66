"""Write XDF, the file of the Lab Streaming Layer (specification 1.0).

A file is ``XDF:`` and chunks: a length, a tag, a content. Forces, markers and the events of trials
are three streams on one clock, that of the recording. Clock offsets relate it to the monotonic
clock of the recording computer, so that a reader puts it beside what LabRecorder recorded there.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

import numpy as np

from gripforce.untrusted import escaped
from gripforce.version import software_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import BinaryIO

    from numpy.typing import NDArray

    from gripforce.formats.content import ExportContent
    from gripforce.formats.frame import SignalTable
    from gripforce.model import FloatArray

_FILE_HEADER, _STREAM_HEADER, _SAMPLES, _CLOCK_OFFSET, _BOUNDARY, _STREAM_FOOTER = range(1, 7)
_BOUNDARY_ID: Final = bytes.fromhex("43a546dccbf5410fb30ed5467383cbe4")
"""After damage a reader goes on at the next one."""
_ROWS: Final = 1000
"""Samples in a chunk; a boundary follows each."""
_STRING: Final = "string"
_FORMATS: Final[Mapping[str, str]] = {"<f8": "double64", "<i4": "int32", "<i8": "int64"}
_XML: Final = '<?xml version="1.0"?>'


@dataclass(frozen=True, eq=False, slots=True)
class _Stream:
    """One stream: its header, and rows of numbers or of strings."""

    name: str
    type: str
    labels: tuple[str, ...]
    units: tuple[str, ...]
    rate_hz: float
    """0 for irregular events."""
    t: FloatArray
    numbers: NDArray[Any] | None = None
    """Shape ``(n, channels)``; None for strings."""
    strings: Sequence[Sequence[str]] = ()
    description: str = ""

    @property
    def format(self) -> str:
        """The name of its values' type."""
        return _STRING if self.numbers is None else _FORMATS[self.numbers.dtype.str]


def write_xdf(content: ExportContent, file: BinaryIO) -> None:
    """Write a recording as XDF: forces (or counts), markers, events."""
    streams = list(_streams(content))
    clock = _clock(content)
    file.write(
        b"XDF:" + _chunk(_FILE_HEADER, f"{_XML}<info><version>1.0</version></info>".encode())
    )
    for number, stream in enumerate(streams, 1):
        file.write(_chunk(_STREAM_HEADER, _id(number) + _header(content, stream).encode()))
    file.write(_chunk(_BOUNDARY, _BOUNDARY_ID))
    for number, stream in enumerate(streams, 1):
        for t, host_s in clock:
            file.write(_chunk(_CLOCK_OFFSET, _id(number) + struct.pack("<dd", t, host_s - t)))
        for rows in _sample_chunks(stream):
            file.write(_chunk(_SAMPLES, _id(number) + rows))
            file.write(_chunk(_BOUNDARY, _BOUNDARY_ID))
        file.write(_chunk(_STREAM_FOOTER, _id(number) + _footer(stream).encode()))


def _streams(content: ExportContent) -> Iterator[_Stream]:
    for table in content.tables:
        yield _of_table(content, table)
    markers = content.recording.markers
    yield _Stream(
        "gripforce markers",
        "Markers",
        ("kind", "text"),
        ("", ""),
        0.0,
        np.array([mark.t for mark in markers]),
        strings=[(mark.kind, mark.text) for mark in markers],
    )
    events = content.events
    yield _Stream(
        "gripforce events",
        "Markers",
        ("event", "trial", "why_left_out"),
        ("", "", ""),
        0.0,
        np.array([event.t for event in events]),
        strings=[(event.label, str(event.trial), event.why) for event in events],
    )


def _of_table(content: ExportContent, table: SignalTable) -> _Stream:
    kind = np.int64 if content.raw else np.float64
    return _Stream(
        f"gripforce {table.name}",
        "Force",
        tuple(table.columns),
        tuple(table.units.get(name, "") for name in table.columns),
        table.rate_hz,
        table.t,
        numbers=np.column_stack([v.astype(kind) for v in table.columns.values()]),
        description=content.description_text,
    )


def _clock(content: ExportContent) -> list[tuple[float, float]]:
    clock = content.recording.clock
    return [] if clock is None else list(zip(clock.t.tolist(), clock.host_s.tolist(), strict=True))


def _sample_chunks(stream: _Stream) -> Iterator[bytes]:
    """Yield the content of each chunk of samples: a count, then time and values of each."""
    for begin in range(0, len(stream.t), _ROWS):
        span = slice(begin, begin + _ROWS)
        t = stream.t[span]
        if stream.numbers is None:
            rows = b"".join(map(_string_row, t.tolist(), stream.strings[span]))
        else:
            values = stream.numbers[span]
            record = np.dtype([("size", "u1"), ("t", "<f8"), ("v", values.dtype, values.shape[1])])
            table = np.zeros(len(t), record)
            table["size"], table["t"], table["v"] = 8, t, values
            rows = table.tobytes()
        yield _count(len(t)) + rows


def _string_row(t: float, texts: Sequence[str]) -> bytes:
    encoded = [escaped(text).encode() for text in texts]
    return struct.pack("<Bd", 8, t) + b"".join(_count(len(text)) + text for text in encoded)


def _header(content: ExportContent, stream: _Stream) -> str:
    device, metadata = content.recording.device, content.recording.metadata
    channels = "".join(
        _element(
            "channel",
            _element("label", label),
            _element("unit", unit),
            _element("type", stream.type),
        )
        for label, unit in zip(stream.labels, stream.units, strict=True)
    )
    facts = {
        "manufacturer": "gripforce",
        "model": device.board,
        "serial_number": device.uid,
        "firmware": device.firmware,
        "software": f"gripforce {software_version()}",
    }
    acquisition = "".join(_element(name, text) for name, text in facts.items() if text)
    subject = str(metadata.get("subject") or "")
    return _XML + _element(
        "info",
        _element("name", stream.name),
        _element("type", stream.type),
        _element("channel_count", str(len(stream.labels))),
        _element("nominal_srate", f"{stream.rate_hz:.10g}"),
        _element("channel_format", stream.format),
        _element("source_id", f"{device.uid} {stream.name}".strip()),
        _element(
            "desc",
            _Markup(f"<channels>{channels}</channels>"),
            _Markup(f"<acquisition>{acquisition}</acquisition>"),
            _Markup(_element("subject", _element("id", subject))) if subject else _Markup(""),
            _element("gripforce", stream.description) if stream.description else _Markup(""),
        ),
    )  # fmt: skip


def _footer(stream: _Stream) -> str:
    times = [] if not len(stream.t) else [
        _element("first_timestamp", repr(float(stream.t[0]))),
        _element("last_timestamp", repr(float(stream.t[-1]))),
    ]  # fmt: skip
    return _XML + _element("info", *times, _element("sample_count", str(len(stream.t))))


class _Markup(str):
    """XML that is ready; a plain text is escaped."""

    __slots__ = ()


def _element(name: str, *children: str) -> _Markup:
    inside = (c if isinstance(c, _Markup) else escape(escaped(c)) for c in children)
    return _Markup(f"<{name}>{''.join(inside)}</{name}>")


def _chunk(tag: int, content: bytes) -> bytes:
    return _count(len(content) + 2) + struct.pack("<H", tag) + content


def _id(number: int) -> bytes:
    return struct.pack("<I", number)


def _count(number: int) -> bytes:
    """Encode a length: its own width in bytes, then the number."""
    if number < 1 << 8:
        return struct.pack("<BB", 1, number)
    if number < 1 << 32:
        return struct.pack("<BI", 4, number)
    return struct.pack("<BQ", 8, number)
