"""The parts list: read ``bom.csv``, add up what a build costs.

Prices are typical of one pack at the first source; ``priced`` says when, and if it is an estimate.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from math import ceil
from pathlib import Path

PATH = Path(__file__).parent / "bom.csv"
BUILDS = ("entry", "research", "bench")
SHIPPING_USD = {
    "board house": 18.0,
    "electronics": 8.0,
    "marketplace": 5.0,
    "fasteners": 6.0,
    "hardware shop": 0.0,
}
"""A guess for one parcel from each kind of shop; the hardware shop is walked to."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the parts list; a pack holds ``pack`` of what ``quantity`` counts."""

    ref: str
    build: str
    quantity: float
    part: str
    specification: str
    maker: str
    number: str
    pack: float
    price_usd: float
    priced: str
    shop: str
    second_source: str
    alternative: str
    kind: str

    def belongs_to(self, build: str) -> bool:
        """Whether that build needs it."""
        return self.build in {build, "both"}

    @property
    def packs(self) -> int:
        """Number of packs to buy."""
        return ceil(self.quantity / self.pack)


NUMBERS = ("quantity", "pack", "price_usd")


def read_bom(path: Path = PATH) -> list[Item]:
    """Return the lines in their order."""
    with path.open(newline="") as file:
        return [
            Item(**{key: float(text) if key in NUMBERS else text for key, text in row.items()})
            for row in csv.DictReader(file)
        ]


def priced_in() -> str:
    """Return the month of the oldest price."""
    return min(item.priced.split()[-1] for item in read_bom())


@dataclass(frozen=True, slots=True)
class Cost:
    """What a build costs [USD]: ``used`` is its share of each pack, ``bought`` whole packs."""

    used: float
    bought: float
    shipping: float
    tools: float


def cost(build: str) -> Cost:
    """Add up one build."""
    wanted = [item for item in read_bom() if item.belongs_to(build)]
    parts = [item for item in wanted if item.kind == "part"]
    return Cost(
        used=sum(item.quantity / item.pack * item.price_usd for item in parts),
        bought=sum(item.packs * item.price_usd for item in parts),
        shipping=sum(SHIPPING_USD[shop] for shop in {item.shop for item in parts}),
        tools=sum(item.packs * item.price_usd for item in wanted if item.kind == "tool"),
    )
