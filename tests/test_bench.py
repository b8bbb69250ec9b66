"""What the bench says of its figures: invalid ones fail it, and worse ratios are named."""

import json

import pandas as pd
import pytest

from bench import report
from bench.__main__ import RATIOS, _faults, _screen
from bench.__main__ import main as bench_main
from bench.dashboard import DashboardCost, measure_dashboard
from bench.decode import write_recording
from bench.figure import Figure
from bench.growth import page
from bench.growth.growth import Growth
from bench.opening import first_opening
from bench.peers import files
from gripforce.recording import read_recording


def test_a_number_whose_work_did_not_happen_is_invalid_however_good_it_is():
    good = Figure("screen", 35, 5, "%")
    still = Figure("screen", 35, 5, "%", doubt="only 0.0 pictures a second")
    assert (good.reached, good.verdict) == (True, "yes")
    assert (still.reached, still.verdict) == (False, "invalid: only 0.0 pictures a second")
    assert "invalid" in still.row()
    assert not still.as_json()["reached"]


def test_an_invalid_figure_fails_the_bench_and_a_missed_one_does_not(capsys):
    missed = Figure("opening", 1.5, 3.0, "x")
    assert missed.verdict == "NO"
    assert _faults([missed], compare=False) == 0
    assert _faults([missed, Figure("still", 1, 0, "%", doubt="it stood")], compare=False) == 1
    assert "it stood" in capsys.readouterr().err


@pytest.mark.parametrize(("floor", "better", "worse"), [(False, 1.0, 2.5), (True, 2.5, 1.0)])
def test_what_got_worse_by_over_a_fifth_is_named(floor, better, worse):
    def figure(measured):
        return Figure("a ratio", 1, measured, "x", floor=floor, peer=True)

    stored = {"ratios": {"a ratio": 2.0}}
    assert report.worse([figure(better)], stored) == []
    [sentence] = report.worse([figure(worse)], stored)
    assert "2 before" in sentence
    assert report.worse([Figure("seconds", 1, 99, "s")], {"ratios": {"seconds": 1.0}}) == []


def test_ratios_are_runs_over_the_peers_median():
    figure = Figure.beside("ours", 2.5, [2.0, 3.0, 9.0], [1.0, 1.0, 50.0], "")
    assert (figure.measured, figure.low, figure.high) == (3.0, 2.0, 9.0)
    assert figure.peer


def test_the_stored_ratios_are_those_of_the_peers(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "BASELINE", tmp_path / "baseline.json")
    assert report.baseline() == {"ratios": {}}
    figures = [Figure("a", 1, 0.5, "s"), Figure("b", 1, 0.25, "x", peer=True)]
    report.write_baseline(figures, "here")
    assert report.baseline()["ratios"] == {"b": 0.25}
    assert json.loads(report.BASELINE.read_text("utf-8"))["machine"] == "here"


def grown(power, fixed_s=0.0):
    sizes = (1.0, 10.0, 100.0, 1000.0)
    costs_s = tuple(fixed_s + 1e-3 * size**power for size in sizes)
    return Growth("opening", "length", sizes, costs_s)


def test_an_exponent_is_that_of_the_larger_sizes():
    assert grown(1.0).exponent == pytest.approx(1.0)
    assert grown(2.0).exponent == pytest.approx(2.0)
    assert 0.8 < grown(1.0, fixed_s=0.01).exponent < 1.0
    assert grown(1.0).figure.reached
    assert not grown(1.3).figure.reached


def test_growth_and_the_table_are_written_in_turn_and_both_stay(tmp_path, monkeypatch):
    written = tmp_path / "performance.md"
    monkeypatch.setattr(report, "PAGE", written)
    monkeypatch.setattr(page, "PLOT", tmp_path / "growth.svg")
    report.write_page([Figure("opening", 1.5, 1.2, "x")], "here")
    for _ in range(2):
        page.write_growth([grown(1.0), grown(1.3)], "there", written)
        report.write_page([Figure("opening", 1.5, 1.4, "x")], "here")
    text = written.read_text("utf-8")
    assert text.count("1.4 x") == text.count("## Growth") == 1
    assert "1.2 x" not in text
    assert "| 1.00 | yes |" in text
    assert "| 1.30 | **no** |" in text
    assert (tmp_path / "growth.svg").stat().st_size > 1000


def test_a_part_of_the_table_is_never_written_over_the_whole(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["bench", "--write", "open"])
    with pytest.raises(SystemExit, match="2"):
        bench_main()
    assert "whole table" in capsys.readouterr().err


@pytest.mark.parametrize("reader", ["samples", "newtons", "parquet"])
def test_a_first_opening_reads_the_file(tmp_path, reader):
    path = tmp_path / "a.grip"
    write_recording(path, 2)
    if reader == "parquet":
        samples = read_recording(path).streams["force"]
        path = tmp_path / "a.parquet"
        pd.DataFrame(samples.values).add_prefix("c").to_parquet(path)
    seconds, samples = first_opening(reader, path)
    assert seconds > 0
    assert samples == 2000


