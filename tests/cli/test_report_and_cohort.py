"""``analyze --report`` and ``cohort`` as a person types them."""

import io
import json
import shutil
import sys

import pandas as pd
import pytest

from gripforce.cli.results.cohort import cohort


def test_analyze_writes_a_page(gripforce, recorded, tmp_path):
    page = tmp_path / "out.html"
    done = gripforce("analyze", recorded, "--report", page)
    assert done.code == 0
    assert done.out == ""
    assert page.read_text().startswith("<!DOCTYPE html>")
    again = gripforce("analyze", recorded, "--report", page)
    assert again.code == 1
    assert "exists already" in again.err


@pytest.fixture
def folder(recorded, tmp_path):
    folder = tmp_path / "study"
    for session in ("1", "2"):
        target = folder / "sub-P1" / f"ses-{session}"
        target.mkdir(parents=True)
        shutil.copy(recorded, target / "lift.grip")
    return folder


def test_cohort_makes_a_table_and_shows_no_progress_in_a_pipe(gripforce, folder, tmp_path):
    out = tmp_path / "all.csv"
    done = gripforce("cohort", folder, "-o", out, "--workers", 1, "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert (told["recordings"], told["subjects"], told["skipped"]) == (2, 1, [])
    assert done.err == ""
    table = pd.read_csv(out)
    assert len(table) == told["rows"]
    same = table[(table["session"] == 2) & (table["metric"] == "gf_static_n")].iloc[0]
    assert (same["change"], same["beyond_mdc"]) == (0.0, "no")


def test_cohort_names_bad_files_and_says_so_in_its_exit_code(gripforce, folder, tmp_path):
    (folder / "sub-P1" / "bad.grip").write_bytes(b"junk")
    out = tmp_path / "all.csv"
    done = gripforce("cohort", folder, "-o", out, "--workers", 1)
    assert done.code == 1
    assert "sub-P1/bad.grip: skipped" in done.err
    assert len(pd.read_csv(out)) > 0


@pytest.mark.parametrize("name", ["all.txt", "none/all.csv"])
def test_cohort_refuses_an_output_before_any_work(gripforce, folder, tmp_path, name):
    done = gripforce("cohort", folder, "-o", tmp_path / name)
    assert done.code == 1
    assert done.err.count("\n") == 1


def test_cohort_of_nothing_but_bad_files_writes_nothing(gripforce, tmp_path):
    (tmp_path / "bad.grip").write_bytes(b"junk")
    done = gripforce("cohort", tmp_path, "-o", tmp_path / "out.csv", "--workers", 1)
    assert done.code == 1
    assert not (tmp_path / "out.csv").exists()


class Terminal(io.StringIO):
    """Standard error as a terminal has it."""

    def isatty(self):
        return True


def test_cohort_shows_progress_on_a_terminal(folder, tmp_path, monkeypatch):
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    cohort(folder, tmp_path / "all.csv", workers=1)
    assert "\r1 of 2 done\r2 of 2 done\n" in shown.getvalue()


def test_an_existing_page_is_refused_before_a_table_is_written(gripforce, recorded, tmp_path):
    page, table = tmp_path / "out.html", tmp_path / "out.csv"
    page.write_text("mine")
    assert gripforce("analyze", recorded, "-o", table, "--report", page).code == 1
    assert page.read_text() == "mine"
    assert not table.exists()
