"""Real human lifts played into the emulated converter, through the true image, the pty, Device and
Recorder, analysed: they must be found where analysing the original finds them."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.calibration import Calibration, to_block
from gripforce.device import open_device
from gripforce.formats.tables.table import read_table
from gripforce.formats.tables.table_map import parse_table_map
from gripforce.formats.tables.table_recording import table_recording
from gripforce.wire import commands
from tests.firmware.bench import emulated, record, write_waveform

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "lifts" / "raw"
pytestmark = [
    pytest.mark.usefixtures("images"),
    pytest.mark.skipif(not DATA.exists(), reason=f"the real lifts are not at {DATA}"),
]

MAP = """
[table]
separator = "\\t"
header_rows = 1
time_column = 1
[channels]
grip_thumb_n = {{ mean = [3] }}
grip_index_n = {{ mean = [3] }}
load_thumb_n = {{ sum = [4] }}
load_index_n = {{ sum = [5] }}
[zero]
from_s = 0.2
to_s = 1.0
[trial]
task = "lift"
mass_g = {mass_g}
"""
FILES = [("1656_W_500", 500), ("1388_W_300", 300), ("1656_T_B1", 250)]
LABELS = ("grip_thumb", "grip_index", "load_thumb", "load_index")
COUNTS_PER_N = 80_000.0
LIFTOFF_S = 0.002
STATIC = 0.005


def calibration():
    gains = np.eye(4) / COUNTS_PER_N
    return Calibration(LABELS, (0.0,) * 4, tuple(map(tuple, gains)), "2024-01-01T00:00:00+00:00")


async def play(board, path, seconds, mass_g):
    async with open_device(f"serial:{board.port}") as device:
        await device.send(commands.WriteCalibration(to_block(calibration())))
    return await record(board.port, path, seconds, {"task": "lift", "mass_g": mass_g})


@pytest.mark.parametrize(("name", "mass_g"), FILES)
def test_lifts_come_through(tmp_path, name, mass_g):
    table = read_table(DATA / f"{name}.smr.txt.gz", parse_table_map(MAP.format(mass_g=mass_g)))
    original = table_recording(table, name)
    force = original.streams["force"]
    seconds = float(force.t[-1])
    columns = [force.columns.index(f"{label}_n") for label in LABELS]
    counts = np.round(force.values[:, columns] * COUNTS_PER_N).astype(int)
    waveform = write_waveform(tmp_path / "waveform.csv", force.t, counts)
    with emulated(tmp_path, "ads131m04", waveform) as board:
        recording, _, ended = asyncio.run(play(board, tmp_path / "lifts.grip", seconds, mass_g))
    assert ended.reconciled
    assert recording.gaps == ()
    expected, found = analyze_lifts(original).lifts, analyze_lifts(recording).lifts
    assert len(found) == len(expected) >= 8
    for ours, theirs in zip(found, expected, strict=True):
        if TrialFlag.CUT in theirs.flags:  # the recording ends in mid-lift: its edge decides
            continue
        if theirs.phases.liftoff_s is None:
            assert ours.phases.liftoff_s is None
            continue
        assert ours.phases.liftoff_s == pytest.approx(theirs.phases.liftoff_s, abs=LIFTOFF_S)
        for measure in ("gf_static_n", "lf_static_n"):
            expected_n = getattr(theirs.metrics, measure)
            assert getattr(ours.metrics, measure) == pytest.approx(expected_n, rel=STATIC)
