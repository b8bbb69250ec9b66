"""The texts of the calibration screen: load to apply, progress, stillness, readings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from gripforce.calibration import READING_S, LoadReading
from gripforce.dashboard.widgets.big_text import small
from gripforce.dashboard.widgets.line_widget import justified
from gripforce.language import translate
from gripforce.model import channel_words

if TYPE_CHECKING:
    from gripforce.calibration import Guide, Step

_BAR_CELLS: Final = 30
_NAME_CELLS: Final = 12


def load_instruction(guide: Guide, every_s: float | None) -> tuple[str, str]:
    """Return the mass in large letters, and what to do with it.

    ``every_s`` is the period of a bench that applies its loads by itself; None: a person does.
    """
    step = guide.step
    if step is None:
        return "", ""
    large = "\n".join(f" {line}" for line in small(f"{step.mass_g:g} g"))
    name = channel_words(step.cell.label)
    text = translate(f"Apply {step.mass_g:g} g to {name}, and nothing to the other cells.")
    if step.mass_g == 0:
        text = translate(f"Unload {name}; the other cells stay unloaded too.")
    if every_s is not None:
        left_s = max(0.0, (guide.done + 1) * every_s - guide.readings.now_s)
        text += translate(f" The bench does this by itself: reading in {left_s:.0f} s.")
    return large, text


def step_progress(guide: Guide) -> str:
    """Return which cell it is of how many, and its loads: read, present, to come."""
    step = guide.step
    if step is None:
        return ""
    own = [k for k, s in enumerate(guide.steps) if s.cell is step.cell]
    cells = list(dict.fromkeys(s.cell.label for s in guide.steps))
    number, label = cells.index(step.cell.label) + 1, channel_words(step.cell.label)
    place = translate(f"Cell {number} of {len(cells)}: {label}")
    signs = "  ".join(_sign(guide.done, k, guide.steps[k]) for k in own)
    load = translate(f"load {guide.done - own[0] + 1} of {len(own)}")
    left = translate(f"about {minutes_left(guide)} min left")
    return f"{place}, {load} · {left}\n{signs}"


def minutes_left(guide: Guide) -> int:
    """Return the estimated time for the loads to come, in whole minutes, at least one."""
    return max(1, math.ceil(guide.left_s / 60))


def _sign(done: int, index: int, step: Step) -> str:
    mark = "✓" if index < done else "▶" if index == done else "·"
    return f"{mark} {step.mass_g:g}"


def stillness_bar(guide: Guide, every_s: float | None) -> str:
    """Return a bar that fills while all cells that are read are at rest, and the next key."""
    readings = _readings(guide)
    if not readings:
        return ""
    still_s = min((r.still_s if r is not None else 0.0) for _, r in readings)
    if any(r is None for _, r in readings):
        return translate("No data: check cable and power.")
    cells = round(_BAR_CELLS * still_s / READING_S)
    word = "moving: wait"
    if still_s >= READING_S:
        word = "at rest · Enter: read it" if every_s is None else "at rest"
    return f"[{'█' * cells}{'░' * (_BAR_CELLS - cells)}] {translate(word)}"


def cell_readings(guide: Guide) -> str:
    """Return the reading of each cell of the group, in counts."""
    lines = []
    for label, reading in _readings(guide):
        sign = "▶" if guide.step is not None and guide.step.cell.label == label else " "
        counts = "–" if reading is None else f"{reading.counts:,.0f}".replace(",", " ")
        name = justified(translate(channel_words(label)), _NAME_CELLS)
        lines.append(f"{sign} {name} {counts:>12} {translate('counts')}")
    return "\n".join(lines)


def _readings(guide: Guide) -> list[tuple[str, LoadReading | None]]:
    if guide.step is None:
        return []
    return [(cell.label, guide.readings.reading(cell)) for cell in guide.step.group]
