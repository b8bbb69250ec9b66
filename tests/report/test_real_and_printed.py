"""Pages of hard real recordings, and what a browser makes of one on A4 paper."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gripforce.analysis.assessment.visits import visit_of
from gripforce.formats.tables.table import read_table
from gripforce.formats.tables.table_map import parse_table_map
from gripforce.formats.tables.table_recording import table_recording
from gripforce.report import write_report
from tests.report.sessions import Page, analysis, lifts, rendered, slips

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "lifts" / "raw"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
HARD = {
    "1388_W_400": "an ordinary one",
    "1651_W_500": "the load's baseline is broken",
    "1660_W_700": "the contact plate is dead",
    "1668_W_700": "no usable lifts",
}
MAP = """
[table]
separator = "\\t"
header_rows = 1
time_column = 1
[channels]
grip_n = { mean = [3] }
load_n = { sum = [4, 5] }
[zero]
from_s = 0.2
to_s = 1.0
[trial]
task = "lift"
"""
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --no-pdf-header-footer"
)
A4_POINTS = (595, 842)


@pytest.mark.skipif(not DATA.exists(), reason=f"the real lifts are not at {DATA}")
@pytest.mark.parametrize("name", HARD)
def test_hard_real_recordings_have_a_page(name):
    table = read_table(DATA / f"{name}.smr.txt.gz", parse_table_map(MAP))
    made = table_recording(table, f"{name}.grip")
    found = analysis(made)
    page = Page(rendered(found))
    drawn = [a for tag, a in page.tags if tag == "path" and a.get("class") == "grip"]
    assert drawn, "the forces are shown, whatever could be measured on them"
    assert f"{len(found.results[0].trials)} lift" in page.text("file") or not found.trials
    for verdict in found.verdicts.values():
        assert verdict.why in page.text("summary")


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
def test_a_browser_prints_it_on_a4_without_asking_anybody(tmp_path):
    page, printed = tmp_path / "page.html", tmp_path / "page.pdf"
    write_report(visit_of(analysis(lifts(10), slips())), page)
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    command = [BROWSER, *QUIET.split(), profile, f"--print-to-pdf={printed}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", printed.read_bytes())
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {A4_POINTS}
    assert 3 <= len(boxes) <= 8
