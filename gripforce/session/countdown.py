"""A span of host time that is counted down, and that a pause holds."""

from __future__ import annotations


class Countdown:
    """``start`` it with nothing to count and it is never over."""

    def __init__(self) -> None:
        self._since_s = 0.0
        self._until_s: float | None = None
        self._held_s: float | None = None

    def start(self, now_s: float, lasting_s: float | None = None) -> None:
        """Begin anew."""
        self._since_s = now_s
        self._until_s = None if lasting_s is None else now_s + lasting_s
        self._held_s = None

    def hold(self, now_s: float) -> None:
        """Stand still until ``go_on``."""
        self._held_s = self.left_s(now_s)

    def go_on(self, now_s: float) -> None:
        """Count what was left."""
        if self._held_s is not None:
            self._until_s, self._held_s = now_s + self._held_s, None

    def left_s(self, now_s: float) -> float | None:
        """Return what is left; None where nothing is counted."""
        if self._held_s is not None:
            return self._held_s
        return None if self._until_s is None else max(0.0, self._until_s - now_s)

    def elapsed_s(self, now_s: float) -> float:
        """Return how long ago it was started."""
        return now_s - self._since_s

    def is_over(self, now_s: float) -> bool:
        """Whether nothing is left of what was counted."""
        return self._held_s is None and self._until_s is not None and now_s >= self._until_s
