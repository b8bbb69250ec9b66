"""Whether a protocol's texts fit the smallest terminal that a session runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gripforce.dashboard.widgets.big_text import is_drawable, small
from gripforce.dashboard.widgets.cell_text import wrapped_cells

if TYPE_CHECKING:
    from gripforce.protocol.schema import Block, Protocol

CELLS: Final = 78
"""Width of a line on a terminal of 80 columns."""
LINES: Final = 4
"""Of an instruction, beyond which the traces have too little room at 24 lines."""
_COUNTDOWN: Final = " 10"


def fit_warnings(protocol: Protocol) -> list[str]:
    """Return a sentence for each word that is not drawn large and each very long instruction."""
    found = [text for block in protocol.blocks for text in _block_warnings(block)]
    return list(dict.fromkeys(found))


def _block_warnings(block: Block) -> list[str]:
    warnings = []
    word = f"{block.word}{_COUNTDOWN}"
    if not is_drawable(block.word):
        warnings.append(f"{block.title}: '{block.word}' has no large letters: shown as plain text.")
    elif len(small(word)[0]) > CELLS:
        warnings.append(f"{block.title}: '{block.word}' is too long for large letters.")
    lines = len(wrapped_cells(block.instruction, CELLS))
    if lines > LINES:
        warnings.append(
            f"{block.title}: the instruction takes {lines} lines of the smallest screen; "
            f"{LINES} leave room for the traces."
        )
    return warnings
