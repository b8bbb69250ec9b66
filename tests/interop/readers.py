"""Foreign readers, brought to one shape: times, columns and events as each understands a file."""

import warnings
from dataclasses import dataclass, field

import duckdb
import mne
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyedflib
import pymatreader
import pynwb
import pyxdf
import scipy.io


@dataclass
class Read:
    t: np.ndarray
    columns: dict
    events: list = field(default_factory=list)
    """``(t, name)`` of the events of trials, without the spans of trials."""
    markers: list = field(default_factory=list)
    gaps: list = field(default_factory=list)
    """``(begin, length)`` where the file says so apart from its values."""


def read_csv(path):
    table = pd.read_csv(path)
    return Read(table.t_s.to_numpy(), {n: table[n].to_numpy() for n in table.columns[1:]})


def read_arrow(path):
    table = pq.read_table(path)
    columns = {n: table[n].to_numpy() for n in table.column_names}
    return Read(columns.pop("t_s"), columns)


def read_duckdb(path):
    with duckdb.connect() as base:
        columns = base.sql(f"select * from '{path}'").fetchnumpy()
    columns = {n: np.ma.filled(v.astype(float), np.nan) for n, v in columns.items()}
    return Read(columns.pop("t_s"), columns)


def read_pyxdf(path, *, synchronize=False):
    streams, _ = pyxdf.load_xdf(
        path, synchronize_clocks=synchronize, dejitter_timestamps=False, verbose=False
    )
    by_name = {one["info"]["name"][0]: one for one in streams}
    force, events = by_name["gripforce forces"], by_name["gripforce events"]
    labels = [c["label"][0] for c in force["info"]["desc"][0]["channels"][0]["channel"]]
    markers = by_name["gripforce markers"]
    return Read(
        force["time_stamps"],
        dict(zip(labels, force["time_series"].T, strict=True)),
        [(t, row[0]) for t, row in zip(events["time_stamps"], events["time_series"], strict=True)],
        [
            (t, " ".join(row))
            for t, row in zip(markers["time_stamps"], markers["time_series"], strict=True)
        ],
    )


def _rows(stream):
    return zip(stream["time_stamps"], stream["time_series"], strict=True)


def read_mne(path):
    raw = mne.io.read_raw_bdf(path, preload=True, verbose="error")
    marks = [(one["onset"], one["duration"], one["description"]) for one in raw.annotations]
    return _bdf(raw.times, dict(zip(raw.ch_names, raw.get_data(), strict=True)), marks)


def read_pyedflib(path):
    with pyedflib.EdfReader(str(path)) as file:
        columns = {n: file.readSignal(k) for k, n in enumerate(file.getSignalLabels())}
        t = np.arange(len(columns["grip_n"])) / file.getSampleFrequency(0)
        return _bdf(t, columns, list(zip(*file.readAnnotations(), strict=True)))


def _bdf(t, columns, marks):
    gaps = [(onset, length) for onset, length, text in marks if text == "BAD_ACQ_SKIP"]
    known = np.ones(len(t), bool)
    for onset, length in gaps:
        known[np.rint(onset / t[1]).astype(int) : np.rint((onset + length) / t[1]).astype(int)] = (
            False
        )
    columns = {n: np.where(known, v, np.nan) for n, v in columns.items()}
    texts = [(onset, text) for onset, _, text in marks]
    events = [(onset, text) for onset, text in texts if "/" in text and "TTL" not in text]
    markers = [(onset, text) for onset, text in texts if text.startswith(("key", "trigger"))]
    return Read(t, columns, events, markers, gaps)


def read_pynwb(path):
    with pynwb.NWBHDF5IO(str(path), "r") as io:
        nwb = io.read()
        series = dict(nwb.acquisition.items())
        first = series["grip_n"]
        t = first.starting_time + np.arange(len(first.data)) / first.rate
        tables = {n: nwb.get_events_table(n).to_dataframe() for n in ("events", "markers")}
        gaps = nwb.invalid_times.to_dataframe()
        return Read(
            t,
            {n: s.data[:] for n, s in series.items()},
            list(zip(tables["events"].timestamp, tables["events"].annotation, strict=True)),
            list(zip(tables["markers"].timestamp, tables["markers"].annotation, strict=True)),
            []
            if gaps is None
            else list(zip(gaps.start_time, gaps.stop_time - gaps.start_time, strict=True)),
        )


def read_scipy(path):
    found = scipy.io.loadmat(path, simplify_cells=True)["recording"]
    return _matlab(found)


def read_pymatreader(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _matlab(pymatreader.read_mat(path)["recording"])


def _matlab(found):
    forces = dict(found["forces"])
    t = forces.pop("t_s")
    columns = {n: v for n, v in forces.items() if n.endswith(("_n", "_m_s2"))}
    events, markers = found["events"], found["markers"]
    return Read(
        t,
        columns,
        [
            (t, n)
            for t, n, d in zip(events["t_s"], events["name"], events["duration_s"], strict=True)
            if not d
        ],
        [
            (t, f"{k} {x}")
            for t, k, x in zip(markers["t_s"], markers["kind"], markers["text"], strict=True)
        ],
    )


def _zipped(struct, *names):
    return zip(*(struct[name] for name in names), strict=True)
