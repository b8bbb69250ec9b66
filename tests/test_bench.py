"""What the bench says of its figures: invalid ones fail it, and worse ratios are named."""

import json

import pandas as pd
import pytest

from bench import report
from bench.__main__ import _faults
from bench.__main__ import main as bench_main
from bench.decode import write_recording
from bench.figure import Figure
from bench.growth import page
from bench.growth.growth import Growth
from bench.opening import first_opening
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
