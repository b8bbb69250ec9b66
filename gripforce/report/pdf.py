"""Print a page to PDF by an installed Chromium, Chrome or Edge, without its window."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from gripforce.errors import UsageError
from gripforce.files import refuse_existing

_BROWSERS: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_QUIET: Final = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-pdf-header-footer",
)
_PATIENCE_S: Final = 120.0


def write_pdf(page: str, path: str | os.PathLike[str]) -> None:
    """Print a page to a new PDF file.

    Raises ``UsageError`` where the file exists or cannot be written, or nothing can print it.
    """
    target = Path(path)
    refuse_existing(target)
    browser = find_browser()
    if browser is None:
        raise UsageError(
            f"{target} cannot be printed: no Chromium, Chrome or Edge was found.",
            "Install one, or write .html and print it from any browser.",
        )
    printed = _print_page(browser, page)
    try:
        with target.open("xb") as stream:
            stream.write(printed)
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror}.") from error


def find_browser() -> str | None:
    """Return the path of an installed browser that can print; None without one."""
    return next((found for name in _BROWSERS if (found := shutil.which(name))), None)


def _print_page(browser: str, page: str) -> bytes:
    """Return the PDF that a browser prints; ``UsageError`` where it fails."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source, printed = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(page, encoding="utf-8")
        command = [
            browser,
            *_QUIET,
            *(["--no-sandbox"] if _is_root() else []),
            f"--user-data-dir={Path(folder) / 'profile'}",
            f"--print-to-pdf={printed}",
            source.as_uri(),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_PATIENCE_S)
            content = printed.read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise UsageError(
                f"{browser} could not print the report.",
                "Write .html and print it from any browser.",
            ) from error
    return content


def _is_root() -> bool:
    """Return whether this is root, for whom Chromium's sandbox does not start."""
    return getattr(os, "geteuid", lambda: 1)() == 0
