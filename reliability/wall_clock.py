"""Programs whose computer's clock is set while they run: the wall clock alone, as by its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reliability.preload import preloaded

if TYPE_CHECKING:
    from pathlib import Path

_SOURCE: Final = r"""
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long ahead_s(void) {
  const char *name = getenv("WALL_CLOCK_AHEAD");
  FILE *file = name ? fopen(name, "r") : NULL;
  long seconds = 0;
  if (file) {
    if (fscanf(file, "%ld", &seconds) != 1) seconds = 0;
    fclose(file);
  }
  return seconds;
}

int clock_gettime(clockid_t id, struct timespec *at) {
  int failed = syscall(SYS_clock_gettime, id, at);
  if (!failed && id == CLOCK_REALTIME) at->tv_sec += ahead_s();
  return failed;
}

int gettimeofday(struct timeval *at, void *zone) {
  struct timespec now;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &now);
  at->tv_sec = now.tv_sec;
  at->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *at) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (at) *at = now.tv_sec;
  return now.tv_sec;
}
"""


class WallClock:
    """A clock that can be set; programs see it that are started with its environment.

    It is loaded before the C library, and answers for it where the time of day is asked for.
    """

    def __init__(self, folder: Path) -> None:
        self._ahead = folder / "wall-clock"
        library = preloaded(folder, "wall-clock-library", _SOURCE)
        self.environment = {**library, "WALL_CLOCK_AHEAD": str(self._ahead)}
        self.set(0.0)

    def set(self, ahead_s: float) -> None:
        """Set it to so many seconds after the computer's own time."""
        self._ahead.write_text(f"{ahead_s:.0f}\n")
