"""Files opened and written beside Parquet, CSV, XDF and python-can."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import can
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyxdf

from bench.decode import payloads, write_recording
from bench.figure import Figure
from bench.opening import first_openings
from gripforce.formats.export import export
from gripforce.recording import read_recording
from gripforce.wire.framing import encode_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SECONDS = 478
RUNS = 5
MOST_WAIT_S = 30.0


def beside_others() -> Iterator[Figure]:
    """Measure opening and writing beside Parquet, CSV, XDF and python-can."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.grip"
        write_recording(path, SECONDS)
        yield from _opening(path, Path(folder))
        yield from _writing(Path(folder))


def _opening(path: Path, folder: Path) -> Iterator[Figure]:
    samples = read_recording(path).streams["force"]
    names = ["t_s", "c0", "c1", "c2", "c3"]
    table = pd.DataFrame(np.column_stack([samples.t, samples.values]), columns=names)
    parquet, text = folder / "a.parquet", folder / "a.csv"
    table.to_parquet(parquet)
    table.to_csv(text, index=False)
    ours = _runs(lambda: read_recording(path).streams["force"].values)
    theirs = _runs(lambda: pq.read_table(parquet).to_pandas())
    csv = _runs(lambda: pd.read_csv(text), runs=3)
    xdf, read = folder / "a.xdf", set()
    export(read_recording(path), xdf, "xdf", raw=True)

    def load() -> None:
        streams, _ = pyxdf.load_xdf(xdf, verbose=False)
        read.add(max(len(stream["time_stamps"]) for stream in streams))

    pyxdf_s = _runs(load, runs=1)
    doubt = "" if pq.read_table(parquet).to_pandas().equals(table) else "the tables differ"
    what = f"open {SECONDS} s at 1 kHz x 4, over the same from"
    yield Figure.beside(f"{what} Parquet by pyarrow", 1.5, ours, theirs, doubt)
    yield Figure.beside(f"{what} CSV by pandas", 0.2, ours, csv, doubt)
    yield _first_of_a_process(path, parquet, len(samples))
    doubt = "" if read == {len(samples)} else f"pyxdf read {read} samples"
    yield Figure.beside(f"{what} XDF by pyxdf", 0.2, ours, pyxdf_s, doubt)


def _first_of_a_process(path: Path, parquet: Path, samples: int) -> Figure:
    """Open both files by processes that have opened nothing."""
    ours, theirs = (first_openings(*file, 3) for file in (("newtons", path), ("parquet", parquet)))
    read = {n for _, n in (*ours, *theirs)}
    doubt = "" if read == {samples} else f"{read} samples were read"
    what = f"the first opening of a process of {SECONDS} s, over the same from Parquet"
    return Figure.beside(what, 1.5, [s for s, _ in ours], [s for s, _ in theirs], doubt)


def _writing(folder: Path) -> Iterator[Figure]:
    """Write the same blocks by our recorder and by python-can's, which keeps 8 bytes a message."""
    blocks = list(payloads(60))
    frames = [encode_frame(block) for block in blocks]
    ours, theirs = [], []
    for run in range(3):
        path = folder / f"w{run}.grip"
        begin_s = time.process_time()
        write_recording(path, 60)
        ours.append(time.process_time() - begin_s)
        database = folder / f"w{run}.db"
        begin_s = time.process_time()
        _write_can(database, frames)
        theirs.append(time.process_time() - begin_s)
    held = len(read_recording(path).streams["force"])
    with sqlite3.connect(database) as connection:
        kept = connection.execute("SELECT COUNT(*) FROM messages").fetchone()[0]
    whole = held == 60 * 1000 and kept == sum(-(-len(frame) // 64) for frame in frames)
    doubt = "" if whole else f"{held} samples and {kept} messages were written"
    what = "write 60 s, over python-can's SqliteWriter (the same bytes as CAN FD)"
    yield Figure.beside(what, 1.0, ours, theirs, doubt)


def _write_can(path: Path, frames: Sequence[bytes]) -> None:
    messages = [
        can.Message(timestamp=k * 0.016, data=frame[at : at + 64], is_fd=True)
        for k, frame in enumerate(frames)
        for at in range(0, len(frame), 64)
    ]
    until_s = time.monotonic() + MOST_WAIT_S
    with can.SqliteWriter(path) as writer:
        for message in messages:
            writer.on_message_received(message)
        while writer.num_frames < len(messages) and time.monotonic() < until_s:
            time.sleep(0.01)  # what it has not written when it is stopped is lost


def _runs(work: Callable[[], object], runs: int = RUNS) -> list[float]:
    work()  # caches, and first imports
    times_s = []
    for _ in range(runs):
        begin_s = time.process_time()
        work()
        times_s.append(time.process_time() - begin_s)
    return times_s
