"""A cohort that remembers: the same table to the bit, and only what changed is measured."""

import os
import shutil
import sqlite3

import pytest

from gripforce.cohort import Memory, Skipped, cohort_table, find_recordings, measure_cohort
from tests.cohort.conftest import session_recording, write

VERSIONS = {"gripforce": "1"}


class Counting:
    """Runs work here, and counts it."""

    def __init__(self):
        self.done = 0

    def __call__(self, work, items, _progress):
        self.done += len(items)
        return [work(item) for item in items]


def measured(folder, path, versions=VERSIONS, **options):
    run = Counting()
    memory = Memory(path, versions, **options)
    try:
        found = measure_cohort(folder, find_recordings(folder), run, memory=memory)
    finally:
        memory.close()
    return found, run.done


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """A small study, its results measured once, and the file that keeps them."""
    root = tmp_path_factory.mktemp("known")
    for session in ("1", "2"):
        name = f"sub-P01/ses-{session}/sub-P01_ses-{session}_hand-left.grip"
        write(session_recording(session), root / "study" / name)
    (root / "study" / "bad.grip").write_bytes(b"no recording")
    found, done = measured(root / "study", root / "kept.sqlite")
    assert done == 3 + 2  # whose each file is, and two sessions
    return root, found


@pytest.fixture
def moved(known, tmp_path):
    """The same study in another place, with what is known of it."""
    shutil.copytree(known[0], tmp_path / "moved")
    return tmp_path / "moved" / "study", tmp_path / "moved" / "kept.sqlite"


def test_what_is_known_is_not_measured_again_wherever_it_lies(known, moved):
    _, before = known
    found, done = measured(*moved)
    assert done == 0
    assert found == before == measure_cohort(moved[0], find_recordings(moved[0]), Counting())
    tables = [
        cohort_table([one for one in each if not isinstance(one, Skipped)])
        for each in (before, found)
    ]
    assert tables[0].equals(tables[1])


def test_one_recording_more_is_measured_alone(moved):
    folder, path = moved
    write(session_recording("2", 7), folder / "sub-P09" / "ses-1" / "sub-P09_ses-1.grip")
    found, done = measured(folder, path)
    assert done == 2
    assert any(one.name.endswith("sub-P09_ses-1.grip") for one in found)


def test_changed_contents_are_measured_again_whatever_the_clock_says(known, moved):
    folder, path = moved
    changed = next(folder.rglob("*ses-2*.grip"))
    status = changed.stat()
    changed.unlink()
    write(session_recording("1", 3), changed)
    os.utime(changed, ns=(status.st_atime_ns, status.st_mtime_ns))
    found, done = measured(folder, path)
    assert done == 2
    assert found != known[1]


@pytest.mark.parametrize("change", [{"versions": {"gripforce": "2"}}, {"forget": True}])
def test_another_version_and_force_measure_everything(moved, change):
    assert measured(*moved, **change)[1] == 5


@pytest.mark.parametrize("spoil", [
    lambda path: path.write_bytes(b"no database, though as long as one" * 100),
    lambda path: (path.unlink(), path.mkdir()),
])  # fmt: skip
def test_a_memory_that_cannot_be_used_stops_nothing(known, moved, spoil):
    folder, path = moved
    spoil(path)
    assert measured(folder, path) == (known[1], 5)


def test_nothing_in_it_is_executed(moved):
    _, path = moved
    rows = sqlite3.connect(path).execute("SELECT value FROM results").fetchall()
    assert all(text == "" or text[0] in "[{" for (text,) in rows)
