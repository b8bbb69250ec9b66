"""The panel of a task that has no use for grip over load: a tower of grip force, or a beat lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from gripforce.dashboard.widgets.line_widget import LineWidget, Runs, clipped, placed
from gripforce.language import translate
from gripforce.session.acceptance.capacity import grip_capacity
from gripforce.session.cue.metronome import Due
from gripforce.session.cue.patient_cue import DUE_WORDS, target_now, target_top

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gripforce.online import Snapshot
    from gripforce.session.controller import SessionController

TOWERS: Final = {"pinch", "slip", "tracking", "check", "zero"}
LANES: Final = {"p2p", "cyclic"}
_SMALLEST_TOP_N: Final = 10.0
_BAR_CELLS: Final = 6
_LANE_S: Final = 5.0
"""Span of time that the lane shows ahead."""
_ROOM: Final = 1.15
_AHEAD_S: Final = 1.0
"""The target is shown as it will be after this time, too: a hand is some 0.1 s late."""
_HALF: Final = 0.5


class Level(NamedTuple):
    """A line across the tower."""

    force_n: float
    words: str


class TaskPanel(LineWidget):
    """Shows what the present task is about; empty for tasks that have the plot of grip and load."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"panel--bar", "panel--level", "panel--beat"}

    def __init__(self, controller: SessionController, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._controller = controller

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:
        """Return the tower or the lane."""
        if self._controller.session.block.task in LANES:
            return self._lane(width)
        least_n = target_top(self._controller.session.block) or _SMALLEST_TOP_N
        return _tower(frame.reading.gf, task_levels(self._controller), least_n, (width, height))

    def _lane(self, width: int) -> Iterable[Runs]:
        """Return the beats to come, each with its movement, moving towards the left edge."""
        controller = self._controller
        metronome, now_s = controller.metronome, controller.now_s
        next_s, number = metronome.next_s(now_s), metronome.number(now_s)
        yield [(translate("beats to come"), "panel--level")]
        if next_s is None or number is None:
            yield [(translate("they begin with the hand"), "panel--level")]
            return
        task = controller.session.block.task
        pieces = [
            (1 + round(at_s / _LANE_S * (width - 8)), _movement_sign(due, sounds=sounds))
            for at_s, due, sounds in movements_ahead(task, next_s, number, metronome.beat_s)
        ]
        yield [("┃" + placed(width - 1, pieces), "panel--beat")]
        yield [("┗" + "━" * (width - 1), "panel--level")]
        beat = translate(f"beat {number}, one every {metronome.beat_s:g} s")
        yield [(beat, "panel--level")]


def movements_ahead(
    task: str, next_s: float, number: int, beat_s: float
) -> list[tuple[float, Due, bool]]:
    """Return the movements of the next seconds: when [s from now], which, and whether it sounds.

    ``number`` beats have sounded, the next comes in ``next_s``. In rhythm each beat asks for both:
    up at the beat, down half way to the next, without a sound.
    """
    ahead = []
    beats = range(int((_LANE_S - next_s) // beat_s) + 1) if next_s < _LANE_S else range(0)
    for k in beats:
        at_s, odd = next_s + k * beat_s, (number + 1 + k) % 2
        ahead.append((at_s, Due.UP if task == "cyclic" or odd else Due.DOWN, True))
    if task == "cyclic":
        halves = [at_s - _HALF * beat_s for at_s, *_ in ahead]
        halves += [ahead[-1][0] + _HALF * beat_s] if ahead else []
        ahead += [(at_s, Due.DOWN, False) for at_s in halves if 0 <= at_s < _LANE_S]
    return sorted(ahead)


def _movement_sign(due: Due, *, sounds: bool) -> str:
    return f"{'♪' if sounds else '·'}{translate(DUE_WORDS[due]).upper()}"


def task_levels(controller: SessionController) -> list[Level]:
    """Return the lines that the grip of the present task is seen against."""
    session = controller.session
    block, trials = session.block, session.block_progress.trials
    levels = []
    if block.task == "pinch":
        best = max((t.figures.get("mvc_n", 0.0) for t in trials), default=0.0)
        device = controller.live.device
        capacity_n = grip_capacity(device) if device is not None else None
        levels += [Level(best, f"best {best:.1f} N")] if best else []
        levels += [Level(capacity_n, f"bears {capacity_n:g} N")] if capacity_n else []
    elif block.task == "slip":
        slips = [t.figures["slip_force_n"] for t in trials if "slip_force_n" in t.figures]
        levels += [Level(slips[-1], f"slipped {slips[-1]:.2f} N")] if slips else []
    elif block.target_n is not None:
        low, high = block.target_n
        levels += [Level(high, f"to {high:g} N"), Level(low, f"from {low:g} N")]
    elif (target_n := target_now(controller)) is not None:
        ahead_n = target_now(controller, _AHEAD_S) or target_n
        levels += [Level(ahead_n, f"in {_AHEAD_S:g} s {ahead_n:.1f} N")]
        levels += [Level(target_n, f"TARGET {target_n:.1f} N")]
    return levels


def _tower(
    gf_n: float | None, levels: list[Level], least_top_n: float, size: tuple[int, int]
) -> Iterable[Runs]:
    (width, height), force_n = size, gf_n or 0.0
    top_n = max([least_top_n, force_n, *(_ROOM * level.force_n for level in levels)])
    rows = {_row(level.force_n, top_n, height): level.words for level in levels}
    filled = round(force_n / top_n * height)
    for row in range(height):
        full = height - row <= filled
        bar = ("█" if full else " ") * _BAR_CELLS
        words = rows.get(row)
        line = "" if words is None else f"━━ {translate(words)}"
        yield [
            ("│", "panel--level"),
            (bar, "panel--bar"),
            (clipped(f"│{line}", width - 7), "panel--level"),
        ]


def _row(force_n: float, top_n: float, height: int) -> int:
    return min(height - 1, max(0, round(height * (1 - force_n / top_n))))
