"""``analyze --report`` and ``cohort`` as a person types them."""

import io
import json
import re
import shutil
import sys

import numpy as np
import pandas as pd
import pytest

from gripforce.cli.results.cohort import cohort
from tests.analysis.analytic_lifts import AnalyticLift, lifts_recording
from tests.cohort.conftest import write


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
def folder(gripforce, recorded, tmp_path):
    folder = tmp_path / "study"
    for session in ("1", "2"):
        (folder / "sub-P1" / f"ses-{session}").mkdir(parents=True)
    shutil.copy(recorded, folder / "sub-P1" / "ses-1" / "lift.grip")
    second = folder / "sub-P1" / "ses-2" / "lift.grip"  # a copy would be counted once
    source = "sim:lift?speed=max&trials=3&seed=2"
    assert gripforce("record", source, "-o", second, "--mass-g", 400).code == 0
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
    assert abs(same["change"]) > 0
    assert same["beyond_mdc"] in {"yes", "no"}


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
    assert re.search(r"measuring .*2/2.*left: ", shown.getvalue())


def test_an_existing_page_is_refused_before_a_table_is_written(gripforce, recorded, tmp_path):
    page, table = tmp_path / "out.html", tmp_path / "out.csv"
    page.write_text("mine")
    assert gripforce("analyze", recorded, "-o", table, "--report", page).code == 1
    assert page.read_text() == "mine"
    assert not table.exists()


@pytest.fixture(scope="module")
def visits(tmp_path_factory):
    """One person, four visits two months apart, grip over load growing by 15 % each time."""
    root = tmp_path_factory.mktemp("visits")
    for k in range(4):
        gains = 1.3 * 1.15**k * (1 + 0.02 * np.random.default_rng(k).normal(size=5))
        lifts = [AnalyticLift(contact_s=1 + 5 * j, hold_s=2.5, gain=g) for j, g in enumerate(gains)]
        made = lifts_recording(lifts, task="lift", subject="P1", hand="left",
                               utc=f"2026-0{2 * k + 1}-01T09:00:00")  # fmt: skip
        write(made, root / f"ses-{k + 1}.grip")
    return root


def test_trend_of_one_person(gripforce, visits):
    done = gripforce("trend", visits, "--json")
    assert done.code == 0, done.err
    said = json.loads(done.out)
    first = said["trends"][0]
    assert said["time_in"] == "months"
    assert first["metric"] == "gf_lf_ratio"
    assert first["x"] == pytest.approx([0, 59 / 30.4375, 120 / 30.4375, 181 / 30.4375])
    assert first["trend"]["ci_low"] < 6.5 < first["trend"]["ci_high"]
    assert first["trend"]["changes"] is True
    text = gripforce("trend", visits).out
    assert "P1: 4 sessions, slopes a month" in text
    assert "beyond what repeats explain" in text


def test_trend_asks_whose(gripforce, folder):
    done = gripforce("trend", folder, "--subject", "nobody")
    assert done.code != 0
    assert "--subject" in done.err


def test_cohort_says_who_changes(gripforce, visits, tmp_path):
    done = gripforce("cohort", visits, "-o", tmp_path / "a.csv", "--workers", 1)
    assert "Who changes: grip/load ratio, holding, 4 sessions" in done.err
    assert "P1 left lift" in done.err
    slopes = pd.read_csv(io.StringIO(done.out))
    assert {"P1"} <= set(slopes.subject)
    assert slopes.primary.any()


def test_cohort_writes_who_changes_as_a_page(gripforce, visits, tmp_path):
    page = tmp_path / "who.html"
    done = gripforce("cohort", visits, "-o", tmp_path / "a.csv", "--workers", 1, "--report", page)
    html = page.read_text(encoding="utf-8")
    said = done.err.splitlines()
    begin = next(k for k, line in enumerate(said) if line.startswith("Who changes"))
    for line in said[begin : begin + 2]:
        assert line.strip() in html
    assert html.count("<tr") >= 2
    again = gripforce("cohort", visits, "-o", tmp_path / "b.csv", "--workers", 1, "--report", page)
    assert again.code != 0
    assert "exists already" in again.err
    assert not (tmp_path / "b.csv").exists()


def test_cohort_model_needs_a_group(gripforce, visits, tmp_path):
    done = gripforce("cohort", visits, "-o", tmp_path / "a.csv", "--workers", 1, "--model")
    assert "Group model: cannot tell. gf_lf_ratio needs six people" in done.err
    wrong = gripforce("cohort", visits, "-o", tmp_path / "b.csv", "--planned-pct", 200)
    assert wrong.code != 0
    assert "less than 100" in wrong.err
