"""Who and what at the left of the top, link and losses always at its right; alarms below."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from gripforce.dashboard.widgets.line_widget import LineWidget, Runs
from gripforce.live import LinkState
from gripforce.model import EndReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gripforce.live import LinkStatus, Snapshot

_METADATA: Final = (
    ("subject", ""),
    ("task", ""),
    ("hand", " hand"),
    ("mass_g", " g"),
    ("surface", ""),
)
_RATE_TOLERANCE: Final = 0.05


class TitleBar(LineWidget):
    """Two lines: title and link; what is measured, and how well it comes through."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "corner--title",
        "corner--dim",
        "corner--good",
        "corner--alarm",
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
        """What stands for the link while no stream is meant to run, "" for its own words."""
        self._recording = recording

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return the two lines."""
        link, alarm = link_words(frame.status)
        if frame.status.link in {LinkState.WAITING, LinkState.ENDED} and not alarm:
            link = self._idle() or link
        recording = self._recording()
        record = f"recording {recording}" if recording else "not recording"
        yield _spread(
            width,
            [(self._title(), "corner--title")],
            [
                (f"{record}   ", "corner--good" if recording else "corner--dim"),
                (link, "corner--alarm" if alarm else "corner--good"),
            ],
        )
        lost = f"lost {frame.status.lost}"
        if frame.status.gaps:
            lost += f" in {frame.status.gaps} gap{'s' if frame.status.gaps > 1 else ''}"
        yield _spread(
            width,
            [(describe(frame), "corner--dim")],
            [
                ("  ".join([*device_words(frame.status), ""]), "corner--dim"),
                (lost, "corner--alarm" if frame.status.lost else "corner--good"),
            ],
        )


def _spread(width: int, left: Runs, right: Runs) -> Runs:
    """Return one line with its ends at both edges; the right end is never cut."""
    used = sum(len(text) for text, _ in right)
    room = max(0, width - used - 4)
    text, style = left[0]
    text = text if len(text) <= room else text[: max(0, room - 1)] + "…"
    return [(" ", ""), (text, style), (" " * (width - used - 2 - len(text)), ""), *right, (" ", "")]


def link_words(status: LinkStatus) -> tuple[str, bool]:
    """Return the link's state in words and a sign, and whether it is an alarm."""
    match status.link:
        case LinkState.WAITING:
            return "○ waiting for the device", False
        case LinkState.LIVE:
            return "● link ok", False
        case LinkState.SILENT:
            return f"◐ no data {status.since_s:.0f} s", True
        case LinkState.LOST:
            return f"✕ LINK LOST {status.since_s:.0f} s", True
        case LinkState.ENDED:
            reason = status.ended.reason if status.ended else EndReason.STOPPED
            return f"■ ended: {reason}", reason in {EndReason.DEVICE_LOST, EndReason.DISK_FULL}


def device_words(status: LinkStatus) -> list[str]:
    """Return rate, delay, battery and whatever went wrong inside the device."""
    words = []
    rates = [s for s in status.streams if s.carries_force and s.rate_hz is not None]
    if rates:
        text = "/".join(f"{s.rate_hz:.0f}" for s in rates)
        slow = [s for s in rates if abs((s.rate_hz or 0) / s.nominal_hz - 1) > _RATE_TOLERANCE]
        words.append(f"{text} Hz" + (f" (nominal {slow[0].nominal_hz:g})" if slow else ""))
    if status.delay_s is not None:
        words.append(f"{1e3 * status.delay_s:.0f} ms")
    if status.battery_v is not None:
        words.append(f"{status.battery_v:.1f} V")
    counts = (
        ("corrupt", status.corrupt),
        ("overflows", status.overflows),
        ("ADC errors", status.adc_errors),
        ("restarts", status.restarts),
    )
    return words + [f"{name} {count}" for name, count in counts if count]


def describe(frame: Snapshot) -> str:
    """Return subject, task and object, as far as the stream says them."""
    metadata = frame.metadata or {}
    words = [
        str(metadata[key]).removesuffix(".0") + unit for key, unit in _METADATA if metadata.get(key)
    ]
    return " · ".join(words)


class Banner(LineWidget):
    """One line that is empty while all is well."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"banner--alarm", "banner--notice"}

    def __init__(self, paused: Callable[[], bool], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._paused = paused

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return the most urgent thing that there is to say."""
        alarm, notice = alarm_words(frame.status), notice_words(frame.status)
        if self._paused():
            notice = "PAUSED: the picture stands still, the stream goes on. p continues."
        runs: Runs = []
        if alarm:
            runs.append((f" {alarm} ", "banner--alarm"))
        if notice and len(alarm) + len(notice) + 4 <= width:
            runs.append((f" {notice} ", "banner--notice"))
        yield runs


def alarm_words(status: LinkStatus) -> str:
    """Return what a person must act on, and how; "" while there is nothing."""
    if status.link is LinkState.LOST:
        return f"LINK LOST for {status.since_s:.0f} s. Waiting for the device: check cable, power."
    if status.link is LinkState.SILENT:
        return f"NO DATA for {status.since_s:.0f} s. The link is open, the device sends nothing."
    if status.uncalibrated:
        return "NOT CALIBRATED: raw counts, not newtons. Try `gripforce calibrate`."
    if status.saturated:
        return "SATURATED ▲: a force is beyond the sensor's range; its peak is cut off."
    return ""


def notice_words(status: LinkStatus) -> str:
    """Return what is worth knowing, without alarm."""
    if status.ended is None:
        return ""
    return f"The stream has ended: {status.ended.reason}. q quits."