def test_a_percentile_has_the_spread_of_the_thirds_and_no_value_means_infinity():
    figure = Figure.of_stretches("late", 5, [1.0, 3.0, 2.0, 4.0, 9.0, 7.0], "ms", doubt="", pct=50)
    assert (figure.measured, figure.low, figure.high) == (3.5, 2.0, 8.0)
    for values in ([], [1.0, float("inf"), 2.0]):
        assert Figure.of_stretches("late", 5, values, "ms", doubt="none").measured == float("inf")


def test_a_ratio_that_is_missing_from_a_comparison_is_named(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(report, "BASELINE", tmp_path / "baseline.json")
    old, new, both = (Figure(name, 1, 0.5, "x", peer=True) for name in ("old", "new", "both"))
    report.write_baseline([old, both], "here")
    seconds = Figure("seconds", 1, 0.5, "s")
    assert _faults([new, both, seconds], compare=True, every_ratio=True) == 1
    said = capsys.readouterr().err.splitlines()
    assert said == ["old: stored, but not measured", "new: measured, but not stored"]
    assert _faults([both], compare=True) == 0
    assert _faults([old, both, seconds], compare=True, every_ratio=True) == 0


@pytest.fixture
def measured(monkeypatch, tmp_path):
    """Run the bench's command on figures of the test; return its exit code."""
    monkeypatch.setattr(report, "BASELINE", tmp_path / "baseline.json")
    monkeypatch.setattr(report, "PAGE", tmp_path / "performance.md")

    def run(figures, *words):
        ratios = dict.fromkeys(RATIOS, list)
        monkeypatch.setattr("bench.__main__.MEASURES", ratios | {"peers": lambda: figures})
        monkeypatch.setattr("sys.argv", ["bench", *words])
        with pytest.raises(SystemExit) as stopped:
            bench_main()
        return stopped.value.code

    return run


def test_what_is_written_is_what_a_later_run_is_compared_with(measured, capsys):
    ratio = Figure.beside("open", 1.5, [1.0, 1.1, 1.2], [1.0], "")
    assert measured([ratio], "--write") == 0
    assert "| open | ≤ 1.5 x | 1.1 x | (1 to 1.2) | yes |" in report.PAGE.read_text("utf-8")
    assert "all of these measurements" in report.PAGE.read_text("utf-8")
    assert measured([ratio], "--compare") == 0
    capsys.readouterr()
    slower = Figure.beside("open", 1.5, [1.4], [1.0], "")
    assert measured([slower], "--compare") == 1
    assert "open: 1.1 before, 1.4 now" in capsys.readouterr().err
    assert measured([], "--compare") == 1
    assert "open: stored, but not measured" in capsys.readouterr().err


def test_json_is_one_object_with_the_verdict_of_each_figure(measured, capsys):
    missed = Figure("open", 1.5, 2.0, "x")
    assert (
        measured([missed, Figure("still", 9, 0.0, "%", doubt="it stood")], "--json", "peers") == 1
    )
    said = json.loads(capsys.readouterr().out)
    assert [(f["what"], f["reached"], f["doubt"]) for f in said["figures"]] == [
        ("open", False, ""),
        ("still", False, "it stood"),
    ]
    assert "cores" in said["machine"]


def test_a_screen_that_stands_still_has_no_cost():
    moving = DashboardCost((15.5, 15.7, 15.6), (0.3, 0.32, 0.31), 1.0, 100.0)
    assert [figure.verdict for figure in _screen("screen", moving)] == ["yes", "yes"]
    assert moving.cpu_ms == pytest.approx([19.4, 20.4, 19.9], abs=0.1)
    stood = DashboardCost((15.5, 0.0, 15.6), (0.3, 0.0, 0.31), 1.0, 100.0)
    for figure in _screen("screen", stood):
        assert figure.verdict == "invalid: only 0.0 pictures a second"


def test_a_program_that_draws_nothing_is_no_screen(monkeypatch):
    monkeypatch.setattr("bench.terminal.STARTS_WITHIN_S", 0.1)
    cost = measure_dashboard(0.01, settle_s=0.0, words=("-c", "input()"), leave=b"\r")
    assert cost.frames_per_s == (0.0, 0.0, 0.0)


def test_files_that_differ_make_a_ratio_invalid(tmp_path, monkeypatch):
    path = tmp_path / "a.grip"
    write_recording(path, 2)
    assert next(files._opening(path, tmp_path)).doubt == ""
    whole = pd.DataFrame.to_parquet
    monkeypatch.setattr(pd.DataFrame, "to_parquet", lambda self, to: whole(self[1:], to))
    (again := tmp_path / "again").mkdir()
    assert next(files._opening(path, again)).verdict == "invalid: the tables differ"
