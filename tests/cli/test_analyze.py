"""``gripforce analyze``: verdicts, control groups, baselines, several tasks."""

import html
import json
import re
import sys

import pandas as pd
import pytest

from gripforce.analysis.columns import column_spec
from gripforce.analysis.tasks.registry import analyze
from gripforce.recording import read_recording


def test_json_has_the_promised_keys_and_nothing_beside_it(gripforce, recorded):
    done = gripforce("analyze", recorded, "--json")
    told = json.loads(done.out)
    assert told["files"] == [str(recorded)]
    assert told["trials"] == 3
    assert set(told["summary"]["gf_static_n"]) == {"median", "ci_low", "ci_high", "n"}
    for verdict in told["verdicts"].values():
        assert verdict["answer"] in {"yes", "no", "cannot tell"}
        assert verdict["why"]
    assert told["excluded"][0]["trial"] == 1


def test_it_says_what_it_found_and_why_it_cannot_tell(gripforce, recorded):
    said = gripforce("analyze", recorded).err
    assert "3 lifts (lift), 1 not in the summary" in said
    assert "trial 1 is not in the summary: first lift of the condition" in said
    assert said.count("excess grip force cannot be called a safety margin") == 1


def test_terminal_and_report_give_the_same_advice_and_results(gripforce, recorded, tmp_path):
    page = tmp_path / "a.html"
    said = gripforce("analyze", recorded, "--report", page).err
    text = html.unescape(re.sub(r"<[^>]*>", "", page.read_text(encoding="utf-8")))
    told = json.loads(gripforce("analyze", recorded, "--json").out)
    [found] = told["advice"]
    for sentence in found["advice"]:
        assert sentence in said
        assert sentence in text
    for column in ("gf_static_n", "xcorr_lag_ms", "gf_cv_pct"):
        shown = column_spec(column).write(told["summary"][column]["median"])
        assert re.search(rf"{column} +{re.escape(shown)}", said)
        assert shown in text


def test_nothing_of_it_needs_pandas(gripforce, recorded, tmp_path, monkeypatch):
    """pandas takes half a second to import."""
    monkeypatch.setitem(sys.modules, "pandas", None)  # as if it were not installed
    done = gripforce("analyze", recorded, "--report", tmp_path / "a.html")
    assert done.code == 0, done.err
    assert gripforce("analyze", recorded, "--json").code == 0
    assert gripforce("analyze", recorded, "-o", tmp_path / "a.csv").code == 0
    printed = gripforce("analyze", recorded).out
    assert printed == (tmp_path / "a.csv").read_text(encoding="utf-8")


def test_a_written_table_is_the_table_of_python_rounded(gripforce, recorded, tmp_path):
    gripforce("analyze", recorded, "-o", tmp_path / "a.csv")
    written = pd.read_csv(tmp_path / "a.csv", keep_default_na=True, dtype={"flags": str})
    exact = analyze(read_recording(recorded))
    assert list(written.columns) == list(exact.columns)
    for column in exact.select_dtypes("number"):
        assert written[column].to_numpy() == pytest.approx(exact[column], rel=1e-3, nan_ok=True)
    assert list(written["flags"].fillna("")) == list(exact["flags"])


def test_a_control_group_and_a_baseline_stand_in_the_evidence(gripforce, recorded, tmp_path):
    controls = tmp_path / "controls.csv"
    controls.write_text("metric,mean,sd,n\ngf_lf_ratio,0.5,0.01,30\n", encoding="utf-8")
    done = gripforce("analyze", recorded, "--controls", controls, "--baseline", recorded, "--json")
    evidence = json.loads(done.out)["verdicts"]["excess_margin"]["evidence"]
    assert evidence["ratio_above_controls"]["n"] == 30
    assert evidence["ratio_change"]["change"] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [("a,b\n1,2\n", "metric,mean,sd,n"), ("metric,mean,sd,n\nx,1,-1,9\n", "needs n of 2")],
)
def test_a_table_that_is_no_control_group_is_refused(gripforce, recorded, tmp_path, text, said):
    controls = tmp_path / "controls.csv"
    controls.write_text(text, encoding="utf-8")
    done = gripforce("analyze", recorded, "--controls", controls)
    assert (done.code, done.out) == (1, "")
    assert said in done.err


def test_each_task_gets_a_table_of_its_own(gripforce, recorded, tmp_path):
    held = tmp_path / "held.grip"
    gripforce("record", "sim:lift?speed=max&trials=2", "-o", held, "--task", "slip")
    table = tmp_path / "out.csv"
    assert gripforce("analyze", recorded, held, "-o", table).code == 0
    assert len(pd.read_csv(table)) == 3
    slips = pd.read_csv(tmp_path / "out-slip.csv")
    assert list(slips["flags"]) == ["no_slip", "no_slip"]
    assert slips["slip_force_n"].isna().all()
