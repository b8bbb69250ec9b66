"""One table of many recordings: whose they are, what changed, and the same whoever works."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gripforce.analysis.results import Decision
from gripforce.cohort import (
    Skipped,
    cluster,
    cohort_table,
    find_recordings,
    measure_cohort,
    processes,
    worthwhile,
    write_table,
)
from gripforce.cohort.discover import RecordingKey, contradiction, whose
from gripforce.errors import TransportError, UsageError
from tests.analysis.analytic_lifts import AnalyticLift, G
from tests.cohort.conftest import session_recording, write
from tests.report.sessions import MU, slips

PIECES = 205
"""Of work: a worker of two takes several at a time, and the last chunk is not full."""


def measured_here(folder):
    with processes(1) as run:
        return measure_cohort(folder, find_recordings(folder), run)


@pytest.fixture(scope="module")
def measured(study):
    return measured_here(study)


@pytest.fixture(scope="module")
def table(measured):
    return cohort_table(measured)


@pytest.mark.parametrize(
    ("name", "metadata", "expected"),
    [
        (
            "sub-P01/ses-2/sub-P01_ses-2_hand-left_task-lift.grip",
            {},
            RecordingKey("P01", "2", "left"),
        ),
        ("sub-P01/a.grip", {"session": "3", "hand": "right"}, RecordingKey("P01", "3", "right")),
        (
            "a.grip",
            {"subject": "P9", "utc": "2026-02-03T10:00:00"},
            RecordingKey("P9", "2026-02-03", ""),
        ),
        ("sub-P01_hand-L.grip", {"subject": "X1"}, RecordingKey("P01", "", "left")),
        ("a.grip", {}, RecordingKey()),
    ],
)
def test_whose_a_recording_is(name, metadata, expected):
    assert whose(name, metadata) == expected


def test_a_path_that_contradicts_its_recording_is_told():
    assert "subject 'P2'" in contradiction("sub-P1/a.grip", {"subject": "P2"})
    assert contradiction("sub-P1/a.grip", {"subject": "P1"}) == ""
    assert contradiction("a.grip", {"subject": "P2"}) == ""


def test_rows_are_by_person_session_hand_and_metric(table):
    keys = ["subject", "session", "hand", "metric"]
    assert not table.duplicated(keys).any()
    groups = table[keys[:3]].drop_duplicates().to_records(index=False).tolist()
    hands = [("P01", "left"), ("P01", "right"), ("P02", "left")]
    assert groups == [(p, s, h) for p, h in hands for s in ("1", "2")]
    assert set(table["task"]) == {"lift", ""}, "nothing but verdicts belongs to no task"
    assert (table["trials"] == 5).all()


def test_change_and_mdc_by_their_definitions(table, measured):
    ratio = table[table["metric"] == "gf_lf_ratio"].set_index(["subject", "hand", "session"])
    values = [np.array(m.values["gf_lf_ratio"]) for m in measured]
    within = sum(((v - v.mean()) ** 2).sum() for v in values)
    sem = math.sqrt(within / sum(len(v) - 1 for v in values))
    for key in [("P01", "left"), ("P01", "right"), ("P02", "left")]:
        first, second = ratio.loc[(*key, "1")], ratio.loc[(*key, "2")]
        assert second["change"] == pytest.approx(second["mean"] - first["mean"])
        mdc95 = 1.959964 * sem * math.sqrt(1 / first["n"] + 1 / second["n"])
        assert second["mdc95"] == pytest.approx(mdc95, rel=1e-6)
        assert second["beyond_mdc"] == "yes"
        assert second["first_session"] == "1"
        assert np.isnan(first["change"])
        assert first["beyond_mdc"] == first["first_session"] == ""


def test_the_ratio_that_was_planted_comes_out(table):
    row = table[(table["metric"] == "gf_lf_ratio") & (table["session"] == "2")].iloc[0]
    gains = np.array([1.72, 1.78, 1.75, 1.7])  # the first lift is left out
    planted = gains + AnalyticLift.preload_n / (0.4 * G)
    assert row["mean"] == pytest.approx(planted.mean(), rel=0.01)
    assert row["n"] == 4
    assert np.isnan(row["ci_low"])  # four lifts are too few for an interval


def test_recordings_of_one_session_count_together(tmp_path):
    for run in (1, 2):
        name = f"sub-P1/ses-1/sub-P1_ses-1_run-{run}.grip"
        write(session_recording("1", run), tmp_path / name)
    rows = cohort_table(measured_here(tmp_path)).set_index("metric")
    assert rows.loc["gf_static_n", "n"] == 8
    assert rows.loc["gf_static_n", "recordings"].count(";") == 1


def test_other_conditions_are_not_compared(tmp_path):
    for session, mass_g in (("1", 400.0), ("2", 300.0)):
        made = session_recording(session, mass_g=mass_g, subject="P1")
        write(made, tmp_path / f"ses-{session}.grip")
    rows = cohort_table(measured_here(tmp_path))
    assert rows["change"].isna().all()
    assert (rows["first_session"] == "").all()


def test_nobodys_recordings_stand_alone(tmp_path):
    for seed, name in enumerate("ab"):
        write(session_recording("1", seed), tmp_path / f"{name}.grip")
    rows = cohort_table(measured_here(tmp_path))
    assert set(rows["recordings"]) == {"a.grip", "b.grip"}
    assert rows["change"].isna().all()


def test_the_tenth_session_comes_after_the_ninth(tmp_path):
    for session in ("9", "10"):
        write(session_recording("1", int(session)), tmp_path / f"sub-P1/ses-{session}/a.grip")
    rows = cohort_table(measured_here(tmp_path))
    assert list(rows["session"].unique()) == ["9", "10"]
    late = rows[(rows["session"] == "10") & (rows["metric"] == "gf_static_n")]
    assert list(late["first_session"]) == ["9"]


def test_a_bad_file_is_named_and_stops_nothing(study, tmp_path):
    good = find_recordings(study)[0]
    (tmp_path / "good.grip").write_bytes(good.read_bytes())
    (tmp_path / "bad.grip").write_bytes(b"no recording at all")
    bad, found = measured_here(tmp_path)
    assert isinstance(bad, Skipped)
    assert (bad.name, bad.exit_code) == ("bad.grip", 1)
    assert str(tmp_path) not in bad.why
    assert found.trials == 5


def test_processes_change_nothing(study, measured, table):
    with processes(2) as run:
        many = measure_cohort(study, find_recordings(study), run)
        assert run(str, range(PIECES)) == list(map(str, range(PIECES))), "in chunks, in order"
    assert many == measured
    pd.testing.assert_frame_equal(cohort_table(many), table, check_exact=True)


def test_a_dask_cluster_changes_nothing(study, measured, table, tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    told = []
    with (
        distributed.LocalCluster(
            n_workers=1,  # of a process of its own: more of them take seconds to start
            threads_per_worker=2,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # port 8787 may be taken
            local_directory=str(tmp_path / "dask"),
        ) as loopback,
        cluster(loopback.scheduler_address) as run,
    ):
        files = find_recordings(study)
        many = measure_cohort(study, files, run, None, lambda *state: told.append(state))
        assert run(str, range(PIECES)) == list(map(str, range(PIECES))), "in chunks, in order"
    assert told[:6] == told[6:] == [(k, 6) for k in range(1, 7)], (
        "once to tell them, once to measure"
    )
    assert many == measured
    write_table(cohort_table(many), tmp_path / "cluster.csv")
    write_table(table, tmp_path / "here.csv")
    assert (tmp_path / "cluster.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()


def test_a_scheduler_that_is_not_there():
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    with pytest.raises(TransportError, match="No Dask scheduler"), cluster("no scheduler"):
        pytest.fail("nothing runs without one")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_tables_read_back_and_are_never_overwritten(table, tmp_path, ending):
    target = tmp_path / f"out.{ending}"
    write_table(table, target)
    before = target.read_bytes()
    if ending == "parquet":
        pd.testing.assert_frame_equal(pd.read_parquet(target), table, check_exact=True)
    else:
        read = pd.read_csv(target)
        assert read["median"].to_numpy() == pytest.approx(
            table["median"].to_numpy(), rel=1e-15, nan_ok=True
        )
    with pytest.raises(UsageError, match="exists already"):
        write_table(table, target)
    assert target.read_bytes() == before


@pytest.mark.parametrize("name", ["out.xlsx", "out", "no/such/folder/out.csv"])
def test_tables_that_cannot_be_written(table, tmp_path, name):
    with pytest.raises(UsageError):
        write_table(table, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_recordings(tmp_path):
    with pytest.raises(UsageError, match=r"no \.grip file"):
        find_recordings(tmp_path)
    with pytest.raises(UsageError, match="not a folder"):
        find_recordings(tmp_path / "none")


def test_a_relative_folder_is_found_from_elsewhere(study, monkeypatch):
    monkeypatch.chdir(study)
    found = [path.resolve() for path in find_recordings(Path())]
    assert found == [path.resolve() for path in find_recordings(study)]
    assert [m.name for m in measured_here(Path())] == [m.name for m in measured_here(study)]


def test_lifts_take_their_slip_force_from_the_slip_test_of_their_session(tmp_path):
    folder = tmp_path / "sub-P1" / "ses-1"
    write(session_recording("1"), folder / "lift.grip")
    write(slips(), folder / "slip.grip")
    write(session_recording("1", seed=1), tmp_path / "sub-P2" / "ses-1" / "lift.grip")
    rows = cohort_table(measured_here(tmp_path))
    forces = rows[(rows["metric"] == "slip_force_n") & (rows["task"] == "lift")]
    assert list(forces["subject"]) == ["P1"]
    assert forces["median"].iloc[0] == pytest.approx(0.4 * G / (2 * MU), rel=0.04)


def test_verdicts_are_of_the_whole_session(table):
    told = table[table["answer"] != ""]
    assert set(told["metric"]) == {"anticipatory_coupling", "excess_margin"}
    assert set(told["answer"]) <= {answer.value for answer in Decision}
    assert len(told) == 2 * 6
    assert told["median"].isna().all()


def test_a_process_is_started_for_no_less_than_it_costs(tmp_path, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    files = [tmp_path / f"{k}.grip" for k in range(4)]
    for file, size in zip(files, (100, 3 << 20, 6 << 20, 40 << 20), strict=True):
        with file.open("wb") as sparse:
            sparse.truncate(size)
    assert worthwhile([]) == 1
    assert worthwhile(files[:2]) == 1
    assert worthwhile(files[:3]) == 2
    assert worthwhile([*files, tmp_path / "gone.grip"]) == 3
    assert worthwhile(files[3:]) == 1
