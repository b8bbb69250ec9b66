"""Compute the strength and write it into the page: ``python -m hardware.strength``."""

import sys
import tempfile
from pathlib import Path

from hardware.cad.openscad import dimensions, render_stl
from hardware.cad.scenes import printed_part
from hardware.strength import report

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = dimensions(folder)
        for part in ("bracket", "carrier", "plate", "spine"):
            render_stl(part, folder)
        parts = {
            part: printed_part(folder, sizes, part)
            for part in ("bracket", "carrier", "plate", "spine")
        }
    text = report.table(report.solve_all(parts, sizes), sizes, report.compliance(parts, sizes))
    report.write(text)
    sys.stdout.write(text)
