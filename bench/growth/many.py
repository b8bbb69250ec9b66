"""Many recorders at once, and many sessions in a cohort."""

from __future__ import annotations

import contextlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.growth.growth import Growth
from bench.processes import GRIPFORCE, first_sample, simulator
from bench.terminal import cpu_s
from gripforce.formats.tables.table import ImportedTable
from gripforce.formats.tables.table_recording import table_recording
from gripforce.recording.convert import write_recording
from gripforce.sim.tasks.registry import make_scene

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDERS = (1, 2, 5, 10, 20)
SETTLES_S, MEASURED_S = 3.0, 10.0
LEAST_SAMPLES = 800
"""That each recorder of an entry device, 80 Hz, has written at its end."""
SESSIONS = (10, 100, 1000, 10_000)
LIFTS, RATE_HZ = 2, 80


def by_recorders() -> Iterator[Growth]:
    """Record several entry devices at once, each by a process of its own."""
    costs_s, doubt = [], ""
    for count in RECORDERS:
        cost_s, samples = _record(count)
        costs_s.append(cost_s)
        if min(samples) < LEAST_SAMPLES:
            doubt = f"one of {count} wrote {min(samples)} samples"
    what = f"record {MEASURED_S:g} s"
    yield Growth(what, "recorders at once", RECORDERS, tuple(costs_s), doubt)


def _record(count: int) -> tuple[float, list[int]]:
    """Return processor time of the recorders while all run, and the samples of each."""
    with contextlib.ExitStack() as devices:
        links = [devices.enter_context(simulator("--frontend", "entry")) for _ in range(count)]
        running = [_recorder(link) for link in links]
        time.sleep(SETTLES_S)
        before_s = sum(cpu_s(one.pid) for one in running)
        time.sleep(MEASURED_S)
        cost_s = sum(cpu_s(one.pid) for one in running) - before_s
        for one in running:
            one.terminate()
        printed = [one.communicate()[0] for one in running]
    return cost_s, [json.loads(one)["samples"] for one in printed]


def _recorder(link: Path) -> subprocess.Popen[str]:
    """Start a recorder, and return it once it records: twenty that start at once would starve."""
    path = link.parent / "a.grip"
    words = [*GRIPFORCE, "record", f"serial:{link}", "-o", str(path), "--json"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    first_sample(process, path)
    return process


def by_sessions() -> Iterator[Growth]:
    """Make the table of a study, and make it again with one recording more."""
    first_s, again_s, doubts = [], [], []
    with tempfile.TemporaryDirectory() as root:
        for count in SESSIONS:
            folder = Path(root) / str(count)
            written = 0
            for recordings, costs_s in ((count, first_s), (count + 1, again_s)):
                write_sessions(folder, range(written, recordings))
                written = recordings
                cost_s, rows = _cohort(folder)
                costs_s.append(cost_s)
                if rows < recordings:
                    doubts.append(f"{rows} rows of {recordings} recordings")
    doubt = ", ".join(doubts)
    yield Growth("cohort", "sessions", SESSIONS, tuple(first_s), doubt)
    yield Growth("cohort with one recording more", "sessions", SESSIONS, tuple(again_s), doubt)


def write_sessions(folder: Path, numbers: range) -> None:
    """Write recordings of two lifts each, no two alike."""
    folder.mkdir(exist_ok=True)
    scene = make_scene("lift", trials=LIFTS)
    t = np.arange(0.0, scene.duration_s, 1 / RATE_HZ)
    names = ("grip_thumb_n", "grip_index_n", "load_thumb_n", "load_index_n")
    forces = [np.interp(t, scene.t, column) for column in scene.forces.T]
    for number in numbers:
        scale = 1 + 1e-6 * number
        columns = {name: scale * force for name, force in zip(names, forces, strict=True)}
        who = {"mass_g": 400, "task": "lift", "subject": f"p{number:05d}", "hand": "right"}
        path = folder / f"p{number:05d}.grip"
        recording = table_recording(ImportedTable(t, columns, float(RATE_HZ), who), str(path))
        write_recording(recording, path, who, least_free_bytes=0)


def _cohort(folder: Path) -> tuple[float, int]:
    """Return processor time of the command, its workers included, and the rows of its table."""
    out = folder.parent / f"{folder.name}.csv"
    out.unlink(missing_ok=True)
    before_s = _children_cpu_s()
    words = ["cohort", str(folder), "-o", str(out)]
    subprocess.run([*GRIPFORCE, *words], check=True, capture_output=True)
    cost_s = _children_cpu_s() - before_s
    return cost_s, len(out.read_text("utf-8").splitlines()) - 1


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    for growth in by_sessions() if sys.argv[1:] == ["sessions"] else by_recorders():
        print(growth)
