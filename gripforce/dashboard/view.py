"""Which part of a stream a screen shows, and how: span, place in time, scale, cursor, filter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gripforce.dashboard.scale import Scale, fit_scale
from gripforce.online.snapshot import WINDOW_S

if TYPE_CHECKING:
    from gripforce.model import FloatArray

SPANS_S: Final = (2.0, 5.0, WINDOW_S, 20.0, 40.0)
_STEP: Final = 0.2
"""Share of the span that one key press scrolls."""
_CURSOR_STEP: Final = 0.02


@dataclass(slots=True)
class View:
    """What the keys of a monitor change; the newest samples at the right edge to begin with."""

    span_s: float = WINDOW_S
    end_s: float | None = None
    """Time at the right edge [s]; None: the newest."""
    cursor_s: float | None = None
    """Time of the cursor [s]; None: there is none."""
    filtered: bool = False
    """Whether the analysis' low-pass is applied."""
    shows_cells: bool = False
    """Whether the force of each cell stands in place of grip over load."""
    holds_scale: bool = False
    _held: dict[str, Scale] = field(default_factory=dict)

    def zoom(self, steps: int) -> None:
        """Show a longer span of time, or with -1 a shorter one."""
        at = SPANS_S.index(self.span_s) + steps
        self.span_s = SPANS_S[min(max(at, 0), len(SPANS_S) - 1)]

    def scroll(self, steps: int, right_s: float, oldest_s: float, newest_s: float) -> None:
        """Move the cursor, or without one the traces, by steps to the right.

        ``right_s`` is the time at the right edge now, ``oldest_s`` and ``newest_s`` what there is.
        """
        if self.cursor_s is not None:
            moved = self.cursor_s + steps * _CURSOR_STEP * self.span_s
            self.cursor_s = min(max(moved, right_s - self.span_s), right_s)
            return
        moved = right_s + steps * _STEP * self.span_s
        least_s = min(oldest_s + self.span_s, newest_s)
        self.end_s = None if moved >= newest_s else max(moved, least_s)

    def toggle_cursor(self, right_s: float) -> None:
        """Put a cursor into the middle of the traces, which stand still with it, or remove it."""
        if self.cursor_s is None:
            self.end_s = right_s
            self.cursor_s = right_s - 0.5 * self.span_s
        else:
            self.cursor_s = None

    def follow(self) -> None:
        """Show the newest samples again."""
        self.end_s = self.cursor_s = None

    def hold_scale(self) -> None:
        """Keep the scales as they are, or fit them again."""
        self.holds_scale = not self.holds_scale
        self._held.clear()

    def scale_of(self, force: str, values: FloatArray, smallest_top: float) -> Scale:
        """Return the scale of a force: the one that is held, else one that fits the values."""
        if not self.holds_scale:
            return fit_scale(values, smallest_top)
        if force not in self._held:
            self._held[force] = fit_scale(values, smallest_top)
        return self._held[force]
