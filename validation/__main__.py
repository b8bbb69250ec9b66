"""Measure sections and write them: ``python -m validation [SECTION …] [--real FOLDER]``."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from validation.page import merge, render
from validation.registry import SECTIONS
from validation.section import Settings

PAGE = Path(__file__).resolve().parents[1] / "docs" / "validation.md"
LIFTS_FOLDER = "GRIPFORCE_LIFTS"


def parse() -> argparse.Namespace:
    """Return the command line's options."""
    names = [section.name for section in SECTIONS]
    parser = argparse.ArgumentParser(prog="python -m validation", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(names)}")
    parser.add_argument("--real", type=Path, default=os.environ.get(LIFTS_FOLDER) or None,
                        help="folder of the real lifts, with files.csv and raw/")  # fmt: skip
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the usual trials")
    parser.add_argument("--output", type=Path, default=PAGE)
    options = parser.parse_args()
    unknown = sorted(set(options.sections) - set(names))
    if unknown:
        parser.error(f"no section {', '.join(unknown)}; there are {', '.join(names)}")
    if options.real is not None and not (Path(options.real) / "files.csv").exists():
        parser.error(f"{options.real} holds no files.csv")
    return options


def main() -> None:
    """Measure what is named, or everything, and write it section by section."""
    options = parse()
    real = None if options.real is None else Path(options.real)
    settings = Settings(real, options.workers, options.scale)
    day = datetime.now(UTC).date().isoformat()
    for section in SECTIONS:
        if options.sections and section.name not in options.sections:
            continue
        if section.needs_real and real is None:
            sys.stderr.write(f"{section.name}: the real lifts are not at hand; left as it was\n")
            continue
        sys.stderr.write(f"{section.name} …\n")
        scale = "" if options.scale == 1 else f" --scale {options.scale:g}"
        command = f"python -m validation {section.name}{scale}"
        text = render(section, tuple(section.measure(settings)), command, day)
        page = options.output.read_text(encoding="utf-8") if options.output.exists() else ""
        fresh = [(other.name, text if other is section else "") for other in SECTIONS]
        options.output.write_text(merge(page, fresh), encoding="utf-8")


if __name__ == "__main__":
    main()
