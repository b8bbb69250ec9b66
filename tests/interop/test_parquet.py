"""Parquet as DuckDB and Arrow read it: units and description beside the numbers."""

import json

import duckdb
import numpy as np
import pyarrow.parquet as pq


def test_description_is_in_the_metadata_of_the_file(lossy, exported):
    path = exported(lossy, "parquet")
    with duckdb.connect() as base:
        rows = base.sql(f"select key, value from parquet_kv_metadata('{path}')").fetchall()
    about = json.loads(dict(rows)[b"gripforce"])
    assert about["subject"] == {"subject": "p01", "session": "ses-01", "hand": "right"}
    assert [mark["text"] for mark in about["markers"]] == ["a", "TTL <1> & µ"]
    assert len(about["trials"]) == 2
    assert {event["event"] for event in about["events"]} > {"contact", "lift-off", "release"}
    assert len(about["losses"]["gaps"]) == len(lossy.gaps)


def test_columns_carry_their_units(lossy, exported):
    schema = pq.read_schema(exported(lossy, "parquet"))
    units = {f.name: (f.metadata or {}).get(b"unit", b"").decode() for f in schema}
    assert units["grip_n"] == units["load_thumb_n"] == "N"
    assert units["accel_x_m_s2"] == "m/s²"


def test_duckdb_counts_what_was_lost(lossy, exported):
    path = exported(lossy, "parquet")
    with duckdb.connect() as base:
        ((known, mean),) = base.sql(f"select count(grip_n), avg(grip_n) from '{path}'").fetchall()
    force = lossy.streams["force"]
    assert known == len(force)
    assert np.isclose(mean, force.values[:, :2].mean(), atol=1e-6)
