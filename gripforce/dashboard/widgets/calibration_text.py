"""What the calibration screen says of a load: which, where, whether it rests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gripforce.calibration import READING_S, LoadReading
from gripforce.dashboard.widgets.big_text import small

if TYPE_CHECKING:
    from gripforce.calibration import Guide, Step

_BAR_CELLS: Final = 30


def hang_words(guide: Guide, every_s: float | None) -> tuple[str, str]:
    """Return the mass in large letters, and what to do with it."""
    step = guide.step
    if step is None:
        return "", ""
    large = "\n".join(f" {line}" for line in small(f"{step.mass_g:g} g"))
    name = step.cell.label
    todo = f"Hang {step.mass_g:g} g on {name}, and nothing on the other cells."
    if step.mass_g == 0:
        todo = f"Take everything off {name}; the other cells stay empty too."
    if every_s is not None:
        left_s = max(0.0, (guide.done + 1) * every_s - guide.readings.now_s)
        todo += f" The bench does it by itself: read in {left_s:.0f} s."
    return large, todo


def step_signs(guide: Guide) -> str:
    """Return the loads of the present cell: read, now, to come; and how far all cells are."""
    step = guide.step
    if step is None:
        return ""
    own = [k for k, s in enumerate(guide.steps) if s.cell is step.cell]
    cells = list(dict.fromkeys(s.cell.label for s in guide.steps))
    place = f"Cell {cells.index(step.cell.label) + 1} of {len(cells)}: {step.cell.label}"
    signs = "  ".join(_sign(guide.done, k, guide.steps[k]) for k in own)
    return f"{place}, load {guide.done - own[0] + 1} of {len(own)}\n{signs}"


def _sign(done: int, index: int, step: Step) -> str:
    mark = "✓" if index < done else "▶" if index == done else "·"
    return f"{mark} {step.mass_g:g}"


def rest_words(guide: Guide, every_s: float | None) -> str:
    """Return the bar that fills while every cell that is read stays where it is."""
    readings = _readings(guide)
    if not readings:
        return ""
    still_s = min((r.still_s if r is not None else 0.0) for _, r in readings)
    if any(r is None for _, r in readings):
        return "No data comes: check cable and power."
    cells = round(_BAR_CELLS * still_s / READING_S)
    word = "at rest" if still_s >= READING_S else "moving: wait"
    word += ": Enter reads it" if still_s >= READING_S and every_s is None else ""
    return f"[{'█' * cells}{'░' * (_BAR_CELLS - cells)}] {word}"


def cell_words(guide: Guide) -> str:
    """Return what each cell of the group reads now."""
    lines = []
    for label, reading in _readings(guide):
        here = "▶" if guide.step is not None and guide.step.cell.label == label else " "
        counts = "–" if reading is None else f"{reading.counts:,.0f}".replace(",", " ")
        lines.append(f"{here} {label:<12} {counts:>12} counts")
    return "\n".join(lines)


def _readings(guide: Guide) -> list[tuple[str, LoadReading | None]]:
    if guide.step is None:
        return []
    return [(cell.label, guide.readings.reading(cell)) for cell in guide.step.group]
