"""What a maker of boards asks for: parts by their numbers, and where each is placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hardware.board.circuit import Circuit

Table = tuple[list[str], list[list[str]]]


def parts_table(circuit: Circuit) -> Table:
    """Return the parts to order, one row a kind: references, maker's number, one alternative."""
    kinds: dict[str, list[str]] = {}
    for part in circuit.components:
        kinds.setdefault(part.kind_name, []).append(part.ref)
    rows = []
    for name, refs in kinds.items():
        kind = circuit.part(refs[0]).kind
        package = kind.footprint.split(":")[1]
        words = [name, package, kind.maker, kind.number, kind.alternative]
        rows.append([" ".join(refs), str(len(refs)), *words, f"{kind.price_usd:.2f}"])
    head = ["references", "quantity", "value", "package", "maker", "number", "alternative"]
    return [*head, "estimate_usd_each"], rows


def places_table(circuit: Circuit) -> Table:
    """Return where the middle of each part lies, in mm from the upper left corner, upwards."""
    head = ["reference", "value", "package", "x_mm", "y_mm", "turn_deg", "side"]
    rows = []
    for part in circuit.components:
        (x, y), package = part.at, part.kind.footprint.split(":")[1]
        rows.append(
            [part.ref, part.kind_name, package, f"{x:g}", f"{-y:g}", f"{part.turn:g}", "top"]
        )
    return head, rows


def parts_usd(circuit: Circuit) -> float:
    """Add up the parts of one board [USD], as estimated."""
    return sum(part.kind.price_usd for part in circuit.components)
