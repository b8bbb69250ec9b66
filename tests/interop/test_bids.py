"""A study as BIDS: the official validator accepts it, pybids reads the same numbers back."""

import filecmp
import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bids import BIDSLayout

import gripforce as gf
from gripforce.bids import DatasetLabels, write_dataset
from gripforce.bids.text import format_table
from gripforce.cohort import find_recordings, processes
from gripforce.errors import UsageError
from gripforce.formats.frame import force_table
from gripforce.model import Marker
from tests.interop.conftest import METADATA, record

VALIDATOR = Path(sys.executable).with_name("bids-validator-deno")
LIFT = "sim:lift?speed=max&trials=2&seed=%d&faults=drop=0.005,no_resend"
LIFTS = {"subject": "p01", "session": "01", "task": "lift"}
STEM = "sub-p01_ses-01_task-lift_acq-right_run-01"


@pytest.fixture(scope="module")
def issues(tmp_path_factory):
    """Return the codes of the errors that the official validator finds."""
    environment = {"PATH": str(VALIDATOR.parent), "HOME": str(tmp_path_factory.mktemp("home"))}
    return lambda dataset: _issues(dataset, environment)


def _issues(dataset, environment):
    done = subprocess.run(
        [VALIDATOR, dataset, "--json"],
        capture_output=True, text=True, timeout=120, check=False, env=environment,
    )  # fmt: skip
    found = json.loads(done.stdout)["issues"]["issues"]
    errors = {issue["code"] for issue in found if issue["severity"] == "error"}
    assert (done.returncode != 0) == bool(errors)
    return errors


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Two people, three sessions; a copy, a damaged file, one of nobody, one of a name."""
    root = tmp_path_factory.mktemp("study")
    cue = (Marker(1.0, "cue", "trial=1"),)

    def make(place, seed, url=LIFT, **metadata):
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        return record(path, url % seed, METADATA | metadata, cue)

    make("sub-p01/ses-01/sub-p01_ses-01_task-lift_acq-right_run-01.grip", 1)
    make("sub-p01/ses-01/pinch.grip", 2, "sim:pinch?speed=max&trials=1&seed=%d", task="pinch",
         digits="thumb-little")  # fmt: skip
    make("sub-p01/ses-02/b.grip", 3, session="ses-02")
    make("old/sub-p02_ses-1_hand-left_task-lift.grip", 4, subject="p02", session="1", hand="left")
    make("old/sub-p02_ses-1_hand-left_task-rest.grip", 5, "sim:still?speed=max&trials=1&seed=%d",
         subject="p02", session="1", hand="left", task="rest")  # fmt: skip
    shutil.copy(root / "sub-p01/ses-02/b.grip", root / "old/again.grip")
    (root / "old/bad.grip").write_bytes(b"junk")
    (root / "sub-p01/ses-01/session.jsonl").write_text('{"event": "session"}\n')
    return root


def convert(study, output):
    labels = DatasetLabels("Study", ("A. Person", "B. Person"), "CC0")
    with processes(1) as run:
        return write_dataset(study, find_recordings(study), output, run, labels=labels)


@pytest.fixture(scope="module")
def dataset(study, tmp_path_factory):
    output = tmp_path_factory.mktemp("bids") / "dataset"
    return convert(study, output), output


@pytest.fixture
def copy(dataset, tmp_path):
    shutil.copytree(dataset[1], tmp_path / "copy")
    return tmp_path / "copy"


def test_the_official_validator_accepts_data_and_derivatives(issues, dataset):
    assert issues(dataset[1]) == set()
    assert issues(dataset[1] / "derivatives/gripforce") == set()


def test_the_validator_would_have_found_it(issues, copy):
    """Five faults at once: each has a code of its own."""
    (beh(copy) / f"{STEM}_physio.json").unlink()
    (beh(copy) / f"{STEM}.grip").write_bytes(b"x")
    (copy / "dataset_description.json").unlink()
    (beh(copy) / f"{STEM}_events.tsv").write_text("onset\tduration\nx\t0\n")
    (copy / "participants.tsv").write_text("participant_id\nsub-p09\n")
    assert issues(copy) >= {
        "SIDECAR_KEY_REQUIRED",
        "NOT_INCLUDED",
        "MISSING_DATASET_DESCRIPTION",
        "TSV_VALUE_INCORRECT_TYPE",
        "PARTICIPANT_ID_MISMATCH",
    }


def beh(root):
    return root / "sub-p01/ses-01/beh"


def test_pybids_reads_the_forces_of_the_recording(study, dataset):
    layout = BIDSLayout(dataset[1])
    assert layout.get_subjects() == ["p01", "p02"]
    assert layout.get_sessions(subject="p01") == ["01", "02"]
    (file,) = layout.get(
        subject="p01", session="01", task="lift", suffix="physio", extension=".tsv.gz"
    )
    about = file.get_metadata()
    recording = gf.read_recording(study / "sub-p01/ses-01" / f"{STEM}.grip")
    force = recording.streams["force"]
    found = pd.read_csv(file.path, sep="\t", names=about["Columns"], na_values="n/a")
    t = about["StartTime"] + np.arange(len(found)) / about["SamplingFrequency"]
    rows = np.rint((force.t - t[0]) * 1000).astype(int)
    np.testing.assert_allclose(t[rows], force.t, atol=2e-6)
    np.testing.assert_allclose(found[list(force.columns)].iloc[rows], force.values, atol=6e-7)
    assert found.grip_n.isna().sum() == len(found) - len(force) > 0
    assert about["grip_thumb_n"]["Units"] == "N"
    assert about["grip_thumb_n"]["Latency"] == 0.00075


def test_pybids_reads_the_events(study, dataset):
    layout = BIDSLayout(dataset[1])
    (file,) = layout.get(
        subject="p01", session="01", task="lift", suffix="events", extension=".tsv"
    )
    found = file.get_df()
    table = gf.analyze(gf.read_recording(study / "sub-p01/ses-01" / f"{STEM}.grip"))
    liftoff = found[found.trial_type == "lift-off"]
    np.testing.assert_allclose(liftoff.onset, table.t_liftoff_s, atol=2e-6)
    assert set(found.trial_type) >= {"lift", "contact", "release", "cue", "gap"}
    assert found[found.trial_type == "cue"].value.tolist() == ["trial=1"]
    levels = json.loads(Path(file.path).with_suffix(".json").read_text())["trial_type"]["Levels"]
    assert set(levels) == set(found.trial_type)


def test_everything_has_its_place_and_what_has_none_is_named(study, dataset):
    made, root = dataset
    names = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}
    source = f"sourcedata/sub-p01/ses-01/{STEM}.grip"
    assert (root / source).read_bytes() == (study / f"sub-p01/ses-01/{STEM}.grip").read_bytes()
    assert "sourcedata/sub-p01/ses-01/session.jsonl" in names
    assert (
        "sub-p01/ses-01/beh/sub-p01_ses-01_task-pinch_acq-rightthumblittle_run-01_events.tsv"
        in names
    )
    assert "sub-p02/ses-1/beh/sub-p02_ses-1_task-rest_acq-left_run-01_physio.tsv.gz" in names
    assert f"derivatives/gripforce/sub-p01/ses-01/beh/{STEM}_desc-trials_beh.tsv" in names
    assert "derivatives/gripforce/sub-p02/ses-1/sub-p02_ses-1_report.html" in names
    left_out = {one.name: one.why for one in made.skipped}
    assert (
        set(left_out) == {"old/again.grip", "old/bad.grip"} or "sub-p01/ses-02/b.grip" in left_out
    )
    people = pd.read_csv(root / "participants.tsv", sep="\t")
    assert people.to_dict("list") == {
        "participant_id": ["sub-p01", "sub-p02"], "species": ["homo sapiens"] * 2,
        "session_count": [2, 1], "hands_tested": ["right", "left"],
    }  # fmt: skip


def test_the_same_study_gives_the_same_bytes(study, dataset, tmp_path):
    convert(study, tmp_path / "again")
    files = sorted(p.relative_to(dataset[1]) for p in dataset[1].rglob("*") if p.is_file())
    again = sorted(
        p.relative_to(tmp_path / "again") for p in (tmp_path / "again").rglob("*") if p.is_file()
    )
    assert files == again
    _, different, failed = filecmp.cmpfiles(dataset[1], tmp_path / "again", files, shallow=False)
    assert (different, failed) == ([], [])


def test_two_people_with_one_label_are_refused(study, tmp_path):
    root = tmp_path / "study"
    for subject in ("als-07", "als07"):
        (root / subject).mkdir(parents=True)
        shutil.copy(study / "sub-p01/ses-02/b.grip", root / subject / f"sub-{subject}.grip")
    record(root / "als07/c.grip", LIFT % 9, METADATA | {"subject": "als07"}, ())
    record(root / "als-07/d.grip", LIFT % 8, METADATA | {"subject": "als-07"}, ())
    with pytest.raises(UsageError, match="als-07 and als07 would have the same label"):
        convert(root, tmp_path / "out")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["study"]


def test_recordings_of_nobody_and_of_a_name_stay_out(tmp_path):
    root = tmp_path / "study"
    root.mkdir()
    record(root / "a.grip", LIFT % 9, {"task": "lift"}, ())
    record(root / "sub-Johnson_ses-1.grip", LIFT % 10, {"task": "lift"}, ())
    with pytest.raises(UsageError, match="No recording names a subject"):
        convert(root, tmp_path / "out")
    record(root / "sub-p03_ses-1.grip", LIFT % 11, {"task": "lift"}, ())
    made = convert(root, tmp_path / "out")
    why = {one.name: one.why for one in made.skipped}
    assert why["a.grip"] == "names no subject"
    assert "looks like a name" in why["sub-Johnson_ses-1.grip"]
    everything = b"".join(p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert b"Johnson" not in everything


def test_nothing_is_overwritten(study, tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(UsageError, match="exists already"):
        convert(study, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_numbers_are_written_as_python_writes_them():
    rng = np.random.default_rng(7)
    table = rng.normal(size=(500, 4)) * 10.0 ** rng.integers(-7, 7, (500, 4))
    table[3, 1], table[4, 2], table[5, 0], table[6, 3] = np.nan, 0.0, -1e-9, np.inf
    lines = format_table(table).decode().splitlines()
    for row, line in zip(table, lines, strict=True):
        for value, text in zip(row, line.split("\t"), strict=True):
            if abs(value) < 1e9 - 1:
                assert float(text) == pytest.approx(round(value, 6), abs=1e-6, rel=1e-12)
                assert text == f"{float(text):.6f}"
            else:
                assert text == "n/a"
    assert format_table(np.array([[-1.5, 0.25], [np.nan, 12345.678901]])) == (
        b"-1.500000\t0.250000\nn/a\t12345.678901\n"
    )


def test_the_compressed_file_carries_no_date_and_no_name(dataset):
    path = beh(dataset[1]) / f"{STEM}_physio.tsv.gz"
    head = path.read_bytes()[:10]
    assert head[3] == 0  # no flags: no name, no comment
    assert head[4:8] == bytes(4)  # no time
    assert len(gzip.decompress(path.read_bytes()).splitlines()) > 1000


def test_the_table_of_forces_is_that_of_every_export(study, dataset):
    recording = gf.read_recording(study / f"sub-p01/ses-01/{STEM}.grip")
    table = force_table(recording)
    found = pd.read_csv(beh(dataset[1]) / f"{STEM}_physio.tsv.gz", sep="\t", header=None,
                        na_values="n/a")  # fmt: skip
    np.testing.assert_allclose(found, np.column_stack(list(table.columns.values())), atol=1e-9)
