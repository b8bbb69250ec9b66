"""The title bar with link and losses, and the banner with alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len

from gripforce.dashboard.widgets.line_widget import LineWidget, Runs, clipped
from gripforce.language import translate
from gripforce.model import EndReason, channel_words
from gripforce.online import LinkState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gripforce.assembly.signal_watch import SignalFault
    from gripforce.online import LinkStatus, Snapshot

_METADATA: Final = (
    ("subject", ""),
    ("task", ""),
    ("hand", " hand"),
    ("mass_g", " g"),
    ("surface", ""),
)
_RATE_TOLERANCE: Final = 0.05


class TitleBar(LineWidget):
    """Two lines: title, recording and link; metadata, device and losses.

    ``idle`` returns what replaces the link while no stream is to run, "" for the link itself.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "title--title",
        "title--dim",
        "title--good",
        "title--alarm",
    }

    def __init__(
        self,
        title: Callable[[], str],
        recording: Callable[[], str],
        idle: Callable[[], str] = str,
        *,
        id: str,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._title = title
        self._idle = idle
        self._recording = recording

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return the two lines."""
        link, alarm = link_words(frame.status)
        if frame.status.link in {LinkState.WAITING, LinkState.ENDED} and not alarm:
            link = translate(self._idle()) or link
        recording = self._recording()
        record = translate(f"recording {recording}" if recording else "not recording")
        yield _spread(
            width,
            [(self._title(), "title--title")],
            [
                (f"{record}   ", "title--good" if recording else "title--dim"),
                (link, "title--alarm" if alarm else "title--good"),
            ],
        )
        lost = lost_words(frame.status)
        yield _spread(
            width,
            [(describe(frame), "title--dim")],
            [
                ("  ".join([*device_words(frame.status), ""]), "title--dim"),
                (lost, "title--alarm" if frame.status.lost else "title--good"),
            ],
        )


def _spread(width: int, left: Runs, right: Runs) -> Runs:
    """Return a line with texts at both edges; the left one is shortened where they meet."""
    used = sum(cell_len(text) for text, _ in right)
    text, style = left[0]
    text = clipped(text, max(0, width - used - 4))
    space = " " * (width - used - 2 - cell_len(text))
    return [(" ", ""), (text, style), (space, ""), *right, (" ", "")]


def lost_words(status: LinkStatus) -> str:
    """Return how many samples are missing, and in how many places."""
    lost, gaps = status.lost, status.gaps
    if not gaps:
        return translate(f"lost {lost}")
    return translate(f"lost {lost} in 1 gap" if gaps == 1 else f"lost {lost} in {gaps} gaps")


def link_words(status: LinkStatus) -> tuple[str, bool]:
    """Return a sign and words for the state of the link, and whether it is an alarm."""
    match status.link:
        case LinkState.WAITING:
            return translate("○ waiting for the device"), False
        case LinkState.LIVE:
            return translate("● link ok"), False
        case LinkState.SILENT:
            return translate(f"◐ no data {status.since_s:.0f} s"), True
        case LinkState.LOST:
            return translate(f"✕ LINK LOST {status.since_s:.0f} s"), True
        case LinkState.ENDED:
            reason = status.ended.reason if status.ended else EndReason.STOPPED
            alarm = reason in {EndReason.DEVICE_LOST, EndReason.DISK_FULL}
            return translate(f"■ ended: {reason}"), alarm


def device_words(status: LinkStatus) -> list[str]:
    """Return rate, delay, battery and the device's error counts, as far as there are any."""
    words = []
    rates = [s for s in status.streams if s.carries_force and s.rate_hz is not None]
    if rates:
        text = "/".join(f"{s.rate_hz:.0f}" for s in rates)
        slow = [s for s in rates if abs((s.rate_hz or 0) / s.nominal_hz - 1) > _RATE_TOLERANCE]
        words.append(f"{text} Hz" + translate(f" (nominal {slow[0].nominal_hz:g})" if slow else ""))
    if status.delay_s is not None:
        words.append(f"{1e3 * status.delay_s:.0f} ms")
    if status.battery_v is not None:
        words.append(f"{status.battery_v:.1f} V")
    counts = (
        (translate("corrupt"), status.corrupt),
        (translate("overflows"), status.overflows),
        (translate("ADC errors"), status.adc_errors),
        (translate("restarts"), status.restarts),
    )
    return words + [f"{name} {count}" for name, count in counts if count]


def describe(frame: Snapshot) -> str:
    """Return subject, task and object, as far as the stream names them."""
    metadata = frame.metadata or {}
    words = [
        translate(str(metadata[key]).removesuffix(".0") + unit)
        for key, unit in _METADATA
        if metadata.get(key)
    ]
    return " · ".join(words)


class Banner(LineWidget):
    """The most urgent message of the stream; empty while all is well."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"banner--alarm", "banner--notice"}

    def __init__(self, paused: Callable[[], bool], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._paused = paused

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return the one line."""
        alarm, notice = translate(alarm_words(frame.status)), notice_words(frame.status)
        notice = notice or str((frame.metadata or {}).get("calibration_note") or "")
        if self._paused():
            notice = "PAUSED: the stream continues. p: resume"
        notice = translate(notice)
        runs: Runs = []
        if alarm:
            runs.append((f" {alarm} ", "banner--alarm"))
        if notice and cell_len(alarm) + cell_len(notice) + 4 <= width:
            runs.append((f" {notice} ", "banner--notice"))
        yield runs


def alarm_words(status: LinkStatus) -> str:
    """Return what needs action, and which; "" while there is nothing."""
    return _link_alarm(status) or _force_alarm(status)


def _link_alarm(status: LinkStatus) -> str:
    if status.link is LinkState.LOST:
        return f"LINK LOST for {status.since_s:.0f} s. Waiting: check cable and power."
    if status.link is LinkState.SILENT:
        return f"NO DATA for {status.since_s:.0f} s. The device is connected but sends nothing."
    if status.wrong_rate is not None:
        rate_hz, asked_hz = status.wrong_rate
        return f"WRONG RATE: {rate_hz:.0f} Hz instead of {asked_hz:.0f} Hz. Check the converter."
    return _signal_alarm(status.signal_fault) if status.signal_fault is not None else ""


def _signal_alarm(fault: SignalFault) -> str:
    words = channel_words(fault.channel)
    if fault.kind == "spike":
        return f"SPIKE: {words} jumped by {fault.size_words} for one sample. Check its plug."
    return f"NOISY: {words}, {fault.size_words} rms. Check its plug and cable."


def _force_alarm(status: LinkStatus) -> str:
    if status.uncalibrated:
        return "NOT CALIBRATED: raw counts, not newtons. Use `gripforce calibrate`."
    if status.strain is not None:
        force_n, capacity_n = status.strain
        return f"TOO STRONG: {force_n:.0f} N, the object bears {capacity_n:.0f} N. Ease off."
    if status.saturated:
        return "SATURATED ▲: a force is beyond the sensor's range; its peak is cut off."
    return ""


def notice_words(status: LinkStatus) -> str:
    """Return what is worth knowing but needs no action, "" while there is nothing."""
    if status.ended is None:
        return ""
    return f"The stream has ended: {status.ended.reason}. q: quit"
