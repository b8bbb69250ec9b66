"""Lifts found and measured."""

from __future__ import annotations

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

RATE_HZ = 2000.0
SECONDS = 600
LIFTS = 20
RECORDINGS = 100
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
    begin_s = time.process_time()
    lifts = len(analyze(recording))
    elapsed_s = time.process_time() - begin_s
    doubt = "" if lifts > LEAST_LIFTS else f"only {lifts} lifts were found"
    what = f"lift analysis of 10 minutes at 2 kHz ({lifts} lifts)"
    yield Figure(what, 1.0, elapsed_s, "s", doubt=doubt)


def two_thousand_lifts() -> Iterator[Figure]:
    """Measure a hundred recordings of twenty lifts, one core's time halved for two."""
    scene = make_scene("lift", trials=LIFTS)
    names = ("grip_thumb_n", "grip_index_n", "load_thumb_n", "load_index_n")
    step = round(len(scene.t) / scene.duration_s / 1000.0)
    columns = dict(zip(names, scene.forces[::step].T, strict=True))
    table = ImportedTable(scene.t[::step], columns, 1000.0, {"mass_g": 400})
    with tempfile.TemporaryDirectory() as folder:
        recording = table_recording(table, str(Path(folder) / "bench.grip"))
    begin_s = time.process_time()
    found = sum(
        len(summarize_person([analyze_task(recording)]).results[0].trials)
        for _ in range(RECORDINGS)
    )
    elapsed_s = (time.process_time() - begin_s) / 2
    doubt = "" if found == RECORDINGS * LIFTS else f"{found} of {RECORDINGS * LIFTS} were found"
    what = f"analysis of {found} lifts at 1 kHz, verdicts too, on two cores"
    yield Figure(what, 20, elapsed_s, "s", doubt=doubt)
