"""The scrubber of a replay: position, trials and marks, speed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from gripforce.dashboard.widgets.line_widget import LineWidget, Runs
from gripforce.language import translate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gripforce.device.playback import Playback
    from gripforce.online import Snapshot

_WORDS_CELLS: Final = 30


class Scrubber(LineWidget):
    """One line: a bar with a notch for each trial or mark, the position on it, time and speed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"scrubber--bar", "scrubber--words"}

    def __init__(self, playback: Playback, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._playback = playback

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return the line."""
        words = playback_words(self._playback)
        bar = scrubber_bar(self._playback, max(4, width - _WORDS_CELLS))
        yield [(f" {bar} ", "scrubber--bar"), (words, "scrubber--words")]


def playback_words(playback: Playback) -> str:
    """Return time, length and speed: ``▶ 12.0 of 60 s ×2``."""
    sign = "❚❚" if playback.paused else "▶"
    speed = "" if playback.speed == 1 else f" ×{playback.speed:g}"
    at_end = f" {translate('end')}" if playback.shown_s >= playback.duration_s else ""
    where = translate(f"{playback.shown_s:.1f} of {playback.duration_s:.0f} s")
    return f"{sign} {where}{speed}{at_end}"


def scrubber_bar(playback: Playback, cells: int) -> str:
    """Return the bar: ``━`` played, ``─`` to come, ``┴`` a trial or mark, ``●`` now."""
    whole = max(playback.duration_s, 1e-9)

    def cell(t_s: float) -> int:
        return min(cells - 1, max(0, int(t_s / whole * cells)))

    now = cell(playback.shown_s)
    bar = ["━" if k < now else "─" for k in range(cells)]
    for moment in playback.moments:
        bar[cell(moment)] = "┴"
    bar[now] = "●"
    return "".join(bar)
