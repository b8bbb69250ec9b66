"""A span of host time that is counted down and can be paused."""

from __future__ import annotations


class Countdown:
    """Counts a span down; one that was started without a length is never over."""

    def __init__(self) -> None:
        self._since_s = 0.0
        self._until_s: float | None = None
        self._paused_left_s: float | None = None

    def start(self, now_s: float, lasting_s: float | None = None) -> None:
        """Begin a count of ``lasting_s`` seconds; None: count nothing."""
        self._since_s = now_s
        self._until_s = None if lasting_s is None else now_s + lasting_s
        self._paused_left_s = None

    def pause(self, now_s: float) -> None:
        """Stand still until ``resume``."""
        self._paused_left_s = self.left_s(now_s)

    def resume(self, now_s: float) -> None:
        """Continue after a pause."""
        if self._paused_left_s is not None:
            self._until_s, self._paused_left_s = now_s + self._paused_left_s, None

    def left_s(self, now_s: float) -> float | None:
        """Return the seconds left; None where nothing is counted."""
        if self._paused_left_s is not None:
            return self._paused_left_s
        return None if self._until_s is None else max(0.0, self._until_s - now_s)

    def elapsed_s(self, now_s: float) -> float:
        """Return the seconds since the start."""
        return now_s - self._since_s

    def is_over(self, now_s: float) -> bool:
        """Whether the count has come to its end."""
        return self._paused_left_s is None and self._until_s is not None and now_s >= self._until_s
