"""Write BDF+ (24 bit), which clinical viewers and MNE open.

The file begins with the first sample: an annotation at *s* seconds stands at ``t_s`` = *s* + the
first ``t_s``, which the first annotation states with the wall clock to a microsecond; readers
disagree on the fraction of a second that a header could state. A gap holds zeros under an
annotation ``BAD_ACQ_SKIP``, which MNE leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.errors import UsageError
from gripforce.formats.content import gap_spans
from gripforce.formats.description import calibration_of, uncertainty_n
from gripforce.formats.frame import FORCES
from gripforce.untrusted import escaped
from gripforce.version import software_version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    import edfio
    from numpy.typing import NDArray

    from gripforce.formats.content import ExportContent
    from gripforce.formats.frame import SignalTable
    from gripforce.model import FloatArray, Recording

_GAP: Final = "BAD_ACQ_SKIP"
_MOST: Final = (1 << 23) - 1
"""Largest number of a sample; the scale is symmetric, so zero stays zero."""
_LABEL, _FIELD, _UNIT, _CODE = 16, 80, 8, 32
"""Longest texts that the header takes."""
_YEARS: Final = range(1985, 2085)
"""Years that its date can state."""
_COUNTS: Final = "_counts"


@dataclass(frozen=True, eq=False, slots=True)
class _Placed:
    """One table on the file's uniform axis, in whole records of a second."""

    rate_hz: int
    size: int
    at: NDArray[Any]
    """Index of each row."""
    t: FloatArray
    """Its time."""
    columns: dict[str, NDArray[Any]]

    def seconds(self, t: float) -> float:
        """Return where a time of the recording stands in the file."""
        return float(np.interp(t, self.t, self.at)) / self.rate_hz + self._beyond(t)

    def _beyond(self, t: float) -> float:
        return min(t - float(self.t[0]), 0.0) + max(t - float(self.t[-1]), 0.0)

    def filled(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return a column with zeros in gaps and up to the end of the last record."""
        whole = np.zeros(self.size, np.int32 if values.dtype.kind in "iu" else np.float64)
        whole[self.at] = values if values.dtype.kind in "iu" else np.nan_to_num(values)
        return whole


def write_bdf(content: ExportContent, file: BinaryIO) -> None:
    """Write a recording as BDF+.

    Counts are written of the streams that keep a whole rate; ``UsageError`` where none does, or
    where they need more than 24 bits.
    """
    import edfio  # noqa: PLC0415 - an extra

    tables = _regular(content.tables) if content.raw else list(content.tables)
    begin_s = min(float(table.t[0]) for table in tables)
    placed = [_placed(table, begin_s) for table in tables]
    records = max(ceil(one.size / one.rate_hz) for one in placed)
    placed = [replace(one, size=records * one.rate_hz) for one in placed]
    signals = [
        _signal(content.recording, table, one, name)
        for table, one in zip(tables, placed, strict=True)
        for name in one.columns
    ]
    begun = _begun(content.recording, begin_s)
    known = begun is not None and begun.year in _YEARS
    header = edfio.Bdf(
        signals,
        patient=edfio.Patient(code=_code(content.recording.metadata.get("subject"))),
        recording=_identification(content.recording, begun.date() if begun and known else None),
        starttime=begun.time().replace(microsecond=0) if begun and known else time(),
        data_record_duration=1,
        annotations=sorted(_annotations(content, tables, placed[0], begun)),
    )
    file.write(header.to_bytes())


def _regular(tables: tuple[SignalTable, ...]) -> list[SignalTable]:
    """Return the streams of which no sample is off its place at a whole rate by half a period."""
    found = []
    for table in tables:
        one = _placed(table, float(table.t[0]))
        off_s = table.t - table.t[0] - one.at / one.rate_hz
        if np.abs(off_s).max() < 0.5 / one.rate_hz:
            found.append(table)
    if not found:
        raise UsageError(
            "The device's converters keep no whole number of samples a second, which BDF needs.",
            "Export the counts to another format, or the forces.",
        )
    return found


def _placed(table: SignalTable, begin_s: float) -> _Placed:
    """Place a grid as it is, a stream by its counter: a lost sample's place stays empty."""
    rate_hz = max(1, round(table.rate_hz))
    if table.name == FORCES:
        return _Placed(rate_hz, len(table.t), np.arange(len(table.t)), table.t, dict(table.columns))
    counter, segment = table.columns["counter"], table.columns["segment"]
    at = counter - counter[0] + round((float(table.t[0]) - begin_s) * rate_hz)
    for index in np.unique(segment)[1:]:  # the device was reset: its counter began anew
        first = int(np.argmax(segment == index))
        here = round((float(table.t[first]) - begin_s) * rate_hz)
        at[segment == index] += max(here, int(at[first - 1]) + 1) - at[first]
    counts = {name: v for name, v in table.columns.items() if name.endswith(_COUNTS)}
    return _Placed(rate_hz, int(at[-1]) + 1, at, table.t, counts)


def _signal(recording: Recording, table: SignalTable, placed: _Placed, name: str) -> Any:
    """Return a signal whose step is at most a count of a 24-bit converter."""
    import edfio  # noqa: PLC0415 - an extra

    values = placed.filled(placed.columns[name])
    about: dict[str, Any] = {
        "label": name[:_LABEL],
        "transducer_type": _transducer(recording, table, name)[:_FIELD],
        "physical_dimension": _ascii(table.units.get(name, ""))[:_UNIT],
        "prefiltering": "none",
    }
    if values.dtype == np.int32:
        if np.abs(values).max(initial=0) > _MOST + 1:
            raise UsageError(
                f"{table.name} has counts of more than 24 bits, which BDF cannot hold.",
                "Export them to another format.",
            )
        return edfio.BdfSignal.from_digital(values, placed.rate_hz, **about)
    most = _range(float(np.abs(values).max(initial=0.0)))
    return edfio.BdfSignal(
        values,
        placed.rate_hz,
        physical_range=(-most, most),
        digital_range=(-_MOST, _MOST),
        **about,
    )


def _range(largest: float) -> float:
    """Return a limit for the header, whose numbers have 8 characters."""
    whole = max(largest * 1.001, 0.001)
    return ceil(whole * 1000) / 1000 if whole < 100 else float(ceil(whole))  # noqa: PLR2004


def _transducer(recording: Recording, table: SignalTable, name: str) -> str:
    channel = table.channels.get(name)
    if channel is None:
        return "computed from the digits' forces"
    if not channel.kind.is_force:
        return _ascii(channel.label)
    calibration = calibration_of(recording)
    known = uncertainty_n(recording).get(channel.label)
    dated = "no calibration" if calibration is None else f"calibrated {calibration.date[:10]}"
    sure = "uncertainty unknown" if known is None else f"U(k=2) {known:.3g} N"
    return _ascii(f"load cell, {dated}, {sure}")


def _annotations(
    content: ExportContent, tables: list[SignalTable], axis: _Placed, begun: datetime | None
) -> Iterator[edfio.EdfAnnotation]:
    import edfio  # noqa: PLC0415 - an extra

    words = "t_s" if begun is None else f"{begun.isoformat(timespec='microseconds')}, t_s"
    yield edfio.EdfAnnotation(0.0, None, f"begin {words} {axis.t[0]:.6f}")
    for table in content.tables:
        if table not in tables:
            text = f"not in this file: {table.name}, which keeps no whole rate"
            yield edfio.EdfAnnotation(0.0, None, _ascii(text))
    end_s = axis.size / axis.rate_hz
    for onset_s, length_s in _gaps(content, axis):
        yield edfio.EdfAnnotation(onset_s, length_s, _GAP)
    marks: list[tuple[float, float | None, str]] = [
        (mark.t, None, f"{mark.kind} {mark.text}".strip()) for mark in content.recording.markers
    ]
    marks += [(event.t, event.duration_s or None, event.label) for event in content.events]
    marks += _clock_words(content.recording)
    for t, duration_s, text in marks:
        onset_s = min(max(axis.seconds(t), 0.0), end_s)
        yield edfio.EdfAnnotation(round(onset_s, 6), duration_s, _ascii(text) or "-")


def _gaps(content: ExportContent, axis: _Placed) -> Iterator[tuple[float, float]]:
    if content.raw:
        jumps = np.flatnonzero(np.diff(axis.at) > 1)
        for k in jumps.tolist():
            first, after = int(axis.at[k]) + 1, int(axis.at[k + 1])
            yield first / axis.rate_hz, (after - first) / axis.rate_hz
    else:
        for t, length_s in gap_spans(content.tables[0]):
            yield round(axis.seconds(t), 6), length_s
    stop = int(axis.at[-1]) + 1
    if stop < axis.size:
        yield stop / axis.rate_hz, (axis.size - stop) / axis.rate_hz


def _clock_words(recording: Recording) -> list[tuple[float, None, str]]:
    """Return the host's clock at a few times: the beginning, the end, and each minute."""
    clock = recording.clock
    if clock is None:
        return []
    times = np.append(np.arange(clock.t[0], clock.t[-1], 60.0), clock.t[-1])
    return [(t, None, f"host clock {clock.to_host_s(t):.6f} s") for t in times.tolist()]


def _begun(recording: Recording, begin_s: float) -> datetime | None:
    """Return when the first sample was taken, by the wall clock; None where it is not known."""
    try:
        utc = datetime.fromisoformat(str(recording.metadata.get("utc") or ""))
        utc = utc.astimezone(UTC) if utc.tzinfo else utc.replace(tzinfo=UTC)
        return utc + timedelta(seconds=begin_s)
    except (ValueError, OverflowError):
        return None


def _identification(recording: Recording, begun: date | None) -> edfio.Recording:
    import edfio  # noqa: PLC0415 - an extra

    device = recording.device
    return edfio.Recording(
        startdate=begun,
        equipment_code=_code(f"{device.board}_{device.uid}"),
        additional=[_code(f"gripforce_{software_version()}")],
    )


def _code(text: object) -> str:
    """Return a text as a code of the header: short, without spaces, X where there is none."""
    return _ascii(str(text or "")).replace(" ", "_")[:_CODE] or "X"


def _ascii(text: str) -> str:
    plain = text.replace("µ", "u").replace("²", "^2").replace("°", "deg").replace("–", "-")
    return escaped(plain).encode("ascii", "replace").decode().strip()
