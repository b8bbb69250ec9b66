"""One measured number beside the one asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """``reach`` is a ceiling, or a floor where ``floor`` is set."""

    what: str
    reach: float
    measured: float
    unit: str
    floor: bool = False

    @property
    def reached(self) -> bool:
        """Whether the number is as good as asked."""
        return self.measured >= self.reach if self.floor else self.measured <= self.reach

    @property
    def ratio(self) -> float:
        """Measured over asked: the number to compare between machines and days."""
        return self.measured / self.reach

    def row(self) -> str:
        """Return a line of the table."""
        sign = "≥" if self.floor else "≤"
        verdict = "yes" if self.reached else "NO"
        return (
            f"{self.what:<62} {sign} {self.reach:>7g} {self.unit:<12} {self.measured:>9.3g} "
            f"{self.ratio:>7.2f}  {verdict}"
        )
