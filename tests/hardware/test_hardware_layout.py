"""The layout of both boards, as KiCad judged it when they were made last."""

import re

from hardware.board import findings
from hardware.board.entry import ENTRY
from hardware.board.research import RESEARCH


def test_kicad_found_nothing_wrong_with_these_boards():
    page = findings.PAGE.read_text()
    assert f"<!-- sources {findings.digest()} -->" in page, "run `make -C hardware board`"
    for circuit in (RESEARCH, ENTRY):
        counted = f"{len(circuit.components)} | {len(circuit.netlist())}"
        row = rf"^\| {circuit.name} \| {re.escape(counted)} \| \d+ \| \d+ \| none \| none \|$"
        assert re.search(row, page, re.MULTILINE), circuit.name
