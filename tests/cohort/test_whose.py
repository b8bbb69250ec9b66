"""Copies count once, litter is passed over, a visit may pass midnight, losses stand in rows."""

import shutil
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gripforce.cohort import find_recordings
from gripforce.cohort.discover import RecordingKey, day_of, whose
from gripforce.cohort.measure import (
    Identified,
    Measured,
    RecordingFile,
    Skipped,
    in_visits,
    measure_cohort,
)
from gripforce.cohort.table import cohort_table
from gripforce.recording import each_once, read_recording
from tests.cohort.conftest import session_recording, write


def here(work, items, progress=None):
    return [work(item) for item in items]


def test_a_recording_that_is_there_twice_counts_once(tmp_path):
    whole = tmp_path / "sub-P1" / "ses-1" / "a.grip"
    write(session_recording("1"), whole)
    shutil.copy(whole, whole.with_name("a (1).grip"))
    whole.with_name("cut.grip").write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    whole.with_name("link.grip").symlink_to(whole)
    write(session_recording("2"), whole.with_name("other.grip"))
    results = measure_cohort(tmp_path, find_recordings(tmp_path), here)
    skipped = [one for one in results if isinstance(one, Skipped)]
    assert len(skipped) == 3
    assert all("is the same recording as" in one.why and not one.exit_code for one in skipped)
    assert "sub-P1/ses-1/cut.grip" in {one.name for one in skipped}
    kept, left_out = each_once([read_recording(p) for p in sorted(whole.parent.glob("*.grip"))])
    assert (len(kept), len(left_out)) == (2, 3)


@pytest.mark.parametrize(
    "name", [".trash/a.grip", "__MACOSX/a.grip", "x/._a.grip", "$RECYCLE.BIN/a.grip", "~a.grip"]
)
def test_litter_is_passed_over(tmp_path, name):
    for path in (tmp_path / name, tmp_path / "good.grip"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    assert [path.name for path in find_recordings(tmp_path)] == ["good.grip"]


@settings(max_examples=50, deadline=None)
@given(
    start=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    offset=st.integers(-12, 14),
    pauses=st.lists(st.integers(1, 300), min_size=1, max_size=6),
)
def test_a_visit_is_one_across_midnight_and_in_any_zone(start, offset, pauses):
    begun = start.replace(tzinfo=timezone(timedelta(hours=offset)))
    moments = [begun]
    for minutes in pauses:
        moments.append(moments[-1] + timedelta(minutes=minutes))
    moments.append(moments[-1] + timedelta(hours=30))
    found = in_visits(
        Identified(
            RecordingFile("", f"{k:02}.grip"),
            RecordingKey("P1", day_of(when.isoformat()), "left"),
            when.isoformat(),
        )
        for k, when in enumerate(moments)
    )
    sessions = [one.whose.session for one in found]
    assert set(sessions[:-1]) == {f"{start:%Y-%m-%d}"}
    assert sessions[-1] != sessions[0]


@pytest.mark.parametrize(
    ("utc", "offset_min", "day"),
    [
        ("2026-11-27T23:30:00.000+00:00", 60, "2026-11-28"),
        ("2026-11-28T03:30:00.000+00:00", -480, "2026-11-27"),
        ("2026-11-28T03:30:00.000", -480, "2026-11-27"),
        ("2026-11-27T18:35:00+00:00", 330, "2026-11-28"),
        ("2026-11-27T23:30:00+00:00", None, "2026-11-27"),
        ("2026-11-28T00:30:00+01:00", None, "2026-11-28"),
        ("2026-11-27T23:30:00+00:00", "late", "2026-11-27"),
        ("2026-11-27T23:30:00+00:00", 1e300, "2026-11-27"),
        ("2026-11-27T23:30:00+00:00", float("nan"), "2026-11-27"),
        ("0001-01-01T00:00:00+00:00", -60, "0001-01-01"),
        ("no date", 60, "no date"),
    ],
)
def test_the_date_of_a_visit_is_the_local_one(utc, offset_min, day):
    metadata = {"subject": "P1", "utc": utc, "utc_offset_min": offset_min}
    assert whose("a.grip", metadata).session == day


def test_a_visit_across_midnight_of_the_place_is_one_row(tmp_path):
    """It begins at 23:50 and goes on at 00:20 in Berlin, which in UTC are of one day."""
    for number, utc in enumerate(["2026-11-27T22:50:00+00:00", "2026-11-27T23:20:00+00:00"], 1):
        recording = session_recording(str(number))
        metadata = {k: v for k, v in recording.metadata.items() if k != "session"}
        metadata |= {"subject": "P1", "utc": utc, "utc_offset_min": 60}
        write(replace(recording, metadata=metadata), tmp_path / f"{number}.grip")
    kept = read_recording(tmp_path / "2.grip").metadata
    assert (kept["utc"], kept["utc_offset_min"]) == ("2026-11-27T23:20:00+00:00", 60)
    results = measure_cohort(tmp_path, find_recordings(tmp_path), here)
    assert {one.whose.session for one in results if isinstance(one, Measured)} == {"2026-11-27"}


def test_each_row_says_how_recordings_ended_and_what_they_lost(tmp_path):
    whole = tmp_path / "sub-P1" / "ses-1" / "a.grip"
    write(session_recording("1"), whole)
    cut = tmp_path / "sub-P2" / "ses-1" / "a.grip"
    write(session_recording("2"), cut)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size * 3 // 4])
    results = measure_cohort(tmp_path, find_recordings(tmp_path), here)
    table = cohort_table([one for one in results if isinstance(one, Measured)])
    ended = table.groupby("subject")["ended"].unique()
    assert list(ended["P1"]) == ["finished"]
    assert list(ended["P2"]) == ["truncated"]
    assert set(table.loc[table["subject"] == "P1", "lost"]) == {0}
    assert set(table.loc[table["subject"] == "P2", "reconciled"]) == {"no"}
