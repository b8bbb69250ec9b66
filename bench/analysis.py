"""Lifts found and measured."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.figure import Figure
from gripforce.analysis.assessment.person import summarize_person
from gripforce.analysis.tasks.registry import analyze, analyze_task
from gripforce.formats.tables.table import ImportedTable
from gripforce.formats.tables.table_recording import table_recording
from gripforce.sim.tasks.registry import make_scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gripforce.model import Recording

RATE_HZ = 2000.0
SECONDS = 600
LIFTS = 20
RECORDINGS = 100
CORES, PARTS = 2, 2
"""Processes at once, and parts of each one's recordings that are timed by themselves."""
RUNS = 3
LEAST_LIFTS = 60


def ten_minutes() -> Iterator[Figure]:
    """Measure the analysis of ten minutes of lifts at 2 kHz."""
    scene = make_scene("lift", trials=80)
    t = np.arange(0.0, SECONDS, 1 / RATE_HZ)
    forces = [np.interp(t, scene.t, column) for column in scene.forces.T]
    names = ("grip_thumb_n", "grip_index_n", "load_thumb_n", "load_index_n")
    table = ImportedTable(t, dict(zip(names, forces, strict=True)), RATE_HZ, {"mass_g": 400})
    with tempfile.TemporaryDirectory() as folder:
        recording = table_recording(table, str(Path(folder) / "bench.grip"))
    analyze(recording)  # the first call imports pandas and scipy
    elapsed_s = []
    for _ in range(RUNS):
        begin_s = time.process_time()
        lifts = len(analyze(recording))
        elapsed_s.append(time.process_time() - begin_s)
    doubt = "" if lifts > LEAST_LIFTS else f"only {lifts} lifts were found"
    what = f"lift analysis of 10 minutes at 2 kHz ({lifts} lifts)"
    yield Figure.of_runs(what, 1.0, elapsed_s, "s", doubt=doubt)


def two_thousand_lifts() -> Iterator[Figure]:
    """Measure a hundred recordings of twenty lifts, by two processes at once."""
    words = [sys.executable, "-m", "bench.analysis"]
    running = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(CORES)]
    parts = [tuple(part) for one in running for part in json.loads(one.communicate()[0])]
    found = sum(lifts for lifts, _ in parts)
    doubt = "" if found == RECORDINGS * LIFTS else f"{found} of {RECORDINGS * LIFTS} were found"
    what = f"analysis of {found} lifts at 1 kHz, verdicts too, on two cores"
    yield Figure.of_runs(what, 20, [PARTS * cost_s for _, cost_s in parts], "s", doubt=doubt)


def main() -> None:
    """Analyse half of the recordings; print lifts and processor time [s] of each part."""
    scene = make_scene("lift", trials=LIFTS)
    names = ("grip_thumb_n", "grip_index_n", "load_thumb_n", "load_index_n")
    step = round(len(scene.t) / scene.duration_s / 1000.0)
    columns = dict(zip(names, scene.forces[::step].T, strict=True))
    table = ImportedTable(scene.t[::step], columns, 1000.0, {"mass_g": 400})
    with tempfile.TemporaryDirectory() as folder:
        recording = table_recording(table, str(Path(folder) / "bench.grip"))
    analyze_task(recording)  # the first one imports SciPy
    print(json.dumps([_analysed(recording) for _ in range(PARTS)]))


def _analysed(recording: Recording) -> tuple[int, float]:
    """Return the lifts of a part of the recordings, and their processor time [s]."""
    begin_s = time.process_time()
    found = sum(
        len(summarize_person([analyze_task(recording)]).results[0].trials)
        for _ in range(RECORDINGS // (CORES * PARTS))
    )
    return found, time.process_time() - begin_s


if __name__ == "__main__":
    main()
