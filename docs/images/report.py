"""The report of a simulated battery as it comes from a black-and-white printer."""

import asyncio
import subprocess
import tempfile
from pathlib import Path

from gripforce.analysis.assessment.visits import VisitAnalysis
from gripforce.report import write_report
from gripforce.session import SessionFolder
from gripforce.session.results import analyze_folder, earlier_visits
from tests.session.fast_time import new_session, run_through

SOURCE = "sim:lift?profile=als&seed={seed}&speed=max"
ABOUT = {"skin": "dry", "medication_h": 3.0, "dominant_hand": "right", "age_decade": 60}
PAGES, DOTS_PER_INCH = 3, 80


def pages(folder: Path) -> list[Path]:
    """Write the first pages of a second visit's report as PNG; return their paths."""
    with tempfile.TemporaryDirectory() as root:
        for seed in (3, 4):  # two visits: the second one has an earlier one to compare with
            session = new_session(Path(root), "als-battery", SOURCE.format(seed=seed), **ABOUT)
            asyncio.run(run_through(session))
        printed = _printed(session, Path(root) / "report.pdf")
        size = ["-r", str(DOTS_PER_INCH), "-gray", "-png", "-f", "1", "-l", str(PAGES)]
        subprocess.run(["pdftoppm", *size, printed, folder / "report"], check=True)
    return sorted(folder.glob("report-*.png"))


def _printed(session: SessionFolder, path: Path) -> Path:
    earlier = earlier_visits(session.path)
    analyses, _ = analyze_folder(session.recordings, earlier)
    visit = VisitAnalysis({hand: analyses[hand] for hand in ("right", "left")})
    write_report(visit, path, earlier)
    return path
