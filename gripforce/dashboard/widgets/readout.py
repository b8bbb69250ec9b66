"""The present forces, large where there is room, and those of each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from gripforce.dashboard.scale import fit_scale, format_force
from gripforce.dashboard.widgets.line_widget import LineWidget, Runs, clipped, justified
from gripforce.language import translate
from gripforce.model import Unit, channel_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gripforce.online import Snapshot

NONE: Final = "--"
_LABEL_CELLS: Final = 12
_FIGURE_CELLS: Final = 8
_SMALLEST_TOP: Final = 4.0
_NAME_CELLS: Final = 9
_LARGE: Final = {
    "0": ("┏━┓", "┃ ┃", "┗━┛"),
    "1": ("╺┓ ", " ┃ ", "╺┻╸"),
    "2": ("╺━┓", "┏━┛", "┗━╸"),
    "3": ("╺━┓", " ━┫", "╺━┛"),
    "4": ("╻ ╻", "┗━┫", "  ╹"),
    "5": ("┏━╸", "┗━┓", "╺━┛"),
    "6": ("┏━╸", "┣━┓", "┗━┛"),
    "7": ("╺━┓", "  ┃", "  ╹"),
    "8": ("┏━┓", "┣━┫", "┗━┛"),
    "9": ("┏━┓", "┗━┫", "╺━┛"),
    "-": ("   ", "╺━╸", "   "),
    ".": (" ", " ", "▪"),
}


class Readout(LineWidget):
    """A value with its name and unit: three lines high, or one where there is no room.

    ``value`` is ``gf``, ``lf`` or ``ratio``.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"readout--name", "readout--value"}

    def __init__(self, value: str, name: str, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._value = value
        self._title = name

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return one line, or three of large figures."""
        text, unit = self._text(frame)
        name = justified(translate(self._title), _NAME_CELLS)
        if height < 3:  # noqa: PLR2004 - large figures are three lines high
            yield [(name, "readout--name"), (f"{text} {unit}".rstrip(), "readout--value")]
            return
        rows = large(text)
        yield [(" " * _NAME_CELLS, ""), (rows[0], "readout--value")]
        yield [(name, "readout--name"), (rows[1], "readout--value")]
        yield [(" " * _NAME_CELLS, ""), (f"{rows[2]} {unit}", "readout--value")]

    def _text(self, frame: Snapshot) -> tuple[str, str]:
        value: float | None = getattr(frame.reading, self._value)
        if value is None:
            return NONE, ""
        if self._value == "ratio":
            return f"{value:.2f}", ""
        if frame.status.uncalibrated:
            return format_force(round(value, -3)), translate("counts")
        return f"{round(value, 1) or 0.0:.1f}", "N"  # no minus before a zero


def large(text: str) -> list[str]:
    """Return figures as three lines; a character without a glyph stands on the lowest."""
    glyphs = [_LARGE.get(character, (" ", " ", character)) for character in text]
    return ["".join(glyph[row] for glyph in glyphs) for row in range(3)]


class Cells(LineWidget):
    """A line for each force cell of the device."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"cells--name", "cells--bar"}

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:
        """Return a heading, then as many cells as there is room for."""
        yield [(translate("the force of each cell"), "cells--name")]
        known = np.array([abs(cell.value) for cell in frame.cells if cell.value is not None])
        top = fit_scale(known, _SMALLEST_TOP).top
        room = max(1, width - _LABEL_CELLS - _FIGURE_CELLS - 1)
        for cell in frame.cells[: height - 1]:
            words = translate(channel_words(cell.label))
            name = justified(clipped(words, _LABEL_CELLS - 1), _LABEL_CELLS)
            if cell.value is None:
                yield [(name, "cells--name"), ("–", "")]
                continue
            filled = min(room, round(abs(cell.value) / top * room))
            counts = cell.unit is Unit.COUNT
            figure = format_force(round(cell.value, -3)) if counts else f"{cell.value:.2f}"
            yield [
                (name, "cells--name"),
                ("█" * filled + " " * (room - filled), "cells--bar"),
                (f"{figure:>{_FIGURE_CELLS}}", ""),
            ]
