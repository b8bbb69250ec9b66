"""The parts list: read ``bom.csv``, add up what a build costs."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

PATH = Path(__file__).parent / "bom.csv"
BUILDS = ("entry", "research", "bench")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the parts list."""

    ref: str
    build: str
    quantity: float
    part: str
    specification: str
    price_usd: float
    alternative: str
    kind: str

    def belongs_to(self, build: str) -> bool:
        """Whether that build needs it."""
        return self.build in {build, "both"}


def read_bom(path: Path = PATH) -> list[Item]:
    """Return the lines in their order."""
    with path.open(newline="") as file:
        return [
            Item(
                ref=row["ref"],
                build=row["build"],
                quantity=float(row["quantity"]),
                part=row["part"],
                specification=row["specification"],
                price_usd=float(row["price_usd"]),
                alternative=row["alternative"],
                kind=row["kind"],
            )
            for row in csv.DictReader(file)
        ]


def cost_usd(build: str) -> float:
    """Parts of one build at typical small-quantity prices; tools and shipping not counted."""
    wanted = (i for i in read_bom() if i.kind == "part" and i.belongs_to(build))
    return sum(item.quantity * item.price_usd for item in wanted)
