"""Refuse a load whose reading fits another unit of mass, or another cell.

A gain is compared with that of the last calibration, or with the one that the device states. Cells
age and differ by some percent, and a cell of another capacity by a round factor; what is off by the
ratio of two units of mass was typed in the other one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gripforce.constants import STANDARD_GRAVITY
from gripforce.errors import CalibrationError
from gripforce.language import translatable
from gripforce.model import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.calibration.result import Calibration
    from gripforce.model import Channel

_OUNCE_G: Final = 28.3495
_NEWTON_G: Final = 1000 / STANDARD_GRAVITY
UNITS: Final = (
    (translatable("kilograms"), 1000.0, 0.08),
    (translatable("pounds"), 453.592, 0.08),
    (translatable("newtons"), _NEWTON_G, 0.08),
    (translatable("kilograms, and the last ones in ounces"), 1000 / _OUNCE_G, 0.08),
    (translatable("ounces"), _OUNCE_G, 0.08),
    (translatable("another unit of force"), STANDARD_GRAVITY, 0.015),
)
"""Name, grams in one, and relative tolerance: a cell of ten times the capacity is none of them."""
_LARGER: Final = {
    1000.0: translatable("milligrams"),
    STANDARD_GRAVITY: translatable("millinewtons"),
}
_OTHER_CELL: Final = 3.0
_OTHER_CELL_KNOWN: Final = 1.2
"""How many times more than the loaded cell another one may move, before its gain is known and
after."""


def known_gain(channel: Channel, before: Calibration | None) -> float | None:
    """Return a cell's gain [N/count] by the last calibration or the device; None if unknown."""
    if before is not None and channel.label in before.channels:
        index = before.channels.index(channel.label)
        gain = abs(before.newtons_per_count[index][index])
        return gain or None
    stated = channel.unit is Unit.NEWTON and channel.scale not in {0.0, 1.0}
    return abs(channel.scale) if stated else None


def check_unit(channel: Channel, gain: float, before: Calibration | None) -> None:
    """Raise ``CalibrationError`` where a gain [N/count] is off by the ratio of two units."""
    known = known_gain(channel, before)
    if known is None or gain == 0:
        return
    ratio = abs(gain) / known
    for name, grams, tolerance in UNITS:
        for factor in (ratio * grams, ratio / grams):
            if abs(factor - 1) > tolerance:
                continue
            typed = name if ratio < 1 else _LARGER.get(grams)
            raise CalibrationError(
                f"{channel.label} would be {grams:.4g} times "
                f"{translatable('more' if ratio < 1 else 'less')} sensitive than before: "
                + (
                    f"the masses look like {typed}, not grams."
                    if typed
                    else f"the last calibration looks like one in {name}."
                ),
                "Type grams. If the cell is new, or the last calibration was wrong, "
                "use `gripforce calibrate --new-cell`.",
            )


def check_cell(
    loaded: Channel,
    moved: Mapping[Channel, float],
    before: Calibration | None,
) -> None:
    """Raise ``CalibrationError`` where another cell carries the load; ``moved`` is in counts."""
    gains = {cell: known_gain(cell, before) for cell in moved}
    known = all(gain is not None for gain in gains.values())
    most = _OTHER_CELL_KNOWN if known else _OTHER_CELL
    by_cell = {cell: abs(counts) * (gains[cell] or 1.0 if known else 1.0)
               for cell, counts in moved.items()}  # fmt: skip
    other = max(by_cell, key=lambda cell: by_cell[cell])
    if other != loaded and by_cell[other] > most * by_cell[loaded]:
        raise CalibrationError(
            f"The load on {loaded.label} is read by {other.label}.",
            f"Check which cell is loaded; if it is {loaded.label}, the two are exchanged: "
            "swap their plugs.",
        )
