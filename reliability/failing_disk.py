"""Programs whose disk fails while they run: it answers EIO to what they write, or to fsync."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reliability.preload import preloaded

if TYPE_CHECKING:
    from pathlib import Path

FAILS: Final = ("write", "fsync")
_SOURCE: Final = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int fails(const char *what, int descriptor) {
  char link[64], path[4096], word[16] = "";
  const char *name = getenv("FAILING_DISK");
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 5 || strncmp(path + length - 5, ".grip", 5) != 0 || !name) return 0;
  FILE *file = fopen(name, "r");
  if (!file) return 0;
  if (fscanf(file, "%15s", word) != 1) word[0] = 0;
  fclose(file);
  return strcmp(word, what) == 0;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  if (fails("write", descriptor)) return errno = EIO, -1;
  return syscall(SYS_write, descriptor, bytes, count);
}

int fsync(int descriptor) {
  if (fails("fsync", descriptor)) return errno = EIO, -1;
  return syscall(SYS_fsync, descriptor);
}

int fdatasync(int descriptor) {
  if (fails("fsync", descriptor)) return errno = EIO, -1;
  return syscall(SYS_fdatasync, descriptor);
}
"""


class FailingDisk:
    """A disk that fails for recordings of programs that are started with its environment."""

    def __init__(self, folder: Path) -> None:
        self._how = folder / "failing-disk"
        library = preloaded(folder, "failing-disk-library", _SOURCE)
        self.environment = {**library, "FAILING_DISK": str(self._how)}
        self.work()

    def fail(self, how: str) -> None:
        """Fail from now on, in one of ``FAILS``."""
        self._how.write_text(f"{how}\n")

    def work(self) -> None:
        """Work as a disk should."""
        self._how.write_text("not\n")
